import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { checkTable, toLabels, toLine } from '../testing/facts-line.ts'

before(loadSql)

test('relations, and what hangs on them', () => {
  checkTable(
    `
  CREATE TABLE s.t (a int PRIMARY KEY DEFAULT f(), b int REFERENCES p (x), LIKE q, CHECK (g(b))) ⇒ create+call+select w:s.t r:p r:q f:f f:g
  CREATE TEMP TABLE t (a int) INHERITS (p) ⇒ create+select w:t r:p
  CREATE TABLE t PARTITION OF p FOR VALUES FROM (1) TO (2) ⇒ create+select w:t r:p
  CREATE TABLE t OF my_type ⇒ create w:t
  CREATE FOREIGN TABLE t (a int) SERVER s ⇒ create+security w:t
  CREATE TABLE n AS SELECT * FROM t ⇒ create+select w:n r:t
  CREATE MATERIALIZED VIEW n AS SELECT * FROM t WITH NO DATA ⇒ create+select w:n r:t
  CREATE OR REPLACE VIEW s.v AS SELECT * FROM t ⇒ create+select w:s.v r:t
  CREATE RECURSIVE VIEW v (a) AS SELECT * FROM t ⇒ create+select w:v r:t
  CREATE UNIQUE INDEX i ON s.t USING btree (f(a)) WHERE g(b) ⇒ create+call w:s.t f:f f:g
  CREATE SEQUENCE s OWNED BY t.a ⇒ create w:s
  ALTER SEQUENCE s RESTART ⇒ alter w:s
  CREATE STATISTICS st ON a, b FROM t ⇒ create+select r:t
  ALTER STATISTICS st SET STATISTICS 1 ⇒ alter
  ALTER TABLE s.t ADD COLUMN a int DEFAULT f(), DROP COLUMN b ⇒ alter+call w:s.t f:f
  ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p ⇒ alter+select w:t r:p
  ALTER TABLE t DISABLE TRIGGER ALL ⇒ alter+security w:t
  ALTER TABLE t NO FORCE ROW LEVEL SECURITY ⇒ alter+security w:t
  ALTER TABLE t OWNER TO bob ⇒ alter+security w:t
  ALTER TABLE t REPLICA IDENTITY FULL ⇒ alter w:t
  ALTER TABLE p ATTACH PARTITION x DEFAULT ⇒ alter+select w:x w:p r:x
  ALTER TABLE p DETACH PARTITION x ⇒ alter+select w:x w:p r:x
  ALTER TABLE t INHERIT p ⇒ alter+select w:t r:p
  ALTER VIEW v SET (security_barrier) ⇒ alter w:v
  ALTER INDEX i SET (fillfactor = 10) ⇒ alter w:i
  ALTER TYPE c ADD ATTRIBUTE a int ⇒ alter
  ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b ⇒ alter
  CREATE TRIGGER x BEFORE INSERT ON s.t FOR EACH ROW WHEN (f(new.a)) EXECUTE FUNCTION g() ⇒ create+call w:s.t f:f
  CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t FROM u FOR EACH ROW EXECUTE FUNCTION g() ⇒ create+select w:t r:u
  CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM u ⇒ create+select w:t r:u
  CREATE POLICY p ON t USING (a IN (SELECT b FROM u)) ⇒ create+security+select w:t r:u
  ALTER POLICY p ON t USING (true) ⇒ alter+security w:t
    `,
    toLine,
  )
})

