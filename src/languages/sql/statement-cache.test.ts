import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { size } from '../../../test/harness/depth.ts'
import { refuse, toEverything } from './facts.ts'
import type { Verdict } from './facts.ts'
import { loadSql, statementCache } from './index.ts'
import { defaultLimits, StatementCache } from './statement-cache.ts'

before(loadSql)

/** A reader that counts, and answers with a new object each time. */
function counting(literalFree: boolean, lasting = true) {
  const asked: string[] = []
  const read = (sql: string): Verdict => {
    asked.push(sql)
    return { facts: { ...toEverything('x'), complete: literalFree }, literalFree, lasting }
  }
  return { asked, read }
}

test('equal texts get the same object, and so do texts of one meaning', () => {
  const cache = statementCache('postgres')
  const first = cache.classify('SELECT a FROM t WHERE b = 1')
  assert.equal(cache.classify('SELECT a FROM t WHERE b = 1'), first)
  assert.equal(cache.classify('SELECT a FROM t WHERE b = 22'), first)
  assert.notEqual(cache.classify('SELECT a FROM u WHERE b = 1'), first)
  const set = cache.classify("SET a = 'x'")
  assert.equal(cache.classify("SET a = 'x'"), set)
  assert.notEqual(cache.classify("SET a = 'y'"), set)
  assert.equal(cache.classify('SELECT ('), cache.classify('SELECT ('))
})

test('a constant condition that was false once is judged again', () => {
  const cache = statementCache('postgres')
  assert.equal(cache.classify('DELETE FROM t WHERE 1 = 2').unfiltered, false)
  assert.equal(cache.classify('DELETE FROM t WHERE 1 = 1').unfiltered, true)
})

test('a text that is a shape of others is not taken for them', () => {
  const cache = statementCache('postgres')
  cache.classify('SELECT a FROM t WHERE b = 1')
  assert.equal(cache.classify('SELECT a FROM t WHERE b = \u0002').complete, false)
})

test('only a proved shape is shared; what may change is not kept at all', () => {
  const free = counting(true)
  const shared = new StatementCache(free.read)
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3 -- c', 'SELECT 3 -- c']) shared.classify(sql)
  assert.deepEqual(free.asked, ['SELECT 1', 'SELECT 3 -- c'])
  const bound = counting(false)
  const apart = new StatementCache(bound.read)
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 1']) apart.classify(sql)
  assert.deepEqual(bound.asked, ['SELECT 1', 'SELECT 2'])
  const passing = counting(false, false)
  const forgetful = new StatementCache(passing.read)
  for (const sql of ['SELECT 1', 'SELECT 1']) forgetful.classify(sql)
  assert.equal(passing.asked.length, 2)
})

test('bounded by entries and by bytes, and what is used stays', () => {
  const { asked, read } = counting(false)
  const cache = new StatementCache(read, { maxEntries: 100, maxBytes: 1_000_000, maxKeyChars: 1000 })
  cache.classify('SELECT used')
  for (let i = 0; i < size(2000, 300); i++) {
    cache.classify(`SELECT a${i}`)
    cache.classify('SELECT used')
    assert.ok(cache.size <= 100)
  }
  assert.equal(asked.filter((sql) => sql === 'SELECT used').length, 1)
  const small = new StatementCache(read, { maxEntries: 1000, maxBytes: 8000, maxKeyChars: 1000 })
  for (let i = 0; i < 100; i++) small.classify(`SELECT ${'x'.repeat(100)}${i}`)
  assert.ok(small.size * 2 * 107 <= 8000)
})

test('a text too long to keep is parsed each time', () => {
  const { asked, read } = counting(true)
  const cache = new StatementCache(read)
  const long = `SELECT ${' '.repeat(defaultLimits.maxKeyChars)}1`
  cache.classify(long)
  cache.classify(long)
  assert.equal(asked.length, 2)
  assert.equal(cache.size, 0)
})

test('a refusal that may pass is every effect', () => {
  assert.equal(refuse('x', false).facts.complete, false)
})
