import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { scanJson } from './scan.ts'
import { maxJsonDepth } from './structure.ts'
import { unescapeJson } from './text.ts'

interface Seen {
  readonly value: string
  readonly escaped: boolean
  readonly key: string | null
  readonly depth: number
}

function scan(json: string | Uint8Array): Seen[] {
  const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json
  const seen: Seen[] = []
  scanJson(bytes, {
    string(start, end, escaped, key, depth) {
      assert.equal(bytes[start - 1], 0x22)
      assert.equal(bytes[end], 0x22)
      const value = escaped ? unescapeJson(bytes, start, end) : bytes.subarray(start, end)
      seen.push({ value: new TextDecoder().decode(value), escaped, key, depth })
    },
  })
  return seen
}

const malformed = { code: 'request.malformed', message: /^request\.malformed: / }

test('each string value comes with the nearest member around it and its depth', () => {
  assert.deepEqual(scan(String.raw`{"a":"1","b":["2",{"c":[["3"]],"d":{}},"4"],"e\n":"5\u0041"}`), [
    { value: '1', escaped: false, key: 'a', depth: 1 },
    { value: '2', escaped: false, key: 'b', depth: 2 },
    { value: '3', escaped: false, key: 'c', depth: 5 },
    { value: '4', escaped: false, key: 'b', depth: 2 },
    { value: '5A', escaped: true, key: 'e\n', depth: 1 },
  ])
  assert.deepEqual(scan(' "alone" '), [{ value: 'alone', escaped: false, key: null, depth: 0 }])
  assert.deepEqual(scan('["x"]')[0]?.key, null)
})

test('names that share a slot or differ in the last byte are told apart', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `name${i.toString(36)}`)
  const json = `{${names.map((name) => `"${name}":"${name}"`).join(',')}}`
  for (const { key, value } of scan(json)) assert.equal(key, value)
})

test('duplicate names and numbers of any size pass', () => {
  assert.equal(scan('{"a":"1","a":"2","n":123456789012345678901234567890e-99999}').length, 2)
})

test('refuses what is no JSON', () => {
  for (const json of [
    '',
    ' ',
    '{',
    '[',
    '"',
    '"a',
    '"a\\',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"a\nb"',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a":1}}',
    '[1}',
    '{]',
    '1 2',
    '"a" "b"',
    ':',
    ',',
    '01',
    '+1',
    '.5',
    '1.',
    '0x1',
    'NaN',
    'True',
    'nul',
    '[1,"a":2]',
    '{"a":"b":"c"}',
    '{"a":1 "b":2}',
    '// c\n1',
    '\ufeff1',
    `[${'9'.repeat(401)}]`,
  ])
    assert.throws(() => scan(json), malformed, json)
})

test('refuses bytes that are no UTF-8', () => {
  for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0xbd], [0xf0, 0x9f]])
    assert.throws(() => scan(Uint8Array.from([0x22, ...bad, 0x22])), malformed)
})

test('as deep as allowed and not one deeper', () => {
  const nest = (depth: number) => '['.repeat(depth) + '"x"' + ']'.repeat(depth)
  assert.equal(scan(nest(maxJsonDepth))[0]?.depth, maxJsonDepth)
  assert.throws(() => scan(nest(maxJsonDepth + 1)), malformed)
})

test('finds the string values of any JSON, in order', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1), (value, indent) => {
      const expected: string[] = []
      JSON.stringify(value, (_, inner: unknown) => {
        if (typeof inner === 'string') expected.push(inner)
        return inner
      })
      const seen = scan(JSON.stringify(value, null, indent)).map((one) => one.value)
      assert.deepEqual(seen, expected)
    }),
  )
})

test('accepts exactly what JSON.parse accepts', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\',
    '"',
    '1',
    '-',
    'e5',
    'null',
    ' ',
    'b',
    '0',
    '.',
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
      if (valid) scan(json)
      else assert.throws(() => scan(json), malformed)
    }),
    { numRuns: 3000 },
  )
})
