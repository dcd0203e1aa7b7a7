// What is made to hurt: very much of the same, nested, broken. Bytes that are held stay bounded, everything that goes in comes
// out or is masked, and what was found is counted.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import { size } from '../../test/harness/depth.ts'
import { maskPieces, maskValue, newMasking, text, toBytes } from '../../test/harness/masking.ts'
import type { FieldContext } from '../kernel/action.ts'
import { nonWord } from './engine/byte-set.ts'
import type { Detector } from './engine/detector.ts'

const masking = newMasking()
const megabyte = 1_000_000
const large = size(10 * megabyte, 60_000)
const ofContent = size(2 * megabyte, 60_000)
const pieceBytes = size(65_537, 16_411)

interface Run {
  readonly pushed: number
  readonly released: number
  /** The most that was held after a piece. */
  readonly held: number
  readonly findings: number
}

/** The unit again and again, in pieces that end anywhere. */
function run(unit: Uint8Array, bytes: number, field: FieldContext = text): Run {
  const piece = new Uint8Array(pieceBytes)
  for (let i = 0; i < piece.length; i++) piece[i] = unit[i % unit.length] ?? 0
  const turned = piece.length % unit.length
  const masker = masking.open(() => false)
  const stream = masker.stream(field)
  let pushed = 0
  let released = 0
  let held = 0
  for (let at = 0; pushed < bytes; at = (at + turned) % unit.length) {
    const next = at === 0 ? piece : Buffer.concat([unit.subarray(at), piece]).subarray(0, piece.length)
    released += stream.push(next).length
    pushed += next.length
    held = Math.max(held, pushed - released)
  }
  released += stream.end().length
  const findings = masker.drain().findings.reduce((sum, one) => sum + one.count, 0)
  return { pushed, released, held, findings }
}

describe('10 MB of the same', () => {
  for (const [what, unit, most] of [
    ['one letter', 'a', 4_096],
    ['letters and dots', 'a.', 4_096],
    ['digits', '1', 4_096],
    ['the beginning of a JWT', 'eyJ', 8_192],
    ['Base64 that is text', Buffer.from('some words, ').toString('base64'), 20_000],
    ['zero-width characters', '\u200b', 400],
    ['zero-width characters between letters', 'a\u200b', 40_000],
    ['full-width letters', '\uff41', 16_384],
    ['quotes and backslashes', '\\"', 4_096],
    ['broken UTF-8', Buffer.from([0xe2, 0x80, 0xef, 0xbc, 0xff, 0xc2]), 4_096],
    ['lone surrogates', Buffer.from([0xed, 0xa0, 0x80]), 4_096],
    ['NUL', '\0', 4_096],
  ] as const) {
    test(what, () => {
      const { pushed, released, held, findings } = run(Buffer.from(unit), large)
      assert.ok(held <= most, `${held} bytes held`)
      assert.ok(findings > 0 || released === pushed, `${released} of ${pushed}`)
    })
  }
})

test('10 MB of a card number: each of them is found', () => {
  const { pushed, held, findings } = run(toBytes('4111 1111 1111 1111\n'), large)
  assert.ok(held <= 4_096)
  assert.ok(findings >= Math.floor(pushed / 20) - 2, `${findings}`)
})

for (const [what, content, unit, most] of [
  ['escapes in JSON', 'json', '\\u0061', 30_000],
  ['broken escapes in JSON', 'json', '\\u00', 30_000],
  ['strings in JSON', 'json', '["4111 1111 1111 1111",', 4_096],
  ['nested JSON strings', 'json', '"{\\"a\\":\\"{\\\\\\"b\\\\\\":', 30_000],
  ['escapes in a form', 'form', '%61', 12_288],
  ['signs of a form', 'form', '&=+%', 4_096],
  ['sequences', 'terminal', '\u001b[1m', 4_096],
  ['sequences that never end', 'terminal', '\u001b]', 4_096],
  ['bells', 'terminal', '\u0007', 4_096],
  ['letters in colours', 'terminal', '\u001b[31ma\u001b[m', 64 * 4_096],
] as const) {
  test(`2 MB of ${what} as ${content}`, () => {
    const { pushed, released, held, findings } = run(Buffer.from(unit), ofContent, { name: null, content })
    assert.ok(held <= most, `${held} bytes held`)
    assert.ok(findings > 0 || released === pushed, `${released} of ${pushed}`)
  })
}

test('JSON that is nested deeper than anybody nests it is looked at as text', () => {
  const deep = '{"a":'.repeat(5_000)
  const { text: masked } = maskValue(masking, `${deep}"alice@example.com"`, { name: null, content: 'json' })
  assert.equal(masked, `${deep}"u_3j37ipvp2kqk@masked.invalid"`)
})

test('strings of strings of JSON: two layers are read, what is deeper is text', () => {
  let value = JSON.stringify({ mail: 'alice@example.com' })
  for (let depth = 0; depth < 8; depth++) {
    assert.doesNotMatch(maskValue(masking, value, { name: null, content: 'json' }).text, /alice@/)
    value = JSON.stringify({ inner: value })
  }
})

test('what surrounds broken bytes is looked at', () => {
  for (const broken of [[0xff], [0xed, 0xa0, 0x80], [0xe2, 0x80], [0xf0, 0x9f], [0xc2], [0xef, 0xbc], [0x00]])
    for (const field of [text, { name: null, content: 'terminal' }, { name: null, content: 'form' }] as const) {
      const bytes = Buffer.concat([Buffer.from(broken), Buffer.from(' alice@example.com '), Buffer.from(broken)])
      const masker = masking.open(() => false)
      const masked = masker.value(bytes, 0, bytes.length, field)
      const expected = [Buffer.from(broken), Buffer.from(' u_3j37ipvp2kqk@masked.invalid '), Buffer.from(broken)]
      const out = Buffer.from(masked ?? [])
        .toString('latin1')
        .replace('%40', '@')
      assert.equal(out, Buffer.concat(expected).toString('latin1'))
    }
})

const failing: Detector = {
  id: 'failing', dataClass: 'pii/failing', pattern: 'boom', left: nonWord, right: nonWord, maxBytes: 8, score: 1,
  check: () => { throw new TypeError('a defect') },
} // prettier-ignore

for (const [content, value, expected] of [
  ['json', '{"a":"x boom y","b":"calm"}', '{"a":"x [redacted:secret/unknown]","b":"calm"}'],
  ['form', 'a=x+boom+y&b=calm', 'a=x+%5Bredacted%3Asecret%2Funknown%5D&b=calm'],
  ['terminal', 'x \u001b[1mboom\u001b[m y', 'x \u001b[1m[redacted:secret/unknown]\u001b[m'],
  ['text', 'x \uff42oom\u200b y', 'x [redacted:secret/unknown]'],
] as const) {
  test(`a detector that throws masks the rest of a value of ${content}, and is counted`, () => {
    const broken = newMasking({ detectors: [failing] })
    const field: FieldContext = { name: null, content }
    const pieces = Array.from(toBytes(value), (byte) => Uint8Array.of(byte))
    const findings = [{ class: 'secret/unknown', rule: 'detector-failed', field: content === 'json' || content === 'form' ? 'a' : null, count: 1 }] // prettier-ignore
    assert.deepEqual(maskPieces(broken, pieces, field), { text: expected, findings })
  })
}
