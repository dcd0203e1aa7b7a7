import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHmac, hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../../kernel/secret.ts'
import { TokenMint } from './tokens.ts'

const key = Buffer.from('0123456789abcdef0123456789abcdef', 'latin1')
const ofAnotherEpoch = Buffer.from(hkdfSync('sha256', key, '', 'epoch\x002', 32))

function expected(by: Uint8Array, purpose: string, dataClass: string, value: string | Uint8Array): string {
  return createHmac('sha256', by).update(`${purpose}\0${dataClass}\0`).update(value).digest('hex')
}

function allOf(bytes: { byte(): number }): string {
  return Buffer.from(Array.from({ length: 32 }, () => bytes.byte())).toString('hex')
}

const values = [
  '',
  'a',
  'alice@example.com',
  'Zürich',
  'é'.repeat(200),
  '4'.repeat(170),
  '4'.repeat(171),
  'x'.repeat(5_000),
]

test('bytes of a token are the HMAC-SHA256 of purpose, class and value, whatever was asked before', () => {
  const mint = new TokenMint(new Secret(new Uint8Array(key)), '1')
  const mixed = values.flatMap((value) => ['token', 'hash', 'ignore'].flatMap((purpose) => ['pii/email', 'pci/card'].map((dataClass) => ({ value, purpose, dataClass })))) // prettier-ignore
  for (const { value, purpose, dataClass } of [...mixed, ...mixed.toReversed()]) {
    assert.equal(allOf(mint.mint(purpose, dataClass, value)), expected(key, purpose, dataClass, value))
    const bytes = Buffer.from(value, 'latin1')
    assert.equal(allOf(mint.mint(purpose, dataClass, bytes)), expected(key, purpose, dataClass, bytes))
  }
})

test('an epoch has its own key, but for what lasts', () => {
  const mint = new TokenMint(new Secret(new Uint8Array(key)), '2')
  for (const value of values) {
    assert.equal(allOf(mint.mint('token', 'pii/email', value)), expected(ofAnotherEpoch, 'token', 'pii/email', value))
    assert.equal(allOf(mint.mint('ignore', 'pii/email', value)), expected(key, 'ignore', 'pii/email', value))
  }
})

test('two values at once do not share their bytes', () => {
  const mint = new TokenMint(new Secret(new Uint8Array(key)), '1')
  const [one, two] = [mint.mint('token', 'pii/email', 'a'), mint.mint('token', 'pii/email', 'b')]
  assert.equal(allOf(one), expected(key, 'token', 'pii/email', 'a'))
  assert.equal(allOf(two), expected(key, 'token', 'pii/email', 'b'))
})
