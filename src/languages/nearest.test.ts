import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, nearest } from './nearest.ts'

test('the nearest known word, when one is near', () => {
  assert.equal(nearest('prot', ['port', 'host', 'tls']), 'port')
  assert.equal(nearest('pci/crad', ['pii/email', 'pci/card']), 'pci/card')
  assert.equal(nearest('entirely', ['port', 'host']), null)
  assert.equal(nearest('port', []), null)
  assert.equal(nearest('p'.repeat(1_000_000), ['p'.repeat(1_000_000)]), null)
})

test('a hint is the end of a sentence, or nothing', () => {
  assert.equal(didYouMean('ful', ['standard', 'full']), ", did you mean 'full'?")
  assert.equal(didYouMean('half', ['standard']), '')
})
