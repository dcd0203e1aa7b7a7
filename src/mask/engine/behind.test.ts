import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { Behind } from './behind.ts'
import { edge } from './byte-set.ts'

const reach = 40

test('the last bytes are known, in whatever pieces they came, and none before them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 8 }), fc.nat(5), (pieces, margin) => {
      const behind = new Behind(reach)
      for (const piece of pieces)
        behind.add(Buffer.concat([Buffer.alloc(margin, 0xee), piece]), margin, margin + piece.length)
      const all = Buffer.concat(pieces)
      const expected = all.subarray(-reach)
      assert.equal(behind.length, all.length === 0 ? 0 : expected.length)
      for (let distance = 1; distance <= reach + 1; distance++)
        assert.equal(behind.byte(distance), expected[expected.length - distance] ?? edge)
      assert.equal(behind.latin1(behind.length), expected.toString('latin1'))
    }),
  )
})

test('what was cleared is not known, though it was there', () => {
  const behind = new Behind(reach)
  behind.add(Buffer.from('before'), 0, 6)
  behind.clear()
  assert.equal(behind.byte(1), edge)
  behind.add(Buffer.from('x'), 0, 1)
  assert.equal(behind.latin1(1), 'x')
  assert.equal(behind.byte(2), edge)
})
