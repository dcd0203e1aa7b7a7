// G5: masking does not depend on how bytes were cut. For every split into two, output and findings are those of the whole;
// with that any partition follows by induction, and random ones are tried besides.

import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { isDeep, runs, size } from '../../test/harness/depth.ts'
import { cut, json, maskPieces, maskValue, newMasking, text, toBytes } from '../../test/harness/masking.ts'
import { nonWord, notBytes } from './engine/byte-set.ts'
import type { Detector } from './engine/detector.ts'
import { allDetectors } from './detectors/index.ts'

const plain = { left: nonWord, right: nonWord, maxBytes: 8, score: 0.6 } as const

/** As small as they can be, so that short strings reach every state: overlapping, growing, swallowing, yielding. */
const tiny: readonly Detector[] = [
  { ...plain, id: 'pair', dataClass: 'pii/pair', pattern: 'dd' },
  { ...plain, id: 'grown', dataClass: 'pii/grown', pattern: 'd+(?:-d+)+' },
  {
    ...plain,
    id: 'mail',
    dataClass: 'pii/mail',
    pattern: '[da.]+@[da]+',
    left: notBytes('da.'),
    anchor: { byte: 0x40, before: notBytes('@" -') },
  },
  {
    ...plain,
    id: 'run',
    dataClass: 'secret/run',
    pattern: 'A@',
    swallow: { kind: 'run', set: notBytes(' .@"A-'), glue: '.' },
  },
  {
    ...plain,
    id: 'until',
    dataClass: 'secret/until',
    pattern: '"A',
    swallow: { kind: 'until', pattern: 'A"', maxBytes: 3, stop: notBytes('dA"') },
  },
  { ...plain, id: 'value', dataClass: 'pii/value', pattern: '-[^ ]{2,4}', wholeRun: true, yields: true },
  { ...plain, id: 'word', dataClass: 'pii/word', pattern: 'a', score: 0.1, words: ['da'] },
]

function* strings(alphabet: string, length: number): Generator<string> {
  if (length === 0) yield ''
  else for (const rest of strings(alphabet, length - 1)) for (const letter of alphabet) yield rest + letter
}

/**
 * 8 letters: 37,449 strings of up to five. Or those of up to three, and of four letters those in which something begins that goes
 * on until its end, and of the others some, with every letter at every place.
 */
const longestString = isDeep ? 5 : 4

test('every split of every short string gives what the whole gives', () => {
  const masker = newMasking({ detectors: tiny }).open(() => false)
  const stream = masker.stream(text)
  const decoder = new TextDecoder('latin1')
  const inPieces = (...pieces: readonly Uint8Array[]): string => {
    let out = ''
    for (const piece of pieces) out += decoder.decode(stream.push(piece))
    return `${out}${decoder.decode(stream.end())} ${JSON.stringify(masker.drain().findings)}`
  }
  let found = 0
  for (let length = 1; length <= longestString; length++) {
    let index = 0
    for (const value of strings('d- @.aA"', length)) {
      if (!isDeep && length > 3 && index++ % 5 > 0 && !/"A|A@/.test(value)) continue
      const bytes = toBytes(value)
      const whole = inPieces(bytes)
      if (!whole.startsWith(value)) found++
      for (let place = 1; place < length; place++) {
        const halves = inPieces(bytes.subarray(0, place), bytes.subarray(place))
        if (halves !== whole) assert.equal(halves, whole, `${JSON.stringify(value)} cut at ${place}`)
      }
    }
  }
  assert.ok(
    found > size(8 ** (longestString - 1), 200),
    `only ${found} strings had findings: the alphabet does not reach the detectors`,
  )
})

const fragments = [
  '4111 1111 1111 1111', '4111111111111111', '41111111111111112', 'alice@example.com', 'a@x.co', 'm', '.uk', '@', 'ssn 078-05-1123', '078051123',
  'DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432', '10.0.0.1', '.1', '2001:db8::1', '::', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig_-x', 'eyJ',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----', 'ghp_fmo0clacdf0vxy0jpjy6thcz48hqvihdk5v9',
  'AKIALALEMEL33243OLIB', 'password = "hunter2!x"', 'api_key: Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB', 'token=ghp_fmo0clacdf0vxy0jpjy6thcz48hqvihdk5v9',
  'postgres://app:s3cr3t@db/x', '+1 415 555 2671', '(415) 555-0132', 'phone', 'é', '🚀', '\u00a0', ' ', '\n', ', ', '"', "'", '=', ':', '.', '-', '1', 'x',
] // prettier-ignore

const texts = fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''))
const places = fc.array(fc.nat(400), { maxLength: 12 })

