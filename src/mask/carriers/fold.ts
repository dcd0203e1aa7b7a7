// One sign, many ways to write it: a card in full-width digits, an address with a zero-width space in its middle, one in a query
// string, a nested JSON text with its escapes. Detectors see the plain sign, and what comes out is as it was written: nothing
// here is ever emitted. Characters and sequences that mean nothing else (`sequences.ts` says which do) stay as they are.

import { Buffer, isAscii } from 'node:buffer'
import { beyondAscii, incomplete, itself, kinds, nothing, readSequence, type Escapes } from './sequences.ts'
import { pairs } from './signs.ts'

/** More bytes of zero-width characters in a row are no part of a word: they separate, so that no long run of them is held. */
const maxZeroBytes = 192

const shortBytes = 64
const signsInAscii = [0x5c, 0x26, 0x25]
const leads = [...kinds.keys()].filter((byte) => kinds[byte] === beyondAscii)
/** Signs that are none are passed over one by one; where more than one in so many bytes is, every byte is asked. */
const bytesALook = 32

export class Fold {
  /** What was meant, of the last take: the first `count` of each. */
  bytes = new Uint8Array(0)
  /** Bytes that each was written with. */
  lengths = new Uint8Array(0)
  /** Bytes of zero-width characters before each. */
  zeroWidths = new Uint8Array(0)
  count = 0
  /** Bytes at the end that wait: a sequence that is not complete, or what must stay with the byte after it. */
  waiting = 0

  #escapes: Escapes = 'hiding'
  /** In a run of zero-width characters that is too long. */
  #isTooWide = false

  /** The next value begins. @param first its first byte */
  begin(first: number): void {
    this.#escapes = first === 0x7b || first === 0x5b ? 'all' : 'hiding'
    this.#isTooWide = false
  }

  /** Is there anything in it that may mean another? When not, it need not be taken. */
  concerns(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    if (from === end) return false
    const isFound =
      end - from < shortBytes
        ? this.#isNear(bytes, from, end, final)
        : this.#isIn(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from), final)
    if (!isFound) this.#isTooWide = false
    return isFound
  }

  #isNear(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    let some = 0
    for (let i = from; i < end; i++) some |= kinds[bytes[i] ?? 0] ?? 0
    return some !== 0 && this.#next(bytes, from, end, final) < end
  }

  /** The same for long ones, most of which have hardly any of the bytes: a Buffer looks for one ten times as fast as other arrays. */
  #isIn(bytes: Buffer, final: boolean): boolean {
    let looks = 0
    for (const sign of signsInAscii)
      for (let at = bytes.indexOf(sign); at !== -1; at = bytes.indexOf(sign, at + 1)) {
        const read = readSequence(bytes, at, bytes.length, this.#escapes)
        if (read !== itself && !(read === incomplete && final)) return true
        if (++looks * bytesALook > bytes.length) return this.#next(bytes, 0, bytes.length, final) < bytes.length
      }
    if (isAscii(bytes) || !leads.some((lead) => bytes.includes(lead))) return false
    return this.#next(bytes, 0, bytes.length, final) < bytes.length
  }

  /** @returns where, from `from` on, something begins that may mean another, or `end`; what does not end is only itself */
  #next(bytes: Uint8Array, from: number, end: number, final: boolean): number {
    for (let i = from; i < end; i++) {
      const kind = kinds[bytes[i] ?? 0]
      if (kind === 0) continue
      if (kind === beyondAscii) {
        if (i + 1 >= end || pairs[((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)] === 1) return i
      } else {
        const read = readSequence(bytes, i, end, this.#escapes)
        if (read !== itself && !(read === incomplete && final)) return i
      }
    }
    return end
  }

  /** @param bytes with what waited before, again, from its beginning at `from` */
  take(bytes: Uint8Array, from: number, end: number, final: boolean): void {
    this.#open(end - from)
    let zeroBytes = 0
    let i = from
    while (i < end) {
      if (zeroBytes === 0) {
        const next = this.#next(bytes, i, end, final)
        if (next > i) {
          this.#isTooWide = false
          this.#putPlain(bytes, i, next)
          i = next
          continue
        }
      }
      const byte = bytes[i] ?? 0
      const read = kinds[byte] === 0 ? itself : readSequence(bytes, i, end, this.#escapes)
      if (read === incomplete && !final) break
      const length = read < 0 ? 1 : read >> 8
      if (read < 0 || (read & 0xff) !== nothing) {
        this.#isTooWide = false
        this.#put(read < 0 ? byte : read & 0xff, length, zeroBytes)
        zeroBytes = 0
      } else if (this.#isTooWide) this.#putPlain(bytes, i, i + length)
      else {
        zeroBytes += length
        this.#isTooWide = zeroBytes > maxZeroBytes
        if (this.#isTooWide) {
          this.#putPlain(bytes, i + length - zeroBytes, i + length)
          zeroBytes = 0
        }
      }
      i += length
    }
    this.waiting = end - i + zeroBytes
  }

  #open(most: number): void {
    this.bytes = new Uint8Array(most)
    this.lengths = new Uint8Array(most)
    this.zeroWidths = new Uint8Array(most)
    this.count = 0
  }

  #put(byte: number, length: number, zeroBytes: number): void {
    this.bytes[this.count] = byte
    this.lengths[this.count] = length
    this.zeroWidths[this.count++] = zeroBytes
  }

  #putPlain(bytes: Uint8Array, from: number, to: number): void {
    const at = this.count
    this.count += to - from
    if (to - from < shortBytes)
      for (let i = from; i < to; i++) {
        this.bytes[at + i - from] = bytes[i] ?? 0
        this.lengths[at + i - from] = 1
      }
    else {
      this.bytes.set(bytes.subarray(from, to), at)
      this.lengths.fill(1, at, this.count)
    }
  }
}
