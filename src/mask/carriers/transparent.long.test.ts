// G6 for the carriers: what holds no finding goes out byte for byte, as the same object where nothing had to wait; and what is
// held back is bounded.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { size, runs } from '../../../test/harness/depth.ts'
import { anyText } from '../../../test/harness/any-text.ts'
import { cut, newMasking, toBytes } from '../../../test/harness/masking.ts'
import type { FieldContext } from '../../kernel/action.ts'

const masking = newMasking()
const contents = ['text', 'json', 'form', 'terminal'] as const

const parts = fc.oneof(
  anyText(20),
  fc.base64String({ minLength: 24, maxLength: 90 }),
  fc.constantFrom('\u200b', '\uff11', '\u0661', '\\u0040', '\\', '"', '{"a":"', '%4', '%41', '+', '&', '=', '\u001b[1m', '\u001b]0;', '\u0007', '\r', '\b', 'alice@example.com'), // prettier-ignore
)
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(parts, { maxLength: 12 }).map((some) => toBytes(some.join(''))),
)

for (const content of contents) {
  const field: FieldContext = { name: null, content }

  test(`who may see everything gets every byte of ${content}, whatever it is and however it was cut`, () => {
    const masker = masking.open(() => true)
    fc.assert(
      fc.property(anyBytes, fc.array(fc.nat(300), { maxLength: 8 }), (bytes, cuts) => {
        assert.equal(masker.value(bytes, 0, bytes.length, field), null)
        const stream = masker.stream(field)
        const out = cut(bytes, cuts).map((piece) => stream.push(piece).slice())
        assert.deepEqual(Buffer.concat([...out, stream.end()]), Buffer.from(bytes))
        assert.deepEqual(masker.drain().findings, [])
      }),
      { numRuns: runs(300) },
    )
  })

  test(`a piece of ${content} without findings is given back as the same object`, () => {
    const stream = masking.open(() => false).stream(field)
    for (const text of [
      'plain and simple.\n',
      'Größe – „gut“ ok.\n',
      'one%20two+three.\n',
      '\u001b[1mbold\u001b[m.\n',
    ]) {
      const piece = toBytes(text)
      assert.equal(stream.push(piece), piece)
    }
    assert.equal(stream.end().length, 0)
  })

  test(`a stream of ${content} keeps nothing of its caller's memory`, () => {
    const stream = masking.open(() => false).stream(field)
    const text = `${content === 'json' ? '{"a":"' : ''}to alice\uff20exam`
    const piece = Buffer.from(text)
    const first = Buffer.from(stream.push(piece)).toString()
    piece.fill(0x23)
    const whole = first + Buffer.concat([stream.push(Buffer.from('ple.com, ok')), stream.end()]).toString()
    assert.match(whole, /to u_3j37ipvp2kqk(?:@|%40)masked\.invalid, ok$/)
  })
}

describe('held back', () => {
  const longest = 2_048
  for (const [what, content, unit, most] of [
    ['zero-width characters', 'text', '\u200b', 400],
    ['Base64 of text', 'text', Buffer.from('some words, ').toString('base64'), 8_192 + 4 * longest],
    ['wrapped Base64', 'text', `${Buffer.from('some words, some words, some words, some words, some wor').toString('base64').slice(0, 76)}\r\n`, 8_192 + 4 * longest], // prettier-ignore
    ['Base64 of Base64', 'text', Buffer.from('c29tZSB3b3Jkcywg').toString('base64'), 3 * 8_192],
    ['Base64 of something else', 'text', '/9j/4AAQSkZJRgABAQ', longest],
    ['letters of a terminal, each in its colour', 'terminal', '\u001b[38;5;12ma', 64 * longest],
    ['colours', 'terminal', '\u001b[38;5;12m', 2_100],
    ['the beginning of a title', 'terminal', '\u001b]0;', 2_100],
    ['escapes in JSON', 'json', '\\u0061', 7 * longest],
    ['escapes of escapes', 'json', '\\\\u0061', 14 * longest],
    ['escapes in a form', 'form', '%61', 4 * longest],
  ] as const) {
    test(`of ${what}, no more than its bound`, () => {
      const stream = masking.open(() => false).stream({ name: null, content })
      let held = content === 'json' ? 2 - stream.push(toBytes('["')).length : 0
      let largest = 0
      const pushed = size(Math.max(60_000, 2 * most), 1.2 * most)
      const piece = toBytes(unit)
      for (let i = 0; i < pushed / piece.length; i++) {
        held += piece.length - stream.push(piece).length
        largest = Math.max(largest, held)
      }
      assert.ok(largest <= most, `${largest} bytes`)
      assert.equal(held - stream.end().length, 0)
    })
  }
})
