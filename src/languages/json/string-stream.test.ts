import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { JsonStringStream } from './string-stream.ts'
import { escapeJson } from './text.ts'

interface Heard {
  /** Everything put together again. */
  readonly json: string
  readonly values: readonly { key: string | null; text: string }[]
}

/** Feeds `json` cut at `cuts`. The decoder is strict, so a character that was cut wrongly would show. */
function hear(json: string, cuts: readonly number[]): Heard {
  const bytes = Buffer.from(json)
  const out: Uint8Array[] = []
  const values: { key: string | null; text: string; pieces: Uint8Array[] }[] = []
  const stream = new JsonStringStream({
    raw: (some) => void out.push(some.slice()),
    begin: (key) => void values.push({ key, text: '', pieces: [] }),
    piece(text) {
      assert.notEqual(text.length, 0)
      out.push(escapeJson(text).slice())
      values.at(-1)?.pieces.push(text)
    },
    end() {
      const value = values.at(-1)
      if (value !== undefined) value.text = Buffer.concat(value.pieces).toString('latin1')
    },
  })
  let from = 0
  for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
    stream.push(bytes.subarray(from, cut))
    from = cut
  }
  stream.finish()
  return { json: Buffer.concat(out).toString('utf8'), values: values.map(({ key, text }) => ({ key, text })) }
}

const malformed = { code: 'request.malformed', message: /^request\.malformed: / }
const all = (json: string) => Array.from({ length: Buffer.byteLength(json) }, (_, i) => i)

test('text comes decoded with its member, and the rest as it came', () => {
  const json = '{"path": "a\\/b", "n":[1.5e3, "x\\n", true],"é":""}'
  const heard = hear(json, [])
  assert.deepEqual(heard.values, [
    { key: 'path', text: 'a/b' },
    { key: 'n', text: 'x\n' },
    { key: 'é', text: '' },
  ])
  assert.equal(heard.json, json.replace('\\/', '/'))
})

test('a text without escapes is a view of the piece', () => {
  const bytes = Buffer.from('"hello"')
  const pieces: Uint8Array[] = []
  const nothing = () => undefined
  const to = { raw: nothing, begin: nothing, piece: (text: Uint8Array) => void pieces.push(text), end: nothing }
  new JsonStringStream(to).push(bytes)
  assert.equal(pieces[0]?.buffer, bytes.buffer)
})

test('surrogates in every arrangement survive one byte at a time', () => {
  for (const raw of [
    String.raw`"\ud83d\ude00"`,
    String.raw`"\ud83d"`,
    String.raw`"\ud83dx"`,
    String.raw`"\ud83d\n"`,
    String.raw`"\ud83d\ud83d\ude00"`,
    String.raw`"\ud83d\ud83d"`,
    String.raw`"\ud83dx\ud83dy\n\ud83dz"`,
    String.raw`"\ude00\ud83d\\"`,
    String.raw`["\ud83d","\\\"\ud83d\\u0041"]`,
  ]) {
    const whole = hear(raw, [])
    assert.deepEqual(JSON.parse(whole.json), JSON.parse(raw))
    assert.deepEqual(hear(raw, all(raw)), whole)
    for (let cut = 1; cut < raw.length; cut++) assert.deepEqual(hear(raw, [cut]), whole)
  }
})

test('any cut gives the same, and it has the same value', () => {
  const json = fc.tuple(fc.jsonValue({ stringUnit: 'binary' }), fc.boolean()).map(([value, escape]) => {
    const text = JSON.stringify(value)
    const unit = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
    return escape ? text.replaceAll(/[\u0080-\uffff]/g, (c) => c.split('').map(unit).join('')) : text
  })
  fc.assert(
    fc.property(json, fc.array(fc.nat(400)), (text, cuts) => {
      const whole = hear(text, [])
      assert.deepEqual(JSON.parse(whole.json), JSON.parse(text))
      assert.deepEqual(hear(text, cuts), whole)
      assert.deepEqual(hear(text, all(text)), whole)
    }),
  )
})

test('refuses the same texts however they are cut, and accepts what JSON.parse accepts', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\',
    '\\ud83d',
    '"',
    '1',
    '-',
    'e5',
    'null',
    ' ',
    'b',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const json = pieces.join('')
      let valid = true
      try {
        JSON.parse(json)
      } catch {
        valid = false
      }
      for (const cuts of [[], all(json)])
        if (valid) hear(json, cuts)
        else assert.throws(() => hear(json, cuts), malformed)
    }),
    { numRuns: 3000 },
  )
})

test('what would have to be kept is bounded', () => {
  const nothing = () => undefined
  const stream = () => new JsonStringStream({ raw: nothing, begin: nothing, piece: nothing, end: nothing })
  const long = Buffer.alloc(9000, 'a')
  for (const [before, piece] of [
    ['{"', long],
    ['', Buffer.alloc(500, '1')],
    ['', Buffer.alloc(300, '[')],
  ] as const)
    assert.throws(() => {
      const one = stream()
      one.push(Buffer.from(before))
      one.push(piece)
    }, malformed)
})
