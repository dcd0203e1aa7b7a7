// A match that is being judged, with its surroundings: what checks and words are asked about. One object a scanner, filled
// anew for every match; it reads the scanner's bytes and what came before them, so that a cut changes nothing.

import { Buffer } from 'node:buffer'
import { Behind } from './behind.ts'
import { edge } from './byte-set.ts'
import { contextBytes, type Match } from './detector.ts'
import type { WordList } from './word-list.ts'
import { wordReach, WordsBefore } from './words.ts'

const empty = new Uint8Array(0)

export class Candidate implements Match {
  bytes: Uint8Array = empty
  /** Where the bytes begin that are known; `behind` ends there. */
  from = 0
  readonly behind = new Behind(wordReach)
  start = 0
  end = 0
  maskStart = 0
  maskEnd = 0

  readonly #words: WordsBefore
  #view: Buffer | null = null

  constructor(words: WordList) {
    this.#words = new WordsBefore(words)
  }

  open(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes
    this.from = from
    this.#view = null
    this.#words.open(bytes, from, end, this.behind)
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
    return at >= this.from ? (this.bytes[at] ?? edge) : this.behind.byte(this.from - at)
  }

  before(): string {
    const here = Math.min(contextBytes, this.start - this.from)
    const text = this.#latin1(this.start - here, this.start)
    const missing = Math.min(contextBytes - here, this.behind.length)
    return missing === 0 ? text : this.behind.latin1(missing) + text
  }

  hasWordBefore(rule: number): boolean {
    return this.#words.has(rule, this.start)
  }

  hasAnyWordBefore(start: number): boolean {
    return this.#words.hasAny(start)
  }

  get wordsBefore(): WordsBefore {
    return this.#words
  }

  /** To be kept after the bytes are gone: the last of them before `safe`. */
  keepBehind(safe: number): void {
    if (safe > this.from) this.behind.add(this.bytes, this.from, safe)
  }

  #latin1(start: number, end: number): string {
    const { bytes } = this
    this.#view ??= bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.#view.toString('latin1', start, end)
  }
}
