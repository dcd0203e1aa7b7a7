// What holds for every check of a national number, whatever bytes it is asked about.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { runs } from '../../../../test/harness/depth.ts'
import type { Match } from '../../engine/detector.ts'
import { finnishDetectors } from './finland.ts'
import { germanDetectors } from './germany.ts'
import { italianDetectors } from './italy.ts'
import { polishDetectors } from './poland.ts'
import { spanishDetectors } from './spain.ts'
import { swedishDetectors } from './sweden.ts'

const detectors = [
  ...finnishDetectors,
  ...germanDetectors,
  ...italianDetectors,
  ...polishDetectors,
  ...spanishDetectors,
  ...swedishDetectors,
]

function matchOf(bytes: Uint8Array): Match {
  return {
    bytes,
    start: 0,
    end: bytes.length,
    maskStart: 0,
    maskEnd: bytes.length,
    text: () => String.fromCharCode(...bytes),
    byteBefore: () => 256,
    before: () => '',
  }
}

test('a check throws on no bytes, gives a score, and masks to the end of the match', () => {
  const letters = fc.constantFrom(...Array.from('0123456789AZaz-+. /', (character) => character.charCodeAt(0)))
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 24 })
  const likely = fc.array(letters, { minLength: 5, maxLength: 20 }).map((list) => Uint8Array.from(list))
  fc.assert(
    fc.property(fc.oneof(bytes, likely), (value) => {
      for (const { id, check, score } of detectors) {
        const match = matchOf(value)
        const given = check?.(match) ?? score
        assert.ok(given >= 0 && given <= 1, `${id}: ${given}`)
        assert.ok(match.maskEnd === value.length, id)
      }
    }),
    { numRuns: runs(500) },
  )
})

test('every detector has its own name, words in small letters, and a bound that its pattern needs', () => {
  assert.equal(new Set(detectors.map((one) => one.id)).size, detectors.length)
  for (const { id, words, maxBytes } of detectors) {
    assert.ok(maxBytes <= 24, id)
    for (const word of words ?? []) assert.match(word, /^[a-z][a-z._]*$/, id)
  }
})
