// Simple queries: judged whole before a byte goes up, answered under their own passage, refused in the server's own way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied } from '../../../test/harness/recording-wishes.ts'
import { toDenial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import { classify, loadSql } from '../../languages/sql/index.ts'
import { fromTarget, toFrame } from './messages.ts'
import { createProtocol } from './plugin.ts'
import { client, server } from './testing/messages.ts'
import { openSession } from './testing/open-session.ts'

const noDeletes = {
  judge: (action: { label: string }) => (/DELETE|DROP/.test(action.label) ? denied('No.') : 'allow'),
} as const

test('a query goes up after its passage, and its answer comes back under it', async () => {
  const { wishes, ask, answer } = await openSession()
  wishes.codec.fromClient(client.query('SELECT 1'))
  assert.equal(wishes.takeTarget().length, 0, 'not before it was judged')
  ask()
  assert.deepEqual(wishes.upstream.at(-1)?.action, 1)
  assert.deepEqual([...wishes.takeTarget()], [...client.query('SELECT 1')])
  const answered = answer(
    server.columns({ name: 'n' }),
    server.row('1'),
    server.row('2'),
    server.complete('SELECT 2'),
    server.ready(),
  )
  assert.deepEqual(answered, ['T', 'D 1', 'D 2', 'C SELECT 2', 'Z I'])
  assert.deepEqual(wishes.outcomes, ['1 completed - 2'])
})

test('several statements in one text are one action', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.query('INSERT INTO a; SELECT 1 FROM b'))
  assert.deepEqual(
    wishes.actions.map(({ label, facts }) => [label, ...facts.actions]),
    [['INSERT; SELECT a, b', 'sql:insert', 'sql:select']],
  )
  answer(
    server.complete('INSERT 0 3'),
    server.columns({ name: 'n' }),
    server.row('1'),
    server.complete('SELECT 1'),
    server.ready(),
  )
  assert.deepEqual(wishes.outcomes, ['1 completed - 4'])
})

test('text behind the NUL that a parser would not see is a fault', async () => {
  const { wishes } = await openSession()
  const body = Buffer.from('SELECT 1;\0DROP TABLE x\0')
  const frame = Buffer.concat([Buffer.from('Q'), Buffer.from([0, 0, 0, body.length + 4]), body])
  assert.throws(
    () => wishes.codec.fromClient(frame),
    (error) => error instanceof Fault && error.code === 'frame.malformed',
  )
  assert.equal(wishes.takeTarget().length, 0)
})

test('outside a transaction a refusal is answered here', async () => {
  const { wishes, ask, sent } = await openSession(noDeletes)
  assert.deepEqual(ask(client.query('DELETE FROM t')), ['E 42501 No.', 'Z I'])
  assert.deepEqual(sent(), [])
  assert.deepEqual(
    wishes.actions.map(({ label }) => label),
    ['DELETE t'],
  )
})

test('inside a transaction the server is made to fail, so that both agree that it has', async () => {
  const { ask, answer, sent } = await openSession(noDeletes)
  ask(client.query('BEGIN'))
  answer(server.complete('BEGIN'), server.ready('T'))
  sent()
  assert.deepEqual(ask(client.query('DELETE FROM t')), [])
  assert.deepEqual(sent(), ['E', 'S'])
  assert.deepEqual(answer(server.error('34000', 'portal "…" does not exist'), server.ready('E')), [
    'E 42501 No.',
    'Z E',
  ])
  ask(client.query('SELECT 1'))
  assert.deepEqual(answer(server.error('25P02', 'current transaction is aborted'), server.ready('E')), [
    'E 25P02 current transaction is aborted',
    'Z E',
  ])
})

test('a refusal takes its turn behind answers that are still owed', async () => {
  const { ask, answer, sent } = await openSession(noDeletes)
  assert.deepEqual(ask(client.query('SELECT 1'), client.query('DELETE FROM t'), client.query('SELECT 2')), [])
  assert.deepEqual(sent(), ['Q', 'E', 'S', 'Q'])
  assert.deepEqual(
    answer(
      server.complete('SELECT 0'),
      server.ready(),
      server.error('34000', 'portal'),
      server.ready(),
      server.complete('SELECT 0'),
      server.ready(),
    ),
    ['C SELECT 0', 'Z I', 'E 42501 No.', 'Z I', 'C SELECT 0', 'Z I'],
  )
})

test('what is not understood asks for every action and says why when it is denied', async () => {
  const { wishes, ask } = await openSession({
    judge: (action) => (action.facts.complete ? 'allow' : denied('Not allowed.')),
  })
  wishes.codec.fromClient(client.query('FROBNICATE'))
  wishes.settle()
  assert.match(
    wishes.takeClient().toString(),
    /nothing of it reached the database\. Why nobody can say what it would do: not understood\./,
  )
  assert.ok((wishes.actions[0]?.facts.actions.length ?? 0) > 20)
  assert.deepEqual(ask(client.query('')), [], 'an empty query goes up')
})

test('drivers ask with an empty text whether the server is there: it does nothing', async () => {
  await loadSql()
  const real = createProtocol({ load: loadSql, classify: (text) => classify('postgres', text) })
  const { wishes, ask, answer, sent } = await openSession({}, real)
  ask(client.query(''))
  answer(
    toFrame(fromTarget.emptyQuery, () => undefined),
    server.ready(),
  )
  ask(client.parse('', ''), client.bind('', ''), client.execute(''), client.sync)
  assert.deepEqual(
    wishes.actions.map(({ facts }) => [facts.complete, facts.actions]),
    [
      [true, ['sql:show']],
      [true, ['sql:show']],
    ],
  )
  assert.deepEqual(sent(), ['Q', 'P', 'B', 'D', 'E', 'S'])
})

