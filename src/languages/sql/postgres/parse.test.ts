import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { before, test } from 'node:test'

import { size } from '../../../../test/harness/depth.ts'
import { classify, loadSql, sqlEffects } from '../index.ts'
import { maxStatementBytes, refusalOf } from './guard.ts'
import { loadParser, parse } from './parse.ts'

before(loadSql)

test('before the grammar is loaded nothing is understood, and nothing of that is kept', () => {
  const index = new URL('../index.ts', import.meta.url).href
  const script = `
    const { loadSql, statementCache } = await import(${JSON.stringify(index)})
    const cache = statementCache('postgres')
    const before = cache.classify('SELECT 1').reason
    await Promise.all([loadSql(), loadSql()])
    console.log(JSON.stringify([before, cache.classify('SELECT 1').complete]))`
  // A process of its own: in this one another file may have loaded it.
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(ran.stdout.trim(), '["the parser is not loaded",true]', ran.stderr)
})

test('two thousand texts, good and bad, leave no memory behind', () => {
  const texts = [
    (i: number) => `SELECT ${i} FROM t${i} WHERE a = 'x'`,
    (i: number) => `SELECT ${i} FROM (`,
    (i: number) => `SELECT '${'x'.repeat(2000)}${i}`,
    (i: number) => `SELECT ${'('.repeat(300)}${i}`,
  ]
  const round = () => {
    for (let i = 0; i < size(500, 200); i++) for (const text of texts) parse(text(i))
  }
  round()
  const external = process.memoryUsage().external
  round()
  assert.ok(process.memoryUsage().external - external < size(4_000_000, 800_000))
  assert.equal(classify('postgres', 'SELECT 1').complete, true)
})

test('a refused text is every effect, with a reason that quotes nothing of it', () => {
  for (const [sql, reason] of [
    ['', 'the text is empty'],
    ['SELECT secret FRM t', 'the text does not parse'],
    ['SELECT 1\0', 'the text contains a NUL byte'],
    ["SELECT '\ud800'", 'the text is not well-formed Unicode'],
    [`SELECT '${'x'.repeat(maxStatementBytes)}'`, 'the text is too long'],
    [`SELECT '${'ä'.repeat(maxStatementBytes / 2)}'`, 'the text is too long'],
    ['/*'.repeat(5000), 'the text is too costly to read'],
    [`SELECT ${'+'.repeat(3000)}1`, 'the text is too costly to read'],
    [`SELECT 1${'+1'.repeat(20_000)}`, 'the text is nested too deep'],
    [`SELECT 1${'+1'.repeat(4000)}`, 'the text is nested too deep'],
  ] as const) {
    const facts = classify('postgres', sql)
    assert.equal(facts.reason, reason, sql.slice(0, 60))
    assert.deepEqual(facts.effects, sqlEffects)
    assert.equal(facts.complete, false)
  }
})

test('long honest texts are parsed', () => {
  const rows = (row: string, count: number) =>
    `INSERT INTO t VALUES ${Array.from({ length: count }, () => row).join(', ')}`
  for (const sql of [
    rows('(1, NULL)', 5000),
    rows("(1, 'some text', now(), NULL, true, '{}'::jsonb)", 1900),
    `SELECT * FROM t WHERE id IN (${'123456, '.repeat(12_000)}1)`,
    `SELECT * FROM t WHERE ${Array.from({ length: 900 }, (_, i) => `(a = ${i} AND b = ${i})`).join(' OR ')}`,
    `SELECT '${'-- a rule --------------------------------------------------------------\n'.repeat(300)}'`,
    `SELECT E'${"it\\'s, (a + b) ".repeat(3000)}', $q$${'+ + +'.repeat(9000)}$q$`,
    `/* ${'a + b '.repeat(8000)} */ SELECT 1 -- ${'x + y '.repeat(3000)}`,
  ])
    assert.equal(classify('postgres', sql).reason, null, sql.slice(0, 60))
})

test('a chain is seen whatever stands between its links', () => {
  const long = (text: string) => text.repeat(Math.ceil(12_000 / text.length) + 3200)
  for (const sql of [
    `SELECT 1${long("||','")}`.slice(0, 90_000),
    `SELECT 1${long("||E'\\','")}`,
    `SELECT 1${long('+$a$,$a$::int')}`.slice(0, 90_000),
    `SELECT 1${long('+/*,*/1')}`,
    `SELECT 1${long('+"," ')}`,
    `SELECT 1${long('+f(1,2)')}`,
    `SELECT a${long(' IS NULL')}`,
    `SELECT ${long('NOT ')}a`,
    `SELECT 1 FROM a${long(' JOIN a ON b')}`,
    `SELECT 1${' UNION SELECT 1, 2'.repeat(2000)}`,
    `SELECT a${long('::int')}`,
  ])
    assert.match(refusalOf(sql.slice(0, maxStatementBytes)) ?? '', /too deep|too costly/, sql.slice(0, 40))
})

// Last: it costs an instance. What passes the guard does not trap today; a caller whose own stack is nearly full makes
// one that does.
test('an instance that trapped is never asked again, and its successor answers', async () => {
  const trapped = 'the parser failed on this text'
  const chain = `SELECT 1${'+1'.repeat(4900)}`
  const deep = (left: number): string => (left === 0 ? classifyReason(chain) : deep(left - 1))
  const require = createRequire(import.meta.url)
  const instance = () => require.cache[require.resolve('libpg-query')]
  const first = instance()
  assert.notEqual(first, undefined)
  let reason = ''
  for (let frames = 2000; reason !== trapped && frames < 12_000; frames += 250) {
    try {
      reason = deep(frames)
    } catch (thrown) {
      assert.ok(thrown instanceof RangeError)
      break
    }
  }
  assert.equal(reason, trapped)
  assert.equal(classifyReason('SELECT 1'), 'the parser is not loaded')
  await loadParser()
  assert.equal(classify('postgres', 'SELECT a FROM b').complete, true)
  assert.notEqual(instance(), first)
})

function classifyReason(sql: string): string {
  const parsed = parse(sql)
  return 'refused' in parsed ? parsed.refused : ''
}
