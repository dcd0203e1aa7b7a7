import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { checkTable, toLabels, toLine } from '../testing/facts-line.ts'

before(loadSql)

test('settings are named in lower case, unless they keep the value they must have', () => {
  checkTable(
    `
  SET work_mem = '1MB' ⇒ set s:work_mem
  SET LOCAL Search_Path TO a, b ⇒ set s:search_path
  SET SESSION "Standard_Conforming_Strings" = off ⇒ set s:standard_conforming_strings
  SET standard_conforming_strings = on ⇒ set
  SET client_encoding TO 'UTF8' ⇒ set
  SET NAMES 'latin1' ⇒ set s:client_encoding
  SET NAMES 'utf-8' ⇒ set
  SET client_encoding TO DEFAULT ⇒ set s:client_encoding
  RESET client_encoding ⇒ set s:client_encoding
  SET SCHEMA 's' ⇒ set s:search_path
  SET TIME ZONE 'UTC' ⇒ set s:timezone
  SET ROLE bob ⇒ set+security s:role
  RESET ROLE ⇒ set+security s:role
  SET SESSION AUTHORIZATION bob ⇒ set+security s:session_authorization
  SET SESSION AUTHORIZATION DEFAULT ⇒ set+security s:session_authorization
  SET TRANSACTION READ WRITE ⇒ set s:transaction_read_only
  SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE ⇒ set s:transaction_isolation
  SET TRANSACTION SNAPSHOT 'x' ⇒ set s:transaction snapshot
  SET x.y FROM CURRENT ⇒ set s:x.y
  RESET ALL ⇒ set s:*
  DISCARD ALL ⇒ set s:*
  DISCARD TEMP ⇒ set
  SHOW search_path ⇒ show
  SHOW ALL ⇒ show
  SET CONSTRAINTS ALL DEFERRED ⇒ set
  ALTER SYSTEM SET archive_command = 'x' ⇒ security+set s:archive_command
  ALTER SYSTEM RESET ALL ⇒ security+set s:*
  SELECT set_config('Search_Path', 'a', false) ⇒ select+set f:set_config s:search_path
  SELECT pg_catalog.set_config('role', 'bob', true) ⇒ select+set+security f:set_config s:role
  SELECT set_config('client_encoding', 'UTF8', false) ⇒ select+set f:set_config
  SELECT set_config($1, $2, false) ⇒ ? it changes a setting whose name is computed: f:set_config
  SELECT set_config(name, 'x', true) FROM pg_settings ⇒ ? it changes a setting whose name is computed: r:pg_settings f:set_config
  SELECT set_config(new_value => 'x', setting_name => 'role', is_local => true) ⇒ ? it changes a setting whose name is computed: f:set_config
    `,
    toLine,
  )
})

test('EXPLAIN runs nothing, unless it is told to', () => {
  checkTable(
    `
  EXPLAIN SELECT * FROM t ⇒ explain+select r:t
  EXPLAIN DELETE FROM t ⇒ explain+select r:t
  EXPLAIN ANALYZE DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN (ANALYZE) UPDATE t SET a = 1 ⇒ explain+update w:t UNFILTERED
  EXPLAIN (ANALYZE off, VERBOSE) DELETE FROM t ⇒ explain+select r:t
  EXPLAIN (ANALYZE 0) DELETE FROM t ⇒ explain+select r:t
  EXPLAIN (ANALYZE 1) DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN (ANALYZE yes) DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN (ANALYZE false, ANALYZE) DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN (ANALYZE true, ANALYZE false) DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN ("ANALYZE") DELETE FROM t ⇒ explain+delete w:t UNFILTERED
  EXPLAIN ANALYZE CREATE TABLE n AS SELECT * FROM t ⇒ explain+create+select w:n r:t
  EXPLAIN CREATE TABLE n AS SELECT * FROM t ⇒ explain+select r:n r:t
  EXPLAIN EXECUTE p ⇒ ? it runs a statement that was prepared before:
  EXPLAIN SELECT purge(), pg_read_file('x') ⇒ explain+call+copy-file+select f:purge f:pg_read_file
  EXPLAIN DECLARE c CURSOR FOR SELECT * FROM t ⇒ explain+select r:t
  EXPLAIN REFRESH MATERIALIZED VIEW v ⇒ explain+select r:v
    `,
    toLine,
  )
})

