// Identifiers are not people: numbers that a business writes by the million must pass.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import test from 'node:test'
import { runs } from '../../test/harness/depth.ts'
import { newMasking } from '../../test/harness/masking.ts'
import { Noise } from '../../test/harness/noise.ts'

const masking = newMasking()
const many = runs(20_000)
const noise = new Noise(1)

const kinds: Readonly<Record<string, () => string>> = {
  'nine digits': () => String(noise.integer(100_000_000, 1_000_000_000)),
  'ten digits': () => String(noise.integer(1_000_000_000, 10_000_000_000)),
  UUID: () => noise.uuid(),
  'UUID in capitals': () => noise.uuid().toUpperCase(),
  'seconds since 1970': () => String(noise.integer(1_600_000_000, 1_900_000_000)),
  'milliseconds since 1970': () => String(noise.integer(1_600_000_000_000, 1_900_000_000_000)),
  timestamp: () => new Date(noise.integer(1_600_000_000_000, 1_900_000_000_000)).toISOString(),
  'SQL timestamp': () =>
    new Date(noise.integer(1_600_000_000_000, 1_900_000_000_000)).toISOString().replace('T', ' ').slice(0, 23),
  'SHA-1': () => hash('sha1', noise.uuid()),
  'SHA-256': () => hash('sha256', noise.uuid()),
  'base64 digest': () => hash('sha256', noise.uuid(), 'base64'),
  decimal: () => (noise.fraction() * 1e6).toFixed(2),
  fraction: () => String(noise.fraction()),
  version: () => `v${noise.integer(0, 20)}.${noise.integer(0, 40)}.${noise.integer(0, 99)}`,
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
