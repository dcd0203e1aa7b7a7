import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { loadSql } from '../index.ts'
import { classifyText } from './classify.ts'

before(loadSql)

const open = `
  DELETE FROM t
  DELETE FROM t WHERE true
  DELETE FROM t WHERE NOT false
  DELETE FROM t WHERE 't'
  DELETE FROM t WHERE 't'::bool
  DELETE FROM t WHERE (true::text)::bool
  DELETE FROM t WHERE 1 = 1
  DELETE FROM t WHERE 2 > 1
  DELETE FROM t WHERE 'a' = 'a'
  DELETE FROM t WHERE (((1 = 1)))
  DELETE FROM t WHERE 1 + 1 = 2
  DELETE FROM t WHERE (1 = 1) IS TRUE
  DELETE FROM t WHERE 1 IS NOT NULL
  DELETE FROM t WHERE 1 IN (1, 2)
  DELETE FROM t WHERE 1 BETWEEN 0 AND 2
  DELETE FROM t WHERE 'abc' LIKE 'a%'
  DELETE FROM t WHERE now() > '2000-01-01'
  DELETE FROM t WHERE $1
  DELETE FROM t WHERE $1 = $2
  DELETE FROM t WHERE coalesce(true, false)
  DELETE FROM t WHERE CASE WHEN true THEN true END
  DELETE FROM t WHERE EXISTS (SELECT 1)
  DELETE FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = 1)
  DELETE FROM t WHERE id = id
  DELETE FROM t WHERE t.id >= t.id
  DELETE FROM t WHERE id + 1 = id + 1
  DELETE FROM t WHERE id::text = id::text
  DELETE FROM t WHERE id IS NOT DISTINCT FROM id
  DELETE FROM t WHERE id IN (1, id)
  DELETE FROM t WHERE id = ANY (ARRAY[id])
  DELETE FROM t WHERE NOT (id <> id)
  DELETE FROM t WHERE name LIKE '%'
  DELETE FROM t WHERE name ILIKE '%%'
  DELETE FROM t WHERE name LIKE '%' ESCAPE '!'
  DELETE FROM t WHERE name ~ '.*'
  DELETE FROM t WHERE name ~* ''
  DELETE FROM t WHERE ctid IS NOT NULL
  DELETE FROM t WHERE id = 1 OR true
  DELETE FROM t WHERE id = 1 OR 1 = 1
  DELETE FROM t WHERE id = 1 OR $1
  DELETE FROM t WHERE id = 1 OR NOT id = 1
  DELETE FROM t WHERE id = 1 OR id <> 1
  DELETE FROM t WHERE id < 5 OR id >= 5
  DELETE FROM t WHERE id IS NULL OR id IS NOT NULL
  DELETE FROM t WHERE true AND 1 = 1
  DELETE FROM t WHERE id IN (SELECT id FROM t)
  DELETE FROM t AS x WHERE x.id IN (SELECT id FROM t y)
  DELETE FROM t USING u WHERE u.a = 1
  UPDATE t SET a = 1 FROM u WHERE u.a = 1 AND u.b = 2
  UPDATE t AS x SET a = 1 FROM u WHERE u.a = 1
`

const filtered = `
  DELETE FROM t WHERE false
  DELETE FROM t WHERE NULL
  DELETE FROM t WHERE 1 = 0
  DELETE FROM t WHERE 'a' <> 'a'
  DELETE FROM t WHERE id <> id
  DELETE FROM t WHERE id = 1
  DELETE FROM t WHERE id = $1
  DELETE FROM t WHERE deleted
  DELETE FROM t WHERE deleted IS TRUE
  DELETE FROM t WHERE id = other_id
  DELETE FROM t WHERE id + 1 = id + 2
  DELETE FROM t WHERE id = 1 AND true
  DELETE FROM t WHERE id = 1 AND 1 = 1
  DELETE FROM t WHERE id = 1 OR false
  DELETE FROM t WHERE id = 1 OR id = 2
  DELETE FROM t WHERE id < 5 OR id > 5
  DELETE FROM t WHERE name LIKE 'a%'
  DELETE FROM t WHERE name NOT LIKE '%'
  DELETE FROM t WHERE name ~ 'a'
  DELETE FROM t WHERE deleted_at IS NOT NULL
  DELETE FROM t WHERE id IN (SELECT id FROM u)
  DELETE FROM t WHERE id IN (SELECT id FROM t WHERE a = 1)
  DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 1)
  DELETE FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)
  DELETE FROM t WHERE EXISTS (SELECT 1 FROM u WHERE id = 1)
  DELETE FROM t WHERE CURRENT OF c
  DELETE FROM t WHERE false AND 1 = 1
  DELETE FROM t USING u WHERE t.id = u.id
  DELETE FROM s.t WHERE s.t.id = 1
  DELETE FROM t AS x USING u WHERE u.a = 1 AND x.b = 2
  UPDATE t SET a = 1 FROM u WHERE t.id = u.id AND u.a = 1
`

for (const [name, table, unfiltered] of [
  ['a condition that excludes no row is none', open, true],
  ['a condition on the row is one, and so is one that excludes every row', filtered, false],
] as const)
  test(name, () => {
    for (const sql of table.trim().split('\n')) {
      const { facts } = classifyText(sql.trim())
      assert.equal(facts.complete, true, sql)
      assert.equal(facts.unfiltered, unfiltered, sql)
    }
  })
