// The hash that is made of two is the one that node:crypto makes.

import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { KeyedHash } from './keyed-hash.ts'

const text = fc.oneof(fc.string({ maxLength: 300, unit: 'binary' }), fc.uint8Array({ maxLength: 600 }))

test('it is HMAC-SHA256, whatever the key and the text', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 80 }),
      fc.array(text, { minLength: 1, maxLength: 4 }),
      (key, texts) => {
        const object = createSecretKey(key)
        const hash = new KeyedHash(object)
        for (const one of texts) {
          const expected = createHmac('sha256', object).update('token\0pii/email\0').update(one).digest('binary')
          assert.equal(hash.of('token\0pii/email\0', one), expected)
        }
      },
    ),
    { numRuns: runs(4_000) },
  )
})
