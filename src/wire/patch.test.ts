import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { patchSpans } from './patch.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (some: Uint8Array) => new TextDecoder().decode(some)

test('without edits the same object comes back', () => {
  const whole = bytes('unchanged')
  assert.equal(patchSpans(whole, []), whole)
})

test('spans are replaced by longer, shorter and empty bytes, and the rest stays', () => {
  const edits = [
    { start: 0, end: 1, with: bytes('AAA') },
    { start: 2, end: 4, with: bytes('') },
    { start: 4, end: 4, with: bytes('+') },
    { start: 6, end: 6, with: bytes('!') },
  ]
  assert.equal(text(patchSpans(bytes('abcdef'), edits)), 'AAAb+ef!')
})

test('edits that overlap, run backwards or lie outside are the gateway’s own mistake', () => {
  const fault = { code: 'internal', message: /^internal: / }
  const none = bytes('')
  for (const edits of [
    [
      { start: 0, end: 3, with: none },
      { start: 2, end: 4, with: none },
    ],
    [{ start: 3, end: 2, with: none }],
    [{ start: 0, end: 7, with: none }],
    [{ start: -1, end: 2, with: none }],
    [{ start: Number.NaN, end: 2, with: none }],
  ])
    assert.throws(() => patchSpans(bytes('abcdef'), edits), fault)
})

test('equal to the same edits made on a string, from the back', () => {
  const spans = fc.array(fc.tuple(fc.nat(40), fc.string({ unit: 'binary-ascii', maxLength: 5 })), { maxLength: 6 })
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', minLength: 40, maxLength: 60 }), spans, (whole, wanted) => {
      const cuts = wanted.map(([at]) => at).sort((a, b) => a - b)
      const edits = []
      for (let i = 0; i + 1 < cuts.length; i += 2)
        edits.push({ start: cuts[i] ?? 0, end: cuts[i + 1] ?? 0, with: bytes(wanted[i]?.[1] ?? '') })
      let expected = whole
      for (const edit of edits.toReversed())
        expected = expected.slice(0, edit.start) + text(edit.with) + expected.slice(edit.end)
      assert.equal(text(patchSpans(bytes(whole), edits)), expected)
    }),
  )
})
