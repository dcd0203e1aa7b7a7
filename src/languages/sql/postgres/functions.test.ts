import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { checkTable, toLine } from '../testing/facts-line.ts'

before(loadSql)

test('built-in functions do nothing', () => {
  checkTable(
    `
  SELECT now(), lower('A'), count(*), pg_catalog.lower('A'), "pg_catalog"."now"() ⇒ select f:now f:lower f:count
  SELECT date_trunc('day', now()), extract(epoch FROM now()), trim('a'), 'a' SIMILAR TO 'b', now() AT TIME ZONE 'UTC', overlay('a' PLACING 'b' FROM 1), position('a' IN 'b') ⇒ select f:date_trunc f:now f:extract f:btrim f:similar_to_escape f:timezone f:overlay f:position
    `,
    toLine,
  )
})

test('a function that is not known is a call, and one that is known does what it does', () => {
  checkTable(
    `
  SELECT public.lower('A') ⇒ select+call f:public.lower
  SELECT purge_everything() ⇒ select+call f:purge_everything
  SELECT s.purge(1) FROM t ⇒ select+call r:t f:s.purge
  SELECT "Purge"() ⇒ select+call f:Purge
  SELECT pg_sleep(10) ⇒ select+call f:pg_sleep
  SELECT pg_read_file('/etc/passwd') ⇒ select+copy-file f:pg_read_file
  SELECT * FROM pg_catalog.pg_ls_dir('.') ⇒ select+copy-file f:pg_ls_dir
  SELECT lo_import('/etc/passwd'), lo_export(1, '/x') ⇒ select+copy-file f:lo_import f:lo_export
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity ⇒ select+security r:pg_stat_activity f:pg_terminate_backend
  SELECT nextval('s'), setval('s', 1), currval('s') ⇒ select+update f:nextval f:setval f:currval
  SELECT lo_put(1, 0, 'x'), lo_get(1) ⇒ select+update f:lo_put f:lo_get
  SELECT pg_advisory_lock(1) ⇒ select+lock f:pg_advisory_lock
  SELECT pg_notify('a', 'b') ⇒ select+listen f:pg_notify
  SELECT pg_stat_reset() ⇒ select+maintenance f:pg_stat_reset
  INSERT INTO t VALUES (purge()) ⇒ insert+call w:t f:purge
  UPDATE t SET a = purge() WHERE b = pg_read_file('x') ⇒ update+call+copy-file w:t f:purge f:pg_read_file
  CREATE TABLE t (a int DEFAULT purge()) ⇒ create+call w:t f:purge
  SELECT 1 FROM a JOIN b ON purge(a.x) ⇒ select+call r:a r:b f:purge
  SELECT public.nextval('s') ⇒ select+update+call f:public.nextval
    `,
    toLine,
  )
})

test('a function that runs SQL from a value could do anything', () => {
  checkTable(
    `
  SELECT query_to_xml('DELETE FROM t', true, true, '') ⇒ ? it runs SQL that is held in a value: f:query_to_xml
  SELECT table_to_xml('t', true, true, '') ⇒ ? it runs SQL that is held in a value: f:table_to_xml
  SELECT dblink_exec('dbname=x', 'DELETE FROM t') ⇒ ? it runs SQL that is held in a value: f:dblink_exec
  SELECT * FROM ext.dblink('x', 'SELECT 1') AS t(a int) ⇒ ? it runs SQL that is held in a value: f:ext.dblink
  SELECT * FROM ts_stat('SELECT a FROM t') ⇒ ? it runs SQL that is held in a value: f:ts_stat
  SELECT ts_rewrite('a'::tsquery, 'SELECT * FROM t') ⇒ ? it runs SQL that is held in a value: f:ts_rewrite
  SELECT ts_rewrite('a'::tsquery, 'b'::tsquery, 'c'::tsquery) ⇒ select f:ts_rewrite
  SELECT * FROM crosstab('SELECT 1') ⇒ ? it runs SQL that is held in a value: f:crosstab
    `,
    toLine,
  )
})
