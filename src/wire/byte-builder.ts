// Builds a frame of big-endian fields whose length is known only at its end. Grows by doubling; what it makes is the
// gateway's own words, so callers bound what they put in.

import { Buffer } from 'node:buffer'
import { writeInt32 } from './byte-cursor.ts'

export class ByteBuilder {
  #bytes: Buffer
  #at = 0

  constructor(expectedBytes = 256) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes)
  }

  get length(): number {
    return this.#at
  }

  uint8(value: number): this {
    const at = this.#grow(1)
    this.#bytes[at] = value
    return this
  }

  int16(value: number): this {
    const at = this.#grow(2)
    this.#bytes[at] = value >> 8
    this.#bytes[at + 1] = value
    return this
  }

  int32(value: number): this {
    const at = this.#grow(4)
    writeInt32(this.#bytes, at, value)
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** UTF-8 without an end mark. */
  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'))
  }

  /** UTF-8 and a NUL. A NUL inside would end the string early and shift what follows, so it becomes a space. */
  cstring(value: string): this {
    return this.text(value.includes('\0') ? value.replaceAll('\0', ' ') : value).uint8(0)
  }

  /** Keeps room for a length; `closeLength` fills it in. */
  openLength(): number {
    return this.#grow(4)
  }

  /** @param countsItself whether the length includes its own four bytes */
  closeLength(at: number, countsItself: boolean): this {
    writeInt32(this.#bytes, at, this.#at - at - (countsItself ? 0 : 4))
    return this
  }

  /** What was built. The builder must not be used afterwards: the bytes are not copied. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #grow(by: number): number {
    const at = this.#at
    this.#at += by
    if (this.#at > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#at, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
    }
    return at
  }
}
