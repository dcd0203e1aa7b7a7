// One look at many values that lie in the same bytes: the rows that one read of a target brought have thousands of short ones, and
// most have nothing that any detector would look at twice. They are joined by separators, which a detector takes for the end of
// a value, and the prefilter looks at all of them at once. A value in which it lists no place is clear; whatever is not surely
// clear is looked at like all other values, so what is found does not depend on this.

import type { ValuePlaces } from '../kernel/masker.ts'
import { mayHoldText } from './carriers/encoded-runs.ts'
import { kinds } from './carriers/sequences.ts'
import { promises, promisesWithWord } from './engine/accepts.ts'
import { dead, goesOn, promiseMask } from './engine/automaton.ts'
import { separator } from './engine/byte-set.ts'
import { Candidate } from './engine/candidate.ts'
import { contextBytes } from './engine/detector.ts'
import { needsWord, runBytes, windowBytes } from './engine/prefilter.ts'
import type { RuleSet } from './engine/rule-set.ts'

/** What a look at the last value may read behind it. */
const padding = 64
const empty = new Uint8Array(0)
const nowhere: ValuePlaces = { starts: new Uint32Array(0), ends: new Uint32Array(0), count: 0 }

/** One for all sessions of a thread: it is begun and used without waiting for anything in between. */
export class Survey {
  /** Rises with every beginning: who holds another number holds nothing. */
  turn = 0

  readonly #set: RuleSet
  readonly #candidate: Candidate
  /** By byte: 1 where it may mean something else than itself, or is what a part is anchored to. */
  readonly #special: Uint8Array
  #bytes: Uint8Array = empty
  #values = nowhere
  /** Values before have been asked for. */
  #value = 0
  /** The bytes `#from..#to` are joined, from offset 1 on. */
  readonly #joined = new Uint8Array(1 + windowBytes)
  #from = 0
  #to = 0
  /** Where something may begin, as offsets from `#from`, and the first of them that is not behind us. */
  #places = new Uint16Array(0)
  #place = 0

  constructor(set: RuleSet) {
    this.#set = set
    this.#candidate = new Candidate(set.words)
    this.#special = kinds.map((kind, byte) => (kind !== 0 || byte === set.anchor?.byte ? 1 : 0))
  }

  /** @returns the number of this turn */
  begin(bytes: Uint8Array, values: ValuePlaces): number {
    this.#bytes = bytes
    this.#values = this.#set.isJoinable ? values : nowhere
    this.#value = 0
    this.#from = 0
    this.#to = 0
    return ++this.turn
  }

  /**
   * Is the value surely without a finding, for any principal, when nothing is known of it but its bytes? To be asked for values
   * in rising order.
   */
  isClear(start: number, end: number): boolean {
    const { starts, ends, count } = this.#values
    while (this.#value < count && (starts[this.#value] ?? 0) < start) this.#value++
    if (this.#value >= count || starts[this.#value] !== start || ends[this.#value] !== end) return false
    if (start >= this.#to) this.#look(start)
    if (end > this.#to) return false
    const places = this.#places
    const first = start - this.#from
    while (this.#place < places.length && (places[this.#place] ?? 0) < first) this.#place++
    if (this.#place < places.length && (places[this.#place] ?? 0) < end - this.#from) return false
    const bytes = this.#bytes
    const special = this.#special
    for (let i = start; i < end; i++) if (special[bytes[i] ?? 0] === 1) return false
    return !mayHoldText(bytes, start, end)
  }

  /** At as many values from this one on as a window has room for. */
  #look(start: number): void {
    const { starts, ends, count } = this.#values
    const room = windowBytes - padding
    let to = start
    let last = this.#value
    // Between two that touch there is no room for a separator.
    while (last < count && (ends[last] ?? 0) - start <= room && (last === this.#value || (starts[last] ?? 0) > to))
      to = ends[last++] ?? 0
    this.#from = start
    this.#to = to
    this.#place = 0
    if (to === start) return
    const joined = this.#joined
    joined[0] = separator
    joined.set(this.#bytes.subarray(start, to), 1)
    for (let i = this.#value + 1; i < last; i++)
      for (let at = ends[i - 1] ?? 0; at < (starts[i] ?? 0); at++) joined[at - start + 1] = separator
    const end = to - start + 1 + padding
    joined.fill(separator, to - start + 1, end)
    this.#list(end)
  }

  #list(end: number): void {
    const { prefilter } = this.#set
    const joined = this.#joined
    const looked = prefilter.find(joined, 1, end)
    prefilter.sift()
    const candidate = this.#candidate
    candidate.open(joined, 0, end)
    const { starts, ends, count } = this.#values
    let value = this.#value
    candidate.wordsBefore.dropUnheard(prefilter, 1, looked, {
      reaches: (place, wordEnd) => {
        while (value < count && (ends[value] ?? 0) <= place - 1 + this.#from) value++
        // A word of another value says nothing here.
        return wordEnd > (starts[value] ?? 0) - this.#from && place - wordEnd <= contextBytes
      },
      isNamed: (place) => {
        candidate.set(place, place)
        return this.#set.mayBegin(candidate, joined[place] ?? 0)
      },
    })
    // The prefilter is everybody's: its list is gone with the first value that is looked at.
    const places = prefilter.places.slice(0, prefilter.count)
    let kept = 0
    for (const listed of places) {
      const place = listed & ~needsWord
      if (listed !== place || this.#mayEnd(place + 1, end)) places[kept++] = place
    }
    this.#places = places.subarray(0, kept)
  }

  /** States that only joined values meet are made here: the prefilter keeps what it does not know. */
  #mayEnd(place: number, end: number): boolean {
    const { automaton } = this.#set
    const joined = this.#joined
    let cell = automaton.first(automaton.plainEntry, joined[place - 1] ?? 0, joined[place] ?? 0)
    let isMarked = false
    for (let at = place + 1; cell !== dead; at++) {
      if (at >= end || at > place + runBytes) return true
      const byte = joined[at] ?? 0
      if ((cell & goesOn) === 0) {
        const promise = automaton.promises[((automaton.promiseAt[cell >>> 1] ?? 0) & promiseMask) + byte] ?? promises
        if ((promise & promises) !== 0) return true
        // Not over yet: the next one that comes so far is to be marked, not kept.
        isMarked ||= (promise & promisesWithWord) !== 0
      }
      cell = automaton.after(cell, byte)
    }
    return isMarked
  }
}
