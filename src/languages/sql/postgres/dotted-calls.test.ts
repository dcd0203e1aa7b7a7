import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { checkTable, toLine } from '../testing/facts-line.ts'

before(loadSql)

test('a name behind a value is a function, unless it can only be a field', () => {
  checkTable(
    `
  SELECT ('/etc/passwd'::text).pg_read_file ⇒ select+copy-file f:pg_read_file
  SELECT (12).pg_terminate_backend ⇒ select+security f:pg_terminate_backend
  SELECT ('s'::regclass).nextval ⇒ select+update f:nextval
  SELECT ('SELECT a FROM t').ts_stat ⇒ ? it runs SQL that is held in a value: f:ts_stat
  SELECT (t.id).purge FROM t ⇒ select+call r:t f:purge
  SELECT t.ids[1].purge FROM t ⇒ select+call r:t f:purge
  SELECT (SELECT 1).purge, $1.tidy ⇒ select+call f:purge f:tidy
  SELECT (t.a).city.purge FROM t ⇒ select+call r:t f:city f:purge
  DELETE FROM t WHERE (id).purge = 'x' ⇒ delete+call w:t f:purge
  EXPLAIN SELECT (1).purge ⇒ explain+call+select f:purge
  SELECT ('x').upper, (now()).date, (t.data).* FROM t ⇒ select r:t f:now
  SELECT (ROW(1, 2)).f1, (aclexplode(relacl)).grantee FROM pg_class ⇒ select r:pg_class f:aclexplode
  SELECT (t.id).n, (t.id).grantee FROM t ⇒ select+call r:t f:n f:grantee
  SELECT (r.k).n FROM (SELECT information_schema._pg_expandarray(i) AS k FROM t) r ⇒ select r:t f:information_schema._pg_expandarray
  SELECT (pg_identify_object(1, 2, 0)).identity.purge ⇒ select+call f:purge f:pg_identify_object
    `,
    toLine,
  )
})

test('a function in FROM is a value under its alias', () => {
  checkTable(
    `
  SELECT g.purge FROM generate_series(1, 3) g ⇒ select+call f:purge f:generate_series
  SELECT abs.purge FROM abs(1) ⇒ select+call f:purge f:abs
  SELECT x.purge FROM abs(1) AS x(y) ⇒ select+call f:purge f:abs
  SELECT x.pg_read_file FROM CAST('/etc/passwd' AS text) x ⇒ select+copy-file f:pg_read_file
  SELECT text.pg_read_file FROM CAST('/etc/passwd' AS text) ⇒ select+copy-file f:pg_read_file
  SELECT x.purge FROM ROWS FROM (unnest(ARRAY[1])) x ⇒ select+call f:purge f:unnest
  SELECT 1 FROM t JOIN abs(1) x ON x.purge ⇒ select+call r:t f:abs f:purge
  UPDATE t SET a = g.purge FROM abs(1) g WHERE t.id = g ⇒ update+call w:t f:purge f:abs
  DELETE FROM t USING abs(1) g WHERE t.id = g.purge ⇒ delete+call w:t f:abs f:purge
  MERGE INTO t USING abs(1) g ON t.id = g.purge WHEN MATCHED THEN DO NOTHING ⇒ merge+call w:t f:abs f:purge
  SELECT (SELECT 1 FROM unnest(ARRAY[g.purge]) u, t g) FROM abs(1) g ⇒ select+call r:t f:unnest f:purge f:abs
    `,
    toLine,
  )
})

test('columns of a function in FROM stay columns', () => {
  checkTable(
    `
  SELECT d.day, g.g FROM generate_series(1, 3) AS d(day), abs(1) g ⇒ select f:generate_series f:abs
  SELECT e.value, x.key FROM jsonb_array_elements('[]') e, jsonb_each('{}') x ⇒ select f:jsonb_array_elements f:jsonb_each
  SELECT r.a FROM jsonb_to_recordset('[]') AS r(a int) ⇒ select f:jsonb_to_recordset
  SELECT u.ordinality, u.x FROM unnest(ARRAY[1]) WITH ORDINALITY AS u(x) ⇒ select f:unnest
  SELECT m.a FROM ROWS FROM (abs(1), abs(2)) AS m(a, b) ⇒ select f:abs
  WITH w AS (SELECT d::date AS day FROM generate_series(1, 2) d) SELECT d.day FROM w d ⇒ select f:generate_series
  SELECT j.a FROM (t JOIN abs(1) j ON true) AS k, u j ⇒ select r:t r:u f:abs
    `,
    toLine,
  )
})
