// Changed bytes among unchanged ones, in one pass: every other byte as it came, lengths set right, nothing copied for nothing.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../kernel/fault.ts'
import { Splice } from './splice.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

test('without a change the bytes come back as the object they were', () => {
  const splice = new Splice()
  const bytes = Buffer.from('abc')
  splice.open(bytes)
  splice.enter(0)
  splice.leave(3)
  assert.equal(splice.done(3), bytes)
  splice.open(bytes, 1)
  assert.equal(text(splice.done(2)), 'b')
})

test('a length before a value is written with it; none is -1', () => {
  const splice = new Splice()
  const bytes = Buffer.from([0, 0, 0, 2, 0x61, 0x62, 0, 0, 0, 1, 0x63, 0x64])
  splice.open(bytes)
  splice.replaceCounted(0, 6, Buffer.from('xyz'))
  splice.replaceCounted(6, 11, null)
  assert.deepEqual([...splice.done(12)], [0, 0, 0, 3, 0x78, 0x79, 0x7a, 255, 255, 255, 255, 0x64])
})

test('edits that would put a byte in the wrong place are a fault', () => {
  const fault = (error: unknown): boolean =>
    error instanceof Fault && error.code === 'internal' && /overlap or lie outside/.test(JSON.stringify(error.facts))
  const opened = (): Splice => {
    const splice = new Splice()
    splice.open(Buffer.from('abcdef'))
    splice.replace(2, 4, Buffer.from('x'))
    return splice
  }
  assert.throws(() => opened().replace(3, 5, Buffer.from('y')), fault)
  assert.throws(() => opened().replace(5, 4, Buffer.from('y')), fault)
  assert.throws(() => opened().replace(4, 7, Buffer.from('y')), fault)
  assert.throws(() => opened().skipTo(3), fault)
})

test('a buffer that is used again holds nothing of the answer before it', () => {
  const splice = new Splice()
  const long = Buffer.alloc(5000, 'a')
  splice.open(long)
  splice.replace(0, 1, Buffer.from('SECRET'))
  assert.equal(text(splice.done(5000)), `SECRET${'a'.repeat(4999)}`)
  splice.open(Buffer.from('bcd'))
  splice.replace(1, 2, Buffer.from('-'))
  assert.equal(text(splice.done(3)), 'b-d')
})

test('an answer may become many times as long', () => {
  const splice = new Splice()
  splice.open(Buffer.alloc(1000, 'ab'))
  for (let at = 0; at < 1000; at += 2) splice.replace(at, at + 1, Buffer.from('0123456789'))
  assert.equal(text(splice.done(1000)), '0123456789b'.repeat(500))
})

/** Frames of a length that counts itself and fields; fields in capitals are replaced by something longer or shorter. */
test('property: any fields replaced in any frames give the frames of the replaced fields', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'b', 'X', 'Y'), maxLength: 60 })
  const frameOf = (fields: readonly string[]): Buffer => {
    const body = Buffer.from(fields.join(','), 'latin1')
    const head = Buffer.alloc(4)
    head.writeInt32BE(4 + body.length)
    return Buffer.concat([head, body])
  }
  const toReplaced = (value: string): string =>
    /[XY]/.test(value) ? value.replaceAll('X', '').replaceAll('Y', 'yyyyy') : value
  const splice = new Splice()
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 60 }), (frames) => {
      const whole = Buffer.concat(frames.map(frameOf))
      splice.open(whole)
      let at = 0
      for (const fields of frames) {
        splice.enter(at)
        at += 4
        for (const value of fields) {
          if (toReplaced(value) !== value) splice.replace(at, at + value.length, Buffer.from(toReplaced(value)))
          at += value.length + 1
        }
        at--
        splice.leave(at)
      }
      const expected = Buffer.concat(frames.map((fields) => frameOf(fields.map(toReplaced))))
      assert.deepEqual(Buffer.from(splice.done(whole.length)), expected)
    }),
  )
})
