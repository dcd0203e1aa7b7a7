import assert from 'node:assert/strict'
import test from 'node:test'
import type { Match } from '../engine/detector.ts'
import { hasLowerCase, isOneCharacter, numberAt, readValues, values } from './characters.ts'

function matchOf(text: string, start = 0): Match {
  const bytes = new TextEncoder().encode(text)
  const end = bytes.length
  return {
    bytes,
    start,
    end,
    maskStart: start,
    maskEnd: end,
    text: () => text.slice(start),
    byteBefore: (distance) => bytes[start - distance] ?? 256,
    before: () => text.slice(0, start),
  }
}

test('letters and digits as numbers, without what stands between them', () => {
  const count = readValues(matchOf('??1a-Z 9', 2))
  assert.deepEqual([...values.subarray(0, count)], [1, 10, 35, 9])
})

test('no more than 64 are read', () => {
  assert.equal(readValues(matchOf('7'.repeat(200))), 64)
})

test('some of the digits as one number', () => {
  readValues(matchOf('12.345-6'))
  assert.equal(numberAt(1, 4), 2_345)
})

test('one character again and again', () => {
  assert.ok(isOneCharacter(readValues(matchOf('4 444-4'))))
  assert.ok(!isOneCharacter(readValues(matchOf('4 444-5'))))
})

test('small letters in the match, and not those around it', () => {
  assert.ok(hasLowerCase(matchOf('12a')))
  assert.ok(!hasLowerCase(matchOf('abc12A', 3)))
})
