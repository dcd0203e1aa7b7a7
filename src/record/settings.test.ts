import assert from 'node:assert/strict'
import test from 'node:test'
import { evidenceSettings } from './settings.ts'

test('nothing written is the safe default', () => {
  const expected = { durability: 'standard', capture: { bytesPerAction: 8_388_608, mode: 'full' } }
  assert.deepEqual(evidenceSettings.parse(undefined), expected)
  assert.deepEqual(evidenceSettings.parse({ capture: {} }), expected)
})

test('values are taken as written', () => {
  const written = { durability: 'full', capture: { bytesPerAction: '64kB', mode: 'digest' } }
  assert.deepEqual(evidenceSettings.parse(written), {
    durability: 'full',
    capture: { bytesPerAction: 64_000, mode: 'digest' },
  })
})

test('unknown keys, wrong words and sizes without a unit are errors', () => {
  const wrong: [unknown, RegExp][] = [
    [{ durability: 'none' }, /expected one of/],
    [{ enabled: false }, /enabled/],
    [{ capture: { bytesPerAction: 8 } }, /expected string/],
    [{ capture: { bytesPerAction: '8' } }, /a whole number with its unit/],
    [{ capture: { bytesPerAction: '2GiB' } }, /at most 1GiB/],
    [{ capture: { bytes: '8MiB' } }, /bytes/],
  ]
  for (const [value, message] of wrong) assert.throws(() => evidenceSettings.parse(value), message)
})
