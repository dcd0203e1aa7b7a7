// What one exchange keeps from its target: values and the tokens that stand in their place, both ways. A token is made of the
// value and its class by HMAC, so the same conversation sent again makes the same tokens, and nothing is stored: whoever sends
// the values again has the tokens again. Letters and digits only, so that no text format has to escape them.

import { Buffer } from 'node:buffer'
import type { DataClass } from '../../kernel/finding.ts'
import type { Replacer } from '../operators/operators.ts'
import type { TokenMint } from '../operators/tokens.ts'

/** More values of one exchange are replaced like the others, but not looked for where no detector sees them. */
const maxKnown = 10_000
const longestValue = 4_096
const tokenDigits = 12
const longestPrefix = 8

const none = new Uint8Array(0)

export interface Kept {
  readonly value: Buffer
  readonly token: Buffer
  readonly dataClass: DataClass
}

/** Of the first three bytes. A gate in front of the exact comparison, nothing more. */
function hashOf(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) * 31 + (bytes[at + 1] ?? 0)) * 31 + (bytes[at + 2] ?? 0)) & 0xffff
}

export function isLetterOrDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 0x80
}

export class Vault implements Replacer {
  readonly #mint: TokenMint
  readonly #byToken = new Map<string, Kept>()
  /** What is looked for in text that goes out: values, and tokens that came back with the client. By `hashOf`. */
  readonly #known = new Map<number, { readonly text: Buffer; readonly token: Buffer }[]>()
  #gate = none
  /** Beginnings of tokens, so that a stream holds back nothing else. */
  readonly #beginnings = new Set<string>()

  constructor(mint: TokenMint) {
    this.#mint = mint
  }

  get isEmpty(): boolean {
    return this.#byToken.size === 0
  }

  // ── on the way out ──

  replacement(dataClass: DataClass, value: Uint8Array): Uint8Array {
    return value.length > longestValue ? this.unseen(dataClass) : this.tokenOf(dataClass, value)
  }

  /** Of a value whose end is not known, or that is too long to be kept: it does not come back. */
  unseen(dataClass: DataClass): Uint8Array {
    return Buffer.from(`[redacted:${dataClass}]`)
  }

  tokenOf(dataClass: DataClass, bytes: Uint8Array): Uint8Array {
    const value = Buffer.from(bytes)
    const name = `${prefixOf(dataClass)}${this.#mint.mint('prompt', dataClass, value).base32(tokenDigits).toUpperCase()}`
    const kept = this.#byToken.get(name)
    if (kept !== undefined) return kept.token
    const token = Buffer.from(name)
    this.#byToken.set(name, { value, token, dataClass })
    for (let length = 1; length <= name.length; length++) this.#beginnings.add(name.slice(0, length))
    if (this.#byToken.size <= maxKnown) {
      this.#lookFor(value, token)
      this.#lookFor(token, token)
    }
    return token
  }

  /** A value or a token that was seen before and begins at `at`: what stands in its place, and where it ends. */
  knownAt(bytes: Uint8Array, at: number, end: number): { readonly token: Buffer; readonly end: number } | null {
    const hash = hashOf(bytes, at)
    if (this.#gate[hash] !== 1) return null
    for (const { text, token } of this.#known.get(hash) ?? []) {
      const stop = at + text.length
      if (stop > end || text.compare(bytes, at, stop) !== 0) continue
      // Inside of a longer word or number it is another value.
      if (isLetterOrDigit(text[0]) && at > 0 && isLetterOrDigit(bytes[at - 1])) continue
      if (isLetterOrDigit(text.at(-1)) && stop < end && isLetterOrDigit(bytes[stop])) continue
      return { token, end: stop }
    }
    return null
  }

  // ── on the way back ──

  /** @param run letters and digits as the target wrote them; targets change the case of what they take for a word */
  keptFor(run: string): Kept | undefined {
    return this.#byToken.get(run.toUpperCase())
  }

  mayBecomeToken(run: string): boolean {
    return this.#beginnings.has(run.toUpperCase())
  }

  #lookFor(text: Buffer, token: Buffer): void {
    // Two bytes are too little to be told from anything else.
    if (text.length < 3) return
    if (this.#gate === none) this.#gate = new Uint8Array(0x10000)
    const hash = hashOf(text, 0)
    this.#gate[hash] = 1
    const same = this.#known.get(hash) ?? []
    // The longest first: a shorter value may be the beginning of a longer one.
    same.push({ text, token })
    same.sort((a, b) => b.text.length - a.text.length)
    this.#known.set(hash, same)
  }
}

/** `pii/email` → `EMAIL`, `pii/us-ssn` → `USSSN`, `secret/…` → `SECRET`. */
function prefixOf(dataClass: DataClass): string {
  const [family = '', name = ''] = dataClass.split('/')
  const word = family === 'secret' ? 'SECRET' : name.replace(/[^a-z]/g, '').toUpperCase()
  return word.slice(0, longestPrefix)
}
