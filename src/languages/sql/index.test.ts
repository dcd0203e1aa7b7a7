import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import fc from 'fast-check'

import { anyText } from '../../../test/harness/any-text.ts'
import { runs } from '../../../test/harness/depth.ts'
import { classify, dialects, loadSql, sqlEffects } from './index.ts'

before(loadSql)

test('a dialect that is not known is every effect', () => {
  assert.deepEqual(dialects, ['postgres'])
  for (const dialect of ['mysql', 'mssql', '', '__proto__', 'Postgres']) {
    const facts = classify(dialect, 'SELECT 1')
    assert.deepEqual(facts.effects, sqlEffects)
    assert.equal(facts.complete, false)
    assert.equal(facts.unfiltered, true)
    assert.equal(facts.reason, 'the dialect is not known')
  }
})

test('facts are frozen to the last list', () => {
  for (const sql of ['COPY t TO STDOUT', 'CALL p()', 'SELECT (', 'SET a = 1', 'SELECT f() FROM t']) {
    const facts = classify('postgres', sql)
    assert.ok(Object.isFrozen(facts))
    for (const part of Object.values(facts)) assert.ok(typeof part !== 'object' || Object.isFrozen(part), sql)
    for (const relation of facts.relations) assert.ok(Object.isFrozen(relation), sql)
  }
})

test('whatever the text, it answers, twice the same, and unknown is everything', () => {
  const word = fc.constantFrom(
    ..."SELECT INSERT INTO UPDATE DELETE FROM SET WHERE WITH AS COPY ( ) , ; . * = + - / ' \" $$ $1 :: t u 1 'a' -- /* */ E' U&' EXPLAIN ANALYZE RETURNING VALUES \0 \n \\".split(
      ' ',
    ),
  )
  const text = fc.oneof(
    anyText(60),
    fc.array(word, { maxLength: 25 }).map((words) => words.join(' ')),
    fc.array(word, { maxLength: 25 }).map((words) => words.join('')),
  )
  fc.assert(
    fc.property(text, (sql) => {
      const facts = classify('postgres', sql)
      assert.deepEqual(classify('postgres', sql), facts)
      if (!facts.complete) assert.deepEqual(facts.effects, sqlEffects)
      if (facts.complete) assert.equal(facts.statements > 0, facts.effects.length > 0)
    }),
    { numRuns: runs(1500) },
  )
})
