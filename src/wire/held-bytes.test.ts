import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../kernel/fault.ts'
import { HeldBytes } from './held-bytes.ts'

test('a chunk that is consumed whole is never copied', () => {
  const held = new HeldBytes({ maxBytes: 16, code: 'frame.too-large' })
  const chunk = Uint8Array.of(1, 2, 3)
  held.push(chunk)
  assert.equal(held.bytes, chunk)
  held.at = held.end
  held.settle()
  assert.equal(held.left, 0)
})

test('what is left survives the reuse of the read buffer', () => {
  const held = new HeldBytes({ maxBytes: 16, code: 'frame.too-large' })
  const chunk = Uint8Array.of(1, 2, 3)
  held.push(chunk)
  held.at = 1
  held.settle()
  chunk.fill(9)
  held.push(Uint8Array.of(4))
  assert.deepEqual([...held.bytes.subarray(held.at, held.end)], [2, 3, 4])
})

test('more than the limit is a fault, by push and by settle', () => {
  const byPush = new HeldBytes({ maxBytes: 4, code: 'frame.too-large' })
  byPush.push(new Uint8Array(3))
  byPush.settle()
  const isTooLarge = (error: unknown): boolean =>
    error instanceof Fault && error.code === 'frame.too-large' && /larger than this gateway accepts/.test(error.message)
  assert.throws(() => byPush.push(new Uint8Array(2)), isTooLarge)
  const bySettle = new HeldBytes({ maxBytes: 4, code: 'frame.too-large' })
  bySettle.push(new Uint8Array(5))
  assert.throws(() => bySettle.settle(), isTooLarge)
})

const small = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60))
const large = fc.tuple(
  fc.tuple(fc.nat(255), fc.nat(5000)).map(([first, size]) => Uint8Array.from({ length: size }, (_, i) => first + i)),
  fc.nat(6000),
)

test('property: whatever is pushed and consumed, the bytes come out in order', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(small, large), { maxLength: 30 }), (steps) => {
      const held = new HeldBytes({ maxBytes: 1 << 20, code: 'frame.too-large' })
      const all: number[] = []
      const out: number[] = []
      for (const [chunk, consumed] of steps) {
        all.push(...chunk)
        const borrowed = Uint8Array.from(chunk)
        held.push(borrowed)
        const count = Math.min(consumed, held.left)
        out.push(...held.bytes.subarray(held.at, held.at + count))
        held.at += count
        held.settle()
        borrowed.fill(0xee)
      }
      out.push(...held.bytes.subarray(held.at, held.end))
      assert.deepEqual(out, all)
    }),
  )
})
