// G5 for what carriers take off before the detectors look: Base64, other ways to write a sign, forms, terminals. For every split
// into two and for random partitions, output and findings are those of the whole.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import test from 'node:test'
import * as fc from 'fast-check'
import { isDeep, size } from '../../../test/harness/depth.ts'
import { cut, maskPieces, newMasking, text, toBytes, toText, type Masked } from '../../../test/harness/masking.ts'
import type { FieldContext } from '../../kernel/action.ts'

const masking = newMasking()

const encoded = (value: string, times = 1): string =>
  times === 0 ? value : encoded(Buffer.from(value).toString('base64'), times - 1)
const secretText = 'the account of alice@example.com, card 4111 1111 1111 1111'
const wrapped = (value: string, lineEnd: string): string => encoded(value).replace(/.{76}/g, (line) => line + lineEnd)

const values: readonly string[] = [
  'alice@example.com', '4111 1111 1111 1111', '4111', ' 1111', 'ssn 078-05-1123', 'password = "hunter2!x"', '-----BEGIN PRIVATE KEY-----',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig_-x', 'x', ' ', '\n', ', ', '"', '=', '.', '/', 'A', '1', 'é', '🚀',
] // prettier-ignore
const base64: readonly string[] = [
  encoded(secretText), encoded(secretText).slice(1), encoded(secretText, 2), encoded(secretText, 3), encoded('nothing to see in this text'),
  Buffer.from(secretText).toString('base64url'), encoded('mail bob@example.org'), encoded('a'), '==', '=', 'QUJD', '\r\n', '.eyJ', 'data:text/plain;base64,',
  encoded('{"mail":"bob\\u0040example.org"}'), encoded(`${'words '.repeat(4)}\u0000\u0001\u0002\u0003\u0004\u0005`), encoded('\u0001\u0002\u0003').repeat(9),
  wrapped(`${'a line of words, '.repeat(9)}${secretText}`, '\n'), wrapped(`${'another line, '.repeat(9)}${secretText}`, '\r\n'),
] // prettier-ignore
const disguised: readonly string[] = [
  '\u200b', '\u200d\u2060', '\ufeff', '\u00a0', '\uff14\uff11\uff11\uff11', '\u0664\u0661\u0661\u0661', '\u2013', 'alice\uff20example.com', 'a\u200blice@exa\u2060mple.com',
  '\u200b'.repeat(65), '\u06f4', '\u201c', '\uff0c', '\u00e9', '\ud800', '4111\u20111111\u20131111\u00a01111',
] // prettier-ignore
const escapes: readonly string[] = ['\\u0040', '\\"', '\\n', '\\', '\\u00', '{', '[', '\\u200b', '\\\\', 'alice\\u0040example.com'] // prettier-ignore
const written: readonly string[] = [
  '&#64;', '&#x40;', '&commat;', '&', '&#', '&amp;', '&shy;', '&nbsp;', 'alice&#64;example&period;com', '%40', '%', '%3D', '%4', '\\n', '\\u0040', '\\', '\\"',
  '\u{1d7d2}\u{1d7cf}', '\u{e0041}', '\u0964', '\u0967', '\u3000', '\u034f', '4\ufe0f\u20e3', '&zwj;'.repeat(40), '{', '078%2D05%2D1123', '**',
] // prettier-ignore
const form: readonly string[] = ['%40', '%', '%4', '%zz', '+', '&', '=', 'mail=', 'password=', 'a%6cice%40example.com', '4111+1111+1111+1111', '%34', '%2B', '%C2%A0', '%26'] // prettier-ignore
const terminal: readonly string[] = [
  '\u001b[31m', '\u001b[0m', '\u001b[K', '\u001b[2;5H', '\u001b[1C', '\u001b', '\u001b[', '\u001b]0;alice@example.com\u0007', '\u001b]8;;x', '\u001b\\', '\r', '\r\n',
  '\b', '\u0000', '\u0007', '\u001b[4111111111111111m', '\u001b(B', '\u001bM', '4111\u001b[1m 1111 11\u001b[m11 1111', `\u001b]0;${'t'.repeat(1_100)}`, '\u001b[m'.repeat(400),
] // prettier-ignore

const members: readonly string[] = [
  '","', '{"a":"', '":"', '\\/', '","card":4111111111111111,"', '","card_number":4111', '1111', '11111111', '1.5e3,"', '}', ',"alice@example.com":"', '","alice',
  `","${'long key '.repeat(70)}":"`, '","ssn":[78051123,', '-', '","bob\\u0040example.org":"', '","password":12345678,"',
] // prettier-ignore

