// One automaton for the patterns of all detectors, made state by state as text asks for them (subset construction on
// demand), over classes of bytes that no pattern tells apart. It says where patterns end, and nothing else: boundaries,
// validators and context are the scanner's.
//
// The table is bounded: when it is full it is emptied and begins again, so hostile text costs time and never memory. Whoever
// keeps a state over a call of `step` keeps the generation with it.

import { anything, edge, type ByteSet } from './byte-set.ts'
import { parsePattern } from './pattern.ts'

/**
 * Every match begins with any number of bytes of `before` and then has `byte`. Where such a byte does not follow, the part
 * need not be run at all: most words of a text could begin a mail address, and very few texts have an `@`.
 */
export interface Anchor {
  readonly byte: number
  readonly before: ByteSet
}

export interface AutomatonPart {
  readonly pattern: string
  /** Which bytes (or the beginning) may stand before a match. */
  readonly left: ByteSet
  /** Longest match in bytes; a longer one is not looked for. */
  readonly maxBytes: number
  /** Never matches without this byte; see `Anchor`. */
  readonly anchor?: Anchor
  /** Its end is acted upon at once. */
  readonly isUrgent?: boolean
  /** Of several ends only the last is tried. */
  readonly wholeRun?: boolean
  /** Which bytes (or the end) may follow a match; any when it is not said. */
  readonly right?: ByteSet
  /** Is nothing without a word before it, or the name of a field. */
  readonly needsWord?: boolean
}

/** Parts that end at one place, in the order given. One object for the same parts, wherever they end together. */
export interface Accepts {
  readonly parts: readonly number[]
  /** Those that need no word. */
  readonly plain: readonly number[]
  /** Those whose last end alone is tried. */
  readonly whole: readonly number[]
  /** What may follow any of them. */
  readonly right: ByteSet
  readonly isUrgent: boolean
}

/**
 * All detectors on need some three thousand for any text that somebody wrote, and a few times that for noise, which would empty
 * a smaller table again and again and make each state anew: less than a megabyte a second. Some 20 MB when it is full.
 */
const defaultStates = 16_384

/** A cell of the table: offset of the next state times two, odd when more is to know than "go on". */
export const unknown = 1
export const dead = 3

const noAccepts: Accepts = { parts: [], plain: [], whole: [], right: anything, isUrgent: false }

interface State {
  readonly nodes: Int32Array
  readonly accepts: Accepts
  /** The longest that any part still going on may become; 0 when none goes on. */
  readonly reach: number
}

export class Automaton {
  /** `table[offset + classes[byte]]`. Replaced when it grows: read it again after `step`. */
  table: Int32Array<ArrayBuffer>
  /** Class of a byte. */
  readonly classes: Uint8Array
  /** For the byte before (256: none): where its row of `entry` begins. */
  readonly rows: Uint16Array
  /** `entry[rows[before] + byte]`: the state after the first byte, as a cell; when it is `unknown`, `enter` tells. */
  readonly entry: Int32Array
  /** As `entry`, without the parts that have an anchor. */
  readonly plainEntry: Int32Array
  /** Rises when the table was emptied: states of before mean nothing now. */
  generation = 0

  readonly #width: number
  /** Cells of a state: one a class of bytes, then its reach and its number. */
  readonly #stride: number
  readonly #maxStates: number
  readonly #sets: (Uint8Array | null)[] = []
  readonly #next: number[] = []
  readonly #other: number[] = []
  readonly #owner: number[] = []
  readonly #parts: readonly AutomatonPart[]
  /** Parts that begin, look and end alike are one pattern; by pattern, their numbers. */
  readonly #sharers: readonly (readonly number[])[]
  readonly #samples: number[] = []
  readonly #entryNodes: { readonly all: Int32Array; readonly plain: Int32Array }[] = []
  readonly #seen: Int32Array
  #stamp = 0
  #states: State[] = []
  /** By number of the state. */
  #acceptsOf: Accepts[] = []
  #byNodes = new Map<string, number>()
  readonly #acceptSets = new Map<string, Accepts>()

