// How patterns begin, as the prefilter wants to know it: which byte may stand before, and which bytes may be the first four. Many
// beginnings are put into eight buckets, so that as little ordinary text as possible passes: like to like.

import { anything, bytesOf, edge, type ByteSet } from './byte-set.ts'
import { parsePattern, type PatternNode } from './pattern.ts'

/** The first bytes that are looked at. */
const positions = 4
/** Where the buckets of beginnings of words are, and those of beginnings anywhere. */
const bucketsAt = [32, 176] as const
const kindsAt = 512
const threesAt = 1_024
const threeBytes = 32_768
/** For each kind of places: two tables of three bytes, and a larger one of four. */
const kindBytes = 4 * threeBytes
export const tableBytes = threesAt + 4 * kindBytes
/** Beginnings of more spellings than this are not spelt out. */
const maxSpellings = 8_192
/** A digit is looked for in so many bytes. */
export const digitReach = 8
const buckets = 8

export interface Beginning {
  readonly pattern: string
  readonly left: ByteSet
}

/** How often bytes stand in text and rows, roughly; only the order of buckets' costs comes of it. */
const weights = Float64Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 97 && byte <= 122) return 'etaoinshrdlu'.includes(String.fromCharCode(byte)) ? 6 : 2
  if (byte >= 48 && byte <= 57) return 2.5
  if (byte === 32) return 12
  if (byte >= 65 && byte <= 90) return 0.6
  return byte >= 33 && byte <= 126 ? 0.3 : 0.05
})
const allWeight = weights.reduce((sum, weight) => sum + weight, 0)

const halvesOf = new WeakMap<ByteSet, number>()

/** As one half per bit: bits 0–15 the low halves, 16–31 the high ones. */
function toHalves(set: ByteSet): number {
  const known = halvesOf.get(set)
  if (known !== undefined) return known
  let halves = 0
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) halves |= (1 << (byte & 15)) | (1 << (16 + (byte >>> 4)))
  halvesOf.set(set, halves)
  return halves
}

const shares = new Map<number, number>()

/** The share of text that passes a position. */
function shareOf(halves: number): number {
  let share = shares.get(halves)
  if (share === undefined) {
    share = 0
    for (let byte = 0; byte < 256; byte++)
      if (((halves >>> (byte & 15)) & (halves >>> (16 + (byte >>> 4))) & 1) === 1) share += weights[byte] ?? 0
    share /= allWeight
    shares.set(halves, share)
  }
  return share
}

/** Of text's places, how many are not inside a word. */
const wordStarts = 0.25

/** Of those, how many have a digit soon. */
const digitPlaces = 0.15

/** One way to begin, with its sets of bytes. */
interface Way {
  readonly asked: Asked
  readonly sets: readonly ByteSet[]
}

/** What a beginning or a bucket of them asks for: may a byte of a word stand before (1), may it be without a digit (1), halves. */
type Asked = readonly number[]

function costOf([afterWord, digitless, ...halves]: Asked): number {
  const places = (afterWord === 1 ? 1 : wordStarts) * (digitless === 1 ? 1 : digitPlaces)
  return halves.reduce((cost, one) => cost * shareOf(one), places)
}

function union(a: Asked, b: Asked): Asked {
  return a.map((one, i) => one | (b[i] ?? 0))
}

/** The nodes that consume a byte, reached without one; `null` when the pattern may end there. */
function consuming(nodes: readonly PatternNode[], from: readonly number[]): readonly number[] | null {
  const found = new Set<number>()
  const seen = new Set<number>()
  const todo = [...from]
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at) || at === -2) continue
    seen.add(at)
    const node = nodes[at]
    if (node === undefined) return null
    if (node.set === null) todo.push(node.next, node.other)
    else found.add(at)
  }
  return [...found]
}

/** What makes a word: a place behind one of these is inside of it. Of words themselves `card` begins in `2card`, too. */
const wordBytes = [bytesOf('A-Za-z0-9'), bytesOf('A-Za-z')] as const

/** Can a match that begins with the node go on for `digitReach` bytes, or end before, without a digit? */
function isDigitless(nodes: readonly PatternNode[], first: number): boolean {
  let at: readonly number[] | null = [first]
  for (let k = 0; k < digitReach; k++) {
    if (at === null) return true
    at = at.filter((node) => nodes[node]?.set?.some((is, byte) => is === 1 && (byte < 48 || byte > 57)) === true)
    if (at.length === 0) return false
    at = consuming(nodes, at.map((node) => nodes[node]?.next ?? -1)) // prettier-ignore
  }
  return true
}

function mayBeginAfter(left: ByteSet, inside: ByteSet): boolean {
  return inside.some((is, byte) => is === 1 && left[byte] === 1)
}

/** The one that more of the beginnings keep to. */
function wordBytesOf(beginnings: readonly Beginning[]): ByteSet {
  const [wide, narrow] = wordBytes
  const anywhere = (inside: ByteSet): number => beginnings.filter(({ left }) => mayBeginAfter(left, inside)).length
  return anywhere(narrow) < anywhere(wide) ? narrow : wide
}

function waysOf({ pattern, left }: Beginning, inside: ByteSet): Way[] {
  // What may only stand at the beginning of a value is not among the places that are listed.
  if (left.indexOf(1) === edge) return []
  const { nodes, start } = parsePattern(pattern)
  const afterWord = mayBeginAfter(left, inside) ? 1 : 0
  return (consuming(nodes, [start]) ?? []).map((first) => {
    const sets: ByteSet[] = []
    let at: readonly number[] | null = [first]
    for (let p = 0; p < positions; p++) {
      sets.push(at === null ? anything : unionOf(at.map((node) => nodes[node]?.set ?? anything)))
      at = at === null ? null : consuming(nodes, at.map((node) => nodes[node]?.next ?? -1)) // prettier-ignore
    }
    return { asked: [afterWord, isDigitless(nodes, first) ? 1 : 0, ...sets.map(toHalves)], sets }
  })
}

