// Whether a word stands before a place, against the plain search of `words-before.ts`: for values short and long, whole and cut,
// asked at any places.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import * as fc from 'fast-check'
import { allRules } from '../../../test/harness/all-rules.ts'
import { size } from '../../../test/harness/depth.ts'
import { allDetectors } from '../detectors/index.ts'
import { Behind } from './behind.ts'
import { WordsBefore, wordReach } from './words.ts'
import { wordsBefore } from './words-before.ts'

const list = allRules.words
const listeners = [...allDetectors.keys()].filter((i) => (allDetectors[i]?.words ?? []).length > 0)
const everyWord = [...new Set(allDetectors.flatMap(({ words }) => words ?? []))]
const lanr = allDetectors.findIndex(({ id }) => id === 'de-lanr')

test('a word that begins with the first byte of a long value counts at once', () => {
  for (const filled of [0, 100, 379, 380, 381, 4_000]) {
    const bytes = Buffer.from(`LANR 234567709, ${'x '.repeat(filled)}`)
    const words = new WordsBefore(list)
    words.open(bytes, 0, bytes.length, null)
    assert.equal(words.has(lanr, 5), true, `${bytes.length} bytes`)
  }
})

const parts = fc.constantFrom('LANR', 'lanr ', 'card', 'creditCard', 'discard ', 'ssn', 'SSN: ', 'tax id ', 'taxId', 'x ', '1', '-', '_', ' ', '\n', 'é', '\u3000', ', and so on, '.repeat(6), '0'.repeat(70), 'arzt', 'Arzt', 'nr ') // prettier-ignore

test('the words before a place are the ones that a plain search finds, wherever the value is cut', () => {
  const texts = fc.array(parts, { minLength: 1, maxLength: 60 }).map((some) => Buffer.from(some.join('')))
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), fc.nat(), (bytes, places, cut) => {
      const from = cut % bytes.length
      const words = new WordsBefore(list)
      const behind = new Behind(wordReach)
      behind.add(bytes, 0, from)
      words.open(bytes, from, bytes.length, behind)
      for (const place of places.map((one) => from + (one % (bytes.length - from + 1)))) {
        const before = new Set(wordsBefore(everyWord, bytes, place))
        const expected = listeners.filter((i) => allDetectors[i]?.words?.some((word) => before.has(word)))
        assert.deepEqual(
          listeners.filter((i) => words.has(i, place)),
          expected,
          `at ${place}, cut at ${from}`,
        )
        assert.equal(words.hasAny(place), expected.length > 0)
      }
    }),
    { numRuns: size(200, 4) },
  )
})
