import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { polishDetectors } from './poland.ts'

const { found, asked } = detecting(polishDetectors)
const pesel = 'pii/pl-pesel'

test('numbers of all centuries', () => {
  for (const number of ['90022812347', '00222912349', '99813112343', '11111111116']) {
    assert.deepEqual(asked(number, pesel), [`${pesel}: ${number}`], number)
    assert.deepEqual(found(number), [], 'eleven digits alone')
    assert.deepEqual(found(`PESEL: ${number}`), [`${pesel}: ${number}`])
    assert.deepEqual(found(number, 'nr_pesel'), [`${pesel}: ${number}`])
  }
})

test('numbers that are none', () => {
  const rows = [
    ['00222912348', 'the check digit'],
    ['90022912344', '29 February of a year without it'],
    ['90130112344', 'month 13'],
    ['00000000000', 'no day'],
    ['0022291234', 'too short'],
    ['002229123490', 'too long'],
    ['-00222912349', 'the tail of something longer'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, pesel), [], why)
})
