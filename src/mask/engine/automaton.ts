// One automaton for the patterns of all detectors, made state by state as text asks for them (subset construction on
// demand); bytes that no pattern tells apart are computed once. It says where patterns end, and nothing else: boundaries,
// validators and context are the scanner's.
//
// A state is a row of the table, 256 cells of 16 bits: digits, capitals and small letters are a line of the processor's cache
// each. The table is bounded: when it is full it is emptied and begins again, so hostile text costs time and never memory.
// Whoever keeps a state over a call of `step` keeps the generation with it.

import { AcceptSets, noAccepts, type Accepts } from './accepts.ts'
import { toSharers, type AutomatonPart } from './automaton-part.ts'
import { edge } from './byte-set.ts'
import { parsePattern } from './pattern.ts'

/**
 * All detectors on need some three thousand for any text that somebody wrote, and a few times that for noise, which would empty
 * a smaller table again and again and make each state anew: less than a megabyte a second. Some 20 MB when it is full.
 */
const defaultStates = 16_384

/**
 * Cells of a row, of which the last 32 say nothing: rows that begin at a power of two would have their digits in the same few
 * lines of the first cache.
 */
export const rowCells = 288

/** A cell of the table: number of the next state times two, odd when more is to know than "go on". */
export const unknown = 1
export const dead = 3
/** See `promiseAt`. */
export const onlyWithWord = 0x8000_0000
/** Without it. */
export const promiseMask = 0x7fff_ffff
/** The states that these two would be. */
const reserved = 2
/** What a cell can name, and more than anybody asks for. */
const mostStates = 0x7fff

interface State {
  readonly nodes: Int32Array
  readonly accepts: Accepts
  /** The longest that any part still going on may become; 0 when none goes on. */
  readonly reach: number
  readonly goesOnlyWithWord: boolean
}

/** What is read at every byte. */
export type AutomatonTables = Pick<Automaton, 'rows' | 'entry' | 'plainEntry' | 'promises' | 'promiseAt' | 'table'>

export class Automaton {
  /** `table[state * rowCells + byte]`. Replaced when it grows: read it again after `step`. */
  table: Uint16Array<ArrayBuffer>
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

  /** The bytes of each class, which no pattern tells apart; and of each byte the number of its class. */
  readonly #classes: readonly (readonly number[])[]
  readonly #classOf: Uint8Array
  readonly #sets: (Uint8Array | null)[] = []
  readonly #next: number[] = []
  readonly #other: number[] = []
  readonly #owner: number[] = []
  readonly #parts: readonly AutomatonPart[]
  /** Parts that begin, look and end alike are one pattern; by pattern, their numbers. */
  readonly #sharers: readonly (readonly number[])[]
  readonly #entryNodes: { readonly all: Int32Array; readonly plain: Int32Array }[] = []
  readonly #seen: Int32Array
  #stamp = 0
  #states: State[] = []
  /** Of each state the same once more, asked for at every end of a run. */
  #accepts: Accepts[] = []
  #byNodes = new Map<string, number>()
  readonly #ends: AcceptSets

  constructor(parts: readonly AutomatonPart[], maxStates = defaultStates) {
    this.#parts = parts
    this.#ends = new AcceptSets(parts)
    this.promises = this.#ends.promises
    this.maxStates = Math.min(maxStates + reserved, mostStates)
    this.#sharers = toSharers(parts)
    const starts = this.#sharers.map(([first = 0], owner) => this.#addPattern(parts[first]?.pattern ?? '', owner))
    this.#seen = new Int32Array(this.#sets.length)
    this.#classOf = this.#toClasses()
    this.#classes = toMembers(this.#classOf)
    this.rows = this.#toRows(starts)
    this.entry = new Uint16Array(this.#entryNodes.length * 256)
    this.plainEntry = new Uint16Array(this.#entryNodes.length * 256)
    this.table = new Uint16Array(64 * rowCells)
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
    const next = this.table[state * rowCells + byte] ?? dead
    return next === unknown ? this.step(state, byte) : next
  }

  /** What `gate`, which is `entry` or `plainEntry`, says in `row` for a byte; computed once for all bytes of its class. */
  enter(gate: Uint16Array, row: number, byte: number): number {
    const nodes = this.#entryNodes[row / 256]
    if (nodes === undefined) return dead
    const generation = this.generation
    const cell = this.#intern(this.#move(gate === this.entry ? nodes.all : nodes.plain, byte))
    if (generation === this.generation) for (const alike of this.#alike(byte)) gate[row + alike] = cell
    return cell
  }

  /** The cell of the state after `state` on a byte; computed once for all bytes of its class. */
  step(state: number, byte: number): number {
    const from = this.#states[state]
    if (from === undefined) return dead
    const generation = this.generation
    const cell = this.#intern(this.#move(from.nodes, byte))
    if (generation === this.generation)
      for (const alike of this.#alike(byte)) this.table[state * rowCells + alike] = cell
    return cell
  }

  /** From now on the tables are these, which have room for all there may be. Nobody may hold the ones before. */
  moveTo(tables: AutomatonTables): void {
    for (const name of ['rows', 'entry', 'plainEntry', 'promises', 'promiseAt', 'table'] as const)
      tables[name].set(this[name])
    this.rows = tables.rows
    this.entry = tables.entry
    this.plainEntry = tables.plainEntry
    this.promises = tables.promises
    this.#ends.promises = tables.promises
    this.promiseAt = tables.promiseAt
    this.table = tables.table
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
    return { states, nodes: this.#sets.length, classes: this.#classes.length, bytes }
  }

  #alike(byte: number): readonly number[] {
    return this.#classes[this.#classOf[byte] ?? 0] ?? []
  }

  #addPattern(source: string, owner: number): number {
    const { nodes, start } = parsePattern(source)
    const base = this.#sets.length
    const accept = base + nodes.length
    for (const node of nodes) {
      this.#sets.push(node.set)
      this.#next.push(node.next === -1 ? accept : base + node.next)
      this.#other.push(node.other === -1 ? accept : node.other === -2 ? -1 : base + node.other)
      this.#owner.push(owner)
    }
    this.#sets.push(null)
    this.#next.push(-1)
    this.#other.push(-1)
    this.#owner.push(owner)
    return start === -1 ? accept : base + start
  }

  /** Two bytes are one class when no set tells them apart. */
  #toClasses(): Uint8Array {
    const classes = new Uint8Array(256)
    for (const set of new Set(this.#sets)) {
      if (set === null) continue
      const renamed = new Map<number, number>()
      let next = 0
      for (let byte = 0; byte < 256; byte++) {
        const key = (classes[byte] ?? 0) * 2 + (set[byte] ?? 0)
        let name = renamed.get(key)
        if (name === undefined) renamed.set(key, (name = next++))
        classes[byte] = name
      }
    }
    return classes
  }

  /** A row of entries for each set of parts that may begin after some byte. */
  #toRows(starts: readonly number[]): Uint32Array {
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
        const nodesOf = (some: readonly number[]): Int32Array => this.#closure(some.map((i) => starts[i] ?? -1))
        row = this.#entryNodes.push({ all: nodesOf(allowed), plain: nodesOf(plain) }) - 1
        known.set(key, row)
      }
      rows[before] = row * 256
    }
    return rows
  }

