// Reads big-endian fields of one frame that is whole. Every length in it is the peer's word, so each is checked against
// what is there before anything is made of it; the fault's code says whose fault it is.

import { Fault, type FaultCode } from '../kernel/fault.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class ByteCursor {
  readonly bytes: Uint8Array
  readonly #end: number
  readonly #code: FaultCode
  #at: number

  constructor(bytes: Uint8Array, start: number, end: number, code: FaultCode) {
    this.bytes = bytes
    this.#at = start
    this.#end = end
    this.#code = code
  }

  get offset(): number {
    return this.#at
  }

  get left(): number {
    return this.#end - this.#at
  }

  uint8(): number {
    const at = this.passOver(1)
    return this.bytes[at] ?? 0
  }

  int16(): number {
    const at = this.passOver(2)
    return (((this.bytes[at] ?? 0) << 24) | ((this.bytes[at + 1] ?? 0) << 16)) >> 16
  }

  int32(): number {
    return readInt32(this.bytes, this.passOver(4))
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const at = this.passOver(length)
    return this.bytes.subarray(at, at + length)
  }

  /** @returns the offset of what was skipped */
  passOver(length: number): number {
    const at = this.#at
    // Not `at + length > end` alone: a negative length would pass it and move backwards.
    if (length < 0 || length > this.#end - at) throw this.malformed('a field is longer than its frame')
    this.#at = at + length
    return at
  }

  /** Bytes up to a NUL, which is consumed. A view. */
  untilNul(): Uint8Array {
    const start = this.#at
    return this.bytes.subarray(start, this.skipString())
  }

  /** @returns the offset of the NUL that ends the string; it is consumed, too */
  skipString(): number {
    const nul = this.bytes[this.#at] === 0 ? this.#at : this.bytes.indexOf(0, this.#at)
    if (nul === -1 || nul >= this.#end) throw this.malformed('a string has no end')
    this.#at = nul + 1
    return nul
  }

  /** A NUL-terminated string that must be UTF-8. */
  text(): string {
    const bytes = this.untilNul()
    try {
      return strictUtf8.decode(bytes)
    } catch {
      throw this.malformed('a string is not UTF-8')
    }
  }

  requireEnd(): void {
    if (this.left !== 0) throw this.malformed('bytes after the end of a message')
  }

  malformed(why: string): Fault {
    return new Fault(this.#code, { why, offset: this.#at })
  }
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24
  bytes[at + 1] = value >> 16
  bytes[at + 2] = value >> 8
  bytes[at + 3] = value
}
