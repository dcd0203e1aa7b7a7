// A masking with a fixed key, and ways to feed it: whole, in pieces, and everything that came out as text.

import { Buffer } from 'node:buffer'
import { Secret } from '../../src/kernel/secret.ts'
import type { FieldContext } from '../../src/kernel/action.ts'
import type { Finding } from '../../src/kernel/finding.ts'
import { createMasking, type Masking, type MaskingOptions } from '../../src/mask/index.ts'

export const testKey = new Secret(new Uint8Array(32).fill(7))

export function newMasking(options: Partial<MaskingOptions> = {}): Masking {
  return createMasking({ key: testKey, operators: {}, ...options })
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const toBytes = (text: string): Uint8Array => encoder.encode(text)
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes)

export const text: FieldContext = { name: null, content: 'text' }
export const json: FieldContext = { name: null, content: 'json' }

/** The view of nobody, one for all: what a view hides is computed once a view. */
export const hideAll = (): boolean => false

export interface Masked {
  readonly text: string
  readonly findings: readonly Finding[]
}

export function maskValue(masking: Masking, value: string, field: FieldContext = text): Masked {
  const masker = masking.open(hideAll)
  const bytes = toBytes(value)
  const masked = masker.value(bytes, 0, bytes.length, field)
  return { text: masked === null ? value : toText(masked), findings: masker.drain().findings }
}

/** Every piece is overwritten after it was pushed: a stream may keep nothing of its caller's memory. */
export function maskPieces(masking: Masking, pieces: readonly Uint8Array[], field: FieldContext = text): Masked {
  const masker = masking.open(hideAll)
  const stream = masker.stream(field)
  const out: Uint8Array[] = []
  for (const piece of pieces) {
    // A Buffer, as sockets give: its `slice` is a view and no copy.
    const mine = Buffer.from(piece)
    out.push(new Uint8Array(stream.push(mine)))
    mine.fill(0x23)
  }
  out.push(new Uint8Array(stream.end()))
  return { text: toText(join(out)), findings: masker.drain().findings }
}

export function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}

/** Cuts at the given places, which may be in any order and outside. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...sorted].map((start, i) => bytes.subarray(start, sorted[i] ?? bytes.length))
}
