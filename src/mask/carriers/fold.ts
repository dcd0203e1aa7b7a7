// One sign, many ways to write it: a card in full-width digits, an address with a zero-width space in its middle, a nested
// JSON text with its escapes. Detectors see the plain sign, and what comes out is as it was written: nothing here is ever
// emitted. Characters and sequences that mean nothing else stay as they are.

import { isAscii } from 'node:buffer'

const backslash = 0x5c
const nothing = 0
const itself = -1
const incomplete = -2

/** More bytes of zero-width characters in a row are no part of a word: they separate, so that no long run of them is held. */
const maxZeroBytes = 192

const shortBytes = 64

/** Bytes that begin something that may mean another. 2: only where escapes are read. */
const leads = new Uint8Array(256)
const leadBytes = [0xe2, 0xc2, 0xef, 0xd9, 0xdb]
for (const lead of leadBytes) leads[lead] = 1
leads[backslash] = 2

/** What a character beyond ASCII is taken for; `nothing` for one without width, `itself` for all others. */
function meaningOf(code: number): number {
  if (code === 0xa0 || code === 0x202f || (code >= 0x2000 && code <= 0x200a)) return 0x20
  if (code === 0xad || code === 0xfeff || (code >= 0x200b && code <= 0x200f)) return nothing
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069)) return nothing
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212) return 0x2d
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0
  if (code >= 0x660 && code <= 0x669) return code - 0x660 + 0x30
  if (code >= 0x6f0 && code <= 0x6f9) return code - 0x6f0 + 0x30
  return itself
}

/** RFC 8259 §7, without `u`. */
const escapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 }).map(([letter, byte]) => [
    letter.charCodeAt(0),
    byte,
  ]),
)

/** Which escapes of a nested JSON text are read: in a text that begins as JSON all, in others those that hide a sign. */
export type Escapes = 'none' | 'hiding' | 'all'

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

  #escapes: Escapes = 'none'
  /** In a run of zero-width characters that is too long. */
  #isTooWide = false

  /** The next value begins. */
  begin(escapeMode: Escapes): void {
    this.#escapes = escapeMode
    this.#isTooWide = false
  }

  /** Is there anything in it that may mean another? When not, it need not be taken. */
  concerns(bytes: Uint8Array, from: number, end: number): boolean {
    if (from === end) return false
    const isFound = end - from < shortBytes ? this.#isNear(bytes, from, end) : this.#isIn(bytes.subarray(from, end))
    if (!isFound) this.#isTooWide = false
    return isFound
  }

  #isNear(bytes: Uint8Array, from: number, end: number): boolean {
    const least = this.#escapes === 'none' ? 1 : 2
    if (least === 1) {
      let bits = 0
      let i = from
      for (; i + 4 <= end; i += 4)
        bits |= (bytes[i] ?? 0) | (bytes[i + 1] ?? 0) | (bytes[i + 2] ?? 0) | (bytes[i + 3] ?? 0)
      for (; i < end; i++) bits |= bytes[i] ?? 0
      if (bits < 0x80) return false
    }
    for (let i = from; i < end; i++) {
      const lead = leads[bytes[i] ?? 0] ?? 0
      if (lead !== 0 && lead <= least) return true
    }
    return false
  }

  /** The same for long ones, where asking for each byte at once is much faster. */
  #isIn(bytes: Uint8Array): boolean {
    if (this.#escapes !== 'none' && bytes.includes(backslash)) return true
    return !isAscii(bytes) && leadBytes.some((lead) => bytes.includes(lead))
  }

  /** @param bytes with what waited before, again, from its beginning at `from` */
  take(bytes: Uint8Array, from: number, end: number, final: boolean): void {
    this.#open(end - from)
    let zeroBytes = 0
    let i = from
    while (i < end) {
      const byte = bytes[i] ?? 0
      const read = leads[byte] === 0 ? itself : this.#read(bytes, i, end)
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
    for (let i = from; i < to; i++) this.#put(bytes[i] ?? 0, 1, 0)
  }

  /** @returns the length times 256 and what it means, or `itself`, or `incomplete` */
  #read(bytes: Uint8Array, at: number, end: number): number {
    const lead = bytes[at] ?? 0
    if (lead === backslash) return this.#readEscape(bytes, at, end)
    const second = at + 1 < end ? (bytes[at + 1] ?? 0) : incomplete
    if (second === incomplete) return incomplete
    if ((second & 0xc0) !== 0x80) return itself
    if (lead < 0xe0) return toRead(meaningOf(((lead & 0x1f) << 6) | (second & 0x3f)), 2)
    const third = at + 2 < end ? (bytes[at + 2] ?? 0) : incomplete
    if (third === incomplete) return incomplete
    if ((third & 0xc0) !== 0x80) return itself
    return toRead(meaningOf(((lead & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)), 3)
  }

  #readEscape(bytes: Uint8Array, at: number, end: number): number {
    if (this.#escapes === 'none') return itself
    if (at + 1 >= end) return incomplete
    const kind = bytes[at + 1] ?? 0
    if (kind !== 0x75) {
      const isRead = this.#escapes === 'all' || kind === 0x22
      return isRead ? toRead(escapes.get(kind) ?? itself, 2) : itself
    }
    let code = 0
    for (let i = at + 2; i < at + 6; i++) {
      if (i >= end) return incomplete
      const digit = toHex(bytes[i] ?? 0)
      if (digit < 0) return itself
      code = code * 16 + digit
    }
    return toRead(code < 0x80 ? code || itself : meaningOf(code), 6)
  }
}

function toRead(meaning: number, length: number): number {
  return meaning === itself ? itself : length * 256 + meaning
}

/** @returns -1 for what is no hexadecimal digit */
export function toHex(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
