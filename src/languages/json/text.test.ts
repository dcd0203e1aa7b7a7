import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { escapeJson, unescapeJson } from './text.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (some: Uint8Array) => new TextDecoder().decode(some)
const unescape = (raw: string) => unescapeJson(bytes(raw), 0, bytes(raw).length)

test('what holds no escape is a view, and what needs none is the same object', () => {
  const plain = bytes('grüße 👋')
  assert.equal(unescapeJson(plain, 2, 6).buffer, plain.buffer)
  assert.equal(escapeJson(plain), plain)
})

test('a pair of surrogates becomes one character, in either case of its digits', () => {
  assert.equal(text(unescape(String.raw`a\uD83D\udc4Bb`)), 'a👋b')
})

test('lone surrogates keep their value and come back as escapes', () => {
  for (const [raw, hex] of [
    [String.raw`\ud83d`, 'eda0bd'],
    [String.raw`\udc4b`, 'edb18b'],
    [String.raw`\ud83d\ud83d\udc4b`, 'eda0bdf09f918b'],
    [String.raw`\ud83dx`, 'eda0bd78'],
    [String.raw`\ud83d\n`, 'eda0bd0a'],
  ] as const) {
    const decoded = unescape(raw)
    assert.equal(Buffer.from(decoded).toString('hex'), hex)
    assert.equal(JSON.parse(`"${text(escapeJson(decoded))}"`), JSON.parse(`"${raw}"`))
  }
})

test('what looks like a cut surrogate at the end stays as it is', () => {
  for (const cut of [[0xed], [0xed, 0xa0]]) assert.deepEqual([...escapeJson(Uint8Array.from(cut))], cut)
})

test('Korean text, whose bytes begin like a surrogate, is left alone', () => {
  const korean = bytes('한힣\u{d7ff}')
  assert.equal(escapeJson(korean), korean)
})

test('agrees with JSON.parse and JSON.stringify on every string of UTF-16 units', () => {
  const units = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7fe, max: 0xe001 }), fc.nat(0x7f)))
  fc.assert(
    fc.property(units, fc.boolean(), (codes, escapeAll) => {
      const value = String.fromCharCode(...codes)
      const written = escapeAll
        ? codes.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
        : JSON.stringify(value).slice(1, -1)
      const decoded = unescape(written)
      assert.equal(JSON.parse(`"${text(escapeJson(decoded))}"`), value)
      if (value.isWellFormed()) assert.equal(text(decoded), value)
    }),
  )
})

test('the runtime and our own hand write the same, whatever the length', () => {
  const unit = fc.oneof(fc.nat(0xffff), fc.nat(0x7f), fc.constantFrom(0x22, 0x5c, 0x0a, 0x7f, 0x2028, 0xd55c))
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), (codes) => {
      const value = String.fromCharCode(...codes).toWellFormed()
      const short = text(escapeJson(bytes(value)))
      const long = bytes(value.repeat(200))
      const written = escapeJson(long)
      assert.equal(text(written), short.repeat(200))
      assert.equal(written === long, short === value)
    }),
  )
})

test('a long text with a lone surrogate is written as a short one is', () => {
  const decoded = unescape(`${'long "text" '.replaceAll('"', String.raw`\"`).repeat(30)}${String.raw`\ud83d`}`)
  assert.ok(text(escapeJson(decoded)).endsWith(String.raw`\"text\" \ud83d`))
})
