import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import fc from 'fast-check'

import { runs } from '../../../test/harness/depth.ts'
import type { Verdict } from './facts.ts'
import { loadSql } from './index.ts'
import { toShape } from './literals.ts'
import { classifyText } from './postgres/classify.ts'

before(loadSql)

test('texts that differ in literals of the same kind have one shape', () => {
  for (const [a, b] of [
    ['SELECT abalance FROM pgbench_accounts WHERE aid = 4711;', 'SELECT abalance FROM pgbench_accounts WHERE aid = 8;'],
    ["SELECT 'a' FROM t", "SELECT 'it''s -- no /* comment' FROM t"],
    ['SELECT -5', 'SELECT -7'],
    ['SELECT 1.5', 'SELECT 99999999999'],
    ['SELECT "a ""b""", a1 FROM t LIMIT 5', 'SELECT "a ""b""", a1 FROM t LIMIT 6'],
    ["SELECT 'grüße' FROM t WHERE a = $1", "SELECT 'x' FROM t WHERE a = $1"],
  ] as const) {
    assert.notEqual(toShape(a), null, a)
    assert.equal(toShape(a), toShape(b), a)
  }
})

test('texts that differ in anything else do not', () => {
  for (const [a, b] of [
    ['SELECT 1', "SELECT '1'"],
    ['SELECT 1', 'SELECT 1.0'],
    ['SELECT 2147483647', 'SELECT 2147483648'],
    ['SELECT a1', 'SELECT a2'],
    ['SELECT "1"', 'SELECT "2"'],
    ['SELECT $1', 'SELECT $2'],
    ['SELECT 1 ', 'SELECT 1'],
    ["SELECT 'a' 'b'", "SELECT 'a'"],
    ['SELECT -1', 'SELECT 1'],
    ['SELECT a', 'SELECT A'],
  ] as const)
    assert.notEqual(toShape(a), toShape(b), a)
})

test('whatever is unusual has no shape', () => {
  for (const sql of [
    "SELECT E'\\'; DROP TABLE t; --'",
    "SELECT e'a'",
    "SELECT U&'a'",
    'SELECT U&"a"',
    "SELECT B'1', X'1F'",
    "SELECT N'a'",
    'SELECT $$a$$',
    'SELECT $a$b$a$',
    'SELECT a$b$c',
    'SELECT 1 -- c',
    'SELECT /* c */ 1',
    "SELECT 'a\\b'",
    'SELECT "a',
    "SELECT 'a",
    'SELECT 1a',
    'SELECT 0x1F',
    'SELECT 1_000',
    'SELECT 1e5',
    'SELECT .5',
    'SELECT t.5',
    'SELECT 1..2',
    'SELECT 1.2.3',
    'SELECT 00000000001',
    'SELECT $1a',
    'SELECT $1.5',
    'SELECT 1$1',
    "SELECT 1'a'",
    'SELECT é',
    'SELECT 1é',
    'SELECT aé',
    'SELECT \u0001',
    'SELECT \v1',
    "SELECT '\0'",
    "SELECT '\ud800'",
    "SELECT interval'1 day'",
    "SELECT a&'b'",
  ])
    assert.equal(toShape(sql), null, sql)
})

test('where a literal matters, the parse says so', () => {
  for (const sql of [
    'DELETE FROM t WHERE 1 = 1',
    "DELETE FROM t WHERE a LIKE '%'",
    "DELETE FROM t WHERE a ~ '.*'",
    'DELETE FROM t WHERE a + 1 = a + 1',
    "DELETE FROM t WHERE 't'",
    'UPDATE t SET a = 1 WHERE b = 2 OR 3 = 3',
    "SELECT set_config('role', 'x', true)",
    "SET work_mem = '1MB'",
    "COPY t FROM '/etc/passwd'",
    "COPY t FROM PROGRAM 'x'",
    "DO 'BEGIN END'",
    'SELECT a::float(5)',
    "CALL p('x')",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
    'PREPARE p AS SELECT 1',
    'SELECT 1; SET a = 1',
  ])
    assert.equal(classifyText(sql).literalFree && classifyText(sql).facts.complete, false, sql)
  for (const sql of [
    'SELECT abalance FROM pgbench_accounts WHERE aid = 4711;',
    "INSERT INTO t VALUES (1, 'a') ON CONFLICT (a) DO UPDATE SET b = 2 WHERE t.c = 3",
    "UPDATE t SET a = a + 1 WHERE b = 2 AND c = 'x'",
    'DELETE FROM t WHERE a IN (1, 2, 3) AND b BETWEEN 1 AND 2',
    "SELECT nextval('s')",
  ])
    assert.equal(classifyText(sql).literalFree, true, sql)
})

