import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { dateTimeDetectors } from './date-time.ts'

const { found, asked } = oneClass(dateTimeDetectors, 'pii/date-time')

const dates = [
  '1980-05-17',
  '1980-05-17T09:15:30.500-07:00',
  '1980-05-17T09:15:30.123456Z',
  '1980-05-17 09:15',
  '17.5.1980',
  '05/17/1980',
  '17-05-80',
  '1980/05/17',
  '5/1980',
  '17-May',
  'May-17',
  '17-May-1980',
  'May-1980',
  '17 May 1980',
  '17th of May, 1980',
  'May 17th, 1980',
  '17. Mai 1980',
  '3. März 1980',
]

test('dates are found for those who ask, and in what is told of a birth', () => {
  for (const date of dates) {
    assert.deepEqual(asked(`Today is ${date} or not?`), [date])
    assert.deepEqual(asked(`${date}.`), [date])
    assert.deepEqual(found(`Today is ${date} or not?`), [], `${date}: an ordinary day`)
    assert.deepEqual(found(`Date of birth: ${date}`), [date])
    assert.deepEqual(found(date, 'dob'), [date])
    assert.deepEqual(found(date, 'created_at'), [])
  }
})

test('what is no date', () => {
  const rows = [
    ['1980-13-17', 'month 13'],
    ['1980-02-30', '30 February'],
    ['1980-05-17T25:00', 'hour 25'],
    ['32.5.1980', 'day 32'],
    ['13/13/1980', 'no month'],
    ['0/5/1980', 'day 0'],
    ['13/1980', 'month 13'],
    ['32-May-1980', 'day 32'],
    ['5/21and', 'letters behind'],
    ['v1980-05-17', 'a letter before'],
    ['1980-05-17-3', 'goes on'],
    ['1.17.5.1980', 'a version'],
    ['17-Mayor', 'no month'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})
