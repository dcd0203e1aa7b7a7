// Primitives of the event encoding, into one buffer that is kept and reused: nothing is allocated per event. Knows
// nothing of events. Whole numbers are LEB128 (as in DWARF 4 §7.6), other numbers IEEE 754 little-endian.

import { Fault } from '../kernel/fault.ts'

const firstCapacity = 256 * 1024
/** After a large batch the buffer goes back to this, so that one huge event does not cost its size for ever. */
const keptCapacity = 1024 * 1024

export class ByteWriter {
  readonly #maxBytes: number
  /** Only ever replaced by a larger one while a batch grows, or by a small one in `clear`. */
  #bytes = Buffer.allocUnsafeSlow(firstCapacity)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** `maxBytes` bounds what is held at once. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#length
  }

  /** The bytes written so far; valid until the next call. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
    if (this.#bytes.length > keptCapacity) this.#replace(firstCapacity)
  }

  /** Takes back what was written after `length`. */
  truncate(length: number): void {
    this.#length = length
  }

  byte(value: number): void {
    this.#ensure(1)
    this.#bytes[this.#length++] = value
  }

  /** A place for a 32-bit length that `patchUint32` fills in. */
  reserveUint32(): number {
    this.#ensure(4)
    const at = this.#length
    this.#length += 4
    return at
  }

  patchUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true)
  }

  float(value: number): void {
    this.#ensure(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A safe integer, not negative. */
  varint(value: number): void {
    this.#ensure(8)
    const bytes = this.#bytes
    let at = this.#length
    let rest = value
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[at++] = rest
    this.#length = at
  }

  /** With its length before it. */
  blob(value: Uint8Array): void {
    this.varint(value.length)
    this.#ensure(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** UTF-8 with its length before it. @returns false, having written nothing, when UTF-8 cannot say it (a lone surrogate). */
  utf8(value: string): boolean {
    const start = this.#length
    this.#ensure(value.length * 3 + 8)
    // Up to 42 UTF-16 units are at most 126 bytes: the length fits one byte and can be written afterwards.
    if (value.length <= 42) {
      const count = this.#bytes.write(value, start + 1, 'utf8')
      if (count !== value.length && !value.isWellFormed()) return false
      this.#bytes[start] = count
      this.#length = start + 1 + count
      return true
    }
    const count = Buffer.byteLength(value)
    if (count !== value.length && !value.isWellFormed()) return false
    this.varint(count)
    this.#length += this.#bytes.write(value, this.#length, 'utf8')
    return true
  }

  /** UTF-16LE with its length in bytes before it: any string there is. */
  utf16(value: string): void {
    this.varint(value.length * 2)
    this.#ensure(value.length * 2)
    this.#length += this.#bytes.write(value, this.#length, 'utf16le')
  }

  #ensure(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    if (needed > this.#maxBytes) {
      throw new Fault('record.unavailable', { reason: 'event-too-large', bytes: needed, limit: this.#maxBytes })
    }
    this.#replace(Math.min(this.#maxBytes, Math.max(needed, this.#bytes.length * 2)))
  }

  #replace(capacity: number): void {
    const larger = Buffer.allocUnsafeSlow(capacity)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
