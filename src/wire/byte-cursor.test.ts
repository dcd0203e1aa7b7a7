import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { ByteBuilder } from './byte-builder.ts'
import { ByteCursor } from './byte-cursor.ts'

const cursor = (...bytes: number[]): ByteCursor =>
  new ByteCursor(Uint8Array.from(bytes), 0, bytes.length, 'frame.malformed')

const malformed =
  (why: RegExp) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === 'frame.malformed' && why.test(String(error.facts['why']))

test('what is built is read back', () => {
  const built = new ByteBuilder(1).uint8(7).int16(-2).int32(-70_000).cstring('grün').bytes(Uint8Array.of(1, 2)).done()
  const read = new ByteCursor(built, 0, built.length, 'frame.malformed')
  assert.equal(read.uint8(), 7)
  assert.equal(read.int16(), -2)
  assert.equal(read.int32(), -70_000)
  assert.equal(read.text(), 'grün')
  assert.deepEqual([...read.take(2)], [1, 2])
  read.requireEnd()
})

test('a length is filled in with and without its own four bytes', () => {
  const builder = new ByteBuilder()
  const inner = builder.openLength()
  builder.text('abc').closeLength(inner, false)
  const outer = builder.openLength()
  builder.closeLength(outer, true)
  const built = builder.done()
  assert.equal(built[3], 3)
  assert.equal(built[10], 4)
})

test('a NUL inside a string cannot end it early', () => {
  assert.deepEqual([...new ByteBuilder().cstring('a\0b').done()], [97, 32, 98, 0])
})

test('lengths that are negative or too long are faults before anything is made of them', () => {
  assert.throws(() => cursor(1, 2).take(-1), malformed(/longer than its frame/))
  assert.throws(() => cursor(1, 2).take(3), malformed(/longer than its frame/))
  assert.throws(() => cursor(1, 2).take(2 ** 32), malformed(/longer than its frame/))
  assert.throws(() => cursor(0, 0, 0).int32(), malformed(/longer than its frame/))
})

test('a string needs an end inside its frame, and UTF-8', () => {
  assert.throws(() => cursor(97, 98).untilNul(), malformed(/no end/))
  const inside = new ByteCursor(Uint8Array.of(97, 0), 0, 1, 'frame.malformed')
  assert.throws(() => inside.untilNul(), malformed(/no end/))
  assert.throws(() => cursor(0xff, 0).text(), malformed(/not UTF-8/))
})

test('trailing bytes are a fault', () => {
  assert.throws(() => cursor(1).requireEnd(), malformed(/after the end/))
})