const integer = fc.oneof(fc.nat(3), fc.nat(), fc.constantFrom(2147483647)).map(String)
const other = fc.oneof(
  fc.constantFrom('2147483648', '1.5', '1.', '99999999999'),
  fc.tuple(fc.nat(9), fc.nat(99)).map(([a, b]) => `${a}.${b}`),
)
const string = fc
  .oneof(
    fc.constantFrom('%', '.*', '', 't', 'role', 'client_encoding', "it''s", 'utf8', '\n', '--', '/*', '$$', '1', 'ä'),
    fc.string({ maxLength: 8 }).map((text) => text.replaceAll("'", "''")),
  )
  .map((text) => `'${text}'`)
const kinds = { I: integer, F: other, S: string }

/** Two texts from one template, in which `{I}`, `{F}` and `{S}` are filled in twice. */
const twins = (template: fc.Arbitrary<string>) =>
  template.chain((text) => {
    const parts = text.split(/\{([IFS])\}/)
    const fills = parts
      .filter((_, i) => i % 2 === 1)
      .map((kind) => kinds[kind === 'I' ? 'I' : kind === 'F' ? 'F' : 'S'])
    const fill = (values: readonly string[]) =>
      parts.map((part, i) => (i % 2 === 0 ? part : (values[(i - 1) / 2] ?? ''))).join('')
    return fc.tuple(fc.tuple(...fills), fc.tuple(...fills)).map(([a, b]): [string, string] => [fill(a), fill(b)])
  })

const templates = fc.constantFrom(
  ...`SELECT a FROM t WHERE b = {I} AND c = {S} LIMIT {I}
DELETE FROM t WHERE {I} = {I}
DELETE FROM t WHERE a = {I} OR {I} < {I}
DELETE FROM t WHERE {S} = {S}
DELETE FROM t WHERE a LIKE {S}
DELETE FROM t WHERE a ~ {S} OR a !~~ {S}
DELETE FROM t WHERE a = {I} OR a <> {I}
DELETE FROM t WHERE a = {F} OR NOT a = {F}
DELETE FROM t WHERE a + {I} = a + {I}
DELETE FROM t WHERE a || {S} IN (a || {S}, {S})
DELETE FROM t WHERE {S}
DELETE FROM t WHERE {S}::bool
DELETE FROM t WHERE coalesce({I}, {F}) = {I}
DELETE FROM t WHERE a IN (SELECT b FROM u WHERE c = {I} LIMIT {I})
UPDATE t SET a = {I}, b = {S} WHERE c = {I}
UPDATE t SET a = {F} WHERE ({I} = {I}) IS TRUE
MERGE INTO t USING s ON {I} = {I} WHEN MATCHED THEN DELETE
MERGE INTO t USING s ON t.a = s.a AND t.b = {I} WHEN MATCHED AND s.c = {S} THEN UPDATE SET a = {I}
INSERT INTO t VALUES ({I}, {S}, {F}), ({I}, {S}, {F})
SELECT set_config({S}, {S}, false)
SELECT a::float({I}), a::varchar({I}), interval {S} day, date {S}
SELECT a::float({F})
SET a = {S}
SET client_encoding = {S}
COPY t FROM {S}
SELECT {S} {S}
SELECT {S}
{S}
SELECT pg_read_file({S}), nextval({S}), f({I})
SELECT ts_rewrite({S}, {S})
SELECT a FROM t FETCH FIRST {I} ROWS ONLY
SELECT a[{I}:{I}] FROM t TABLESAMPLE system ({I})
NOTIFY c, {S}
DO {S}
EXPLAIN (ANALYZE {I}) DELETE FROM t
EXPLAIN (ANALYZE {S}) DELETE FROM t
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS {S}
BEGIN; UPDATE t SET a = {I} WHERE b = {I}; COMMIT`.split('\n'),
)
const word = fc.constantFrom(
  ...'SELECT DELETE FROM t WHERE a = < ( ) , ; . - + / * & e E U B x $ $1 " "q" \' :: float interval AND OR NOT {I} {F} {S}'.split(
    ' ',
  ),
)
const soup = fc
  .tuple(
    fc.constantFrom('', ' '),
    fc.constantFrom('SELECT ', 'DELETE FROM t WHERE ', 'UPDATE t SET a = '),
    fc.array(word, { maxLength: 9 }),
  )
  .map(([gap, start, words]) => start + words.join(gap))

function same(a: Verdict, b: Verdict): void {
  assert.equal(b.literalFree, a.literalFree)
  assert.deepEqual(b.facts, a.facts)
}

test('facts that were proved free of literals hold for every text of that shape', () => {
  let compared = 0
  const hold = ([a, b]: readonly [string, string]) => {
    const shape = toShape(a)
    if (shape === null || shape !== toShape(b)) return
    const verdict = classifyText(a)
    if (!verdict.literalFree || !verdict.facts.complete) return
    compared++
    same(verdict, classifyText(b))
  }
  fc.assert(fc.property(twins(templates), hold), { numRuns: runs(2500) })
  assert.ok(compared > runs(2500) / 8, `${compared} compared`)
  fc.assert(fc.property(twins(soup), hold), { numRuns: runs(2500) })
})
