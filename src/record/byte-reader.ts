// The other side of ByteWriter, over bytes that may be anything: every length is checked against what is there before
// anything is made of it, and what does not fit is a Fault `record.corrupt`.

import { Fault } from '../kernel/fault.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const shortAscii = 24

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at: number
  #end: number

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = 0
    this.#end = bytes.length
  }

  get offset(): number {
    return this.#at
  }

  get left(): number {
    return this.#end - this.#at
  }

  /** Moves the end, to read one event of many. @returns the end that was, for `widen`. */
  narrow(length: number): number {
    this.#require(length, 'length')
    const before = this.#end
    this.#end = this.#at + length
    return before
  }

  widen(end: number): void {
    this.#end = end
  }

  byte(): number {
    this.#require(1, 'byte')
    return this.#bytes[this.#at++] ?? 0
  }

  uint32(): number {
    this.#require(4, 'uint32')
    const value = this.#view.getUint32(this.#at, true)
    this.#at += 4
    return value
  }

  float(): number {
    this.#require(8, 'float')
    const value = this.#view.getFloat64(this.#at, true)
    this.#at += 8
    return value
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 8; count++) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) {
        if (!Number.isSafeInteger(value)) break
        return value
      }
      scale *= 128
    }
    throw this.corrupt('varint')
  }

  /** How many elements follow; each takes at least one byte, so a larger number is a lie. */
  count(): number {
    const value = this.varint()
    if (value > this.left) throw this.corrupt('count')
    return value
  }

  /** A view of the bytes, not a copy. */
  blob(): Uint8Array {
    return this.take(this.varint())
  }

  take(length: number): Uint8Array {
    this.#require(length, 'blob')
    const start = this.#at
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  utf8(): string {
    const bytes = this.blob()
    const short = bytes.length <= shortAscii ? toAscii(bytes) : null
    if (short !== null) return short
    try {
      return strictUtf8.decode(bytes)
    } catch (failure) {
      throw this.corrupt('utf-8', failure)
    }
  }

  utf16(): string {
    const bytes = this.blob()
    if (bytes.length % 2 !== 0) throw this.corrupt('utf-16')
    // TextDecoder would replace a lone surrogate, which is the reason that this form exists.
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf16le')
  }

  corrupt(what: string, cause?: unknown): Fault {
    return new Fault('record.corrupt', { what, offset: this.#at }, cause)
  }

  #require(length: number, what: string): void {
    if (length > this.#end - this.#at) throw this.corrupt(what)
  }
}

/** Most strings are short and plain; a call into the decoder costs more than they do. */
function toAscii(bytes: Uint8Array): string | null {
  let text = ''
  for (const byte of bytes) {
    if (byte > 0x7f) return null
    text += String.fromCharCode(byte)
  }
  return text
}
