// How patterns begin, as the prefilter wants to know it: which byte may stand before, and which bytes may be the first four. Many
// beginnings are put into eight buckets, so that as little ordinary text as possible passes: like to like.

import { bytesOf, type ByteSet } from './byte-set.ts'
import { parsePattern, type PatternNode } from './pattern.ts'

/** The first bytes that are looked at. */
const positions = 4
export const tableBytes = (positions + 1) * 32 + 16
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

/** As one half per bit: bits 0–15 the low halves, 16–31 the high ones. */
function toHalves(set: ByteSet): number {
  let halves = 0
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) halves |= (1 << (byte & 15)) | (1 << (16 + (byte >>> 4)))
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

/** Of text's places, how many follow no letter and no digit. */
const wordStarts = 0.25

/** What a beginning or a bucket of them asks for. `halves[0]` is 1 when a letter or a digit may stand before. */
type Asked = readonly number[]

function costOf([afterWord, ...halves]: Asked): number {
  return halves.reduce((cost, one) => cost * shareOf(one), afterWord === 1 ? 1 : wordStarts)
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

const every = -1
const isWordByte = bytesOf('A-Za-z0-9')

/** One for each way in which a pattern may begin. */
function waysOf({ pattern, left }: Beginning): Asked[] {
  const { nodes, start } = parsePattern(pattern)
  return (consuming(nodes, [start]) ?? []).map((first) => {
    const halves = [isWordByte.some((is, byte) => is === 1 && left[byte] === 1) ? 1 : 0]
    let at: readonly number[] | null = [first]
    for (let p = 0; p < positions; p++) {
      if (at === null) {
        halves.push(every)
        continue
      }
      const set = new Uint8Array(256)
      for (const node of at) nodes[node]?.set?.forEach((is, byte) => (set[byte] = (set[byte] ?? 0) | is))
      halves.push(toHalves(set))
      at = consuming(nodes, at.map((node) => nodes[node]?.next ?? -1)) // prettier-ignore
    }
    return halves
  })
}

/** @returns the tables of `prefilter.wat` for them */
export function toTables(beginnings: readonly Beginning[]): Uint8Array {
  const ways = new Map(beginnings.flatMap(waysOf).map((halves) => [halves.join(), halves]))
  const some: (Asked | null)[] = Array.from({ length: buckets }, () => null)
  // The widest first: what is as wide goes with them, and the narrow ones stay among themselves.
  for (const halves of [...ways.values()].sort((a, b) => costOf(b) - costOf(a))) {
    let best = 0
    let least = Infinity
    for (let i = 0; i < buckets; i++) {
      const bucket = some[i] ?? null
      const more = bucket === null ? costOf(halves) : costOf(union(bucket, halves)) - costOf(bucket)
      if (more < least) {
        least = more
        best = i
      }
    }
    const bucket = some[best] ?? null
    some[best] = bucket === null ? halves : union(bucket, halves)
  }
  return write(some)
}

function write(some: readonly (Asked | null)[]): Uint8Array {
  const tables = new Uint8Array(tableBytes)
  const set = (at: number, bit: number): void => {
    tables[at] = (tables[at] ?? 0) | (1 << bit)
  }
  for (let byte = 0; byte < 128; byte++) if (isWordByte[byte] === 1) set(byte & 15, byte >>> 4)
  for (let high = 0; high < 8; high++) set(16 + high, high)
  for (const [bucket, asked] of some.entries()) {
    const [afterWord, ...halves] = asked ?? []
    for (const [p, one] of halves.entries())
      for (let half = 0; half < 32; half++) if (((one >>> half) & 1) === 1) set((p + 1) * 32 + half, bucket)
    if (afterWord === 1) for (let i = 0; i < 16; i++) set((positions + 1) * 32 + i, bucket)
  }
  return tables
}
