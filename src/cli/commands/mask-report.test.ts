import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toTime } from './mask-report.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')

test('a time is so long ago, or a day or time of its own', () => {
  assert.equal(toTime('7d', nowMs), '2026-11-14T12:00:00.000Z')
  assert.equal(toTime('12h', nowMs), '2026-11-21T00:00:00.000Z')
  assert.equal(toTime('90m', nowMs), '2026-11-21T10:30:00.000Z')
  assert.equal(toTime('2w', nowMs), '2026-11-07T12:00:00.000Z')
  assert.equal(toTime('2026-11-01', nowMs), '2026-11-01T00:00:00.000Z')
})

test('anything else is no time', () => {
  for (const text of ['', '7', 'd', '7y', '-7d', '1e9d', 'yesterday', '2026', '2026-13-01'])
    assert.throws(() => toTime(text, nowMs), { message: `'${text}' is no time: write 7d, 12h or 2026-11-01` })
})