test('a text that a setting could change waits until nothing is under way', async () => {
  const { ask, answer, sent } = await openSession()
  ask(client.query('SELECT 1'), client.query("SELECT 'a\\'"))
  assert.deepEqual(sent(), ['Q'])
  answer(server.complete('SELECT 0'), server.ready())
  assert.deepEqual(sent(), ['Q'])
})

test('when the server reads text differently, nothing is understood any more', async () => {
  const { wishes, ask, answer } = await openSession({
    judge: (action) => (action.facts.complete ? 'allow' : denied('No.')),
  })
  ask(client.query('SELECT evil()'))
  answer(server.parameter('standard_conforming_strings', 'off'), server.complete('SELECT 0'), server.ready())
  wishes.codec.fromClient(client.query('SELECT 1'))
  wishes.settle()
  assert.match(wishes.takeClient().toString(), /standard_conforming_strings is off/)
  const other = await openSession({ judge: (action) => (action.facts.complete ? 'allow' : denied('No.')) })
  other.answer(server.parameter('client_encoding', 'SJIS'))
  assert.deepEqual(other.ask(client.query('SELECT 1')), ['E 42501 No.', 'Z I'])
})

test('a held query is announced, kept alive, and runs when it was approved', async () => {
  let tick = (): void => undefined
  let stopped = 0
  const ticker = (_ms: number, then: () => void): (() => void) => {
    tick = then
    return () => stopped++
  }
  const { wishes, ask, answer, sent } = await openSession({
    judge: (action) => (action.label.startsWith('UPDATE') ? 'hold' : 'allow'),
    ticker,
  })
  assert.deepEqual(ask(client.query('UPDATE t SET a = 1 WHERE b')), ['N 00000 This waits for an approval: apr_1'])
  tick()
  assert.deepEqual(ask(client.query('SELECT 1')), ['N 00000 Still waiting for approval apr_1.'], 'what follows waits')
  assert.equal(wishes.actions.length, 1, 'and is not judged yet')
  assert.deepEqual(sent(), [])
  wishes.holds[0]?.('allow')
  wishes.settle()
  assert.equal(stopped, 1)
  assert.deepEqual(sent(), ['Q', 'Q'])
  assert.deepEqual(answer(server.complete('UPDATE 1'), server.ready()), ['C UPDATE 1', 'Z I'])
})

test('a held query can be refused, or given up by the client', async () => {
  const { wishes, ask, sent } = await openSession({ judge: () => 'hold' })
  ask(client.query('UPDATE t'))
  wishes.holds[0]?.(toDenial('Request apr_1 was denied.', 'approval', { approval: 'apr_1' }))
  wishes.settle()
  assert.match(wishes.takeClient().toString(), /Request apr_1 was denied\..*Approval request apr_1\./s)
  assert.deepEqual(sent(), [])
})

test('a client that goes away, a target that goes away and a fault end what was under way', async () => {
  const gone = await openSession()
  gone.ask(client.query('SELECT 1'))
  assert.equal(gone.wishes.codec.clientClosed(), false)
  assert.equal(gone.wishes.passages[0]?.outcome?.outcome, 'cut')
  const lost = await openSession()
  lost.ask(client.query('SELECT 1'))
  lost.answer(server.columns({ name: 'n' }))
  lost.wishes.codec.targetClosed()
  assert.match(lost.wishes.takeClient().toString(), /FATAL.*08006.*The target closed the connection/s)
  assert.equal(lost.wishes.closed, 'target-closed')
  assert.deepEqual(lost.wishes.passages[0]?.outcome, { outcome: 'cut', code: '08006', rows: null })
  const told = await openSession()
  told.answer(server.error('57P01', 'terminating connection due to administrator command', { S: 'FATAL', V: 'FATAL' }))
  told.wishes.codec.targetClosed()
  assert.equal(told.wishes.takeClient().length, 0, 'the server said it already')
  const revoked = await openSession()
  revoked.wishes.codec.refuse(toDenial('Access was revoked.', 'revoked'))
  assert.match(revoked.wishes.takeClient().toString(), /FATAL.*57P01/s)
})

test('FunctionCall is refused and the session goes on; unknown messages end it', async () => {
  const { wishes, ask, answer } = await openSession()
  assert.deepEqual(ask(client.functionCall), ['E 08P01 This message type is not allowed through the gateway.', 'Z I'])
  assert.equal(wishes.faults[0]?.code, 'frame.unknown')
  ask(client.query('SELECT 1'))
  assert.deepEqual(answer(server.complete('SELECT 0'), server.ready()), ['C SELECT 0', 'Z I'])
  assert.throws(
    () => ask(Uint8Array.of(0x7a, 0, 0, 0, 4)),
    (error) => error instanceof Fault && error.code === 'frame.unknown',
  )
})

test('Terminate goes up after everything else', async () => {
  const { wishes, ask, answer, sent } = await openSession()
  ask(client.query('SELECT 1'), client.terminate)
  assert.deepEqual(sent(), ['Q'])
  answer(server.complete('SELECT 0'), server.ready())
  assert.deepEqual(sent(), ['X'])
  assert.equal(wishes.closed, 'client-closed')
})

test('what a target says unasked goes on under the session, and what it may not say is a fault', async () => {
  const { ask, answer } = await openSession()
  assert.deepEqual(answer(server.notice('hello'), server.notification('c', 'p')), ['N 00000 hello', 'A'])
  ask(client.query('SELECT 1'))
  const broken = (error: unknown): boolean => error instanceof Fault && error.code === 'upstream.protocol'
  assert.throws(() => answer(server.parsed), broken)
  const idle = await openSession()
  assert.throws(() => idle.answer(server.row('1')), broken)
  const second = await openSession()
  assert.throws(() => second.answer(server.ready()), broken)
})
