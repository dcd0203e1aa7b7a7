// What a statement would do, read from texts that nobody would write. Whatever is sent: an answer, in bounded time, and never
// a smaller one than the truth.

import assert from 'node:assert/strict'
import { classify, loadSql, sqlEffects, statementCache, type SqlFacts } from '../../src/languages/sql/index.ts'
import { inputsOf, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'

await loadSql()

const statements = inputsOf('bypass/sql-postgres.json', 'innocent/sql-postgres.json')
/** As the gateway has one: for all sessions, and it knows a text by its shape. */
const cache = statementCache('postgres')

/** After a text on which the parser failed another one is loaded, and until then nothing is understood. */
const isUnsteady = ({ reason }: SqlFacts): boolean => /parser/.test(reason ?? '')

fuzz({
  name: 'SQL',
  seeds: statements,
  words: [
    'SELECT ',
    'DELETE FROM t',
    'UPDATE t SET a = 1',
    ' WHERE ',
    ' RETURNING *',
    'WITH x AS (',
    ') ',
    ';',
    "'",
    '"',
    '$1',
    '$a$',
    "E'\\'",
    '--',
    '/*',
    '*/',
    "COPY t TO PROGRAM 'x'",
    'pg_read_file(',
    'DO $$BEGIN END$$',
    'EXPLAIN ANALYZE ',
    'SET ',
    'U&"d\\0061t"',
    ' UNION ',
    '(',
    ')',
    '::',
    '1e',
    '\n',
    ' INTO n ',
    ' FOR UPDATE',
    'EXECUTE s',
    'PREPARE s AS ',
    'CALL p()',
    'GRANT ALL ON t TO u',
    ' FROM ',
  ],
  maxBytes: 4_000,
  async check(input) {
    const sql = toText(input)
    const facts = classify('postgres', sql)
    if (isUnsteady(facts)) {
      assert.equal(facts.complete, false)
      await loadSql()
      return 'the parser failed'
    }
    assertWhole(facts)
    // The cache answers for every text of the same shape, and what it answers must be what is so.
    assert.deepEqual(cache.classify(sql), facts, sql)
    const more = classify('postgres', `${sql}\n;${others}`)
    if (facts.complete && facts.statements > 0 && more.complete) assertNotLess(more, facts, sql)
    const spaced = classify('postgres', ` \n${sql}\n`)
    if (facts.complete) assert.deepEqual(new Set(spaced.effects), new Set(facts.effects), sql)
    return `${facts.complete} ${facts.reason} ${facts.labels.slice(0, 2).join()} ${facts.unfiltered}`
  },
})

const others = 'DELETE FROM zz_other'

/** Unknown means it could do anything; known means that it says what. */
function assertWhole(facts: SqlFacts): void {
  for (const effect of facts.effects) assert.ok(sqlEffects.includes(effect))
  if (!facts.complete) {
    assert.deepEqual(new Set(facts.effects), new Set(sqlEffects))
    assert.equal(facts.unfiltered, true)
    assert.notEqual(facts.reason, null)
    return
  }
  assert.equal(facts.reason, null)
  assert.equal(facts.labels.length, facts.statements)
  assert.equal(facts.effects.length > 0, facts.statements > 0)
  assert.ok(!facts.effects.includes('unknown'))
  assert.ok(Object.isFrozen(facts) && Object.isFrozen(facts.effects))
}

/** With a statement behind it a text does what it did before, and what that one does. */
function assertNotLess(more: SqlFacts, facts: SqlFacts, sql: string): void {
  for (const effect of [...facts.effects, 'delete'])
    assert.ok(
      more.effects.some((one) => one === effect),
      `${effect} is lost: ${sql}`,
    )
  for (const { name, access } of [...facts.relations, { name: 'zz_other', access: 'write' }])
    assert.ok(
      more.relations.some((one) => one.name === name && one.access === access),
      `${name} is lost: ${sql}`,
    )
  for (const name of facts.functions) assert.ok(more.functions.includes(name), `${name} is lost: ${sql}`)
  for (const name of facts.settings) assert.ok(more.settings.includes(name), `${name} is lost: ${sql}`)
  assert.ok(more.unfiltered)
}
