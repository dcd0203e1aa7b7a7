import assert from 'node:assert/strict'
import test from 'node:test'
import { oneClass } from '../../../test/harness/one-class.ts'
import { walletDetectors } from './crypto-wallet.ts'

const { found, asked } = oneClass(walletDetectors, 'pii/crypto-wallet')

test('Bitcoin in base 58', () => {
  for (const address of [
    '112D2adLM3UKy4Z4giRbReR6gjWuvHUqB',
    '31h38a54tFMrR8kzBnP2241MFD2EUHtGha',
    '1112uCCdMPEAu3BLK46ACGsZz7zgC4tNJ',
  ]) {
    assert.deepEqual(found(`bitcoin:${address}?amount=1`), [address])
    const swapped = address.slice(0, -2) + address.slice(-1) + address.slice(-2, -1)
    assert.deepEqual(asked(swapped), [], 'the checksum')
  }
  const rows = [
    ['3R2e7gNMbRpjEZu5DCiLWBH8siHBC8immQ', 'the checksum is right, the version is not'],
    ['1112D2adLM3UKy4Z4giRbReR6gjWuvHUqB', 'a leading 1 too many'],
    ['12D2adLM3UKy4Z4giRbReR6gjWuvHUqB', 'a leading 1 too few'],
    ['x112D2adLM3UKy4Z4giRbReR6gjWuvHUqB', 'behind a letter'],
    ['112D2adLM3UKy4Z4giRbReR6gjWuvHUqBx', 'goes on'],
    ['112D2adLM3UKy4Z4giRbReR6gjWuvHUqB_', 'a part of a name'],
    ['1'.repeat(33), 'nothing but zeros'],
    ['3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', 'more than 25 bytes'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('Bitcoin in bech32 and bech32m', () => {
  for (const address of [
    'bc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysn4v0345',
    'bc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0szrtjt7',
    'bc1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sg5tmnz',
    'tb1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0slua5fd',
  ]) {
    assert.deepEqual(found(`to ${address}.`), [address])
    assert.deepEqual(found(address.toUpperCase()), [address.toUpperCase()])
    assert.deepEqual(asked(address.replace('sy', 'sY')), [], 'both cases')
    assert.deepEqual(asked(address.replace('sy', 'ys')), [], 'the checksum')
  }
  const rows = [
    ['bc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnqslask', 'version 0 has the first checksum'],
    ['bc1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sagmhkq', 'later ones have the second'],
    ['bc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9cc7vgsh7', 'version 0 has 20 or 32 bytes'],
  ] as const
  for (const [text, why] of rows) assert.deepEqual(asked(text), [], why)
})

test('Ethereum: capitals prove it, otherwise a word has to', () => {
  const mixed = '0x00112233445566778899AaBBCCDdEefF01234567'
  const small = mixed.toLowerCase()
  assert.deepEqual(found(`sent to ${mixed}.`), [mixed])
  assert.deepEqual(found(small), [], 'the hash of anything')
  assert.deepEqual(found(`eth wallet ${small}`), [small])
  assert.deepEqual(found(small, 'wallet_address'), [small])
  assert.deepEqual(asked(small), [small])
  assert.deepEqual(found(`0x${'0'.repeat(39)}1`), [], 'without letters there are no capitals')
  assert.deepEqual(found(mixed.replace('AaBB', 'aABB')), [], 'the capitals are wrong')
  for (const text of [`${mixed}8`, mixed.slice(0, -1), `a${mixed}`, `0x${'0'.repeat(40)}`])
    assert.deepEqual(asked(text), [], text)
})
