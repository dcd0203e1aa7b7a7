// A pull reader of JSON (RFC 8259) that answers with spans of the original bytes: where a member's value lies, where a
// string's text lies. It builds no values, so that what is forwarded, hashed and patched are the bytes that came. Strict,
// because whoever reads more leniently than the target can be shown another request than the target sees. It knows the grammar
// and no more: what a request may hold besides is json-members.ts's and their callers'.

import type { Fault } from '../../kernel/fault.ts'
import { isHexDigit, isShortEscape } from '../../languages/json.ts'
import { toMalformedJson } from './malformed-json.ts'

/** Deeper than any schema an agent sends; each level costs a stack frame here. */
export const maxDepth = 256

const quote = 0x22
const backslash = 0x5c
/** What stands in a string as it is. */
const isPlain = new Uint8Array(256).fill(1, 0x20)
isPlain[quote] = 0
isPlain[backslash] = 0
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

const literals = ['true', 'false', 'null'].map((word) => Buffer.from(word))
const numberPattern = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** What may stand behind a number in an object or a list. */
const endsNumber = new Set<number | undefined>([comma, closeBrace, closeBracket, 0x20, 0x0a, 0x0d, 0x09])

/** First byte of a value tells its kind. */
export type ValueKind = 'object' | 'array' | 'string' | 'other'

export class JsonCursor {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  #end = 0
  #depth = 0
  #text: Buffer | null = null
  /** The string read last, without its quotes. */
  from = 0
  to = 0
  escaped = false

  reset(bytes: Uint8Array, start: number, end: number): this {
    if (bytes !== this.bytes) this.#text = null
    this.bytes = bytes
    this.at = start
    this.#end = end
    this.#depth = 0
    return this
  }

  /** Exclusive: nothing at or behind it is read. */
  get end(): number {
    return this.#end
  }

  /** @throws Fault `request.malformed` when there is no value here */
  kind(): ValueKind {
    const byte = this.#peek()
    if (byte === openBrace) return 'object'
    if (byte === openBracket) return 'array'
    return byte === quote ? 'string' : 'other'
  }

  /** Enters an object and reads its first key. @returns false when the object is empty, and then it is left */
  firstMember(): boolean {
    this.#enter(openBrace)
    if (this.#peek() !== closeBrace) return this.#key()
    return this.#leave()
  }

  /** After a value: the next key, or false when the object has ended. */
  nextMember(): boolean {
    const byte = this.#peek()
    this.at++
    if (byte === comma) return this.#key()
    if (byte !== closeBrace) throw this.malformed('members')
    this.at--
    return this.#leave()
  }

  firstElement(): boolean {
    this.#enter(openBracket)
    return this.#peek() === closeBracket ? this.#leave() : true
  }

  nextElement(): boolean {
    const byte = this.#peek()
    this.at++
    if (byte === comma) return true
    if (byte !== closeBracket) throw this.malformed('elements')
    this.at--
    return this.#leave()
  }

  /** Reads a string value; its span is in `from`, `to`, `escaped`. */
  string(): void {
    if (this.#peek() !== quote) throw this.malformed('string')
    const bytes = this.bytes
    const end = this.#end
    let at = this.at + 1
    this.from = at
    this.escaped = false
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (isPlain[byte] === 1) continue
      if (byte === quote) {
        this.to = at
        this.at = at + 1
        return
      }
      if (byte !== backslash) break
      this.escaped = true
      at = this.#escape(at + 1)
    }
    this.at = at
    throw this.malformed('string')
  }

  /** Passes over a value of any kind. */
  passOver(): void {
    const kind = this.kind()
    if (kind === 'string') this.string()
    else if (kind === 'object') for (let more = this.firstMember(); more; more = this.nextMember()) this.passOver()
    else if (kind === 'array') for (let more = this.firstElement(); more; more = this.nextElement()) this.passOver()
    else this.#scalar()
  }

  /** Nothing but white space may follow. */
  requireEnd(): void {
    this.#space()
    if (this.at !== this.#end) throw this.malformed('end')
  }

  /** Whether the string read last is this ASCII word, however it was escaped. */
  is(word: string): boolean {
    if (this.escaped) return this.text() === word
    const length = this.to - this.from
    if (length !== word.length) return false
    for (let i = 0; i < length; i++) if (this.bytes[this.from + i] !== word.charCodeAt(i)) return false
    return true
  }

  /** A small non-negative integer value, or -1 for any other value. */
  smallInteger(): number {
    this.kind()
    const start = this.at
    let value = 0
    for (; this.at < this.#end && this.at - start < 9; this.at++) {
      const digit = (this.bytes[this.at] as number) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    const after = this.bytes[this.at]
    // `00` is no number, whatever it counts: `skip` says so.
    const isNumber = this.at === start + 1 || (this.at > start && this.bytes[start] !== 0x30)
    if (isNumber && endsNumber.has(after)) return value
    this.at = start
    this.passOver()
    return -1
  }

  /** The string read last. */
  text(): string {
    const raw = this.slice(this.from, this.to)
    return this.escaped ? String(JSON.parse(`"${raw}"`)) : raw
  }

  slice(start: number, end: number): string {
    this.#text ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return this.#text.toString('utf8', start, end)
  }

  malformed(what: string): Fault {
    return toMalformedJson(what, this.at)
  }

  // ── the grammar ──

  #space(): void {
    for (; this.at < this.#end; this.at++) {
      const byte = this.bytes[this.at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
    }
  }

  #peek(): number {
    this.#space()
    if (this.at >= this.#end) throw this.malformed('that ends early')
    return this.bytes[this.at] as number
  }

  #enter(bracket: number): void {
    if (this.#peek() !== bracket) throw this.malformed('of another kind')
    if (++this.#depth > maxDepth) throw this.malformed('nested too deep')
    this.at++
  }

  #leave(): false {
    this.#depth--
    this.at++
    return false
  }

  #key(): true {
    this.string()
    const { from, to, escaped } = this
    if (this.#peek() !== colon) throw this.malformed('member')
    this.at++
    this.from = from
    this.to = to
    this.escaped = escaped
    return true
  }

  /** @returns the place of the last byte of the escape whose letter is at `at` */
  #escape(at: number): number {
    const letter = this.bytes[at] ?? 0
    if (at < this.#end && isShortEscape(letter)) return at
    const last = at + 4
    let digits = letter === 0x75 && last < this.#end
    for (let i = at + 1; digits && i <= last; i++) digits = isHexDigit(this.bytes[i] ?? 0)
    if (!digits) throw this.malformed('escape')
    return last
  }

  #scalar(): void {
    const start = this.at
    let at = start
    while (at < this.#end && isScalarByte(this.bytes[at] as number)) at++
    if (!literals.some((word) => word.length === at - start && this.#startsWith(word, start))) {
      // A number of a megabyte is no number that anybody means.
      if (at - start > 400 || !numberPattern.test(this.slice(start, at))) throw this.malformed('value')
    }
    this.at = at
  }

  #startsWith(word: Uint8Array, start: number): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[start + i] !== word[i]) return false
    return true
  }
}

function isScalarByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  )
}
