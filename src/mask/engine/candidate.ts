// A match that is being judged, with its surroundings: what checks and words are asked about. One object a scanner, filled
// anew for every match; it reads the scanner's bytes and what came before them, so that a cut changes nothing.

import { Buffer } from 'node:buffer'
import { edge } from './byte-set.ts'
import { contextBytes, type Match } from './detector.ts'
import type { WordFinder } from './words.ts'

const empty = new Uint8Array(0)

export class Candidate implements Match {
  bytes: Uint8Array = empty
  /** Where the bytes begin that are known; `behind` ends there. */
  from = 0
  /** The last bytes of the value before `from`, at most 64. */
  behind: Uint8Array = empty
  start = 0
  end = 0
  maskStart = 0
  maskEnd = 0

  readonly #words: WordFinder
  /** Where the words before were looked for; -1 when they must be looked for again. */
  #lookedAt = -1
  #hasLetters = false
  #view: Buffer | null = null

  constructor(words: WordFinder) {
    this.#words = words
  }

  open(bytes: Uint8Array, from: number): void {
    this.bytes = bytes
    this.from = from
    this.#view = null
    this.#lookedAt = -1
  }

  set(start: number, end: number): void {
    this.start = start
    this.end = end
    this.maskStart = start
    this.maskEnd = end
  }

  text(): string {
    return this.#latin1(this.start, this.end)
  }

  byteBefore(distance: number): number {
    if (distance > contextBytes) return edge
    const at = this.start - distance
    return at >= this.from ? (this.bytes[at] ?? edge) : (this.behind[this.behind.length + at - this.from] ?? edge)
  }

  before(): string {
    const here = Math.min(contextBytes, this.start - this.from)
    const text = this.#latin1(this.start - here, this.start)
    const missing = Math.min(contextBytes - here, this.behind.length)
    return missing === 0 ? text : Buffer.from(this.behind).toString('latin1', this.behind.length - missing) + text
  }

  hasWordBefore(rule: number): boolean {
    const words = this.#words
    if (this.#lookedAt !== this.start) {
      this.#lookedAt = this.start
      const here = Math.min(contextBytes, this.start - this.from)
      const first = this.behind.length - Math.min(contextBytes - here, this.behind.length)
      // Rows of numbers have no word anywhere, and that is seen at once.
      this.#hasLetters =
        hasLetter(this.bytes, this.start - here, this.start) || hasLetter(this.behind, first, this.behind.length)
      if (this.#hasLetters) {
        const next = words.look(words.begin(), this.behind, first, this.behind.length)
        words.look(next, this.bytes, this.start - here, this.start)
      }
    }
    return this.#hasLetters && words.found[rule] === 1
  }

  /** The finder is shared by all scanners: what it found is another's after anything else ran. */
  forget(): void {
    this.#lookedAt = -1
  }

  /** To be kept after the bytes are gone: the last of them before `safe`. */
  keepBehind(safe: number): void {
    const known = safe - this.from
    if (known >= contextBytes) this.behind = this.bytes.slice(safe - contextBytes, safe)
    else if (known > 0) {
      const kept = this.behind.subarray(Math.max(0, this.behind.length - (contextBytes - known)))
      const joined = new Uint8Array(kept.length + known)
      joined.set(kept)
      joined.set(this.bytes.subarray(this.from, safe), kept.length)
      this.behind = joined
    }
  }

  #latin1(start: number, end: number): string {
    const { bytes } = this
    this.#view ??= bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.#view.toString('latin1', start, end)
  }
}

function hasLetter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (((bytes[i] ?? 0) & 0xdf) >= 65) return true
  return false
}