/** The bytes that a match may begin with. */
export function firstBytes(pattern: string): ByteSet {
  const { nodes, start } = parsePattern(pattern)
  const first = consuming(nodes, [start])
  return first === null ? anything : unionOf(first.map((node) => nodes[node]?.set ?? anything))
}

function unionOf(sets: readonly ByteSet[]): ByteSet {
  const [only, ...more] = sets
  if (only === undefined) return anything
  if (more.length === 0) return only
  return only.map((is, byte) => more.reduce((either, set) => either | (set[byte] ?? 0), is))
}

/** @returns the tables of `prefilter.wat` for them */
export function toTables(beginnings: readonly Beginning[]): Uint8Array {
  const inside = wordBytesOf(beginnings)
  const ways = beginnings.flatMap((beginning) => waysOf(beginning, inside))
  const tables = new Uint8Array(tableBytes)
  writeInside(tables, inside)
  for (const afterWord of [0, 1] as const)
    writeBuckets(tables.subarray(bucketsAt[afterWord]), toBuckets(ways.filter(({ asked }) => asked[0] === afterWord)))
  tables.set(kinds, kindsAt)
  const done = new Set<string>()
  for (const { asked, sets } of ways) {
    const [afterWord, digitless] = asked
    const kindSets = sets.map(kindsOf)
    const key = `${String(afterWord)} ${String(digitless)} ${kindSets.map((set) => set.join(',')).join(' ')}`
    if (done.has(key)) continue
    done.add(key)
    for (const [i, holds] of [true, digitless === 1, afterWord === 1, afterWord === 1 && digitless === 1].entries())
      if (holds) addBeginning(tables.subarray(threesAt + i * kindBytes), kindSets)
  }
  return tables
}

function addBeginning(table: Uint8Array, sets: readonly (readonly number[])[]): void {
  if (sets.reduce((product, set) => product * set.length, 1) > maxSpellings) {
    addThrees(table, sets.slice(0, 3))
    addThrees(table.subarray(threeBytes), sets.slice(1))
    return
  }
  const [first = [], second = [], third = [], fourth = []] = sets
  for (const d of fourth)
    for (const c of third)
      for (const b of second)
        for (const a of first) {
          const hash = Math.imul(a | (b << 6) | (c << 12) | (d << 18), 0x9e3779b1) >>> 13
          const at = 2 * threeBytes + (hash >>> 3)
          table[at] = (table[at] ?? 0) | (1 << (hash & 7))
        }
}

/** Letters are kinds of their own, digits are one. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 48 && byte <= 57) return 0
  if (byte >= 97 && byte <= 122) return byte - 96
  if (byte >= 65 && byte <= 90) return byte - 38
  if (byte >= 0x80) return 62
  const special = '-_.:/"=> '.indexOf(String.fromCharCode(byte))
  return special === -1 ? 63 : 53 + special
})

const kindsOfSet = new WeakMap<ByteSet, readonly number[]>()

function kindsOf(set: ByteSet): readonly number[] {
  let known = kindsOfSet.get(set)
  if (known === undefined) {
    known = [...new Set([...kinds].filter((_, byte) => set[byte] === 1))]
    kindsOfSet.set(set, known)
  }
  return known
}

function addThrees(table: Uint8Array, [first = [], second = [], third = []]: readonly (readonly number[])[]): void {
  const bits = new Uint8Array(8)
  for (const kind of first) bits[kind >>> 3] = (bits[kind >>> 3] ?? 0) | (1 << (kind & 7))
  for (const after of third)
    for (const between of second) {
      const at = (between | (after << 6)) * 8
      for (let i = 0; i < 8; i++) table[at + i] = (table[at + i] ?? 0) | (bits[i] ?? 0)
    }
}

function toBuckets(ways: readonly Way[]): readonly (Asked | null)[] {
  const unlike = new Map(ways.map(({ asked }) => [asked.join(), asked]))
  const some: (Asked | null)[] = Array.from({ length: buckets }, () => null)
  // The widest first: what is as wide goes with them, and the narrow ones stay among themselves.
  for (const asked of [...unlike.values()].sort((a, b) => costOf(b) - costOf(a))) {
    let best = 0
    let least = Infinity
    for (let i = 0; i < buckets; i++) {
      const bucket = some[i] ?? null
      const more = bucket === null ? costOf(asked) : costOf(union(bucket, asked)) - costOf(bucket)
      if (more < least) {
        least = more
        best = i
      }
    }
    const bucket = some[best] ?? null
    some[best] = bucket === null ? asked : union(bucket, asked)
  }
  return some
}

function addBit(table: Uint8Array, at: number, bit: number): void {
  table[at] = (table[at] ?? 0) | (1 << bit)
}

function writeInside(tables: Uint8Array, inside: ByteSet): void {
  for (let byte = 0; byte < 128; byte++) if (inside[byte] === 1) addBit(tables, byte & 15, byte >>> 4)
  for (let high = 0; high < 8; high++) addBit(tables, 16 + high, high)
}

function writeBuckets(table: Uint8Array, some: readonly (Asked | null)[]): void {
  for (const [bucket, asked] of some.entries()) {
    const [, digitless, ...halves] = asked ?? []
    for (const [p, one] of halves.entries())
      for (let half = 0; half < 32; half++) if (((one >>> half) & 1) === 1) addBit(table, p * 32 + half, bucket)
    if (digitless === 1) for (let i = 0; i < 16; i++) addBit(table, positions * 32 + i, bucket)
  }
}
