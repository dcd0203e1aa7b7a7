// The grammar of JSON (RFC 8259 §2) as a machine that is told of tokens and remembers what may come next. Two readers
// drive it: one over a whole buffer, one over pieces. It knows no bytes of strings, only where a key or a value may stand.

import { Fault } from '../../kernel/fault.ts'

/** Deeper than anything a client or a model writes; what is nested deeper is refused, not skipped. */
export const maxJsonDepth = 256

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'after' | 'nothing'

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

/** A number of a thousand digits is no number that anybody means. */
const maxScalarBytes = 400
const scalar = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)$/

export class JsonStructure {
  depth = 0
  #expected: Expected = 'value'
  readonly #isObject = new Uint8Array(maxJsonDepth + 1)
  readonly #keys: (string | null)[] = [null]

  /** Name of the nearest member around the place reached; null when there is none. */
  get key(): string | null {
    return this.#keys[this.depth] ?? null
  }

  /** True when exactly one value was read. */
  get isWhole(): boolean {
    return this.#expected === 'nothing'
  }

  /** One of `{ } [ ] : ,`. @throws Fault `request.malformed` */
  punctuation(byte: number, at: number): void {
    if (byte === openBrace || byte === openBracket) this.#open(byte === openBrace, at)
    else if (byte === closeBrace || byte === closeBracket) this.#close(byte === closeBrace, at)
    else if (byte === comma && this.#expected === 'after' && this.depth > 0)
      this.#expected = this.#isObject[this.depth] === 1 ? 'key' : 'value'
    else if (byte === colon && this.#expected === 'colon') this.#expected = 'value'
    else throw malformedJson('punctuation', at)
  }

  /** @returns true when the string is a member's name, and then `named` follows. @throws Fault `request.malformed` */
  string(at: number): boolean {
    if (this.#expected === 'key' || this.#expected === 'key-or-end') {
      this.#expected = 'colon'
      return true
    }
    this.#value(at)
    return false
  }

  named(key: string): void {
    this.#keys[this.depth] = key
  }

  /** A number, true, false or null, as it was written. @throws Fault `request.malformed` */
  scalar(text: string, at: number): void {
    if (text.length > maxScalarBytes || !scalar.test(text)) throw malformedJson('value', at)
    this.#value(at)
  }

  #value(at: number): void {
    if (this.#expected !== 'value' && this.#expected !== 'value-or-end') throw malformedJson('value out of place', at)
    this.#expected = this.depth === 0 ? 'nothing' : 'after'
  }

  #open(isObject: boolean, at: number): void {
    this.#value(at)
    if (this.depth === maxJsonDepth) throw malformedJson('nested too deep', at)
    const key = this.key
    this.depth++
    this.#isObject[this.depth] = isObject ? 1 : 0
    this.#keys[this.depth] = key
    this.#expected = isObject ? 'key-or-end' : 'value-or-end'
  }

  #close(isObject: boolean, at: number): void {
    const mayEnd = this.#expected === 'after' || this.#expected === (isObject ? 'key-or-end' : 'value-or-end')
    if (this.depth === 0 || !mayEnd || (this.#isObject[this.depth] === 1) !== isObject)
      throw malformedJson('bracket', at)
    this.depth--
    this.#expected = this.depth === 0 ? 'nothing' : 'after'
  }
}

export function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

export function isJsonPunctuation(byte: number): boolean {
  return (
    byte === comma ||
    byte === colon ||
    byte === openBrace ||
    byte === closeBrace ||
    byte === openBracket ||
    byte === closeBracket
  )
}

/** A number or a literal goes on until one of these or the end. */
export function endsJsonScalar(byte: number): boolean {
  return byte === 0x22 || isJsonSpace(byte) || isJsonPunctuation(byte)
}

export function malformedJson(what: string, at: number): Fault {
  return new Fault('request.malformed', { what: `JSON ${what}`, at })
}
