import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

import { bareTypes, toName, toWrapped } from './tree.ts'

/** Nodes that only the target's analysis makes; the parser never answers with them. */
const analysed = new Set([
  'Query',
  'RangeTblEntry',
  'FuncExpr',
  'TableFunc',
  'FromExpr',
  'OnConflictExpr',
  'JsonTablePath',
])
const analysedOwners = new Set([...analysed, 'JsonConstructorExpr', 'JsonExpr', 'JsonTablePathScan'])
const results = new Set(['ParseResult', 'ScanResult', 'SummaryResult'])

interface Field {
  readonly owner: string
  readonly name: string
  readonly type: string
}

/** Every field of the grammar's types that holds a bare node, from the declarations of the installed parser. */
function bareFields(): Field[] {
  const parser = createRequire(import.meta.url).resolve('libpg-query')
  const types = createRequire(parser).resolve('@pgsql/types')
  const source = readFileSync(join(dirname(types), 'types.d.ts'), 'utf8')
  const owners = new Map(
    [...source.matchAll(/export interface (\w+) \{([^}]*)\}/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  )
  assert.ok(owners.size > 250)
  const fields: Field[] = []
  for (const [owner, body] of owners) {
    for (const [, name = '', type = ''] of body.matchAll(/(\w+)\??: (\w+)(?:\[\])?;/g)) {
      // What tells a node from a field.
      assert.match(owner, /^[A-Z]/)
      assert.match(name, /^[a-z]/)
      if (owners.has(type)) fields.push({ owner, name, type })
    }
  }
  return fields
}

test('every bare node of the grammar is known by its type', () => {
  const used = new Set<string>()
  for (const { owner, name, type } of bareFields()) {
    if (results.has(owner) || analysedOwners.has(owner) || analysed.has(type)) continue
    const key = bareTypes.has(`${owner}.${name}`) ? `${owner}.${name}` : name
    used.add(key)
    assert.equal(bareTypes.get(key), type, `${owner}.${name}`)
  }
  for (const key of bareTypes.keys()) assert.ok(used.has(key), `${key} is in no type of the grammar`)
})

test('a wrapped node is an object with a capital for its only key', () => {
  assert.deepEqual(toWrapped({ RangeVar: { relname: 't' } }), { name: 'RangeVar', fields: { relname: 't' } })
  for (const value of [null, 'RangeVar', {}, { relname: 't' }, { RangeVar: 1 }, { A: {}, B: {} }, [{ A: {} }]])
    assert.equal(toWrapped(value), null)
})

test('a name with a dot or a quote in it cannot pass for two', () => {
  assert.equal(toName([undefined, 's', 't']), 's.t')
  assert.equal(toName(['s.t']), '"s.t"')
  assert.equal(toName(['a', 'b"."c']), 'a."b"".""c"')
})
