import assert from 'node:assert/strict'
import test from 'node:test'
import { isDate } from './calendar.ts'

test('days that exist, and days that do not', () => {
  const rows: readonly (readonly [year: number, month: number, day: number, exists: boolean])[] = [
    [1990, 1, 31, true],
    [1990, 4, 30, true],
    [1990, 4, 31, false],
    [1990, 0, 1, false],
    [1990, 13, 1, false],
    [1990, 1, 0, false],
    [1990, 1, 32, false],
    [1900, 2, 29, false],
    [2000, 2, 29, true],
    [1904, 2, 29, true],
    [1903, 2, 29, false],
    [1903, 2, 28, true],
    // The century is not known: 2000 had the day.
    [0, 2, 29, true],
    [1, 2, 29, false],
  ]
  for (const [year, month, day, exists] of rows)
    assert.equal(isDate(year, month, day), exists, `${year}-${month}-${day}`)
})
