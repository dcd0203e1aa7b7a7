// A place to gather bytes before they are looked at; used again and again, so that a text of nothing but escapes does not cost
// an allocation for each.

import { copyBytes } from '../copy-bytes.ts'

const firstBytes = 64
/** A larger one is given back when it is empty. */
const keptBytes = 16_384

export class Scratch {
  bytes: Uint8Array<ArrayBuffer>
  length = 0

  constructor(expected = firstBytes) {
    this.bytes = new Uint8Array(expected)
  }

  add(bytes: Uint8Array): void {
    this.range(bytes, 0, bytes.length)
  }

  range(bytes: Uint8Array, from: number, to: number): void {
    const count = to - from
    this.#grow(count)
    copyBytes(bytes, from, to, this.bytes, this.length)
    this.length += count
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

  /** What was gathered, which is the caller's from now on. */
  take(): Uint8Array<ArrayBuffer> {
    const gathered =
      this.bytes.length > keptBytes ? this.bytes.subarray(0, this.length) : this.bytes.slice(0, this.length)
    this.clear()
    return gathered
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
