// What one exchange keeps from its target: values and the tokens that stand in their place, both ways. A token is made of the
// value and its class by HMAC, so the same conversation sent again makes the same tokens, and nothing is stored: whoever sends
// the values again has the tokens again. Letters and digits only, so that no text format has to escape them.

import { Buffer } from 'node:buffer'
import type { DataClass } from '../../kernel/finding.ts'
import { bytesOf } from '../engine/byte-set.ts'
import { toBytes, type Replacer } from '../operators/operators.ts'
import type { TokenMint } from '../operators/tokens.ts'
import { KnownTexts, type FoundText } from './known-texts.ts'

/** More values of one exchange are replaced like the others; they do not come back, nor are they found where no detector sees them. */
const maxKept = 10_000
const longestValue = 4_096
const tokenDigits = 12
const longestPrefix = 8

export interface Kept {
  readonly value: Buffer
  readonly token: Buffer
  readonly dataClass: DataClass
}

export class Vault implements Replacer {
  readonly #mint: TokenMint
  readonly #byToken = new Map<string, Kept>()
  /** What is looked for in text that goes out: values, and tokens that came back with the client. */
  readonly #known = new KnownTexts<Kept>()
  /** Kept, and not yet looked for: who has no new text does not look. */
  #notLookedFor: Kept[] = []
  /** What the tokens begin with: one a class. */
  readonly #prefixes = new Set<string>()
  /** Is told of what is kept, with the value as it was given. */
  onKept: ((token: string, dataClass: DataClass, value: Uint8Array) => void) | null = null

  constructor(mint: TokenMint) {
    this.#mint = mint
  }

  get isEmpty(): boolean {
    return this.#byToken.size === 0
  }

  // ── on the way out ──

  replacement(dataClass: DataClass, value: Uint8Array): Uint8Array {
    if (value.length > longestValue) return this.unseen(dataClass)
    const name = `${prefixOf(dataClass)}${this.#mint.mint('prompt', dataClass, value).base32Capitals(tokenDigits)}`
    return this.#byToken.get(name)?.token ?? this.keep(name, dataClass, value)
  }

  /** @param value the bytes are the caller's. @returns the token, whether there was room to keep it or not */
  keep(name: string, dataClass: DataClass, value: Uint8Array): Uint8Array {
    if (this.#byToken.size >= maxKept) return toBytes(name)
    const token = Buffer.from(name)
    const kept = { value: Buffer.from(value), token, dataClass }
    this.#byToken.set(name, kept)
    this.#prefixes.add(name.slice(0, -tokenDigits))
    this.#notLookedFor.push(kept)
    this.onKept?.(name, dataClass, value)
    return token
  }

  /** Of a value whose end is not known, or that is too long to be kept: it does not come back. */
  unseen(dataClass: DataClass): Uint8Array {
    return Buffer.from(`[redacted:${dataClass}]`)
  }

  /** Values and tokens that were seen before, where they stand in a text. */
  knownIn(bytes: Uint8Array, start: number, end: number): readonly FoundText<Kept>[] {
    for (const kept of this.#notLookedFor) {
      this.#known.add(kept.token, kept)
      this.#known.add(kept.value, kept)
    }
    this.#notLookedFor = []
    return this.#known.allIn(bytes, start, end)
  }

  // ── on the way back ──

  /** @param run letters and digits as the target wrote them; targets change the case of what they take for a word */
  keptFor(run: string): Kept | undefined {
    return this.#byToken.get(run.toUpperCase())
  }

  /** Is it so far like one? */
  mayBecomeToken(run: string): boolean {
    const begun = run.toUpperCase()
    for (const prefix of this.#prefixes) {
      if (prefix.startsWith(begun)) return true
      if (begun.startsWith(prefix) && begun.length <= prefix.length + tokenDigits && isToken(begun, prefix.length))
        return true
    }
    return false
  }
}

const tokenLetters = bytesOf('A-Z2-7')

/** Are the letters from there on those of tokens? */
function isToken(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (tokenLetters[text.charCodeAt(i)] !== 1) return false
  return true
}

/** By class, as many as there are. */
const prefixes = new Map<DataClass, string>()

/** `pii/email` → `EMAIL`, `pii/us-ssn` → `USSSN`, `secret/…` → `SECRET`. */
function prefixOf(dataClass: DataClass): string {
  let prefix = prefixes.get(dataClass)
  if (prefix === undefined) {
    const [family = '', name = ''] = dataClass.split('/')
    const word = family === 'secret' ? 'SECRET' : name.replace(/[^a-z]/g, '').toUpperCase()
    prefix = word.slice(0, longestPrefix)
    prefixes.set(dataClass, prefix)
  }
  return prefix
}
