// One automaton for the patterns of all detectors, made state by state as text asks for them (subset construction on
// demand); bytes that no pattern tells apart are computed once. It says where patterns end, and nothing else: boundaries,
// validators and context are the scanner's.
//
// A state is a cell of 16 bits in each of the 256 columns of the table, one for each byte: states that follow each other were made
// one after the other, so what text asks for lies in few lines of the processor's cache and few pages of memory. The table
// is bounded: when it is full it is emptied and begins again, so hostile text costs time and never memory. Whoever keeps a
// state over a call of `step` keeps the generation with it.

import { AcceptSets, noAccepts, type Accepts } from './accepts.ts'
import { toSharers, type AutomatonPart } from './automaton-part.ts'
import { edge } from './byte-set.ts'
import { PatternNodes } from './pattern-nodes.ts'

/**
 * All detectors on need some three thousand for any text that somebody wrote, and a few times that for noise, which would empty
 * a smaller table again and again and make each state anew: a megabyte a second. Some 30 MB when it is full.
 */
const defaultStates = 32_000

/** A cell of the table: number of the next state times two, and this when nothing is to know but "go on". */
export const goesOn = 1
export const unknown = 0
export const dead = 2
/** See `promiseAt`. */
export const onlyWithWord = 0x8000_0000
/** Without it. */
export const promiseMask = 0x7fff_ffff
/** The states that these two would be. */
const reserved = 2
const noNodes = new Int32Array(0)
/** What a cell can name, and more than anybody asks for. */
const mostStates = 0x7fff

interface State {
  readonly nodes: Int32Array
  readonly digest: number
  readonly accepts: Accepts
  /** The longest that any part still going on may become; 0 when none goes on. */
  readonly reach: number
  readonly goesOnlyWithWord: boolean
}

/** What is read at every byte. */
export type AutomatonTables = Pick<
  Automaton,
  'rows' | 'entry' | 'plainEntry' | 'promises' | 'promiseAt' | 'table' | 'columnCells'
>

/** From one column to the next, which are never in the same few lines of the first cache: an odd number of lines of it. */
export function columnCellsOf(states: number): number {
  return (Math.ceil(states / 32) | 1) * 32
}

export class Automaton {
  /** `table[byte * columnCells + state]`. Both are replaced when it grows: read them again after `step`. */
  table: Uint16Array<ArrayBuffer>
  columnCells = columnCellsOf(64)
  /** For the byte before (256: none): where its row of `entry` begins. */
  rows: Uint32Array
  /** `entry[rows[before] + byte]`: the state after the first byte, as a cell; when it is `unknown`, `enter` tells. */
  entry: Uint16Array
  /** As `entry`, without the parts that have an anchor. */
  plainEntry: Uint16Array
  /**
   * `promises[promiseAt[state] + byte]`: may a match end here when this byte follows? A state from which only parts go on
   * that need something before them has `onlyWithWord` added. Both are replaced when they grow.
   */
  promises: Uint8Array
  promiseAt: Uint32Array
  /** Rises when the table was emptied: states of before mean nothing now. */
  generation = 0

  /** So many states the table may have at most. */
  readonly maxStates: number

  /** The bytes of each class, which no pattern tells apart. */
  readonly #classes: readonly (readonly number[])[]
  readonly #nodes: PatternNodes
  readonly #parts: readonly AutomatonPart[]
  /** Parts that begin, look and end alike are one pattern; by pattern, their numbers. */
  readonly #sharers: readonly (readonly number[])[]
  readonly #entryNodes: { readonly all: Int32Array; readonly plain: Int32Array }[] = []
  #states: State[] = []
  /** Of each state the same once more, asked for at every end of a run. */
  #accepts: Accepts[] = []
  /** States by the digest of their nodes, at the next free place where that is taken; 0 where none is. At most half is taken. */
  #known = new Uint16Array(256)
  readonly #ends: AcceptSets

