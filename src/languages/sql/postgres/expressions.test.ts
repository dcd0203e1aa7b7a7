import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { columnOf, isSame, isSystemColumn, mentionsColumn, touches } from './expressions.ts'
import { loadParser, parse } from './parse.ts'
import { fieldsOf, listOf } from './tree.ts'

before(loadParser)

/** The values of a SELECT's list. */
function valuesOf(text: string): unknown[] {
  const parsed = parse(`SELECT ${text} FROM t, u`)
  assert.ok('statements' in parsed, text)
  const select = fieldsOf(parsed.statements[0]?.stmt, 'SelectStmt')
  return listOf(select?.['targetList']).map((target) => fieldsOf(target, 'ResTarget')?.['val'])
}

function compare(text: string): { same: boolean; literals: boolean } {
  const [a, b] = valuesOf(text)
  const seen = { literals: false }
  return { same: isSame(a, b, seen), literals: seen.literals }
}

test('two expressions are the same wherever they stand, and a column with or without its table', () => {
  for (const text of ['id, id', 'id,     id', 't.id, id', 'f(a, b), f(a,b)', '(a + b) * c, (a  +  b)*c', '(id), id'])
    assert.equal(compare(text).same, true, text)
  for (const text of ['id, ids', 't.id, u.id', 'f(a, b), f(b, a)', 'a + b, a - b', 'f(a), f(a, a)', 'a, a::text'])
    assert.equal(compare(text).same, false, text)
})

test('an answer that hangs on a literal says so', () => {
  assert.deepEqual(compare('id + 1, id + 1'), { same: true, literals: true })
  assert.deepEqual(compare('id + 1, id + 2'), { same: false, literals: true })
  assert.deepEqual(compare('id + n, id + n'), { same: true, literals: false })
})

test('columns are found at any depth, and a star of a sub-select is none', () => {
  const [deep, none, star] = valuesOf('f(CASE WHEN true THEN ARRAY[1, t.id] END), f(1, now()), count(*)')
  assert.deepEqual([deep, none, star].map(mentionsColumn), [true, false, false])
})

test('an expression touches a table by its name, or by a column that names none', () => {
  const values = valuesOf('t.id, id, u.id, u.*, t.*, 1')
  assert.deepEqual(
    values.map((value) => touches(value, 't')),
    [true, true, false, false, true, false],
  )
})

test('the last name of a column is its own; some columns every table has', () => {
  const values = valuesOf('t.ctid, xmin, id, f(ctid)')
  assert.deepEqual(values.map(columnOf), ['ctid', 'xmin', 'id', ''])
  assert.deepEqual(values.map(isSystemColumn), [true, true, false, false])
})
