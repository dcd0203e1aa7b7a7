import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonCursor } from './json-cursor.ts'
import { eachElement, eachMember, stringMember } from './json-members.ts'

const malformed = { code: 'request.malformed', message: /does not follow the protocol/ }

test('a key twice, however it is escaped', () => {
  for (const text of ['{"model":1,"model":2}', '{"model":1,"mod\\u0065l":2}']) {
    const bytes = Buffer.from(text)
    const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
    assert.throws(() => eachMember(cursor, () => cursor.passOver()), malformed)
  }
})

test('an object of more members, or an array of more elements, than anybody sends', () => {
  const members = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}`
  const visit = (text: string, look: (cursor: JsonCursor) => void): void =>
    look(new JsonCursor().reset(Buffer.from(text), 0, text.length))
  visit(members(128), (cursor) => eachMember(cursor, () => cursor.passOver()))
  assert.throws(() => visit(members(129), (cursor) => eachMember(cursor, () => cursor.passOver())), malformed)
  visit('[1,2,3]', (cursor) => eachElement(cursor, 3, () => cursor.passOver()))
  assert.throws(() => visit('[1,2,3]', (cursor) => eachElement(cursor, 2, () => cursor.passOver())), malformed)
})

test('a visitor is shown each key, where it begins, and its value', () => {
  const bytes = Buffer.from(' { "a" : "x\\ny" , "b":[1, {"c":null}] } ')
  const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
  const seen: string[] = []
  eachMember(cursor, (key, keyStart) => {
    cursor.kind()
    const start = cursor.at
    cursor.passOver()
    seen.push(`${key}:${bytes.toString('utf8', start, cursor.at)}:${bytes.toString('utf8', keyStart, keyStart + 3)}`)
  })
  assert.deepEqual(seen, ['a:"x\\ny":"a"', 'b:[1, {"c":null}]:"b"'])
})

test('the type of an object does not depend on its place, and what is no string is none', () => {
  const text = '{"data":{"type":"inner"},"n":[1],"type":"outer"}'
  const bytes = Buffer.from(text)
  const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
  assert.equal(stringMember(cursor, 0, 'type'), 'outer')
  assert.equal(stringMember(cursor, 0, 'n'), '')
  assert.equal(cursor.at, 0)
})

test('a member that comes twice is no answer, wherever it stands', () => {
  const bytes = Buffer.from('{"type":"a","n":1,"ty\\u0070e":"a"}')
  assert.equal(stringMember(new JsonCursor().reset(bytes, 0, bytes.length), 0, 'type'), null)
})
