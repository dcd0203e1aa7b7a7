// No text costs much more than others: each of those that are made to be slow, against work of a known kind in the same process,
// so that a busy machine slows both. `npm run bench` says how fast they are; this says that none of them falls off a cliff.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { worstInputs, type WorstInput } from '../../bench/mask-worst-inputs.ts'
import { runs, size } from '../../test/harness/depth.ts'
import { hideAll, newMasking } from '../../test/harness/masking.ts'
import { plainText, type FieldContext } from '../kernel/action.ts'
import type { Masker } from '../kernel/masker.ts'

/** The slowest takes about a third of it: one fold more is a defect that somebody can use. */
const mostSteps = 2_400
const mostRounds = 5
const bytes = runs(160_000)

const masking = newMasking()

const table = Int32Array.from({ length: 4_096 }, (_, i) => (i * 2_654_435) & 4_095)
const known = size(1_000_000, 100_000)

/** Microseconds of CPU for a byte that is looked up in a table, one after the other. */
function stepUs(): number {
  const work = (): void => {
    let at = 1
    for (let i = 0; i < known; i++) at = table[(at + i) & 4_095] ?? 0
    assert.ok(at >= 0)
  }
  return Math.min(...Array.from({ length: 3 }, () => cpuUs(work))) / known
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function piecesOf({ make }: WorstInput): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let length = 0; length < bytes;) {
    const next = make(pieces.length)
    pieces.push(next)
    length += next.length
  }
  return pieces
}

function mask(masker: Masker, entry: WorstInput['entry'], pieces: readonly Uint8Array[]): void {
  if (entry === 'values') {
    const field: FieldContext = { name: 'note', content: 'text' }
    for (const piece of pieces) masker.value(piece, 0, piece.length, field)
    return
  }
  if (entry === 'prompt') {
    const { outward } = masking.pseudonyms({ discloses: hideAll, restores: () => hideAll })
    for (const piece of pieces) outward.value(piece, 0, piece.length, plainText)
    return
  }
  const stream = masker.stream({ name: null, content: entry })
  for (const piece of pieces) stream.push(piece)
  stream.end()
}

describe('a byte of what is made to be slow costs at most so many steps', () => {
  for (const input of worstInputs) {
    test(`${input.name} as ${input.entry}`, () => {
      const pieces = piecesOf(input)
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
      let steps = Infinity
      // What disturbs a round only makes it slower: one that is fast enough says all.
      for (let round = 0; round < mostRounds && steps > mostSteps; round++) {
        const us = cpuUs(() => mask(masking.open(hideAll), input.entry, pieces))
        steps = Math.min(steps, us / length / stepUs())
      }
      assert.ok(steps <= mostSteps, `${Math.round(steps)} steps a byte`)
    })
  }
})
