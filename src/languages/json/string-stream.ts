// JSON that arrives in pieces cut anywhere, as a model writes it. The text inside string values is handed on decoded,
// everything else as it came: put together again in order, with the text escaped, it has the same value. Nothing waits
// except an escape that is not complete (at most 11 bytes). Whether the bytes are UTF-8 is not looked at: cut anywhere,
// that is for whoever reads the text.

import { isHexDigit, isHighSurrogate, isLowSurrogate, isShortEscape, toUnit, unescapeJson } from './text.ts'
import { endsJsonScalar, isJsonPunctuation, isJsonSpace, JsonStructure, malformedJson } from './structure.ts'

export interface JsonPieces {
  /** Everything outside string values, quotes of the values included. Views of what was pushed: copy to keep. */
  raw(bytes: Uint8Array): void
  /** A string value begins; `key` is the nearest member around it. */
  begin(key: string | null): void
  /** Some of its text, decoded as `unescapeJson` does. May be cut inside a character. Never empty. */
  piece(text: Uint8Array): void
  end(): void
}

const quote = 0x22
const backslash = 0x5c
const letterU = 0x75
const maxKeyBytes = 8192
const maxScalarBytes = 400

export class JsonStringStream {
  readonly #to: JsonPieces
  readonly #structure = new JsonStructure()
  #in: 'outside' | 'key' | 'value' | 'scalar' = 'outside'
  /** Text of a name or of a number so far; bounded by the two limits above. */
  #token = ''
  /** An escape, or the first of a pair, that may go on in the next piece. */
  readonly #carry = new Uint8Array(12)
  #carried = 0
  /** Bytes of the pieces before this one: where a fault lies in the whole text. */
  #before = 0

  constructor(to: JsonPieces) {
    this.#to = to
  }