const pairs: readonly string[] = [
  '","name":"password","', '","n\\u0061me":"pass\\u0077ord","', '","key":"ssn","', '","label":"phone', '","value":"', '","value":["', '","value":{"value":"', '","text":"', '","data":"hunter2","', '536904399', '","number":536904399,"',
  '","type":"token","', '","card":{"text":"', '"},"x":"', '"],"x":"', `","text":"${'a long text, '.repeat(10)}`, `","name":"${'p'.repeat(124)}`, '\\n', '","password":{"data":"\\u0068unter2"},"',
] // prettier-ignore

const contents: readonly (readonly [FieldContext['content'], readonly string[]])[] = [
  ['text', [...values, ...base64, ...disguised]],
  ['text', [...values, ...disguised, ...written]],
  [
    'json',
    [...values, ...base64, ...disguised, ...escapes, ...written.filter((one) => !one.includes('\\')), ...members],
  ],
  ['json', [...values.slice(0, 6), ...members, ...members]],
  ['json', [...values.slice(0, 6), ...escapes, ...pairs, ...pairs]],
  ['form', [...values, ...base64.map(encodeURIComponent), ...disguised.slice(0, 8).map(encodeURIComponent), ...form]],
  ['terminal', [...values, ...base64.slice(0, 4), ...disguised.slice(0, 6), ...terminal]],
]

/** A title inside a terminal's text is looked at when it is there, the text around it when that is decided: in any order. */
function sorted({ text: out, findings }: Masked): unknown {
  return { out, findings: findings.map((one) => JSON.stringify(one)).sort() }
}

for (const [content, fragments] of contents) {
  const field: FieldContext = { name: null, content }
  const texts = fc
    .array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 9 })
    .map((parts) => (content === 'json' ? `{"a":"${parts.join('')}` : parts.join('')))

  test(`any partition of ${content} gives what the whole gives`, () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(2_000), { maxLength: 12 }), (value, cuts) => {
        const bytes = toBytes(value)
        const whole = maskPieces(masking, [bytes], field)
        assert.deepEqual(sorted(maskPieces(masking, cut(bytes, cuts), field)), sorted(whole))
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
        assert.deepEqual(sorted(maskPieces(masking, single, field)), sorted(whole))
        const masker = masking.open(() => false)
        const masked = masker.value(bytes, 0, bytes.length, field)
        assert.equal(toText(masked ?? bytes), whole.text)
      }),
      { numRuns: size(200, 5) },
    )
  })

  test(`every split of ${content} into two gives what the whole gives`, () => {
    fc.assert(
      fc.property(texts, (value) => {
        const bytes = toBytes(value)
        const whole = maskPieces(masking, [bytes], field)
        for (let place = 1; place < bytes.length; place += 1 + Math.floor(bytes.length / 300)) {
          const halves = maskPieces(masking, cut(bytes, [place]), field)
          assert.deepEqual(sorted(halves), sorted(whole), `${JSON.stringify(value)} cut at ${place}`)
        }
      }),
      { numRuns: size(25, 1) },
    )
  })
}

/** In pieces of the same length. */
function inPieces(bytes: Uint8Array, length: number): Masked {
  const places = Array.from({ length: Math.floor(bytes.length / length) }, (_, i) => (i + 1) * length)
  return maskPieces(masking, cut(bytes, places), text)
}

test('Base64 that is longer than what is held: clean before its finding, masked behind it, for every cut', () => {
  for (const lineEnd of ['', '\n']) {
    for (const at of isDeep ? [10, 6_100, 6_200, 9_000, 20_000] : [10, 6_200]) {
      const decoded = 'some words of it '.repeat(2_000)
      const value = `<${wrapped(`${decoded.slice(0, at)} alice@example.com ${decoded.slice(at)}`, lineEnd)}>`
      const bytes = toBytes(value)
      const whole = maskPieces(masking, [bytes], text)
      assert.deepEqual(whole.findings.map((one) => [one.rule, one.count]), [['email', 1]]) // prettier-ignore
      const head = value.slice(0, whole.text.indexOf('['))
      assert.equal(whole.text, `${head}[redacted:pii/email]>`)
      const kept = Buffer.from(head.slice(1), 'base64').length
      assert.ok(at < 6_144 ? kept === 0 : kept <= at + 1 && kept > at - 3, `${kept} of ${at}`)
      for (const length of isDeep ? [lineEnd === '' && at === 6_200 ? 1 : 7, 64, 5_000] : [61])
        assert.deepEqual(inPieces(bytes, length), whole)
    }
  }
})
