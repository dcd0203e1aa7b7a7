// A body in chunks (RFC 9112 §7.1): takes the framing out of the bytes, in place, so that what one read brought goes on in one
// piece. Extensions and trailers are passed over; what is not exactly the grammar is a fault.

import { Fault } from '../kernel/fault.ts'

const CR = 0x0d
const LF = 0x0a
const semicolon = 0x3b

/** Twelve digits are more than a petabyte, and safe to count with. */
const maxSizeDigits = 12
/** Of one extension, and of all trailers. */
const maxExtraBytes = 16 * 1024

type State = 'size' | 'extension' | 'size-end' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-end' | 'over'

export class ChunkedBody {
  #state: State = 'size'
  /** Of the chunk being read: digits of its size, then bytes of it that are still to come. */
  #digits = 0
  #left = 0
  #extra = 0
  /** Bytes in the trailer line being read. */
  #line = 0

  get isOver(): boolean {
    return this.#state === 'over'
  }

  begin(): void {
    this.#state = 'size'
    this.#digits = 0
    this.#left = 0
    this.#extra = 0
    this.#line = 0
  }

  /**
   * @param bytes changed: data that comes behind framing moves down to the data before it
   * @returns the data in them, as a view
   * @throws Fault `upstream.protocol`, also for bytes behind the end
   */
  take(bytes: Uint8Array): Uint8Array {
    let start = 0
    let end = 0
    for (let at = 0; at < bytes.length;) {
      if (this.#state !== 'data') {
        this.#frame(bytes[at] as number)
        at++
        continue
      }
      const count = Math.min(this.#left, bytes.length - at)
      if (end === 0) start = end = at
      else bytes.copyWithin(end, at, at + count)
      end += count
      at += count
      this.#left -= count
      if (this.#left === 0) this.#state = 'data-cr'
    }
    return bytes.subarray(start, end)
  }

  #frame(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#size(byte)
        break
      case 'extension':
        if (byte === CR) this.#state = 'size-end'
        else this.#passOver(byte)
        break
      case 'size-end':
        if (byte !== LF) throw broken('size')
        this.#digits = 0
        this.#extra = 0
        this.#state = this.#left === 0 ? 'trailer' : 'data'
        break
      case 'data-cr':
        if (byte !== CR) throw broken('end')
        this.#state = 'data-lf'
        break
      case 'data-lf':
        if (byte !== LF) throw broken('end')
        this.#state = 'size'
        break
      case 'trailer':
        this.#trailer(byte)
        break
      case 'trailer-end':
        if (byte !== LF) throw broken('trailer')
        this.#state = this.#line === 0 ? 'over' : 'trailer'
        this.#line = 0
        break
      case 'data':
      case 'over':
        throw broken('body that goes on behind its end')
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      if (++this.#digits > maxSizeDigits) throw broken('size')
      this.#left = this.#left * 16 + digit
      return
    }
    if (this.#digits === 0) throw broken('size')
    if (byte === CR) this.#state = 'size-end'
    else if (byte === semicolon || byte === 0x20 || byte === 0x09) this.#state = 'extension'
    else throw broken('size')
  }

  #trailer(byte: number): void {
    if (byte === CR) {
      this.#state = 'trailer-end'
      return
    }
    this.#line++
    this.#passOver(byte)
  }

  #passOver(byte: number): void {
    if (byte === LF || ++this.#extra > maxExtraBytes) throw broken('line')
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function broken(what: string): Fault {
  return new Fault('upstream.protocol', { why: `a chunk with a wrong ${what}` })
}
