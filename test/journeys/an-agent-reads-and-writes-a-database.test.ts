// An agent with a token of its platform reads customers and sees no personal data; a DELETE without WHERE is refused with the
// reason; an UPDATE waits until a DBA approves exactly that; the approval is good for nothing else.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { QueryConfig, QueryResult } from 'pg'
import { connectDriver, psql, startPsql, until } from '../harness/clients.ts'
import { personalData } from '../harness/customers.ts'
import { startOrders, type Orders } from '../harness/orders.ts'

let orders: Orders
let agent: string
let dba: string

before(async () => {
  orders = await startOrders()
  agent = await orders.issuer.token({ sub: 'nightly', groups: ['agents'] })
  dba = await orders.issuer.token({ sub: 'dana', kind: 'human', name: 'Dana', groups: ['dba'] })
})

after(async () => {
  await orders?.stop()
})

function assertNothingPersonal(text: string): void {
  for (const value of personalData) assert.ok(!text.includes(value), `${value} came through:\n${text}`)
}

test('psql sees rows without personal data', async () => {
  const ran = await psql(
    orders.gateway,
    agent,
    'SELECT id, name, email, card, iban, notes, born FROM customers ORDER BY id',
  )
  assert.equal(ran.status, 0, ran.stderr)
  assertNothingPersonal(ran.stdout)
  assert.match(ran.stdout, /^1\|Ada\|/)
  assert.match(ran.stdout, /1980-01-02/)
  assert.equal(ran.stdout.trim().split('\n').length, 2)
})

test('a driver sees the same with prepared statements, in text and in binary', async () => {
  const client = await connectDriver(orders.gateway, agent)
  try {
    const text = await client.query({
      name: 'by-id',
      text: 'SELECT email, card FROM customers WHERE id = $1',
      values: [1],
    })
    assertNothingPersonal(JSON.stringify(text.rows))
    assert.equal(text.rows.length, 1)
    const again = await client.query({
      name: 'by-id',
      text: 'SELECT email, card FROM customers WHERE id = $1',
      values: [1],
    })
    assert.deepEqual(again.rows, text.rows, 'a token is the same each time')
    const inBinary: QueryConfig & { readonly binary: true } = {
      text: 'SELECT email, id FROM customers WHERE id = $1',
      values: [2],
      binary: true,
    }
    const binary: QueryResult = await client.query(inBinary)
    assertNothingPersonal(JSON.stringify(binary.rows))
    const plain = await client.query('SELECT count(*)::int AS n, max(balance) AS most FROM customers')
    assert.deepEqual(plain.rows, [{ n: 2, most: '99' }], 'what holds no text passes as it is')
  } finally {
    await client.end()
  }
})

test('COPY out is masked, too', async () => {
  const ran = await psql(orders.gateway, agent, 'COPY customers TO STDOUT')
  assert.equal(ran.status, 0, ran.stderr)
  assertNothingPersonal(ran.stdout)
})

test('a DELETE without WHERE is refused with the reason, and nothing is deleted', async () => {
  const ran = await psql(orders.gateway, agent, 'DELETE FROM orders')
  assert.notEqual(ran.status, 0)
  assert.match(ran.stderr, /ERROR:.*WHERE/i)
  assert.equal(orders.database.sql('SELECT count(*) FROM orders', 'orders'), '100')
})

test('a refused statement inside a transaction aborts it, as an error of the server would', async () => {
  const client = await connectDriver(orders.gateway, agent)
  try {
    await client.query('BEGIN')
    await assert.rejects(client.query('DROP TABLE orders'), { code: '42501' })
    await assert.rejects(client.query('SELECT 1'), { code: '25P02' })
    await client.query('ROLLBACK')
    assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  } finally {
    await client.end()
  }
})

test('an UPDATE waits, is approved by a DBA in another terminal, and runs once', async () => {
  const held = startPsql(orders.gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 7")
  const id = await until('the notice', () => /apr_[0-9A-Z]+/.exec(held.output())?.[0])
  assert.equal(orders.database.sql('SELECT status FROM orders WHERE id = 7', 'orders'), 'open')
  const listed = await orders.gateway.cli(dba, 'requests')
  assert.match(listed.stdout, new RegExp(id))
  assert.match(listed.stdout, /UPDATE/)
  const refused = await orders.gateway.cli(agent, 'approve', id, '--reason', 'I would like to')
  assert.equal(refused.status, 1, 'an agent approves nothing')
  const approved = await orders.gateway.cli(dba, 'approve', id, '--reason', 'order 7 was shipped')
  assert.equal(approved.status, 0, approved.stderr)
  const ran = await held.done
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /UPDATE 1/)
  assert.equal(orders.database.sql('SELECT status FROM orders WHERE id = 7', 'orders'), 'sent')
})

test('the approval of one statement is good for no other, and for that one only once', async () => {
  const first = startPsql(orders.gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 8")
  const id = await until('the notice', () => /apr_[0-9A-Z]+/.exec(first.output())?.[0])
  first.kill()
  assert.equal((await orders.gateway.cli(dba, 'approve', id, '--reason', 'order 8 was shipped')).status, 0)
  const other = startPsql(orders.gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 9")
  const otherId = await until('another notice', () => /apr_[0-9A-Z]+/.exec(other.output())?.[0])
  assert.notEqual(otherId, id)
  assert.equal((await orders.gateway.cli(dba, 'deny', otherId, '--reason', 'order 9 was not')).status, 0)
  const denied = await other.done
  assert.notEqual(denied.status, 0)
  assert.match(denied.stderr, /denied/)
  const same = await psql(orders.gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 8")
  assert.equal(same.status, 0, same.stderr)
  const again = startPsql(orders.gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 8")
  const third = await until('a new request', () => /apr_[0-9A-Z]+/.exec(again.output())?.[0])
  assert.notEqual(third, id)
  again.kill()
  assert.equal(
    orders.database.sql(
      "SELECT string_agg(id::text, ',') FROM orders WHERE status = 'sent' AND id IN (8, 9)",
      'orders',
    ),
    '8',
  )
})

test('what happened is in the record, and the record is whole', async () => {
  const security = await orders.issuer.token({ sub: 'sam', kind: 'human', groups: ['security'] })
  const shown = await until('the sessions in the record', async () => {
    const sessions = await orders.gateway.cli(security, 'sessions', '--json')
    assert.equal(sessions.status, 0, sessions.stderr)
    const listed = JSON.parse(sessions.stdout) as { refused: number; endedAt: string | null }[]
    const isAll = listed.length >= 6 && listed.every(({ endedAt }) => endedAt !== null)
    return isAll && listed.some(({ refused }) => refused > 0) ? sessions.stdout : null
  })
  const verified = await orders.gateway.cli(agent, 'verify', orders.gateway.dataDir, '--json')
  assert.equal(verified.status, 0, verified.stdout + verified.stderr)
  assertNothingPersonal(shown + orders.gateway.log())
})
