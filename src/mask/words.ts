// The words before a match, for all detectors in one pass over the bytes: does any of a detector's words begin there where
// a word begins? `card` counts in `cards`, `credit_card` and `creditCard`, not in `discard`.

import { Automaton, dead, unknown } from './automaton.ts'
import { anything } from './byte-set.ts'
import { longestMatch, type Detector } from './detector.ts'

const newline = 10

export class WordFinder {
  readonly #search: Automaton | null
  /** Of each part of the search: the detectors that have the word. */
  readonly #owners: readonly number[][]
  /** By detector: 1 when one of its words was there at the last look. */
  readonly found: Uint8Array

  constructor(detectors: readonly Detector[]) {
    const byWord = new Map<string, number[]>()
    for (const [i, detector] of detectors.entries())
      for (const word of detector.words ?? []) byWord.set(word, [...(byWord.get(word) ?? []), i])
    this.#owners = [...byWord.values()]
    this.found = new Uint8Array(detectors.length)
    const parts = [...byWord.keys()].map((word) => ({
      pattern: toPattern(word),
      left: anything,
      maxBytes: longestMatch,
    }))
    this.#search = parts.length === 0 ? null : new Automaton(parts)
  }

  /** Begins a look: nothing is found yet. @returns the state to go on from */
  begin(): number {
    this.found.fill(0)
    return this.#step(-1, newline)
  }

  /** @returns the state to go on from with the bytes that follow */
  look(state: number, bytes: Uint8Array, start: number, end: number): number {
    let at = state
    for (let i = start; i < end; i++) at = this.#step(at, bytes[i] ?? 0)
    return at
  }

  #step(state: number, byte: number): number {
    const search = this.#search
    if (search === null) return -1
    const byteClass = search.classes[byte] ?? 0
    const known = state === -1 ? search.entry[byteClass] : search.table[state + byteClass]
    const cell = known === unknown ? search.step(state, byteClass) : (known ?? dead)
    if (cell === dead) return -1
    const next = cell >>> 1
    if ((cell & 1) === 1)
      for (const part of search.acceptsOf(next)) for (const owner of this.#owners[part] ?? []) this.found[owner] = 1
    return next
  }
}

function toPattern(word: string): string {
  const letters = Array.from(word, (letter) =>
    letter === '_' ? '[ _-]?' : /[a-z]/.test(letter) ? `[${letter.toUpperCase()}${letter}]` : letter,
  )
  const hump = [word.charAt(0).toUpperCase(), ...letters.slice(1)].join('')
  return `[\\x00-\\xff]*(?:[^A-Za-z]${letters.join('')}|[a-z0-9]${hump})`
}
