import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { PartialJson } from './partial-json.ts'

function mask(pieces: readonly (string | Uint8Array)[]): {
  out: string
  found: readonly string[]
  fields: readonly (string | null)[]
} {
  const masker = new FakeMasker()
  const json = new PartialJson(masker)
  const out = [...pieces.map((piece) => Buffer.from(json.push(Buffer.from(piece)))), Buffer.from(json.end())]
  return { out: Buffer.concat(out).toString('utf8'), found: masker.found, fields: masker.fields }
}

describe('tool input in pieces', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a value', '{"to":"jane@example.com"}', '{"to":"[mail]"}'],
    ['inside text', '{"c":"echo jane@example.com, ok"}', '{"c":"echo [mail], ok"}'],
    ['escaped inside', '{"c":"a\\njane\\u0040example.com\\n"}', '{"c":"a\\n[mail]\\n"}'],
    ['quotes around', '{"c":"\\"jane@example.com\\""}', '{"c":"\\"[mail]\\""}'],
    ['in lists', '["4111111111111111",["a@b.co"]]', '["[card]",["[mail]"]]'],
    ['a key', '{"jane@example.com":1}', '{"[mail]":1}'],
    ['two strings are two texts', '{"a":"jane@exam","b":"ple.com"}', '{"a":"jane@exam","b":"ple.com"}'],
    ['a string without its end', '{"c":"jane@example.com', '{"c":"[mail]'],
    ['no JSON: text from there on', '{"c":1} Jane jane@example.com', '{"c":1} Jane [mail]'],
    [
      'an escape that is none',
      '{"c":"a\\xjane@example.com"}',
      '{"c":"a\\xjane@example.com"}'.replace('xjane@example.com', '[mail]'),
    ],
    ['an emoji in two escapes', '{"c":"\\ud83d\\ude00 a@b.co"}', '{"c":"\\ud83d\\ude00 [mail]"}'],
    ['half an emoji', '{"c":"\\ud83d","d":"\\ud83d\\n"}', '{"c":"\\ud83d","d":"\\ud83d\\n"}'],
  ]
  for (const [name, input, expected] of cases) {
    test(name, () => {
      const whole = mask([input])
      assert.equal(whole.out, expected)
      const bytes = Array.from(Buffer.from(input), (byte) => Uint8Array.of(byte))
      assert.deepEqual(mask(bytes), whole)
    })
  }

  test('what does not change is the same object', () => {
    const json = new PartialJson(new FakeMasker())
    const piece = Buffer.from('{"a":"x, \\n \\u00e9 ",')
    assert.equal(json.push(piece), piece)
  })

  test('a finding knows the name of its value', () => {
    assert.deepEqual(mask(['{"email":"a@b.co","to":["c@d.co"]}']).fields, ['email', 'to'])
  })

  test('a pair of escapes is one character to the masker', () => {
    const shown: string[] = []
    const masker = new FakeMasker()
    masker.stream = () => ({
      push: (piece) => {
        shown.push(Buffer.from(piece).toString('utf8'))
        return piece
      },
      end: () => new Uint8Array(0),
    })
    const json = new PartialJson(masker)
    for (const piece of ['"\\ud8', '3d\\ude', '00"']) json.push(Buffer.from(piece))
    assert.deepEqual(shown, ['😀'])
  })

  test('depth is bounded', () => {
    assert.throws(() => mask(['['.repeat(300)]), { code: 'upstream.protocol', message: /broke its protocol/ })
  })

  test('any cut gives the same, and JSON stays JSON', () => {
    const word = fc.constantFrom(
      ' jane@example.com ',
      ' 4111111111111111 ',
      ' ',
      '"',
      '\\',
      '\n',
      'é',
      '😀',
      '\ud83d',
      'x',
      '/',
    )
    const value = fc.letrec((tie) => ({
      leaf: fc.array(word, { maxLength: 6 }).map((words) => words.join('')),
      node: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'k@l.co'), tie('node')),
      ),
    })).node
    fc.assert(
      fc.property(value, fc.array(fc.nat(200), { maxLength: 6 }), (json, cuts) => {
        const bytes = Buffer.from(JSON.stringify(json))
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to))
        const whole = mask([bytes])
        assert.deepEqual(mask(pieces), whole)
        JSON.parse(whole.out)
        assert.doesNotMatch(whole.out, /jane@example|4111111111111111/)
      }),
    )
  })
})
