import assert from 'node:assert/strict'
import test from 'node:test'
import { detecting } from '../../../../test/harness/detecting.ts'
import { finnishDetectors } from './finland.ts'

const { found, asked } = detecting(finnishDetectors)
const code = 'pii/fi-personal-identity-code'

test('personal identity codes of all centuries', () => {
  for (const number of ['290296-1232', '290200A1239', '311299+0029', '150680Y501A', '010594Y9032'])
    assert.deepEqual(found(`Se on ${number}.`), [`${code}: ${number}`], number)
})

test('in small letters a word is needed', () => {
  assert.deepEqual(found('290200a1239'), [])
  assert.deepEqual(asked('290200a1239', code), [`${code}: 290200a1239`])
  assert.deepEqual(found('henkilötunnus 290200a1239'), [`${code}: 290200a1239`])
  assert.deepEqual(found('290200a1239', 'hetu'), [`${code}: 290200a1239`])
})

test('codes that are none', () => {
  const rows = [
    ['290296-1233', 'the check character'],
    ['290297-123A', '29 February of a year without it'],
    ['290200-1239', '1900 had no 29 February'],
    ['321299+002X', 'day 32'],
    ['311399+0023', 'month 13'],
    ['290296-0003', 'serial 000'],
    ['290296-0014', 'serial 001'],
    ['290200G1239', 'no century'],
    ['290296-123', 'too short'],
    ['290296-12329', 'too long'],
    ['1290296-1232', 'behind a digit'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text, code), [], why)
})
