// The nodes of all patterns of an automaton, and where a byte leads from a set of them: what its states are made of. A set that was
// reached lies in one place that is used again, with a digest of it, so that a set that is known already costs no memory.

import { parsePattern } from './pattern.ts'

/** Of a node that consumes nothing. */
const noSet = 0
const unknown = -1

export class PatternNodes {
  /** What the last call reached: the first `count`, in no order. */
  readonly reached: Int32Array
  count = 0
  /** The same for the same nodes in any order. */
  digest = 0

  /** By pattern: where it begins. */
  readonly starts: readonly number[]
  /** By node: the number of its pattern. */
  readonly owners: Uint16Array
  /** Two bytes are of one class when no pattern tells them apart. */
  readonly classOf: Uint8Array

  /** By node: which of the sets it consumes a byte of, and where it goes then; or where it goes for nothing, -1 is nowhere. */
  readonly #setOf: Uint16Array
  readonly #next: Int32Array
  readonly #other: Int32Array
  /** By class of bytes, and then by set: 1 when they are in it. What one byte asks lies together. */
  readonly #members: Uint8Array
  readonly #setCount: number
  /** By node: where in `pool` it stands how many nodes are reached from it for nothing, and then which; -1 when nobody asked yet. */
  readonly #closureAt: Int32Array
  #pool = new Int32Array(4_096)
  #poolEnd = 0
  /** By node: the number of the call that reached it last. */
  readonly #seen: Int32Array
  #call = 0

  constructor(patterns: readonly string[]) {
    const all: Built = { setOf: [], next: [], other: [], owner: [], sets: new Map() }
    this.starts = patterns.map((pattern, owner) => addPattern(all, pattern, owner))
    this.#setOf = Uint16Array.from(all.setOf)
    this.#next = Int32Array.from(all.next)
    this.#other = Int32Array.from(all.other)
    this.owners = Uint16Array.from(all.owner)
    const sets = [...all.sets.keys()]
    this.#setCount = sets.length + 1
    this.classOf = toClasses(sets)
    this.#members = toMembers(sets, this.classOf)
    this.#closureAt = new Int32Array(this.size).fill(unknown)
    this.#seen = new Int32Array(this.size)
    this.reached = new Int32Array(this.size)
  }

  get size(): number {
    return this.owners.length
  }

  /** Does its pattern end at the node? Of those that are reached it is the ones that consume nothing. */
  isEnd(node: number): boolean {
    return this.#setOf[node] === noSet
  }

  /** Reaches all that some patterns begin with. */
  begin(patterns: readonly number[]): void {
    this.#clear()
    for (const pattern of patterns) this.#reach(this.starts[pattern] ?? 0)
  }

  /** Reaches all that a byte leads to. */
  move(nodes: Int32Array, byte: number): void {
    this.#clear()
    const members = this.#members
    const setOf = this.#setOf
    const next = this.#next
    const row = (this.classOf[byte] ?? 0) * this.#setCount
    for (const node of nodes) if (members[row + (setOf[node] ?? noSet)] === 1) this.#reach(next[node] ?? 0)
  }

  /** Are these the ones that were reached? */
  areReached(nodes: Int32Array): boolean {
    if (nodes.length !== this.count) return false
    for (const node of nodes) if (this.#seen[node] !== this.#call) return false
    return true
  }

  #clear(): void {
    this.#call++
    this.count = 0
    this.digest = 0
  }

  #reach(node: number): void {
    const call = this.#call
    const seen = this.#seen
    const at = this.#closureAt[node] ?? unknown
    const start = at === unknown ? this.#addClosure(node) : at
    const pool = this.#pool
    const end = start + 1 + (pool[start] ?? 0)
    for (let i = start + 1; i < end; i++) {
      const one = pool[i] ?? 0
      if (seen[one] === call) continue
      seen[one] = call
      this.reached[this.count++] = one
      this.digest = (this.digest + scattered(one)) | 0
    }
  }

  /** @returns where in the pool it stands */
  #addClosure(from: number): number {
    const found: number[] = []
    const passed = new Set<number>()
    const todo = [from]
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      if (node < 0 || passed.has(node)) continue
      passed.add(node)
      if (this.#setOf[node] !== noSet || this.#next[node] === -1) found.push(node)
      else todo.push(this.#next[node] ?? -1, this.#other[node] ?? -1)
    }
    const at = this.#poolEnd
    this.#poolEnd += 1 + found.length
    if (this.#poolEnd > this.#pool.length) {
      const larger = new Int32Array(2 * this.#poolEnd)
      larger.set(this.#pool)
      this.#pool = larger
    }
    this.#pool[at] = found.length
    this.#pool.set(found, at + 1)
    this.#closureAt[from] = at
    return at
  }
}

interface Built {
  readonly setOf: number[]
  readonly next: number[]
  readonly other: number[]
  readonly owner: number[]
  readonly sets: Map<Uint8Array, number>
}

/** @returns where it begins */
function addPattern({ setOf, next, other, owner: owners, sets }: Built, source: string, owner: number): number {
  const { nodes, start } = parsePattern(source)
  const base = setOf.length
  const end = base + nodes.length
  for (const node of nodes) {
    setOf.push(node.set === null ? noSet : numberOf(node.set, sets))
    next.push(node.next === -1 ? end : base + node.next)
    other.push(node.other === -1 ? end : node.other === -2 ? -1 : base + node.other)
    owners.push(owner)
  }
  setOf.push(noSet)
  next.push(-1)
  other.push(-1)
  owners.push(owner)
  return start === -1 ? end : base + start
}

function numberOf(set: Uint8Array, sets: Map<Uint8Array, number>): number {
  let number = sets.get(set)
  if (number === undefined) sets.set(set, (number = sets.size + 1))
  return number
}

function toClasses(sets: readonly Uint8Array[]): Uint8Array {
  const classes = new Uint8Array(256)
  for (const set of sets) {
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

/** See `members`; no set has the number 0. */
function toMembers(sets: readonly Uint8Array[], classOf: Uint8Array): Uint8Array {
  const setCount = sets.length + 1
  const members = new Uint8Array((Math.max(...classOf) + 1) * setCount)
  for (const [byte, name] of classOf.entries())
    for (const [i, set] of sets.entries()) if (set[byte] === 1) members[name * setCount + i + 1] = 1
  return members
}

/** Neighbours have sums that differ: the numbers of nodes are spread over 32 bits. */
function scattered(node: number): number {
  let bits = Math.imul(node + 1, 0x9e37_79b1)
  bits = Math.imul(bits ^ (bits >>> 15), 0x85eb_ca77)
  return bits ^ (bits >>> 13)
}
