// The first look at a stretch of bytes: the places where one of the patterns may begin at all, by the byte before and the first
// four bytes, sixteen places at a time (`prefilter.wat`). It may name a place too many and never leaves one out, so what is
// found does not depend on it: where it cannot be used, every place is looked at.

import { readFileSync } from 'node:fs'
import { digitReach, toTables, type Beginning } from './beginnings.ts'

/** A stretch shorter than this is not worth a copy. */
export const worthwhileBytes = 192
/** Behind the last place, as many bytes must be known. */
export const lookAhead = digitReach - 1

/** Of the module's memory: two sets of tables, the window with room for the byte before it, two lists. */
const slotBytes = 589_824
const windowAt = 2 * slotBytes + 16
const windowBytes = 65_024
const listsAt = 2 * slotBytes + 65_536
const listBytes = 131_072

interface Exports {
  readonly memory: WebAssembly.Memory
  readonly find: (tables: number, base: number, at: number, end: number, list: number) => number
}

function isExports(value: object): value is Exports {
  return (
    'memory' in value && value.memory instanceof WebAssembly.Memory && typeof Reflect.get(value, 'find') === 'function'
  )
}

function newExports(): Exports {
  const module = new WebAssembly.Module(readFileSync(new URL('prefilter.wasm', import.meta.url)))
  const { exports } = new WebAssembly.Instance(module)
  if (!isExports(exports)) throw new TypeError('prefilter.wasm is not the one that belongs here')
  return exports
}

/** One for all scanners of a thread: the window is filled, read and given up within one feed of a scanner. */
let shared: {
  readonly exports: Exports
  readonly bytes: Uint8Array
  /** Whose tables are where they are looked for, by use. */
  readonly owners: (Prefilter | null)[]
} | null = null

function sharedMemory(): NonNullable<typeof shared> {
  if (shared === null) {
    const exports = newExports()
    shared = { exports, bytes: new Uint8Array(exports.memory.buffer), owners: [null, null] }
  }
  return shared
}

/** Two kinds are asked for in turn while one value is read. */
export type PrefilterUse = 'starts' | 'words'

/** The places for one set of patterns, in windows of a scanner's bytes. */
export class Prefilter {
  /** As offsets from the first place looked at, rising; until `find` is called again for the same use. */
  readonly places: Uint16Array
  count = 0

  readonly #find: Exports['find']
  readonly #memory: Uint8Array
  readonly #owners: (Prefilter | null)[]
  readonly #slot: number
  readonly #tables: Uint8Array
  readonly #tablesAt: number
  readonly #listAt: number

  constructor(beginnings: readonly Beginning[], use: PrefilterUse) {
    const { exports, bytes, owners } = sharedMemory()
    this.#slot = use === 'starts' ? 0 : 1
    this.#owners = owners
    this.#find = exports.find
    this.#memory = bytes
    this.#tables = toTables(beginnings)
    this.#tablesAt = this.#slot * slotBytes
    this.#listAt = listsAt + this.#slot * listBytes
    this.places = new Uint16Array(bytes.buffer, this.#listAt, listBytes / 2)
  }

  /**
   * Looks at the places from `from` (at least 1) on, as many as a window has, but none whose first bytes are not all before
   * `end`. @returns the place up to which it has looked
   */
  find(bytes: Uint8Array, from: number, end: number): number {
    const to = Math.min(end - lookAhead, from + windowBytes)
    if (this.#owners[this.#slot] !== this) {
      this.#memory.set(this.#tables, this.#tablesAt)
      this.#owners[this.#slot] = this
    }
    this.#memory.set(bytes.subarray(from - 1, to + lookAhead), windowAt - 1)
    const found = this.#find(this.#tablesAt, windowAt, windowAt, windowAt + to - from, this.#listAt)
    // Sixteen at a time: the last ones may be places behind `to`, which more bytes than are known would decide.
    this.count = found
    while (this.count > 0 && (this.places[this.count - 1] ?? 0) >= to - from) this.count--
    return to
  }
}
