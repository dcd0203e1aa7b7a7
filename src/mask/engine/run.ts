// From one beginning through the automaton until no part goes on, noting where parts end; the judge then says which of the ends
// is a match. One a scanner: the run of a value whose bytes are not all here is kept, and goes on with the next ones.

import { encloses, promises, promisesWithWord, type Accepts } from './accepts.ts'
import { edge } from './byte-set.ts'
import { dead, onlyWithWord, goesOn, promiseMask, unknown } from './automaton.ts'
import { holds, nothing, type Judge, type SeenEnds } from './judge.ts'
import { Loop } from './loop.ts'
import type { RuleSet } from './rule-set.ts'

const empty = new Uint8Array(0)

/** A run that may end nowhere is over sooner, nearly always. */
export const quickBytes = 40

class Ends implements SeenEnds {
  readonly at: number[] = []
  readonly accepts: Accepts[] = []
  count = 0
  /** Whose ends are the last ones, when of more in a row only the last is tried. */
  lastAlone: Accepts | null = null

  add(length: number, accepts: Accepts): void {
    if (this.lastAlone === accepts) {
      this.extend(length)
      return
    }
    this.at[this.count] = length
    this.accepts[this.count++] = accepts
    const isAlone = accepts.whole.length === accepts.parts.length && !accepts.isUrgent && accepts.encloses === null
    this.lastAlone = isAlone ? accepts : null
  }

  /** The last end is there instead. */
  extend(length: number): void {
    this.at[this.count - 1] = length
  }

  clear(): void {
    this.count = 0
    this.lastAlone = null
  }
}

export class Run {
  readonly #set: RuleSet
  readonly #judge: Judge
  readonly #loop: Loop
  readonly #ends = new Ends()
  readonly #innerEnds = new Ends()
  #bytes: Uint8Array = empty
  #end = 0
  #final = false
  /** To where no match begins, because the last run was over something whole; 0 when it was not. */
  enclosedTo = 0
  /** The live run of the last feed, so that a slow stream is not read again from its beginning. */
  #liveState = -1
  #liveGeneration = 0
  #liveLength = 0

  constructor(set: RuleSet, judge: Judge) {
    this.#set = set
    this.#judge = judge
    this.#loop = new Loop(set.automaton)
  }

  open(bytes: Uint8Array, end: number, final: boolean): void {
    this.#bytes = bytes
    this.#end = end
    this.#final = final
    this.#loop.open(bytes)
  }

  /** The last one has met the end of the bytes and is not over. */
  get isLive(): boolean {
    return this.#liveState >= 0
  }

  forget(): void {
    this.#liveState = -1
  }