  /** @throws Fault `request.malformed`; what was handed on before it stands, and the stream must not be used again */
  push(bytes: Uint8Array): void {
    let raw = 0
    for (let at = 0; at < bytes.length;) {
      if (this.#in === 'value') {
        if (raw < at) this.#to.raw(bytes.subarray(raw, at))
        at = this.#inValue(bytes, at)
        raw = at
        if (this.#in !== 'value') at++ // over the closing quote, which is raw
      } else if (this.#in === 'key') at = this.#inKey(bytes, at)
      else if (this.#in === 'scalar') at = this.#inScalar(bytes, at)
      else at = this.#outside(bytes, at)
    }
    if (raw < bytes.length) this.#to.raw(bytes.subarray(raw))
    this.#before += bytes.length
  }

  /** @throws Fault `request.malformed` when the text ended inside a value */
  finish(): void {
    if (this.#in === 'scalar') this.#endScalar(0)
    if (this.#in !== 'outside' || !this.#structure.isWhole) throw malformedJson('that ends early', this.#before)
  }

  #outside(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0
    const place = this.#before + at
    if (byte === quote) {
      this.#token = ''
      if (this.#structure.string(place)) this.#in = 'key'
      else {
        this.#in = 'value'
        this.#to.begin(this.#structure.key)
      }
    } else if (isJsonPunctuation(byte)) this.#structure.punctuation(byte, place)
    else if (!isJsonSpace(byte)) {
      this.#token = ''
      this.#in = 'scalar'
      return at
    }
    return at + 1
  }

  #inScalar(bytes: Uint8Array, start: number): number {
    let at = start
    while (at < bytes.length && !endsJsonScalar(bytes[at] ?? 0)) at++
    this.#append(bytes, start, at, maxScalarBytes)
    if (at < bytes.length) this.#endScalar(at)
    return at
  }

  #endScalar(at: number): void {
    this.#structure.scalar(this.#token, this.#before + at)
    this.#in = 'outside'
  }

  /** A name passes as it came; it is collected only to be said with the values under it. */
  #inKey(bytes: Uint8Array, start: number): number {
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#carried === 1) this.#carried = 0
      else if (byte === backslash) this.#carried = 1
      else if (byte === quote) {
        this.#append(bytes, start, at, maxKeyBytes)
        this.#structure.named(this.#toKey(this.#before + at))
        this.#in = 'outside'
        return at + 1
      }
    }
    this.#append(bytes, start, bytes.length, maxKeyBytes)
    return bytes.length
  }

  #append(bytes: Uint8Array, start: number, end: number, max: number): void {
    if (this.#token.length + end - start > max) throw malformedJson('token too long', this.#before + start)
    this.#token += Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  }

  #toKey(place: number): string {
    try {
      return String(JSON.parse(`"${Buffer.from(this.#token, 'latin1').toString('utf8')}"`))
    } catch {
      // The parser's own words would quote the name.
      throw malformedJson('name', place)
    }
  }

  // ── inside a string value ──

  /** @returns the place of the closing quote, or the end of the piece */
  #inValue(bytes: Uint8Array, start: number): number {
    let at = this.#carried > 0 ? this.#resume(bytes, start) : start
    if (this.#in !== 'value') return at - 1
    const from = at
    let whole = at
    for (; at < bytes.length; at = whole) {
      const byte = bytes[at] ?? 0
      if (byte === quote) break
      if (byte < 0x20) throw malformedJson('control character', this.#before + at)
      whole = byte === backslash ? this.#endOfEscape(bytes, at, bytes.length) : at + 1
      if (whole > 0) continue
      this.#carry.set(bytes.subarray(at))
      this.#carried = bytes.length - at
      this.#show(bytes, from, at)
      return bytes.length
    }
    if (this.#carried === 0) this.#show(bytes, from, at)
    if (at < bytes.length && this.#carried === 0) {
      this.#in = 'outside'
      this.#to.end()
    }
    return at
  }

  /** Completes the carried escape byte by byte. @returns where reading goes on */
  #resume(bytes: Uint8Array, start: number): number {
    let at = start
    while (this.#carried > 0 && at < bytes.length) {
      this.#carry[this.#carried++] = bytes[at++] ?? 0
      this.#settle()
    }
    return at
  }

  /** Shows what is complete in the carry and keeps the rest. */
  #settle(): void {
    while (this.#carried > 0) {
      const carry = this.#carry
      if (carry[0] !== backslash) return this.#flushPlain()
      const whole = this.#endOfEscape(carry, 0, this.#carried)
      if (whole === 0) return
      this.#show(carry, 0, whole)
      carry.copyWithin(0, whole, this.#carried)
      this.#carried -= whole
    }
  }

  #flushPlain(): void {
    const byte = this.#carry[0] ?? 0
    if (byte === quote) {
      this.#in = 'outside'
      this.#to.end()
    } else if (byte < 0x20) throw malformedJson('control character', this.#before)
    else this.#show(this.#carry, 0, 1)
    this.#carried = 0
  }

  /**
   * @returns the place behind the escape that begins at `at`, a whole pair of surrogates when it is one; 0 when that
   * cannot be said yet
   */
  #endOfEscape(bytes: Uint8Array, at: number, end: number): number {
    const one = this.#endOfOne(bytes, at, end)
    if (one === 0 || bytes[at + 1] !== letterU || !isHighSurrogate(toUnit(bytes, at + 2))) return one
    if (one === end) return 0
    if (bytes[one] !== backslash) return one
    if (one + 1 === end) return 0
    if (bytes[one + 1] !== letterU) return one
    const two = this.#endOfOne(bytes, one, end)
    if (two === 0) return 0
    return isLowSurrogate(toUnit(bytes, one + 2)) ? two : one
  }

  #endOfOne(bytes: Uint8Array, at: number, end: number): number {
    if (at + 1 >= end) return 0
    const letter = bytes[at + 1] ?? 0
    if (letter !== letterU) {
      if (!isShortEscape(letter)) throw malformedJson('escape', this.#before)
      return at + 2
    }
    for (let i = at + 2; i < at + 6; i++) {
      if (i >= end) return 0
      if (!isHexDigit(bytes[i] ?? 0)) throw malformedJson('escape', this.#before)
    }
    return at + 6
  }

  #show(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    const text = unescapeJson(bytes, from, to)
    // The carry is written to again; what was shown of it must not change.
    this.#to.piece(bytes === this.#carry && text.buffer === bytes.buffer ? text.slice() : text)
  }
}
