// How patterns begin, as the prefilter wants to know it: which byte may stand before, and which bytes may be the first four. What
// begins inside of words, too, is put into seven buckets, so that as little ordinary text as possible passes: like to like.

import { anything, bytesOf, edge, type ByteSet } from './byte-set.ts'
import { parsePattern, type PatternNode } from './pattern.ts'

/** The first bytes that are looked at; in buckets, those of them that sixteen places at a time are asked for. */
const positions = 4
const bucketPositions = 3
/** In the tables: the buckets, the codes of first bytes, and what begins. */
const bucketsAt = 32
const firstCodesAt = 512
const beginsAt = 1_024
/** Codes of a byte. */
const codes = 32
/** For places with a digit soon and for those without one a table of as many words of 32 bits as three codes have values. */
const kindWords = codes ** 3
export const tableBytes = beginsAt + 2 * kindWords * 4
/** A digit is looked for in so many bytes. */
export const digitReach = 8
const buckets = 7
/** In the tables the bit behind those of the buckets: of the first byte alone, whatever begins. */
const firstBit = 7

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

/** Many patterns share their sets: what is asked of one is found out once. */
function ofSets<Answer>(answer: (set: ByteSet) => Answer): (set: ByteSet) => Answer {
  const known = new WeakMap<ByteSet, Answer>()
  return (set) => {
    let one = known.get(set)
    if (one === undefined) known.set(set, (one = answer(set)))
    return one
  }
}

/** As one half per bit: bits 0–15 the low halves, 16–31 the high ones. */
const toHalves = ofSets((set) => {
  let halves = 0
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) halves |= (1 << (byte & 15)) | (1 << (16 + (byte >>> 4)))
  return halves
})

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

/** One way to begin: may a byte of a word stand before, may it be without a digit soon; its sets of bytes. */
interface Way {
  readonly isAnywhere: boolean
  readonly isDigitless: boolean
  readonly sets: readonly ByteSet[]
}

/** What a beginning or a bucket of them asks of each position, as halves. */
type Asked = readonly number[]

function costOf(asked: Asked): number {
  return asked.reduce((cost, halves) => cost * shareOf(halves), 1)
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

/** Is there a byte in the set that is no digit? */
const hasOther = ofSets((set) => set.some((is, byte) => is === 1 && !isDigit(byte)))

/** Can a match that begins with the node go on for `digitReach` bytes, or end before, without a digit? */
function isDigitless(nodes: readonly PatternNode[], first: number): boolean {
  let at: readonly number[] | null = [first]
  for (let k = 0; k < digitReach; k++) {
    if (at === null) return true
    at = at.filter((node) => hasOther(nodes[node]?.set ?? anything))
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
  const isAnywhere = mayBeginAfter(left, inside)
  return (consuming(nodes, [start]) ?? []).map((first) => {
    const sets: ByteSet[] = []
    let at: readonly number[] | null = [first]
    for (let p = 0; p < positions; p++) {
      sets.push(at === null ? anything : unionOf(at.map((node) => nodes[node]?.set ?? anything)))
      at = at === null ? null : consuming(nodes, at.map((node) => nodes[node]?.next ?? -1)) // prettier-ignore
    }
    return { isAnywhere, isDigitless: isDigitless(nodes, first), sets }
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
  for (const [bucket, asked] of toBuckets(ways.filter(({ isAnywhere }) => isAnywhere)).entries())
    writeBucket(tables, bucket, asked ?? [])
  writeBucket(tables, firstBit, [ways.reduce((halves, { sets }) => halves | toHalves(sets[0] ?? anything), 0)])
  tables.set(firstCodes, firstCodesAt)
  const done = new Set<string>()
  for (const way of ways) {
    const codeSets = way.sets.map((set, position) => codesOf[Math.min(position, 1)]?.(set) ?? 0)
    const key = `${String(way.isDigitless)} ${codeSets.join(' ')}`
    if (done.has(key)) continue
    done.add(key)
    for (const [i, holds] of [way.isDigitless, true].entries())
      if (holds) addBeginning(new Uint32Array(tables.buffer, beginsAt + i * kindWords * 4, kindWords), codeSets)
  }
  return tables
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function isSmall(byte: number): boolean {
  return byte >= 97 && byte <= 122
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90
}

/** Of what is no letter: 26 and up. */
function otherCode(byte: number): number {
  if (isDigit(byte)) return 26
  if (byte >= 0x80) return 30
  const character = String.fromCharCode(byte)
  if (character === ' ') return 27
  if ('-._'.includes(character)) return 28
  return ':="\'/'.includes(character) ? 29 : 31
}

/** Small letters and capitals tell the beginning of a sentence from that of a key; two neighbours share a code. */
const firstCodes = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (isSmall(byte)) return (byte - 97) >> 1
  return isCapital(byte) ? 13 + ((byte - 65) >> 1) : otherCode(byte)
})

/** Behind the first byte a letter is one, small or not, and what the code of digits is, letters of the end of the alphabet have, too. */
const laterCodes = Uint8Array.from({ length: 256 }, (_, byte) => byte & (codes - 1))

/** A bit for each code. */
const codesOf = [firstCodes, laterCodes].map((codesOfBytes) =>
  ofSets((set) => {
    let some = 0
    for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) some |= 1 << (codesOfBytes[byte] ?? 0)
    return some
  }),
)

function bitsOf(some: number): readonly number[] {
  const bits: number[] = []
  for (let bit = 0; bit < codes; bit++) if (((some >>> bit) & 1) === 1) bits.push(bit)
  return bits
}

/** A word of the table has all first codes; which one it is, the three behind it say. */
function addBeginning(table: Uint32Array, [first = 0, second = 0, third = 0, fourth = 0]: readonly number[]): void {
  const seconds = bitsOf(second)
  for (const c of bitsOf(third))
    for (const d of bitsOf(fourth))
      for (const b of seconds) {
        const at = b | (c << 5) | (d << 10)
        table[at] = (table[at] ?? 0) | first
      }
}

function toBuckets(ways: readonly Way[]): readonly (Asked | null)[] {
  const all = ways.map(({ sets }) => sets.slice(0, bucketPositions).map(toHalves))
  const unlike = new Map(all.map((asked) => [asked.join(), asked]))
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

function writeBucket(tables: Uint8Array, bucket: number, asked: Asked): void {
  for (const [p, one] of asked.entries())
    for (let half = 0; half < 32; half++)
      if (((one >>> half) & 1) === 1) addBit(tables, bucketsAt + p * 32 + half, bucket)
}
