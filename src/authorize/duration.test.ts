import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toDuration } from './duration.ts'
import { approvalSettings } from './settings.ts'

test('a duration is one whole number and one unit', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['1ms', 1],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['365d', 31_536_000_000],
    ['366d', null],
    ['0s', null],
    ['-1s', null],
    ['1.5h', null],
    ['1h30m', null],
    ['5 m', null],
    ['5', null],
    ['5M', null],
    ['99999999999s', null],
    ['5m\n', null],
    ['', null],
  ]
  for (const [text, expected] of cases) assert.equal(toDuration(text), expected, JSON.stringify(text))
})

test('approvals have safe defaults, bounds, and no other keys', () => {
  assert.deepEqual(approvalSettings.parse(undefined), { holdFor: 300_000, validFor: 900_000 })
  assert.deepEqual(approvalSettings.parse({ holdFor: '1h' }), { holdFor: 3_600_000, validFor: 900_000 })
  const told = (input: unknown) => approvalSettings.safeParse(input).error?.issues[0]?.message
  assert.match(told({ holdFor: '2d' }) ?? '', /at most 24h/)
  assert.match(told({ validFor: '10ms' }) ?? '', /at least 1s/)
  assert.match(told({ holdFor: 'soon' }) ?? '', /whole number with its unit/)
  assert.match(told({ holdfor: '5m' }) ?? '', /holdfor/)
})
