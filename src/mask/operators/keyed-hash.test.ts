import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyedHash } from './keyed-hash.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('RFC 4231, test cases 1 and 2', () => {
  assert.equal(
    hex(new KeyedHash(new Uint8Array(20).fill(0x0b)).digest(Buffer.from('Hi There'))),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  assert.equal(
    hex(new KeyedHash(Buffer.from('Jefe')).digest(Buffer.from('what do ya want for nothing?'))),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('the same as of Node, for every length around the blocks', () => {
  const key = Buffer.from('a key of this installation, 32 b')
  const keyed = new KeyedHash(key)
  for (let length = 0; length < 300; length++) {
    const message = Buffer.alloc(length, length)
    assert.equal(hex(keyed.digest(message)), createHmac('sha256', key).update(message).digest('hex'), String(length))
  }
})

test('the same as of Node, for any key and message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 1000 }), (key, message) => {
      assert.equal(hex(new KeyedHash(key).digest(message)), createHmac('sha256', key).update(message).digest('hex'))
    }),
  )
})

test('a longer key is refused', () => {
  assert.throws(() => new KeyedHash(new Uint8Array(65)), RangeError)
})
