import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { classifyText } from './classify.ts'
import { checkTable, toLine } from '../testing/facts-line.ts'

before(loadSql)

test('everything a SELECT reads and calls, wherever it stands', () => {
  checkTable(
    `
  SELECT 1 ⇒ select
  SELECT a FROM t ⇒ select r:t
  SELECT a FROM s.t, db.s.u ⇒ select r:s.t r:db.s.u
  TABLE t ⇒ select r:t
  VALUES (1), (2) ⇒ select
  SELECT * FROM a LEFT JOIN b ON a.x = b.x CROSS JOIN LATERAL (SELECT * FROM c WHERE c.x = a.x) d ⇒ select r:a r:b r:c
  SELECT (SELECT max(x) FROM b) FROM a WHERE EXISTS (SELECT 1 FROM c) ORDER BY (SELECT 1 FROM d) LIMIT (SELECT 1 FROM e) ⇒ select r:b r:a r:c r:d r:e f:max
  SELECT * FROM a UNION SELECT * FROM b EXCEPT (SELECT 1 FROM c) ⇒ select r:a r:b r:c
  SELECT * FROM ONLY t, t AS u ⇒ select r:t
  SELECT * FROM t FOR UPDATE OF t ⇒ select+lock r:t
  SELECT * INTO TEMP n FROM t ⇒ select+create w:n r:t
  SELECT * FROM ROWS FROM (generate_series(1, 2), f(3)) x ⇒ select+call f:generate_series f:f
  SELECT * FROM t TABLESAMPLE bernoulli (my_percent()) ⇒ select+call r:t f:my_percent
  SELECT * FROM json_table('[]', '$[*]' COLUMNS (a int PATH '$.a')) ⇒ select
  SELECT * FROM xmltable('/a' PASSING (SELECT x FROM docs) COLUMNS a int PATH 'b') ⇒ select r:docs
  SELECT count(*) FILTER (WHERE f(a)) OVER (PARTITION BY g(b) ORDER BY h(c)) FROM t ⇒ select+call r:t f:count f:f f:g f:h
  SELECT a[i():j()], b[:1], ROW(k(), 1), ARRAY[l()], CASE m() WHEN 1 THEN n() ELSE o() END FROM t ⇒ select+call r:t f:i f:j f:k f:l f:m f:n f:o
  SELECT xmlelement(name e, p()), json_object('k': q()), coalesce(r(), 1), greatest(s(), 2), u() IS NULL ⇒ select+call f:p f:q f:r f:s f:u
  SELECT json_objectagg(v(): w()), json_arrayagg(x()), json_value(y(), '$') FROM t ⇒ select+call r:t f:v f:w f:x f:y
  SELECT 1 OPERATOR(public.+) 2, 3 OPERATOR(pg_catalog.+) 4, a FROM t ORDER BY a USING OPERATOR(s.<) ⇒ select+call r:t f:public.+ f:s.<
  SELECT 1 WHERE 1 OPERATOR(s.=) ANY (SELECT 2) ⇒ select+call f:s.=
  SELECT "A"."B" FROM "My""T", "a.b", "Été" ⇒ select r:"My""T" r:"a.b" r:Été
    `,
    toLine,
  )
})

test('a WITH query hides the relation of its name where it is visible, and nowhere else', () => {
  checkTable(
    `
  WITH x AS (SELECT * FROM t) SELECT * FROM x ⇒ select r:t
  WITH t AS (SELECT * FROM t) SELECT * FROM t ⇒ select r:t
  WITH RECURSIVE t AS (SELECT 1 UNION SELECT * FROM t) SELECT * FROM t ⇒ select
  WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a ⇒ select
  WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b ⇒ select r:b
  WITH t AS (SELECT 1) SELECT * FROM public.t ⇒ select r:public.t
  WITH t AS (SELECT 1) SELECT * FROM (WITH u AS (SELECT * FROM t) SELECT * FROM u, t) v, u ⇒ select r:u
  WITH t AS (SELECT 1) DELETE FROM t ⇒ delete+select w:t UNFILTERED
  WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) SELECT * FROM d ⇒ select+delete w:t
  WITH d AS (DELETE FROM t RETURNING *), i AS (INSERT INTO u SELECT * FROM d) UPDATE v SET a = 1 WHERE b = 2 ⇒ update+delete+select+insert w:v w:t w:u UNFILTERED
  SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y, x ⇒ select r:x
  SELECT (WITH d AS (SELECT * FROM t) SELECT 1 FROM d) ⇒ select r:t
    `,
    toLine,
  )
})

