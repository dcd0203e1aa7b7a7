// A place to gather bytes before they are looked at; used again and again, so that a text of nothing but escapes does not cost
// an allocation for each.

const firstBytes = 64
/** A larger one is given back when it is empty. */
const keptBytes = 16_384

export class Scratch {
  bytes = new Uint8Array(firstBytes)
  length = 0

  add(bytes: Uint8Array): void {
    this.#grow(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  put(byte: number): void {
    if (this.length === this.bytes.length) this.#grow(1)
    this.bytes[this.length++] = byte
  }

  fill(byte: number, count: number): void {
    this.#grow(count)
    this.bytes.fill(byte, this.length, this.length + count)
    this.length += count
  }

  /** The bytes may still be read until something is added. */
  clear(): void {
    this.length = 0
    if (this.bytes.length > keptBytes) this.bytes = new Uint8Array(firstBytes)
  }

  #grow(by: number): void {
    const needed = this.length + by
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}
