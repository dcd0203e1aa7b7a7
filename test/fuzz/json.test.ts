// The readers of JSON against the engine's own: never more lenient, never another answer.

import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import type { Fault } from '../../src/kernel/fault.ts'
import { parseTokenRequest } from '../../src/languages/oauth-token-request.ts'
import { parseUniqueJson } from '../../src/languages/unique-json.ts'
import { JsonCursor, maxDepth } from '../../src/protocols/anthropic/json-cursor.ts'
import { toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'
import { requireFault } from './promises.ts'
import { colonsIn, depthOf, isObject, isSameShape, membersIn, toTree } from './trees.ts'

const documents = [
  '{}',
  '[]',
  ' { "a" : [1, -0.5e+10, true, false, null, "x\\u0041\\n\\ud83d\\ude00\\ud83d"] , "b":{"a":{}} }',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"__proto__":1,"constructor":{"a":[]}}',
  '{"":"","é":"é"}',
  `${'['.repeat(maxDepth + 2)}${']'.repeat(maxDepth + 2)}`,
  `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`,
  '"text"',
  '12345678901234567890',
  '{"iss":"https://idp","sub":"x","aud":["a"],"exp":1,"act":{"sub":"y"}}',
  '{"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer","assertion":"a.b.c","federation_rule_id":"fdrl_1"}',
  'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c',
]
const words = [
  '"a":',
  '"a":1,',
  '\\u0061',
  '\\u',
  'true',
  'null',
  '1e9',
  '-',
  '0.',
  '{"a":',
  '}',
  ']',
  ',',
  ':',
  '\u2028',
  '\t',
  '\u0001',
]

fuzz({
  name: 'JSON cursor',
  seeds: documents.map(toBytes),
  words,
  maxBytes: 2_000,
  check(input) {
    const text = toText(input)
    const tree = toTree(text)
    let value: unknown
    try {
      const cursor = new JsonCursor().reset(input, 0, input.length)
      value = build(cursor)
      cursor.requireEnd()
    } catch (error) {
      requireFault(error, 'request.malformed')
      // It may be stricter only about what nobody sends.
      assert.ok(
        tree === undefined || !isUtf8(input) || depthOf(text) > maxDepth || /[\d.eE+-]{400}/.test(text),
        `refused: ${text}`,
      )
      return `refused ${String((error as Fault).facts['what'])}`
    }
    if (!isUtf8(input)) return 'not UTF-8'
    assert.notEqual(tree, undefined, 'accepted what is no JSON')
    assert.ok(
      isSameShape(value, tree, (a, b) => a === b),
      `read as ${JSON.stringify(value)}`,
    )
    return `read ${Math.min(membersIn(tree), 5)} ${Math.min(depthOf(text), 5)}`
  },
})

function build(cursor: JsonCursor): unknown {
  const kind = cursor.kind()
  if (kind === 'string') {
    cursor.string()
    return cursor.text()
  }
  if (kind === 'array') {
    const list: unknown[] = []
    for (let more = cursor.firstElement(); more; more = cursor.nextElement()) list.push(build(cursor))
    return list
  }
  if (kind === 'object') {
    const entries: [string, unknown][] = []
    for (let more = cursor.firstMember(); more; more = cursor.nextMember()) entries.push([cursor.text(), build(cursor)])
    return Object.fromEntries(entries)
  }
  const start = cursor.at
  cursor.passOver()
  return JSON.parse(cursor.slice(start, cursor.at))
}

const deepest = 16

fuzz({
  name: 'unique JSON',
  seeds: documents.map(toBytes),
  words,
  maxBytes: 2_000,
  check(input) {
    const text = toText(input)
    const tree = toTree(text)
    const value = parseUniqueJson(text)
    const isUnique = isObject(tree) && membersIn(tree) === colonsIn(text)
    assert.equal(value !== null, isUnique && depthOf(text) <= deepest, text)
    if (value !== null) assert.deepEqual(value, tree)
    for (const type of ['application/json', 'application/x-www-form-urlencoded', null]) {
      const read = parseTokenRequest(input, type)
      assert.ok('assertion' in read || read.description.length > 0)
    }
    return `${value !== null} ${Math.min(membersIn(tree), 5)}`
  },
})
