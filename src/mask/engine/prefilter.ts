// The first two looks at a stretch of bytes (`prefilter.wat`): the places where one of the patterns may begin at all, by the byte
// before and the first four bytes, sixteen places at a time; and of these the ones from which the automaton comes to an end that
// may be a match. They may name a place too many and never leave one out, so what is found does not depend on them: where
// they cannot be used, every place is looked at.

import { readFileSync } from 'node:fs'
import { maxAccepts } from './accepts.ts'
import { columnCellsOf, type Automaton } from './automaton.ts'
import { digitReach, toTables, type Beginning } from './beginnings.ts'

/** A stretch shorter than this is not worth a copy. */
export const worthwhileBytes = 192
/** Behind the last place, as many bytes must be known. */
export const lookAhead = digitReach - 1

/** A place is followed so far at most. */
export const runBytes = 48
/** Set in a place: what ends there needs a word before it. */
export const needsWord = 0x8000
/** Looked at at once. So that a place with its mark has 16 bits. */
export const windowBytes = 32_256

/** The module's memory, as `prefilter.wat` says it. */
const enclosuresAt = 0x5_0000
const windowAt = 0x9_0010
const listAt = 0xb_0000
const rowsAt = 0xd_0000
const promiseAtAt = 0xd_1000
const entryAt = 0xf_2000
const plainEntryAt = 0x11_3000
const promisesAt = 0x13_4000
const tableAt = 0x23_4000
const pageBytes = 65_536

interface Exports {
  readonly find: (base: number, at: number, end: number, list: number) => number
  readonly sift: (gate: number, count: number, end: number, column: number) => number
}

function isExports(value: object): value is Exports {
  return typeof Reflect.get(value, 'find') === 'function' && typeof Reflect.get(value, 'sift') === 'function'
}

let module: object | null = null

function newExports(memory: WebAssembly.Memory): Exports {
  module ??= new WebAssembly.Module(readFileSync(new URL('prefilter.wasm', import.meta.url)))
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  if (!isExports(exports)) throw new TypeError('prefilter.wasm is not the one that belongs here')
  return exports
}

/** The places for one set of patterns, in windows of a scanner's bytes; one for all scanners of a thread. */
export class Prefilter {
  /** As offsets from the first place looked at, rising; until `find` is called again. `sift` marks some with `needsWord`. */
  readonly places: Uint16Array
  count = 0
  /** What `sift` found that no match begins inside of: the place in the lower half of each, and what is behind it in the upper one. */
  readonly #enclosures: Uint32Array
  #enclosureCount = 0
  /** The first that is not behind what was asked for last. */
  #enclosure = 0

  readonly #exports: Exports
  readonly #memory: Uint8Array
  readonly #gateAt: number
  readonly #columnBytes: number
  /** The address behind the last byte of the window. */
  #windowEnd = windowAt

  /** @param gate the first cells of `automaton` for these beginnings, `entry` or `plainEntry`; its tables move here */
  constructor(beginnings: readonly Beginning[], automaton: Automaton, gate: 'entry' | 'plainEntry') {
    const { maxStates } = automaton
    const columnCells = columnCellsOf(maxStates)
    const pages = Math.ceil((tableAt + 256 * columnCells * 2) / pageBytes)
    // What is never written costs nothing.
    const memory = new WebAssembly.Memory({ initial: pages })
    const { buffer } = memory
    this.#exports = newExports(memory)
    this.#memory = new Uint8Array(buffer)
    this.#memory.set(toTables(beginnings))
    this.#columnBytes = columnCells * 2
    this.#gateAt = gate === 'entry' ? entryAt : plainEntryAt
    this.places = new Uint16Array(buffer, listAt, windowBytes + 16)
    this.#enclosures = new Uint32Array(buffer, enclosuresAt, windowBytes / 2)
    const { rows, entry } = automaton
    automaton.moveTo({
      rows: new Uint32Array(buffer, rowsAt, rows.length),
      promiseAt: new Uint32Array(buffer, promiseAtAt, maxStates),
      entry: new Uint16Array(buffer, entryAt, entry.length),
      plainEntry: new Uint16Array(buffer, plainEntryAt, entry.length),
      promises: new Uint8Array(buffer, promisesAt, maxAccepts * 256),
      table: new Uint16Array(buffer, tableAt, 256 * columnCells),
      columnCells,
    })
  }

  /**
   * Looks at the places from `from` (at least 1) on, as many as a window has, but none whose first bytes are not all before
   * `end`. @returns the place up to which it has looked
   */
  find(bytes: Uint8Array, from: number, end: number): number {
    this.#enclosureCount = 0
    const to = Math.min(end - lookAhead, from + windowBytes)
    const known = Math.min(end, to + runBytes)
    this.#memory.set(bytes.subarray(from - 1, known), windowAt - 1)
    this.#windowEnd = windowAt + known - from
    this.count = this.#exports.find(windowAt, windowAt, windowAt + to - from, listAt)
    // Sixteen at a time: the last ones may be places behind `to`, which more bytes than are known would decide.
    while (this.count > 0 && (this.places[this.count - 1] ?? 0) >= to - from) this.count--
    return to
  }

  /** Takes from the list the places from which no run ends where a match may, and those inside of what one of them encloses. */
  sift(): void {
    const counts = this.#exports.sift(this.#gateAt, this.count, this.#windowEnd, this.#columnBytes)
    this.count = counts & 0xffff
    this.#enclosureCount = counts >>> 16
    this.#enclosure = 0
  }

  /** Best asked for in rising order. @returns where that ends which began before the place and reaches over it; else the place */
  enclosedTo(place: number): number {
    for (; this.#enclosure < this.#enclosureCount; this.#enclosure++) {
      const pair = this.#enclosures[this.#enclosure] ?? 0
      const to = pair >>> 16
      if (to > place) return (pair & 0xffff) < place ? to : place
    }
    return place
  }
}