test('INSERT writes its target and reads its source; RETURNING reads', () => {
  checkTable(
    `
  INSERT INTO t DEFAULT VALUES ⇒ insert w:t
  INSERT INTO s.t (a) VALUES (1), ((SELECT max(a) FROM u)) ⇒ insert+select w:s.t r:u f:max
  INSERT INTO t SELECT * FROM t ⇒ insert+select w:t r:t
  INSERT INTO t WITH x AS (SELECT * FROM u) SELECT * FROM x ⇒ insert+select w:t r:u
  WITH x AS (SELECT * FROM u) INSERT INTO t WITH y AS (SELECT * FROM x) VALUES ((SELECT 1 FROM y)) ⇒ insert+select w:t r:u
  INSERT INTO t VALUES (1) RETURNING id ⇒ insert+select w:t
  INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING ⇒ insert w:t
  INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = (SELECT b FROM u) ⇒ insert+update+select w:t r:u
  INSERT INTO pg_catalog.pg_authid VALUES (1) ⇒ insert+security w:pg_catalog.pg_authid
    `,
    toLine,
  )
})

test('UPDATE', () => {
  checkTable(
    `
  UPDATE t SET a = 1 ⇒ update w:t UNFILTERED
  UPDATE ONLY s.t AS x SET a = 1 WHERE x.b = 2 ⇒ update w:s.t
  UPDATE t SET a = u.a FROM u WHERE t.id = u.id ⇒ update+select w:t r:u
  UPDATE t SET (a, b) = (SELECT c, d FROM u WHERE u.id = t.id) WHERE id = 1 RETURNING WITH (OLD AS o) o.a, (SELECT 1 FROM v) ⇒ update+select w:t r:u r:v
  UPDATE t SET a = 1 WHERE CURRENT OF c ⇒ update w:t
  UPDATE pg_settings SET setting = 'off' WHERE name = 'x' ⇒ ? it changes settings through a view: w:pg_settings
  UPDATE pg_proc SET prosrc = 'x' WHERE oid = 1 ⇒ update+security w:pg_proc
    `,
    toLine,
  )
})

test('DELETE', () => {
  checkTable(
    `
  DELETE FROM t ⇒ delete w:t UNFILTERED
  DELETE FROM t USING u, v WHERE t.id = u.id ⇒ delete+select w:t r:u r:v
  DELETE FROM t WHERE id = $1 RETURNING * ⇒ delete+select w:t
    `,
    toLine,
  )
})

test('MERGE has the effects of its branches', () => {
  checkTable(
    `
  MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.gone THEN DELETE WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.id) ⇒ merge+delete+update+insert+select w:t r:s
  MERGE INTO t USING (SELECT * FROM u) s ON true WHEN MATCHED THEN DELETE ⇒ merge+delete+select w:t r:u UNFILTERED
  MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE ⇒ merge+delete+select w:t r:s UNFILTERED
  MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE AND t.old THEN DELETE ⇒ merge+delete+select w:t r:s
  MERGE INTO t USING s ON 1 = 1 WHEN MATCHED AND t.a = 1 THEN UPDATE SET a = 2 ⇒ merge+update+select w:t r:s
  MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN DO NOTHING ⇒ merge+select w:t r:s
  WITH s AS (SELECT 1) MERGE INTO t USING s ON t.id = 1 WHEN MATCHED THEN DELETE RETURNING t.* ⇒ merge+delete+select w:t
    `,
    toLine,
  )
})

test('TRUNCATE is a DELETE of everything', () => {
  checkTable(
    `
  TRUNCATE a, ONLY s.b RESTART IDENTITY CASCADE ⇒ truncate+delete w:a w:s.b UNFILTERED
    `,
    toLine,
  )
})