test('what was prepared elsewhere could be anything', () => {
  checkTable(
    `
  PREPARE p AS DELETE FROM t WHERE a = $1 ⇒ execute+delete w:t
  PREPARE p (int) AS SELECT * FROM t ⇒ execute+select r:t
  EXECUTE p (1) ⇒ ? it runs a statement that was prepared before:
  EXECUTE p ((SELECT 1 FROM t)) ⇒ ? it runs a statement that was prepared before: r:t
  CREATE TABLE n AS EXECUTE p ⇒ ? it runs a statement that was prepared before: w:n
  DEALLOCATE p ⇒ set
  DEALLOCATE ALL ⇒ set
    `,
    toLine,
  )
})

test('transactions, cursors, notices, upkeep', () => {
  checkTable(
    `
  BEGIN ⇒ transaction
  START TRANSACTION READ WRITE ⇒ transaction s:transaction_read_only
  COMMIT AND CHAIN ⇒ transaction
  ROLLBACK ⇒ transaction
  ABORT ⇒ transaction
  SAVEPOINT a ⇒ transaction
  RELEASE a ⇒ transaction
  ROLLBACK TO a ⇒ transaction
  PREPARE TRANSACTION 'x' ⇒ transaction+security
  COMMIT PREPARED 'x' ⇒ transaction+security
  ROLLBACK PREPARED 'x' ⇒ transaction+security
  LOCK TABLE a, s.b IN ACCESS EXCLUSIVE MODE ⇒ lock+select r:a r:s.b
  DECLARE c CURSOR WITH HOLD FOR SELECT * FROM t FOR UPDATE ⇒ cursor+select+lock r:t
  FETCH 5 FROM c ⇒ cursor
  MOVE 5 IN c ⇒ cursor
  CLOSE c ⇒ cursor
  CLOSE ALL ⇒ cursor
  LISTEN a ⇒ listen
  UNLISTEN * ⇒ set
  NOTIFY a, 'x' ⇒ listen
  CALL p((SELECT 1 FROM t)) ⇒ ? it runs a procedure, which may do anything: r:t f:p
  DO $$ BEGIN END $$ ⇒ ? it runs a block of code, which may do anything:
  LOAD 'x' ⇒ load
  VACUUM FULL t ⇒ maintenance+select r:t
  VACUUM ⇒ maintenance
  ANALYZE t (a) ⇒ maintenance+select r:t
  CLUSTER t USING i ⇒ maintenance w:t
  REINDEX TABLE CONCURRENTLY t ⇒ maintenance w:t
  REINDEX DATABASE d ⇒ maintenance
  CHECKPOINT ⇒ maintenance
  REFRESH MATERIALIZED VIEW CONCURRENTLY v ⇒ maintenance w:v
    `,
    toLine,
  )
})

test('labels are the first words', () => {
  checkTable(
    `
  BEGIN ⇒ BEGIN
  START TRANSACTION ⇒ START TRANSACTION
  ABORT ⇒ ROLLBACK
  PREPARE TRANSACTION 'x' ⇒ PREPARE TRANSACTION
  COMMIT PREPARED 'x' ⇒ COMMIT PREPARED
  RESET ALL ⇒ RESET
  MOVE 5 IN c ⇒ MOVE
  ANALYZE t ⇒ ANALYZE
  EXPLAIN ANALYZE SELECT 1 ⇒ EXPLAIN ANALYZE
  EXPLAIN (ANALYZE false) SELECT 1 ⇒ EXPLAIN
  SELECT 1; UPDATE t SET a = 1 ⇒ SELECT; UPDATE
    `,
    toLabels,
  )
})