test('what has a name is dropped, renamed, moved and commented on', () => {
  checkTable(
    `
  DROP TABLE a.b, c CASCADE ⇒ drop w:a.b w:c
  DROP VIEW v ⇒ drop w:v
  DROP MATERIALIZED VIEW v ⇒ drop w:v
  DROP INDEX s.i ⇒ drop w:s.i
  DROP SEQUENCE q ⇒ drop w:q
  DROP FOREIGN TABLE t ⇒ drop w:t
  DROP TRIGGER x ON s.t ⇒ drop+security w:s.t
  DROP RULE x ON t ⇒ drop+security w:t
  DROP POLICY x ON t ⇒ drop+security w:t
  DROP FUNCTION f(int) ⇒ drop
  DROP SCHEMA s CASCADE ⇒ drop
  DROP TYPE t ⇒ drop
  DROP EXTENSION e ⇒ drop
  DROP EVENT TRIGGER e ⇒ drop+security
  DROP SERVER s ⇒ drop
  DROP TEXT SEARCH CONFIGURATION c ⇒ drop
  ALTER TABLE s.t RENAME TO u ⇒ alter w:s.t
  ALTER TABLE t RENAME COLUMN a TO b ⇒ alter w:t
  ALTER VIEW v RENAME TO w ⇒ alter w:v
  ALTER TYPE c RENAME ATTRIBUTE a TO b ⇒ alter
  ALTER ROLE a RENAME TO b ⇒ alter+security
  ALTER FUNCTION f(int) RENAME TO g ⇒ alter
  ALTER FUNCTION f(int) OWNER TO bob ⇒ alter+security
  ALTER VIEW v OWNER TO bob ⇒ alter+security w:v
  ALTER TABLE t SET SCHEMA s ⇒ alter w:t
  ALTER FUNCTION f(int) DEPENDS ON EXTENSION e ⇒ alter
  COMMENT ON TABLE s.t IS 'x' ⇒ alter w:s.t
  COMMENT ON COLUMN s.t.a IS 'x' ⇒ alter w:s.t
  COMMENT ON CONSTRAINT c ON t IS 'x' ⇒ alter w:t
  COMMENT ON FUNCTION f(int) IS 'x' ⇒ alter
    `,
    toLine,
  )
})

test('schemas, databases, types, code', () => {
  checkTable(
    `
  CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT * FROM q ⇒ create+select w:t w:v r:q
  CREATE DATABASE d ⇒ create
  ALTER DATABASE d WITH CONNECTION LIMIT 5 ⇒ alter
  ALTER DATABASE d REFRESH COLLATION VERSION ⇒ alter
  ALTER DATABASE d SET search_path = x ⇒ alter+set s:search_path
  DROP DATABASE d ⇒ drop
  CREATE TABLESPACE x LOCATION '/x' ⇒ create+security
  DROP TABLESPACE x ⇒ drop
  ALTER TABLESPACE x SET (seq_page_cost = 1) ⇒ alter
  CREATE AGGREGATE a (int) (sfunc = f, stype = int) ⇒ create
  CREATE OPERATOR + (function = f, leftarg = int) ⇒ create
  CREATE TYPE t AS (a int) ⇒ create
  CREATE TYPE t AS ENUM ('a') ⇒ create
  CREATE TYPE t AS RANGE (subtype = int) ⇒ create
  ALTER TYPE t ADD VALUE 'b' ⇒ alter
  ALTER TYPE t SET (storage = plain) ⇒ alter
  CREATE DOMAIN d AS int CHECK (f(value)) ⇒ create+call f:f
  ALTER DOMAIN d ADD CHECK (f(value)) ⇒ alter+call f:f
  CREATE CAST (int AS text) WITH FUNCTION f(int) ⇒ create
  CREATE CONVERSION c FOR 'x' TO 'y' FROM f ⇒ create
  CREATE TRANSFORM FOR int LANGUAGE l (FROM SQL WITH FUNCTION f(internal)) ⇒ create
  CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 f(int, int) ⇒ create
  CREATE OPERATOR FAMILY f USING btree ⇒ create
  ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int, int) ⇒ alter
  ALTER OPERATOR + (int, int) SET (restrict = f) ⇒ alter
  ALTER COLLATION c REFRESH VERSION ⇒ alter
  ALTER TEXT SEARCH DICTIONARY d (a = b) ⇒ alter
  ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word ⇒ alter
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM t' ⇒ create
  CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC DELETE FROM t; SELECT g(); END ⇒ create+select+call r:t f:g
  CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN (SELECT 1 FROM t) ⇒ create+select r:t
  CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = x AS '' ⇒ create+security
  CREATE PROCEDURE p() LANGUAGE C AS 'x' ⇒ load+create
  ALTER FUNCTION f() SECURITY DEFINER ⇒ alter
  CREATE EXTENSION e ⇒ create+security
  ALTER EXTENSION e UPDATE ⇒ alter+security
  ALTER EXTENSION e ADD TABLE t ⇒ alter+security
  CREATE LANGUAGE l HANDLER h ⇒ create+security
  CREATE ACCESS METHOD a TYPE index HANDLER h ⇒ create+security
  CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f() ⇒ create+security
  ALTER EVENT TRIGGER e DISABLE ⇒ alter+security
    `,
    toLine,
  )
})