  constructor(parts: readonly AutomatonPart[], maxStates = defaultStates) {
    this.#parts = parts
    this.#maxStates = maxStates
    this.#sharers = toSharers(parts)
    const starts = this.#sharers.map(([first = 0], owner) => this.#addPattern(parts[first]?.pattern ?? '', owner))
    this.#seen = new Int32Array(this.#sets.length)
    this.classes = this.#toClasses()
    this.#width = this.#samples.length
    this.#stride = this.#width + 2
    this.rows = this.#toRows(starts)
    this.entry = new Int32Array(this.#entryNodes.length * 256)
    this.plainEntry = new Int32Array(this.#entryNodes.length * 256)
    this.table = new Int32Array(64 * this.#stride)
    this.#begin()
  }

  /** What `gate`, which is `entry` or `plainEntry`, says in `row` for a byte; computed once for all bytes of its class. */
  enter(gate: Int32Array, row: number, byte: number): number {
    const nodes = this.#entryNodes[row / 256]
    if (nodes === undefined) return dead
    const byteClass = this.classes[byte] ?? 0
    const generation = this.generation
    const cell = this.#intern(this.#move(gate === this.entry ? nodes.all : nodes.plain, byteClass))
    if (generation === this.generation)
      for (let other = 0; other < 256; other++) if (this.classes[other] === byteClass) gate[row + other] = cell
    return cell
  }

  /** The cell of the state after `offset` on a byte of this class; computed once. */
  step(offset: number, byteClass: number): number {
    const state = this.#states[this.table[offset + this.#width + 1] ?? 0]
    if (state === undefined) return dead
    const generation = this.generation
    const cell = this.#intern(this.#move(state.nodes, byteClass))
    if (generation === this.generation) this.table[offset + byteClass] = cell
    return cell
  }

  acceptsOf(offset: number): Accepts {
    return this.#acceptsOf[this.table[offset + this.#width + 1] ?? 0] ?? noAccepts
  }

  reachOf(offset: number): number {
    return this.table[offset + this.#width] ?? 0
  }

  get size(): { readonly states: number; readonly nodes: number; readonly classes: number; readonly bytes: number } {
    const bytes = this.table.byteLength + this.#states.reduce((sum, state) => sum + state.nodes.byteLength, 0)
    return { states: this.#states.length, nodes: this.#sets.length, classes: this.#width, bytes }
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
    let count = 1
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
      count = next
    }
    for (let name = 0; name < count; name++) this.#samples.push(classes.indexOf(name))
    return classes
  }

  /** A row of entries for each set of parts that may begin after some byte. */
  #toRows(starts: readonly number[]): Uint16Array {
    const parts = this.#sharers.map(([first = 0]) => this.#parts[first])
    const rows = new Uint16Array(edge + 1)
    const known = new Map<string, number>()
    for (let before = 0; before <= edge; before++) {
      const allowed = parts.flatMap((part, i) => (part?.left[before] === 1 ? [i] : []))
      const key = allowed.join()
      let row = known.get(key)
      if (row === undefined) {
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
    // Offset 0 stays unused: as a cell it could not be told from `unknown`.
    this.#states = [{ nodes: new Int32Array(0), accepts: noAccepts, reach: 0 }]
    this.#acceptsOf = [noAccepts]
    this.#byNodes = new Map()
    this.table.fill(unknown)
    this.entry.fill(unknown)
    this.plainEntry.fill(unknown)
  }

  #move(nodes: Int32Array, byteClass: number): Int32Array {
    const sample = this.#samples[byteClass] ?? 0
    const reached: number[] = []
    for (const node of nodes) if (this.#sets[node]?.[sample] === 1) reached.push(this.#next[node] ?? -1)
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
    let offset = this.#byNodes.get(key)
    if (offset === undefined) {
      // Emptied only between texts' steps: entries are few, so the table is never full while it begins again.
      if (this.#states.length >= this.#maxStates) {
        this.generation++
        this.#begin()
      }
      const state = this.#toState(nodes)
      this.#acceptsOf.push(state.accepts)
      offset = this.#states.push(state) * this.#stride - this.#stride
      this.#byNodes.set(key, offset)
      if (offset + this.#stride > this.table.length) this.#grow()
      this.table[offset + this.#width] = state.reach
      this.table[offset + this.#width + 1] = this.#states.length - 1
    }
    return offset * 2 + (this.acceptsOf(offset).parts.length > 0 ? 1 : 0)
  }

  #toState(nodes: Int32Array): State {
    const accepts: number[] = []
    let reach = 0
    for (const node of nodes) {
      const owner = this.#owner[node] ?? 0
      const sharers = this.#sharers[owner] ?? []
      if (this.#sets[node] === null) accepts.push(...sharers)
      else reach = Math.max(reach, this.#parts[sharers[0] ?? 0]?.maxBytes ?? 0)
    }
    return { nodes, accepts: this.#toAccepts(accepts.sort((a, b) => a - b)), reach }
  }

  #toAccepts(parts: readonly number[]): Accepts {
    if (parts.length === 0) return noAccepts
    const key = parts.join()
    let accepts = this.#acceptSets.get(key)
    if (accepts === undefined) {
      const isUrgent = parts.some((part) => this.#parts[part]?.isUrgent === true)
      const whole = parts.filter((part) => this.#parts[part]?.wholeRun === true)
      const plain = parts.filter((part) => this.#parts[part]?.needsWord !== true)
      const right = new Uint8Array(edge + 1)
      for (const part of parts)
        (this.#parts[part]?.right ?? anything).forEach((is, byte) => (right[byte] = (right[byte] ?? 0) | is))
      this.#acceptSets.set(key, (accepts = { parts, plain, whole, right, isUrgent }))
    }
    return accepts
  }

  #grow(): void {
    const larger = new Int32Array(this.table.length * 2).fill(unknown)
    larger.set(this.table)
    this.table = larger
  }
}

/** Numbers of parts that the automaton cannot tell apart, but for what follows them and what speaks for them. */
function toSharers(parts: readonly AutomatonPart[]): readonly (readonly number[])[] {
  const lefts = new Map<ByteSet, string>()
  const sharers = new Map<string, number[]>()
  for (const [i, part] of parts.entries()) {
    const { maxBytes, anchor, isUrgent, wholeRun } = part
    let left = lefts.get(part.left)
    if (left === undefined) lefts.set(part.left, (left = part.left.join('')))
    const look = [left, maxBytes, anchor !== undefined, isUrgent === true, wholeRun === true, part.pattern]
    const key = look.join(' ')
    const alike = sharers.get(key)
    if (alike === undefined) sharers.set(key, [i])
    else alike.push(i)
  }
  return [...sharers.values()]
}