test('any partition of a text gives what the whole gives, bytes of one character apart included', () => {
  const masking = newMasking()
  fc.assert(
    fc.property(texts, places, (value, cuts) => {
      const bytes = toBytes(value)
      const whole = maskValue(masking, value)
      assert.deepEqual(maskPieces(masking, cut(bytes, cuts)), whole)
      assert.deepEqual(
        maskPieces(
          masking,
          [...bytes].map((byte) => Uint8Array.of(byte)),
        ),
        whole,
      )
    }),
    { numRuns: runs(250) },
  )
})

test('any partition of JSON gives what the whole gives, through escapes and past its end', () => {
  const masking = newMasking()
  const value = fc.oneof(texts, fc.string(), fc.constantFrom('a\u0040b.com', '\\', '"', '\u0000'))
  const tree = fc.object({
    key: fc.constantFrom('email', 'password', 'n', 'a "k"'),
    values: [value, fc.integer(), fc.boolean()],
    maxDepth: 2,
  })
  const escaped = (part: string): string =>
    part.replace(/[@.e]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
  const documents = fc.oneof(
    tree.map((one) => JSON.stringify(one)),
    tree.map((one) => escaped(JSON.stringify(one))),
    fc.tuple(tree, texts).map(([one, rest]) => JSON.stringify(one) + rest),
    texts,
  )
  fc.assert(
    fc.property(documents, places, (document, cuts) => {
      const bytes = toBytes(document)
      const whole = maskPieces(masking, [bytes], json)
      assert.deepEqual(maskPieces(masking, cut(bytes, cuts), json), whole)
      assert.equal(maskValue(masking, document, json).text, whole.text)
    }),
    { numRuns: runs(250) },
  )
})

test('a stream never holds more than the longest detector, and nothing behind a hard delimiter', () => {
  const masking = newMasking()
  const longest = Math.max(...allDetectors.map((detector) => detector.maxBytes))
  fc.assert(
    fc.property(texts, (value) => {
      const stream = masking.open(() => true).stream(text)
      let pushed = 0
      let released = 0
      for (const byte of toBytes(value)) {
        released += stream.push(Uint8Array.of(byte)).length
        pushed++
        assert.ok(pushed - released <= longest * 2)
      }
      released += stream.push(toBytes('\n\n\0')).length
      assert.equal(released, pushed + 3)
    }),
    { numRuns: runs(100) },
  )
})

test('a piece without findings is given back as the same object', () => {
  const stream = newMasking()
    .open(() => false)
    .stream(text)
  const piece = toBytes('nothing to see here.\n')
  assert.equal(stream.push(piece), piece)
  assert.equal(stream.push(toBytes('mail al')).length, 5)
  const rest = toBytes('ways late.\n')
  assert.notEqual(stream.push(rest), rest)
  assert.equal(stream.end().length, 0)
})

test('a stream is ready for the next value when one has ended', () => {
  const masker = newMasking().open(() => false)
  const stream = masker.stream(text)
  const once = (): string => {
    const head = new TextDecoder().decode(stream.push(toBytes('card 4111 1111 11')))
    return head + new TextDecoder().decode(stream.push(toBytes('11 1111'))) + new TextDecoder().decode(stream.end())
  }
  assert.equal(once(), 'card **** **** **** 1111')
  assert.equal(once(), 'card **** **** **** 1111')
})
