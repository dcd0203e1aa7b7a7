// What follows a match without a useful bound (the body of a key, the rest of a token) is masked as it goes by: nothing is
// held but one byte of glue, and every cut gives the same end.

import { Automaton, dead, goesOn, unknown } from './automaton.ts'
import { anything, type ByteSet } from './byte-set.ts'
import { longestMatch, type Swallow } from './detector.ts'

/** Where it stopped. `over`: it has ended there; otherwise more bytes are needed, and from `at` on they are held. */
export interface Swallowed {
  readonly at: number
  readonly over: boolean
}

export interface SwallowRun {
  advance(bytes: Uint8Array, from: number, end: number, final: boolean): Swallowed
}

export function toSwallow(swallow: Swallow): () => SwallowRun {
  if (swallow.kind === 'run') {
    const glue = swallow.glue.length === 1 ? swallow.glue.charCodeAt(0) : -1
    return () => new ByteRun(swallow.set, glue)
  }
  // Anything may go before the end that is looked for, so the search is a pattern, too.
  const search = new Automaton([
    { pattern: `[\\x00-\\xff]*(?:${swallow.pattern})`, left: anything, maxBytes: longestMatch },
  ])
  return () => new UntilPattern(search, swallow.maxBytes, swallow.stop)
}

class ByteRun implements SwallowRun {
  readonly #set: ByteSet
  readonly #glue: number

  constructor(set: ByteSet, glue: number) {
    this.#set = set
    this.#glue = glue
  }

  advance(bytes: Uint8Array, from: number, end: number, final: boolean): Swallowed {
    let at = from
    for (;;) {
      while (at < end && this.#set[bytes[at] ?? 0] === 1) at++
      if (at >= end) return { at, over: false }
      if (bytes[at] !== this.#glue) return { at, over: true }
      if (at + 1 >= end) return { at, over: final }
      if (this.#set[bytes[at + 1] ?? 0] !== 1) return { at, over: true }
      at += 2
    }
  }
}

class UntilPattern implements SwallowRun {
  readonly #search: Automaton
  readonly #maxBytes: number
  readonly #stop: ByteSet
  /** Of the search; -1 before the first byte. Begins again when the table was emptied: an end across that may be missed,
   *  and then the cap is what ends it. */
  #state = -1
  #generation = -1
  #count = 0

  constructor(search: Automaton, maxBytes: number, stop: ByteSet) {
    this.#search = search
    this.#maxBytes = maxBytes
    this.#stop = stop
  }

  advance(bytes: Uint8Array, from: number, end: number): Swallowed {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (++this.#count > this.#maxBytes && this.#stop[byte] === 1) return { at, over: true }
      if (this.#isEnd(byte)) return { at: at + 1, over: true }
    }
    return { at: end, over: false }
  }

  #isEnd(byte: number): boolean {
    const search = this.#search
    if (this.#generation !== search.generation) this.#state = -1
    this.#generation = search.generation
    const isFirst = this.#state === -1
    let cell = (isFirst ? search.entry[byte] : search.table[byte * search.columnCells + this.#state]) ?? dead
    if (cell === unknown) cell = isFirst ? search.enter(search.entry, 0, byte) : search.step(this.#state, byte)
    this.#generation = search.generation
    this.#state = cell === dead ? -1 : cell >>> 1
    return cell !== dead && (cell & goesOn) === 0
  }
}
