import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { JsonCursor, maxDepth } from './json-cursor.ts'

function read(text: string | Uint8Array): JsonCursor {
  const bytes = Buffer.from(text)
  const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
  cursor.passOver()
  cursor.requireEnd()
  return cursor
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('reads exactly JSON', () => {
  const malformed = { code: 'request.malformed', message: /does not follow the protocol/ }

  test('whatever JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (text) => void read(text)))
  })

  test('agrees with JSON.parse on text that is nearly JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u00e',
      '"a"',
      '1',
      '-',
      '01',
      '1.5e3',
      '1e',
      'true',
      'nul',
      ' ',
      '\n',
      '\u0001',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
        const text = parts.join('')
        if (isJson(text)) read(text)
        else assert.throws(() => read(text), malformed)
      }),
      { numRuns: runs(2000) },
    )
  })

  for (const text of [
    '',
    '{"a":1,}',
    '[1,]',
    '{"a" 1}',
    '{a:1}',
    "{'a':1}",
    'NaN',
    '[1 2]',
    '"\\x41"',
    '"\\u12g4"',
    '"a\nb"',
    '{"a":1}x',
    '\ufeff{}',
    '+1',
    '"',
    '1'.repeat(500),
  ]) {
    test(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(() => read(text), malformed)
    })
  }

  test('nesting has a bottom', () => {
    read('['.repeat(maxDepth) + ']'.repeat(maxDepth))
    assert.throws(() => read('['.repeat(maxDepth + 1) + ']'.repeat(maxDepth + 1)), malformed)
    assert.throws(() => read('['.repeat(100_000)), malformed)
  })
})

describe('spans', () => {
  test('words are known however they are escaped', () => {
    const cursor = read('"mod\\u0065l"')
    assert.equal(cursor.is('model'), true)
    assert.equal(cursor.is('mode'), false)
    assert.equal(cursor.text(), 'model')
  })

  for (const [text, value] of [
    ['7', 7],
    ['123456', 123456],
    ['-1', -1],
    ['1.0', -1],
    ['"1"', -1],
    ['1234567890', -1],
    ['{}', -1],
  ] as const) {
    test(`a small integer: ${text}`, () => {
      const bytes = Buffer.from(`${text} `)
      const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
      assert.equal(cursor.smallInteger(), value)
      cursor.requireEnd()
    })
  }

  test('white space of any kind may stand behind it', () => {
    for (const space of [' ', '\t', '\n', '\r']) {
      const bytes = Buffer.from(`{"index":3${space}}`)
      const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
      cursor.firstMember()
      assert.equal(cursor.smallInteger(), 3)
    }
  })

  test('a number with a zero before it is none, however small', () => {
    const bytes = Buffer.from('00')
    assert.throws(() => new JsonCursor().reset(bytes, 0, 2).smallInteger(), {
      code: 'request.malformed',
      facts: { what: 'JSON value', at: 0 },
    })
  })
})
