// Changes to an input that was good: flipped, cut, doubled, joined with another one, spoiled with values at which programs
// break. Nothing here knows what the bytes mean.

import { Buffer } from 'node:buffer'
import type { Random } from './random.ts'

export interface Material {
  /** What inputs are joined from. */
  readonly pool: readonly Uint8Array[]
  /** Words that mean something to the target. */
  readonly words: readonly Uint8Array[]
  readonly maxBytes: number
}

const maxChanges = 6
const empty = new Uint8Array(0)

/** Bytes and texts where readers change their mind. */
const interesting: readonly Uint8Array[] = [
  ...[0x00, 0x01, 0x0a, 0x0d, 0x1b, 0x20, 0x22, 0x27, 0x5c, 0x7f, 0x80, 0xc0, 0xef, 0xf4, 0xff].map((byte) =>
    Uint8Array.of(byte),
  ),
  ...[
    '7fffffff',
    'ffffffff',
    '80000000',
    '00000000',
    '00000004',
    '7fff',
    'ffff',
    '0001',
    'efbbbf',
    'edb080',
    'f09f9880',
  ].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
  ...[
    '\r\n',
    '\n\n',
    '{}',
    '[]',
    '{"',
    '"}',
    '\\u0000',
    '\\ud83d',
    '\\',
    '/*',
    '*/',
    '--',
    ';',
    '$$',
    "''",
    '""',
    '%00',
  ].map((text) => Uint8Array.from(Buffer.from(text))),
  ...['-1', '1e999', '9007199254740993', 'NaN', 'null', '__proto__', '\u202e', '\u00a0', '\ufeff', 'ﬀ', 'İ'].map(
    (text) => Uint8Array.from(Buffer.from(text)),
  ),
]

export function mutate(random: Random, input: Uint8Array, material: Material): Uint8Array {
  let bytes = input
  for (let left = 1 + random.below(maxChanges); left > 0; left--)
    bytes = changes[random.below(changes.length)]?.(random, bytes, material) ?? bytes
  return bytes.length > material.maxBytes ? bytes.subarray(0, material.maxBytes) : bytes
}

type Change = (random: Random, bytes: Uint8Array, material: Material) => Uint8Array

const changes: readonly Change[] = [
  flip,
  overwrite,
  remove,
  repeat,
  splice,
  insert,
  insert,
  swap,
  truncate,
  reverseWord,
]

/** A place, and another one at or after it, seldom far away. */
function span(random: Random, bytes: Uint8Array): readonly [number, number] {
  const start = random.below(bytes.length + 1)
  return [start, start + random.length(bytes.length - start + 1)]
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

function replaced(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  return join(bytes.subarray(0, start), by, bytes.subarray(end))
}

function flip(random: Random, bytes: Uint8Array): Uint8Array {
  const out = bytes.slice()
  const at = random.below(out.length)
  if (out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << random.below(8))
  return out
}

function overwrite(random: Random, bytes: Uint8Array): Uint8Array {
  const by = random.chance(2) ? Uint8Array.of(random.below(256)) : random.pick(interesting, empty)
  const start = random.below(bytes.length + 1)
  return replaced(bytes, start, Math.min(bytes.length, start + by.length), by)
}

function remove(random: Random, bytes: Uint8Array): Uint8Array {
  const [start, end] = span(random, bytes)
  return replaced(bytes, start, end, empty)
}

function repeat(random: Random, bytes: Uint8Array, { maxBytes }: Material): Uint8Array {
  const [start, end] = span(random, bytes)
  const times = random.chance(8) ? 1 + random.below(512) : 1 + random.below(4)
  if ((end - start) * times > maxBytes) return bytes
  const part = bytes.subarray(start, end)
  return replaced(bytes, end, end, join(...Array.from({ length: times }, () => part)))
}

function splice(random: Random, bytes: Uint8Array, { pool }: Material): Uint8Array {
  const other = random.pick(pool, empty)
  const [start, end] = span(random, bytes)
  const [from, to] = span(random, other)
  return random.chance(2)
    ? join(bytes.subarray(0, start), other.subarray(from))
    : replaced(bytes, start, end, other.subarray(from, to))
}

function insert(random: Random, bytes: Uint8Array, { words }: Material): Uint8Array {
  const at = random.below(bytes.length + 1)
  return replaced(bytes, at, at, random.pick(words.length > 0 && !random.chance(3) ? words : interesting, empty))
}

function swap(random: Random, bytes: Uint8Array): Uint8Array {
  const [start, middle] = span(random, bytes)
  const end = middle + random.length(bytes.length - middle + 1)
  return join(bytes.subarray(0, start), bytes.subarray(middle, end), bytes.subarray(start, middle), bytes.subarray(end))
}

function truncate(random: Random, bytes: Uint8Array): Uint8Array {
  return random.chance(4) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes
}

/** Letters in the other case: keywords, names of fields, hexadecimal digits. */
function reverseWord(random: Random, bytes: Uint8Array): Uint8Array {
  const [start, end] = span(random, bytes)
  return bytes.map((byte, at) =>
    at >= start && at < end && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a ? byte ^ 0x20 : byte,
  )
}

/** Cuts at random places, for what must not depend on them. */
export function cutAtRandom(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + random.length(random.chance(3) ? 4 : bytes.length))
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
