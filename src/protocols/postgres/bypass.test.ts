// Ways past the judge that were thought of; each stays for ever.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied, RecordingWishes } from '../../../test/harness/recording-wishes.ts'
import type { Action } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import { toFatalFrame } from './errors.ts'
import { createProtocol } from './plugin.ts'
import { toPrepareAction, toRunAction, toSimple } from './sql-action.ts'
import { toStatement } from './statement.ts'
import { client, server } from './testing/messages.ts'
import { openSession } from './testing/open-session.ts'
import { ToyDialect } from './testing/toy-dialect.ts'

const noDeletes = { judge: (action: Action) => (/DELETE|DROP/.test(action.label) ? denied('No.') : 'allow') } as const

test('a statement that is smuggled in beside the one that runs is judged by itself', async () => {
  const { wishes, ask, sent } = await openSession(noDeletes)
  ask(
    client.parse('evil', 'DELETE FROM t'),
    client.parse('', 'SELECT 1'),
    client.bind('', ''),
    client.execute(''),
    client.sync,
  )
  assert.deepEqual(sent(), [])
  assert.equal(wishes.actions[0]?.label, 'PREPARE DELETE t')
})

test('a refusal in a batch whose beginning was answered already is still the server’s error', async () => {
  const { ask, answer, sent } = await openSession(noDeletes)
  const run = (sql: string): Uint8Array[] => [
    client.parse('', sql),
    client.bind('', ''),
    client.describe('P', ''),
    client.execute(''),
  ]
  ask(...run('INSERT INTO t'), client.flush)
  answer(server.parsed, server.bound, server.noData, server.complete('INSERT 0 1'))
  sent()
  ask(...run('DELETE FROM t'), client.sync)
  assert.deepEqual(sent(), ['E', 'S'], 'or the INSERT would be committed after an error')
  assert.deepEqual(answer(server.error('34000', 'portal'), server.ready()), ['E 42501 No.', 'Z I'])
})

test('the description of something else does not say how a portal’s rows are read', async () => {
  const { ask, sent } = await openSession()
  ask(
    client.parse('', 'SELECT 1'),
    client.bind('', ''),
    client.describe('P', ''),
    client.describe('S', ''),
    client.execute(''),
    client.sync,
  )
  assert.deepEqual(sent(), ['P', 'B', 'D', 'D', 'D', 'E', 'S'])
  const other = await openSession()
  const twice = [client.bind('a', ''), client.describe('P', 'a'), client.bind('a', '')]
  other.ask(client.parse('', 'SELECT 1'), ...twice, client.execute('a'), client.sync)
  assert.deepEqual(other.sent(), ['P', 'B', 'D', 'B', 'D', 'E', 'S'])
})

test('a portal that a COMMIT in its own batch ended is unknown', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.query('BEGIN'))
  answer(server.complete('BEGIN'), server.ready('T'))
  ask(
    client.parse('s', 'SELECT 1'),
    client.bind('p', 's'),
    client.parse('', 'COMMIT'),
    client.bind('', ''),
    client.execute(''),
  )
  answer(server.parsed, server.bound, server.parsed, server.bound, server.noData, server.complete('COMMIT'))
  ask(client.execute('p'), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, false)
})

test('a portal of an implicit transaction ends with its Sync', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('s', 'SELECT 1'), client.bind('p', 's'), client.execute('p', 1), client.sync)
  answer(
    server.parsed,
    server.bound,
    server.columns({ name: 'n' }),
    server.row('1'),
    server.suspended,
    server.ready('I'),
  )
  ask(client.execute('p', 1), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, false)
})

test('an approval is for this database, for running, and for these values', () => {
  const statement = toStatement(new ToyDialect(), Buffer.from('DELETE FROM t WHERE a'), null, false)
  const bound = toSimple(statement)
  const hex = (action: Action): string => Buffer.concat(action.canonical()).toString('hex')
  const asked = [
    toRunAction(bound, 'orders'),
    toRunAction(bound, 'payroll'),
    toPrepareAction([bound], 'orders', true),
    toRunAction({ ...bound, bytes: Buffer.from([0, 0]) }, 'orders'),
    toRunAction(toSimple(toStatement(new ToyDialect(), Buffer.from('DELETE FROM t WHERE b'), null, false)), 'orders'),
  ]
  assert.equal(new Set(asked.map(hex)).size, asked.length)
  assert.equal(hex(toRunAction(bound, 'orders')), hex(toRunAction(toSimple(statement), 'orders')))
})

test('a name that the server would cut is the cut name', async () => {
  const { wishes, ask, answer } = await openSession()
  const long = 'n'.repeat(63)
  ask(client.parse(`${long}1`, 'DELETE FROM t WHERE a'), client.sync)
  answer(server.parsed, server.ready())
  ask(client.bind('', `${long}2`), client.execute(''), client.sync)
  assert.equal(wishes.actions.at(-1)?.label, 'DELETE t')
})

test('a Query behind an unfinished batch that fails is skipped, as the server skips it', async () => {
  const { wishes, ask, answer, sent } = await openSession()
  ask(client.parse('', 'SELECT nope'), client.bind('', ''), client.execute(''), client.query('SELECT 2'))
  answer(server.error('42703', 'nope'))
  sent()
  ask(client.sync)
  assert.deepEqual(sent(), ['S'])
  assert.deepEqual(answer(server.ready()), ['Z I'])
  assert.equal(wishes.actions.length, 1)
})

test('a text that is not UTF-8 is not understood', async () => {
  const { wishes } = await openSession()
  const sql = Buffer.concat([Buffer.from('SELECT '), Buffer.from([0xff]), Buffer.from('\0')])
  wishes.codec.fromClient(Buffer.concat([Buffer.from('Q'), Buffer.from([0, 0, 0, sql.length + 4]), sql]))
  assert.equal(wishes.actions[0]?.facts.complete, false)
})

test('nothing is said or taken after the end', async () => {
  const { wishes, ask } = await openSession()
  wishes.codec.refuse({
    denied: true,
    reason: 'Over.',
    cause: 'revoked',
    approval: null,
    faultId: null,
    faultCode: null,
    retryAfterMs: null,
  })
  wishes.takeClient()
  assert.deepEqual(ask(client.query('SELECT 1')), [])
  wishes.codec.fromTarget(server.row('1'))
  wishes.codec.targetClosed()
  assert.equal(wishes.toClient.length, 0)
  assert.equal(wishes.toTarget.length, 0)
})

test('no word of a refusal can end its field early', () => {
  const frame = toFatalFrame({
    denied: true,
    reason: 'a\0Mb',
    cause: 'policy',
    approval: null,
    faultId: null,
    faultCode: null,
    retryAfterMs: null,
  })
  assert.ok(Buffer.from(frame).includes('a Mb'))
})

test('a target that is not asked for TLS any more cannot slip bytes in behind its answer', () => {
  const wishes = new RecordingWishes(createProtocol(new ToyDialect()), { tlsMode: 'prefer' })
  wishes.codec.fromClient(client.startup())
  wishes.codec.fromClient(client.password('token'))
  const slipped = Buffer.concat([Buffer.from('N'), server.authentication(0)])
  assert.throws(
    () => wishes.codec.fromTarget(slipped),
    (error) => error instanceof Fault && error.code === 'upstream.protocol',
  )
})