test('COPY says which way and through what', () => {
  checkTable(
    `
  COPY t FROM STDIN ⇒ copy-in+insert w:t in:stdin
  COPY t (a) FROM STDIN WHERE a > f() ⇒ copy-in+insert+call w:t f:f in:stdin
  COPY t TO STDOUT WITH (FORMAT csv) ⇒ copy-out+select r:t out:stdout
  COPY t FROM '/tmp/x' ⇒ copy-in+insert+copy-file w:t in:file
  COPY t TO '/tmp/x' ⇒ copy-out+select+copy-file r:t out:file
  COPY t FROM PROGRAM 'x' ⇒ copy-in+insert+copy-program w:t in:program
  COPY t TO PROGRAM 'x' ⇒ copy-out+select+copy-program r:t out:program
  COPY (SELECT * FROM t) TO STDOUT ⇒ copy-out+select r:t out:stdout
  COPY (DELETE FROM t RETURNING *) TO STDOUT ⇒ copy-out+select+delete w:t out:stdout UNFILTERED
  COPY (WITH x AS (UPDATE t SET a = 1 WHERE b = 1 RETURNING *) SELECT * FROM x) TO PROGRAM 'x' ⇒ copy-out+select+copy-program+update w:t out:program
    `,
    toLine,
  )
})

test('each statement of a text counts', () => {
  checkTable(
    `
  SELECT 1; DROP TABLE t;; SELECT 2 ⇒ select+drop w:t
    `,
    toLine,
  )
})

test('COPY names what it sends, as far as its text does', () => {
  const toNames = (sql: string): string => JSON.stringify(classifyText(sql).facts.copies[0]?.columns)
  checkTable(
    `
  COPY t TO STDOUT ⇒ []
  COPY t (a, "B c") TO STDOUT ⇒ ["a","B c"]
  COPY t (a) TO STDOUT (FORMAT binary) ⇒ ["a"]
  COPY t (a) TO STDOUT (FORMAT 'text') ⇒ ["a"]
  COPY t (a) TO STDOUT (FORMAT csv) ⇒ ["a"]
  COPY t (a) TO STDOUT (DELIMITER '|') ⇒ ["a"]
  COPY t (a) TO STDOUT (FORMAT text, HEADER) ⇒ ["a"]
  COPY t (a) TO STDOUT CSV ⇒ ["a"]
  COPY t (a) FROM STDIN ⇒ []
  COPY (SELECT a, t.b, s.t.c AS d, count(*), e::text::varchar FROM t) TO STDOUT ⇒ ["a","b","d",null,"e"]
  COPY (SELECT a, t.*, b FROM t) TO STDOUT ⇒ ["a"]
  COPY (SELECT a FROM t UNION SELECT b FROM u UNION SELECT c FROM v) TO STDOUT ⇒ ["a"]
  COPY (VALUES (1, 2)) TO STDOUT ⇒ []
  COPY (DELETE FROM t RETURNING a) TO STDOUT ⇒ []`,
    toNames,
  )
})

test('COPY says how its lines are written', () => {
  const toSigns = (sql: string): string =>
    classifyText(sql)
      .facts.copies.map(({ lines }) =>
        lines === null
          ? 'unknown'
          : `${lines.isCsv ? 'csv' : 'text'} ${JSON.stringify(lines.delimiter + lines.quote + lines.escape)}`,
      )
      .join('; ')
  checkTable(
    String.raw`
  COPY t TO STDOUT ⇒ text "\t\"\""
  COPY t TO STDOUT (DELIMITER '|', NULL '-', HEADER) ⇒ text "|\"\""
  COPY t TO STDOUT DELIMITERS ':' ⇒ text ":\"\""
  COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE *, ENCODING 'LATIN1') ⇒ csv ",\"\""
  COPY t TO STDOUT WITH CSV HEADER DELIMITER AS ';' QUOTE AS '@' ⇒ csv ";@@"
  COPY t TO STDOUT (FORMAT csv, QUOTE '1', ESCAPE '2', DELIMITER 3) ⇒ csv "312"
  COPY t TO STDOUT (FORMAT binary) ⇒ unknown
  COPY t TO STDOUT (DELIMITER 'ab') ⇒ unknown
  COPY t TO STDOUT (FANCY 'x') ⇒ unknown
  COPY t TO STDOUT CSV; SELECT 1; COPY u TO STDOUT ⇒ csv ",\"\""; text "\t\"\""
    `,
    toSigns,
  )
})