  #begin(): void {
    const none = { nodes: new Int32Array(0), accepts: noAccepts, reach: 0, goesOnlyWithWord: false }
    this.#states = Array.from({ length: reserved }, () => none)
    this.#accepts = this.#states.map(() => noAccepts)
    this.#byNodes = new Map()
    this.entry.fill(unknown)
    this.plainEntry.fill(unknown)
  }

  #move(nodes: Int32Array, byte: number): Int32Array {
    const reached: number[] = []
    for (const node of nodes) if (this.#sets[node]?.[byte] === 1) reached.push(this.#next[node] ?? -1)
    return this.#closure(reached)
  }

  /** The consuming and final nodes that are reached without a byte, in order. */
  #closure(from: readonly number[]): Int32Array {
    const stamp = ++this.#stamp
    const found: number[] = []
    const todo = [...from]
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      if (node < 0 || this.#seen[node] === stamp) continue
      this.#seen[node] = stamp
      if (this.#sets[node] !== null || this.#next[node] === -1) found.push(node)
      else todo.push(this.#next[node] ?? -1, this.#other[node] ?? -1)
    }
    return Int32Array.from(found).sort()
  }

  #intern(nodes: Int32Array): number {
    if (nodes.length === 0) return dead
    const key = nodes.join()
    let number = this.#byNodes.get(key)
    if (number === undefined) {
      // Emptied only between texts' steps: entries are few, so the table is never full while it begins again.
      if (this.#states.length >= this.maxStates) {
        this.generation++
        this.#begin()
      }
      const state = this.#toState(nodes)
      number = this.#states.push(state) - 1
      this.#accepts.push(state.accepts)
      this.#byNodes.set(key, number)
      if (number === this.promiseAt.length) this.#grow()
      this.promiseAt[number] = state.accepts.row + (state.goesOnlyWithWord ? onlyWithWord : 0)
      this.table.fill(unknown, number * rowCells, (number + 1) * rowCells)
    }
    return number * 2 + (this.acceptsOf(number) === noAccepts ? 0 : 1)
  }

  #toState(nodes: Int32Array): State {
    const accepts: number[] = []
    let reach = 0
    let goesOnlyWithWord = true
    for (const node of nodes) {
      const owner = this.#owner[node] ?? 0
      const sharers = this.#sharers[owner] ?? []
      if (this.#sets[node] === null) accepts.push(...sharers)
      else {
        reach = Math.max(reach, this.#parts[sharers[0] ?? 0]?.maxBytes ?? 0)
        goesOnlyWithWord &&= sharers.every((part) => this.#parts[part]?.needsWord === true)
      }
    }
    const ending = this.#ends.of(accepts.sort((a, b) => a - b))
    this.promises = this.#ends.promises
    return { nodes, accepts: ending, reach, goesOnlyWithWord }
  }

  #grow(): void {
    const larger = new Uint16Array(this.table.length * 2)
    larger.set(this.table)
    this.table = larger
    const rows = new Uint32Array(this.promiseAt.length * 2)
    rows.set(this.promiseAt)
    this.promiseAt = rows
  }
}

/** The bytes of each class. */
function toMembers(classOf: Uint8Array): number[][] {
  const classes: number[][] = []
  for (const [byte, name] of classOf.entries()) (classes[name] ??= []).push(byte)
  return classes
}