test('other servers, roles and privileges', () => {
  checkTable(
    `
  CREATE FOREIGN DATA WRAPPER w ⇒ create+security
  ALTER FOREIGN DATA WRAPPER w OPTIONS (a 'b') ⇒ alter+security
  CREATE SERVER s FOREIGN DATA WRAPPER w ⇒ create+security
  ALTER SERVER s OPTIONS (a 'b') ⇒ alter+security
  CREATE USER MAPPING FOR bob SERVER s ⇒ create+security
  ALTER USER MAPPING FOR bob SERVER s OPTIONS (a 'b') ⇒ alter+security
  DROP USER MAPPING FOR bob SERVER s ⇒ drop+security
  IMPORT FOREIGN SCHEMA a LIMIT TO (x) FROM SERVER s INTO b ⇒ create+security
  CREATE PUBLICATION p FOR TABLE t WHERE (a > 1) ⇒ create+security+select r:t
  ALTER PUBLICATION p ADD TABLE t ⇒ alter+security+select r:t
  CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p ⇒ create+security
  ALTER SUBSCRIPTION s DISABLE ⇒ alter+security
  DROP SUBSCRIPTION s ⇒ drop+security
  GRANT SELECT ON t, s.u TO bob ⇒ grant w:t w:s.u
  REVOKE ALL ON SEQUENCE q FROM bob ⇒ grant w:q
  GRANT USAGE ON SCHEMA s TO bob ⇒ grant
  GRANT SELECT ON ALL TABLES IN SCHEMA s TO bob ⇒ grant
  GRANT EXECUTE ON FUNCTION f(int) TO bob ⇒ grant
  GRANT a TO b ⇒ grant+security
  ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bob ⇒ grant+security
  CREATE USER u PASSWORD 'x' ⇒ create+security
  ALTER ROLE u SUPERUSER ⇒ alter+security
  ALTER ROLE u SET client_encoding = latin1 ⇒ alter+security+set s:client_encoding
  ALTER ROLE u IN DATABASE d RESET ALL ⇒ alter+security+set s:*
  DROP ROLE u ⇒ drop+security
  DROP OWNED BY u ⇒ drop+security
  REASSIGN OWNED BY u TO v ⇒ alter+security
  SECURITY LABEL ON COLUMN t.a IS 'x' ⇒ security w:t
  ALTER GROUP g ADD USER u ⇒ alter+security
    `,
    toLine,
  )
})

test('labels say what is defined', () => {
  checkTable(
    `
  CREATE TABLE t (a int) ⇒ CREATE TABLE
  CREATE TABLE n AS SELECT 1 ⇒ CREATE TABLE AS
  ALTER VIEW v SET (security_barrier) ⇒ ALTER VIEW
  ALTER TABLE t RENAME COLUMN a TO b ⇒ ALTER TABLE
  ALTER TYPE c RENAME ATTRIBUTE a TO b ⇒ ALTER TYPE
  ALTER FUNCTION f(int) RENAME TO g ⇒ ALTER FUNCTION
  DROP MATERIALIZED VIEW v ⇒ DROP MATERIALIZED VIEW
  DROP FOREIGN TABLE t ⇒ DROP FOREIGN TABLE
  DROP TEXT SEARCH CONFIGURATION c ⇒ DROP TEXT SEARCH CONFIGURATION
  CREATE AGGREGATE a (int) (sfunc = f, stype = int) ⇒ CREATE AGGREGATE
  REVOKE ALL ON t FROM bob ⇒ REVOKE
  CREATE PROCEDURE p() LANGUAGE sql AS $$$$ ⇒ CREATE PROCEDURE
    `,
    toLabels,
  )
})
