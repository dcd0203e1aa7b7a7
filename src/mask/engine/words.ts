// The words before a match, for all detectors in one pass over the bytes: does any of a detector's words begin there where
// a word begins? `card` counts in `cards`, `credit_card` and `creditCard`, not in `discard`.

import { Automaton, dead, unknown } from './automaton.ts'
import { anything } from './byte-set.ts'
import { longestMatch, type Detector } from './detector.ts'

/** A value begins as a word begins. */
const wordBoundary = Uint8Array.of(10)

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
    return this.look(-1, wordBoundary, 0, 1)
  }

  /** @returns the state to go on from with the bytes that follow */
  look(state: number, bytes: Uint8Array, start: number, end: number): number {
    const search = this.#search
    if (search === null) return -1
    const { classes, entry } = search
    let { table } = search
    let at = state
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0
      let cell = (at === -1 ? entry[byte] : table[at + (classes[byte] ?? 0)]) ?? dead
      if (cell === unknown) {
        cell = search.step(at, classes[byte] ?? 0)
        table = search.table
      }
      at = cell === dead ? -1 : cell >>> 1
      if ((cell & 1) === 1 && cell !== dead) this.#add(search.acceptsOf(at).parts)
    }
    return at
  }

  #add(parts: readonly number[]): void {
    for (const part of parts) for (const owner of this.#owners[part] ?? []) this.found[owner] = 1
  }
}

function toPattern(word: string): string {
  const letters = Array.from(word, (letter) =>
    letter === '_' ? '[ _-]?' : /[a-z]/.test(letter) ? `[${letter.toUpperCase()}${letter}]` : letter,
  )
  const hump = [word.charAt(0).toUpperCase(), ...letters.slice(1)].join('')
  return `[\\x00-\\xff]*(?:[^A-Za-z]${letters.join('')}|[a-z0-9]${hump})`
}
