// COPY in: data flows under the passage that was judged, and its record is there before the server takes it for good.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied } from '../../../test/harness/recording-wishes.ts'
import { Fault } from '../../kernel/fault.ts'
import { client, server } from './testing/messages.ts'
import { openSession, type TestSession } from './testing/open-session.ts'

async function copying(options: Parameters<typeof openSession>[0] = {}): Promise<TestSession> {
  const session = await openSession(options)
  session.ask(client.query('COPY t FROM STDIN'))
  session.sent()
  assert.deepEqual(session.answer(server.copyIn), ['G'])
  return session
}

test('data goes up as it comes, CopyDone after the record of it', async () => {
  const { wishes, ask, answer, sent } = await copying()
  ask(client.copyData('1\ta\n'), client.copyData('2\tb\n'))
  assert.deepEqual(sent(), ['d', 'd'])
  wishes.codec.fromClient(client.copyDone)
  assert.deepEqual(sent(), [], 'not before it is recorded')
  ask()
  assert.deepEqual(sent(), ['c'])
  const copied = wishes.actions.at(-1)
  assert.deepEqual(copied?.facts.actions, ['sql:prepare'])
  assert.equal(copied?.facts.effectful, true)
  const parts = copied?.parts.map(({ bytes }) => Buffer.from(bytes).toString()) ?? []
  assert.match(parts[0] ?? '', /^8 bytes, sha256 [0-9a-f]{64}$/)
  assert.equal(parts[1], '1\ta\n2\tb\n')
  assert.deepEqual(answer(server.complete('COPY 2'), server.ready()), ['C COPY 2', 'Z I'])
  assert.deepEqual(wishes.outcomes, ['1 completed - 2'])
})

test('when the data cannot be recorded, the COPY fails at the server', async () => {
  const { ask, sent } = await copying({
    judge: (action) => (action.label.startsWith('COPY data') ? denied('No.') : 'allow'),
  })
  ask(client.copyData('1\n'), client.copyDone)
  assert.deepEqual(sent(), ['d', 'f'])
})

test('a COPY that fails: what the client still sends is dropped, as the server does', async () => {
  const { ask, answer, sent } = await copying()
  ask(client.copyData('bad\n'))
  sent()
  answer(server.error('22P02', 'invalid input'), server.ready())
  ask(client.copyData('more\n'), client.copyDone, client.query('SELECT 1'))
  assert.deepEqual(sent(), ['Q'])
})

test('the client may give up', async () => {
  const { ask, sent } = await copying()
  ask(client.copyFail('no more'))
  assert.deepEqual(sent(), ['f'])
})

test('with the extended protocol nothing stands behind the COPY, and Sync comes after it', async () => {
  const { ask, answer, sent } = await openSession()
  ask(client.parse('', 'COPY t FROM STDIN'), client.bind('', ''), client.execute(''), client.sync)
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'H'])
  assert.deepEqual(answer(server.parsed, server.bound, server.noData, server.copyIn), ['1', '2', 'G'])
  ask(client.copyData('1\n'), client.copyDone, client.sync)
  assert.deepEqual(sent(), ['d', 'c'])
  assert.deepEqual(answer(server.complete('COPY 1')), ['C COPY 1'])
  assert.deepEqual(sent(), ['S'])
  assert.deepEqual(answer(server.ready()), ['Z I'])
})

test('statements inside data are a fault; a COPY that nobody asked for as well', async () => {
  const { ask } = await copying()
  assert.throws(
    () => ask(client.query('DROP TABLE t')),
    (error) => error instanceof Fault && error.code === 'frame.malformed',
  )
  const other = await openSession()
  other.ask(client.query('SELECT 1'))
  assert.throws(
    () => other.answer(server.copyIn),
    (error) => error instanceof Fault && error.code === 'upstream.protocol',
  )
})

test('of much data the beginning is kept and everything is counted', async () => {
  const { wishes, ask } = await copying()
  for (let i = 0; i < 100; i++) ask(client.copyData('x'.repeat(1024)))
  ask(client.copyDone)
  const parts = wishes.actions.at(-1)?.parts ?? []
  assert.equal(parts[1]?.bytes.length, 64 * 1024)
  assert.match(Buffer.from(parts[0]?.bytes ?? []).toString(), /^102400 bytes/)
})