  /**
   * Is the run worth being followed? Most end within a few bytes, and what ended on the way has a byte behind it that it does
   * not allow, or no word before it.
   * @param first the cell after its first byte
   */
  mayEnd(start: number, first: number): boolean {
    const bytes = this.#bytes
    const { table, columnCells, promises: promised, promiseAt } = this.#set.automaton
    const soon = start + quickBytes < this.#end ? start + quickBytes : this.#end
    let needsWord = false
    let cell = first
    this.enclosedTo = 0
    for (let at = start + 1; ; at++) {
      if ((cell & goesOn) === 0) {
        if (cell === dead) return (needsWord && this.#judge.hearsWord(start)) || this.#judge.observer !== null
        if (cell === unknown || at >= this.#end) return true
        const promise = promised[((promiseAt[cell >>> 1] ?? 0) & promiseMask) + (bytes[at] ?? 0)] ?? promises
        if ((promise & promises) !== 0) return true
        if ((promise & promisesWithWord) !== 0) needsWord = true
        if ((promise & encloses) !== 0) this.enclosedTo = at
      }
      if (at >= soon) {
        const goesOnlyWithWord = (promiseAt[cell >>> 1] ?? 0) >= onlyWithWord
        return at >= this.#end || !goesOnlyWithWord || this.#judge.hearsWord(start) || this.#judge.observer !== null
      }
      cell = table[(bytes[at] ?? 0) * columnCells + (cell >>> 1)] ?? dead
    }
  }

  /**
   * @param first the cell after its first byte
   * @returns where the match ends, `nothing` or `holds`
   */
  follow(start: number, first: number): number {
    return this.#from(start, first, this.#ends)
  }

  /** The run of the last feed, whose bytes are here again with more behind them. */
  resume(start: number, before: number): number {
    const state = this.#liveState
    this.#liveState = -1
    this.enclosedTo = 0
    if (this.#liveGeneration === this.#set.automaton.generation)
      return this.#goOn(start, start + this.#liveLength, state, this.#ends)
    // The table was emptied, and its states are gone.
    return this.#fromByte(start, before, this.#ends)
  }

  /** The secret known by its form that begins inside a match, if one does. @param before the byte before it */
  inside(start: number, before: number): number {
    return this.#fromByte(start, before, this.#innerEnds)
  }

  #fromByte(start: number, before: number, ends: Ends): number {
    const { automaton } = this.#set
    const cell = automaton.first(automaton.entry, before, this.#bytes[start] ?? 0)
    return cell === dead ? nothing : this.#from(start, cell, ends)
  }

  #from(start: number, first: number, ends: Ends): number {
    ends.clear()
    this.enclosedTo = 0
    const state = first >>> 1
    if ((first & goesOn) === 0 && this.#accepts(start, start + 1, state, ends)) return start + 1
    return this.#goOn(start, start + 1, state, ends)
  }

  #goOn(start: number, at: number, from: number, ends: Ends): number {
    const bytes = this.#bytes
    const end = this.#end
    const { automaton } = this.#set
    let state = from
    let i = at
    let { table, columnCells } = automaton
    for (;;) {
      const reach = automaton.reachOf(state)
      if (i - start >= reach && i < end) return this.#settle(start, ends)
      const limit = Math.min(end, start + reach)
      while (i < limit) {
        const byte = bytes[i] ?? 0
        let next = table[byte * columnCells + state] ?? dead
        if ((next & goesOn) === 0) {
          if (next === unknown) {
            next = automaton.step(state, byte)
            table = automaton.table
            columnCells = automaton.columnCells
          }
          if (next === dead) return this.#settle(start, ends)
        }
        i++
        if ((next & goesOn) === 0) {
          if (automaton.acceptsOf(next >>> 1) === ends.lastAlone) {
            if (next >>> 1 === state) i = this.#loop.endOf(next, i, limit)
            ends.extend(i - start)
          } else if (this.#accepts(start, i, next >>> 1, ends)) return i
        }
        state = next >>> 1
      }
      if (i >= end) break
    }
    if (this.#final) return this.#settle(start, ends)
    if (ends === this.#ends) {
      this.#liveState = state
      this.#liveGeneration = automaton.generation
      this.#liveLength = i - start
    }
    return holds
  }

  /** Notes an end. @returns true when it is the end of a match whose further bytes are not waited for */
  #accepts(start: number, stop: number, state: number, ends: Ends): boolean {
    const accepts = this.#set.automaton.acceptsOf(state)
    ends.add(stop - start, accepts)
    return accepts.isUrgent && this.#judge.isUrgent(start, stop, accepts.parts)
  }

  #settle(start: number, ends: Ends): number {
    if (ends.count === 0) return nothing
    const stop = this.#judge.settle(start, ends, ends === this.#innerEnds)
    this.enclosedTo = this.#enclosureOf(start, ends)
    return stop
  }

  #enclosureOf(start: number, ends: Ends): number {
    for (let k = ends.count - 1; k >= 0; k--) {
      const behind = ends.accepts[k]?.encloses
      if (behind == null) continue
      const stop = start + (ends.at[k] ?? 0)
      if (behind[stop < this.#end ? (this.#bytes[stop] ?? 0) : edge] === 1) return stop
    }
    return 0
  }
}
