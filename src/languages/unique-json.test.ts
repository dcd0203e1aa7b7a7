import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { parseUniqueJson } from './unique-json.ts'

test('property: what JSON writes of an object is read as it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(parseUniqueJson(text), JSON.parse(text))
    }),
  )
})

test('a name that stands twice in one object is refused, however it is spelled and wherever it is', () => {
  const twice = [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"a":1,"b":{},"a":2}}',
    '{"x":[{"a":1,"a":2}]}',
    '{"":1,"":2}',
    '{"a\\"b":1,"a\\"b":2}',
    '{ "a" : {"a":1} , "a" : 2 }',
    '{"__proto__":1,"__proto__":2}',
  ]
  for (const text of twice) assert.equal(parseUniqueJson(text), null, text)
  for (const text of [
    '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
    '{"a":"a\\":\\"a","b":"{\\"a\\":1,"}',
    '{"a":["a","a"]}',
  ]) {
    assert.notEqual(parseUniqueJson(text), null, text)
  }
})

test('what is not one object, or nested without end, is refused', () => {
  for (const text of [
    null,
    '',
    '[]',
    'null',
    '1',
    '"a"',
    '{',
    '{"a":1}}',
    `{"a":${'['.repeat(20)}${']'.repeat(20)}}`,
  ]) {
    assert.equal(parseUniqueJson(text), null, String(text))
  }
})
