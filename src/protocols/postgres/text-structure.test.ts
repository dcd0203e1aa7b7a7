import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cardMask, FakeMasker, mailMask } from '../../../test/harness/fake-masker.ts'
import { maskCell } from './cells.ts'
import { toColumn } from './columns.ts'

const textArray = 1009
const ofTheDatabase = 16_402

function masked(text: string, oid = ofTheDatabase): string {
  const bytes = Buffer.from(text)
  const out = maskCell(bytes, 0, bytes.length, toColumn('c', oid, false), new FakeMasker())
  return out === null ? text : typeof out === 'symbol' ? 'NULL' : Buffer.from(out).toString()
}

test('elements are masked by themselves, and what is replaced is quoted where it must be', () => {
  assert.equal(masked('{ada@example.com,x,NULL}', textArray), `{"${mailMask}",x,NULL}`)
  assert.equal(masked('(7,4111111111111111,"a b",)'), `(7,"${cardMask}","a b",)`)
  assert.equal(masked('("say ""ada@example.com""",2)'), `("say \\"${mailMask}\\"",2)`)
  assert.equal(masked('["ada@example.com",z)'), `["${mailMask}",z)`)
  assert.equal(masked('[2:3]={"a\\\\b",ada@example.com}'), `[2:3]={"a\\\\b","${mailMask}"}`)
})

test('structures in structures, and bytes in them', () => {
  assert.equal(masked('{"(ada@example.com,1)"}'), `{"(\\"${mailMask}\\",1)"}`)
  assert.equal(masked('("{""(ada@example.com,1)""}")'), `("{\\"(\\\\\\"${mailMask}\\\\\\",1)\\"}")`)
  const hex = (text: string): string => Buffer.from(text).toString('hex')
  assert.equal(masked(`{"\\\\x${hex('to ada@example.com')}"}`, 1001), `{"\\\\x${hex(`to ${mailMask}`)}"}`)
})

test('a value of text stays one value, and what only looks like a structure is looked at as a whole', () => {
  assert.equal(masked('(ada@example.com', 25), `(${mailMask}`)
  assert.equal(masked('{ada@example.com', textArray), `{"${mailMask}"`)
  assert.equal(masked('("ada@example.com'), `("${mailMask}"`)
  assert.equal(masked('{}'), '{}')
})

test('property: no text makes it throw, and nothing to mask is nothing changed', () => {
  const part = fc.constantFrom('{', '}', '(', ')', '[', ']', ',', '"', '\\', 'a', '7', ' ', 'NULL', '\\x61', '=')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = `{${parts.join('')}`
      assert.equal(masked(text), text)
    }),
  )
})
