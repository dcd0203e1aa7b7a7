import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toEverything, type SqlEffect, type SqlFacts } from '../../languages/sql/facts.ts'
import { toFacts, toPrepareFacts } from './facts.ts'
import { cedar, everyAction } from './vocabulary.ts'

function sql(more: Partial<SqlFacts>): SqlFacts {
  return { ...toEverything(''), effects: ['select'], unfiltered: false, complete: true, labels: ['SELECT'], ...more }
}

test('each effect is its own action, and every action has a group', () => {
  assert.deepEqual(toFacts(sql({ effects: ['update', 'select'] })).actions, ['sql:select', 'sql:update'])
  for (const { memberOf } of Object.values(cedar.actions)) assert.ok(memberOf.length > 0)
})

test('what is not understood asks for every action', () => {
  assert.deepEqual(toFacts(toEverything('too long')).actions, everyAction)
  assert.deepEqual(toPrepareFacts(toEverything('too long')).actions, everyAction)
  const invented = toFacts(sql({ effects: ['select', 'teleport' as string as SqlEffect] }))
  assert.deepEqual(invented.actions, everyAction)
  assert.equal(invented.complete, false)
  assert.equal(invented.effectful, true)
  const huge = toFacts(sql({ functions: Array.from({ length: 1001 }, (_, n) => `f${n}`) }))
  assert.deepEqual(huge.actions, everyAction)
})

test('harmless settings are reading, others are security, also through set_config', () => {
  assert.deepEqual(toFacts(sql({ effects: ['set'], settings: ['DateStyle'] })).actions, ['sql:session'])
  assert.deepEqual(toFacts(sql({ effects: ['set'], settings: ['role'] })).actions, ['sql:security'])
  assert.deepEqual(toFacts(sql({ effects: ['set'], settings: ['timezone', 'search_path'] })).actions, ['sql:security'])
  assert.deepEqual(toFacts(sql({ settings: ['session_authorization'] })).actions, ['sql:security', 'sql:select'])
})

test('a read is not effectful, unless it calls what could change something', () => {
  assert.equal(toFacts(sql({ functions: ['count', 'pg_catalog.lower'] })).effectful, false)
  assert.equal(toFacts(sql({ functions: ['nextval'] })).effectful, true)
  assert.equal(toFacts(sql({ functions: ['app.count'] })).effectful, true)
  assert.equal(toFacts(sql({ effects: ['delete'] })).effectful, true)
})

test('equal statements have equal keys, others do not, and one object is one object', () => {
  const one = sql({
    relations: [
      { name: 'b', access: 'read' },
      { name: 'a', access: 'write' },
    ],
  })
  const same = sql({
    relations: [
      { name: 'a', access: 'write' },
      { name: 'b', access: 'read' },
    ],
  })
  assert.equal(toFacts(one), toFacts(one))
  assert.equal(toFacts(one).key, toFacts(same).key)
  assert.notEqual(toFacts(one).key, toFacts(sql({ relations: [{ name: 'a', access: 'read' }] })).key)
  assert.notEqual(toFacts(one).key, toPrepareFacts(one).key)
})

test('a table is one name for a forbid, however it is written', () => {
  const read = ['customers', 'public.customers', 'db.crm."a.b"', '"x""y"'].map(
    (name) => ({ name, access: 'read' }) as const,
  )
  const context = toFacts(sql({ relations: [...read, { name: 'crm.orders', access: 'write' }] })).context['sql']
  assert.match(JSON.stringify(context), /"tables":\["a\.b","customers","orders","x\\"y"\],"tableWrites":\["orders"\]/)
})

test('the context fits the schema', () => {
  const context = toFacts(sql({})).context['sql']
  assert.ok(typeof context === 'object' && !Array.isArray(context))
  assert.deepEqual(Object.keys(context).sort(), Object.keys(cedar.attributes).sort())
})
