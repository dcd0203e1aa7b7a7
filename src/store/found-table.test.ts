import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import type { FoundFilter, FoundRow } from '../kernel/seal-store.ts'
import { foundMigration, FoundTable } from './found-table.ts'

function newTable(...rows: readonly Partial<FoundRow>[]): FoundTable {
  const database = new DatabaseSync(':memory:')
  database.exec(foundMigration)
  const table = new FoundTable(database)
  for (const row of rows) table.add(found(row))
  return table
}

function found(more: Partial<FoundRow>): FoundRow {
  const place = { session: 'ses_1', connection: 'orders', principalId: 'idp|a', hour: 100 }
  return {
    ...place,
    class: 'pii/email',
    rule: 'email',
    field: 'mail',
    side: 'response',
    ignoredBy: null,
    count: 1,
    ...more,
  }
}

const all: FoundFilter = { sinceHour: 0, principalId: 'idp|a', maxRows: 100, limit: 100 }

test('the same is added up, over rounds, hours and sessions', () => {
  const table = newTable({}, { count: 4 }, { hour: 101 }, { session: 'ses_2', count: 10 })
  assert.deepEqual(table.report(all).lines, [
    { connection: 'orders', class: 'pii/email', rule: 'email', field: 'mail', side: 'response', ignoredBy: null, own: true, count: 16, sessions: 2 },
  ]) // prettier-ignore
})

test('what differs in anything is a line of its own, those that fired most first', () => {
  const others = [{ connection: 'crm' }, { class: 'pii/x' }, { rule: 'x' }, { field: null }, { side: 'request' }, { ignoredBy: 'r' }, { principalId: 'idp|b', session: 'ses_2' }] as const // prettier-ignore
  const lines = newTable({ count: 50 }, ...others.map((one, i) => Object.assign({ count: i + 1, session: `ses_${i}` }, one))).report(all).lines // prettier-ignore
  assert.deepEqual(lines.map(({ count }) => count), [50, 7, 6, 5, 4, 3, 2, 1]) // prettier-ignore
  assert.deepEqual(lines.map(({ own }) => own), [true, false, true, true, true, true, true, true]) // prettier-ignore
  assert.deepEqual(lines[2]?.ignoredBy, 'r')
  assert.deepEqual(lines.map(({ field }) => field === null), [false, false, false, false, true, false, false, false]) // prettier-ignore
})

test('a report begins where it is asked to, or later when there is more than it looks through', () => {
  const table = newTable(
    ...Array.from({ length: 40 }, (_, i) => ({ hour: 100 + Math.floor(i / 4), field: `f${i % 4}` })),
  )
  const sum = (filter: Partial<FoundFilter>): readonly [number, number] => {
    const { fromHour, lines } = table.report({ ...all, ...filter })
    return [fromHour, lines.reduce((total, { count }) => total + count, 0)]
  }
  assert.deepEqual(sum({}), [0, 40])
  assert.deepEqual(sum({ sinceHour: 105 }), [105, 20])
  assert.deepEqual(sum({ sinceHour: 110 }), [110, 0])
  // The hour in which row 10 lies would be half counted: it is left out.
  assert.deepEqual(sum({ maxRows: 10 }), [108, 8])
  assert.deepEqual(sum({ maxRows: 40 }), [0, 40])
  // Of one that is too large for itself a part is better than nothing.
  assert.deepEqual(sum({ maxRows: 3 }), [109, 3])
  assert.deepEqual([100, 40, 39].map((maxRows) => table.report({ ...all, maxRows }).complete), [true, true, false]) // prettier-ignore
  assert.equal(table.report({ ...all, limit: 3 }).lines.length, 3)
})