  constructor(parts: readonly AutomatonPart[], maxStates = defaultStates) {
    this.#parts = parts
    this.#ends = new AcceptSets(parts)
    this.promises = this.#ends.promises
    this.maxStates = Math.min(maxStates + reserved, mostStates)
    this.#sharers = toSharers(parts)
    this.#nodes = new PatternNodes(this.#sharers.map(([first = 0]) => parts[first]?.pattern ?? ''))
    this.#classes = toMembers(this.#nodes.classOf)
    this.rows = this.#toRows()
    this.entry = new Uint16Array(this.#entryNodes.length * 256)
    this.plainEntry = new Uint16Array(this.#entryNodes.length * 256)
    this.table = new Uint16Array(256 * this.columnCells)
    this.promiseAt = new Uint32Array(64)
    this.#begin()
  }

  /** The cell after a first byte. @param gate `entry` or `plainEntry`. @param before the byte before it, 256 where there is none */
  first(gate: Uint16Array, before: number, byte: number): number {
    const row = this.rows[before] ?? 0
    const cell = gate[row + byte] ?? dead
    return cell === unknown ? this.enter(gate, row, byte) : cell
  }

  /** The cell after one that is neither `dead` nor `unknown`. */
  after(cell: number, byte: number): number {
    const state = cell >>> 1
    const next = this.table[byte * this.columnCells + state] ?? dead
    return next === unknown ? this.step(state, byte) : next
  }

  /** What `gate`, which is `entry` or `plainEntry`, says in `row` for a byte; computed once for all bytes of its class. */
  enter(gate: Uint16Array, row: number, byte: number): number {
    const nodes = this.#entryNodes[row / 256]
    if (nodes === undefined) return dead
    const generation = this.generation
    this.#nodes.move(gate === this.entry ? nodes.all : nodes.plain, byte)
    const cell = this.#internReached()
    if (generation === this.generation) for (const alike of this.#alike(byte)) gate[row + alike] = cell
    return cell
  }

  /** The cell of the state after `state` on a byte; computed once for all bytes of its class. */
  step(state: number, byte: number): number {
    const from = this.#states[state]
    if (from === undefined) return dead
    const generation = this.generation
    this.#nodes.move(from.nodes, byte)
    const cell = this.#internReached()
    if (generation === this.generation)
      for (const alike of this.#alike(byte)) this.table[alike * this.columnCells + state] = cell
    return cell
  }

  /** From now on the tables are these, which have room for all there may be. Nobody may hold the ones before. */
  moveTo(tables: AutomatonTables): void {
    for (const name of ['rows', 'entry', 'plainEntry', 'promises', 'promiseAt'] as const) tables[name].set(this[name])
    this.#copyColumns(tables.table, tables.columnCells)
    this.rows = tables.rows
    this.entry = tables.entry
    this.plainEntry = tables.plainEntry
    this.promises = tables.promises
    this.#ends.promises = tables.promises
    this.promiseAt = tables.promiseAt
    this.table = tables.table
    this.columnCells = tables.columnCells
  }

  acceptsOf(state: number): Accepts {
    return this.#accepts[state] ?? noAccepts
  }

  reachOf(state: number): number {
    return this.#states[state]?.reach ?? 0
  }

  get size(): { readonly states: number; readonly nodes: number; readonly classes: number; readonly bytes: number } {
    const bytes = this.table.byteLength + this.#states.reduce((sum, state) => sum + state.nodes.byteLength, 0)
    const states = this.#states.length - reserved
    return { states, nodes: this.#nodes.size, classes: this.#classes.length, bytes }
  }

  #alike(byte: number): readonly number[] {
    return this.#classes[this.#nodes.classOf[byte] ?? 0] ?? []
  }

  /** A row of entries for each set of parts that may begin after some byte. */
  #toRows(): Uint32Array {
    const parts = this.#sharers.map(([first = 0]) => this.#parts[first])
    const lefts = [...new Set(parts.map((part) => part?.left))]
    const rows = new Uint32Array(edge + 1)
    const known = new Map<string, number>()
    for (let before = 0; before <= edge; before++) {
      const key = lefts.map((left) => left?.[before]).join('')
      let row = known.get(key)
      if (row === undefined) {
        const allowed = parts.flatMap((part, i) => (part?.left[before] === 1 ? [i] : []))
        const plain = allowed.filter((i) => parts[i]?.anchor === undefined)
        const nodesOf = (some: readonly number[]): Int32Array => {
          this.#nodes.begin(some)
          return this.#nodes.reached.slice(0, this.#nodes.count)
        }
        row = this.#entryNodes.push({ all: nodesOf(allowed), plain: nodesOf(plain) }) - 1
        known.set(key, row)
      }
      rows[before] = row * 256
    }
    return rows
  }

  #begin(): void {
    const used = this.#states.length
    const none = { nodes: noNodes, digest: 0, accepts: noAccepts, reach: 0, goesOnlyWithWord: false }
    this.#states = Array.from({ length: reserved }, () => none)
    this.#accepts = this.#states.map(() => noAccepts)
    this.#known.fill(0)
    this.entry.fill(unknown)
    this.plainEntry.fill(unknown)
    for (let at = 0; at < this.table.length; at += this.columnCells) this.table.fill(unknown, at, at + used)
  }

  /** The cell of the state of the nodes that were reached. */
  #internReached(): number {
    const reached = this.#nodes
    if (reached.count === 0) return dead
    let at = this.#placeOfReached()
    let number = this.#known[at] ?? 0
    if (number === 0) {
      // Emptied only between texts' steps: entries are few, so the table is never full while it begins again.
      if (this.#states.length >= this.maxStates) {
        this.generation++
        this.#begin()
        at = this.#placeOfReached()
      }
      number = this.#addState(this.#toState(reached.reached.slice(0, reached.count), reached.digest))
      this.#known[at] = number
      if (2 * this.#states.length > this.#known.length) this.#growKnown()
    }
    return number * 2 + (this.acceptsOf(number) === noAccepts ? goesOn : 0)
  }

  /** Where in `known` the state of what was reached is, or would be. */
  #placeOfReached(): number {
    const known = this.#known
    const { digest } = this.#nodes
    for (let at = digest & (known.length - 1); ; at = (at + 1) & (known.length - 1)) {
      const number = known[at] ?? 0
      if (number === 0) return at
      const state = this.#states[number]
      if (state?.digest === digest && this.#nodes.areReached(state.nodes)) return at
    }
  }

  #growKnown(): void {
    const larger = new Uint16Array(this.#known.length * 2)
    for (const [number, { digest }] of this.#states.entries()) {
      if (number < reserved) continue
      let at = digest & (larger.length - 1)
      while (larger[at] !== 0) at = (at + 1) & (larger.length - 1)
      larger[at] = number
    }
    this.#known = larger
  }

  #addState(state: State): number {
    const number = this.#states.push(state) - 1
    this.#accepts.push(state.accepts)
    if (number === this.promiseAt.length) this.#grow()
    this.promiseAt[number] = state.accepts.row + (state.goesOnlyWithWord ? onlyWithWord : 0)
    return number
  }

  #toState(nodes: Int32Array, digest: number): State {
    const accepts: number[] = []
    let reach = 0
    let goesOnlyWithWord = true
    for (const node of nodes) {
      const owner = this.#nodes.owners[node] ?? 0
      const sharers = this.#sharers[owner] ?? []
      if (this.#nodes.isEnd(node)) accepts.push(...sharers)
      else {
        reach = Math.max(reach, this.#parts[sharers[0] ?? 0]?.maxBytes ?? 0)
        goesOnlyWithWord &&= sharers.every((part) => this.#parts[part]?.needsWord === true)
      }
    }
    const ending = this.#ends.of(accepts.sort((a, b) => a - b))
    this.promises = this.#ends.promises
    return { nodes, digest, accepts: ending, reach, goesOnlyWithWord }
  }

  #grow(): void {
    const columnCells = columnCellsOf(this.promiseAt.length * 2)
    const larger = new Uint16Array(256 * columnCells)
    this.#copyColumns(larger, columnCells)
    this.table = larger
    this.columnCells = columnCells
    const rows = new Uint32Array(this.promiseAt.length * 2)
    rows.set(this.promiseAt)
    this.promiseAt = rows
  }

  #copyColumns(to: Uint16Array, columnCells: number): void {
    const states = this.#states.length
    for (let byte = 0; byte < 256; byte++) {
      const from = byte * this.columnCells
      to.set(this.table.subarray(from, from + states), byte * columnCells)
    }
  }
}

/** The bytes of each class. */
function toMembers(classOf: Uint8Array): number[][] {
  const classes: number[][] = []
  for (const [byte, name] of classOf.entries()) (classes[name] ??= []).push(byte)
  return classes
}
