// Identifiers are not people: numbers that a business writes by the million must pass.

import assert from 'node:assert/strict'
import { createHash, randomInt, randomUUID } from 'node:crypto'
import test from 'node:test'
import { runs } from '../../test/harness/depth.ts'
import { newMasking } from '../../test/harness/masking.ts'

const masking = newMasking()
const many = runs(20_000)

const kinds: Readonly<Record<string, () => string>> = {
  'nine digits': () => String(randomInt(100_000_000, 1_000_000_000)),
  'ten digits': () => String(randomInt(1_000_000_000, 10_000_000_000)),
  UUID: () => randomUUID(),
  'UUID in capitals': () => randomUUID().toUpperCase(),
  'seconds since 1970': () => String(randomInt(1_600_000_000, 1_900_000_000)),
  'milliseconds since 1970': () => String(randomInt(1_600_000_000_000, 1_900_000_000_000)),
  timestamp: () => new Date(randomInt(1_600_000_000_000, 1_900_000_000_000)).toISOString(),
  'SQL timestamp': () =>
    new Date(randomInt(1_600_000_000_000, 1_900_000_000_000)).toISOString().replace('T', ' ').slice(0, 23),
  'SHA-1': () => createHash('sha1').update(randomUUID()).digest('hex'),
  'SHA-256': () => createHash('sha256').update(randomUUID()).digest('hex'),
  'base64 digest': () => createHash('sha256').update(randomUUID()).digest('base64'),
  decimal: () => (Math.random() * 1e6).toFixed(2),
  fraction: () => String(Math.random()),
  version: () => `v${randomInt(20)}.${randomInt(40)}.${randomInt(99)}`,
}

for (const [kind, make] of Object.entries(kinds)) {
  test(`at most one in a thousand is taken for something: ${kind}`, () => {
    const taken: string[] = []
    for (let i = 0; i < many; i++) {
      const value = make()
      if (masking.scan(value).length > 0) taken.push(value)
    }
    // Of few, chance alone takes more.
    assert.ok(taken.length <= Math.max(4, many / 1_000), `${taken.length} of ${many}: ${taken.slice(0, 5).join(' ')}`)
  })
}
