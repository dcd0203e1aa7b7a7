// COPY in: data flows under the passage that was judged, and its record is there before the server takes it for good.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { size } from '../../../test/harness/depth.ts'
import { denied } from '../../../test/harness/recording-wishes.ts'
import { Fault } from '../../kernel/fault.ts'
import { limits } from './plugin.ts'
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
  // The server keeps its CommandComplete back until Sync or Flush, and Sync waits for it here.
  assert.deepEqual(sent(), ['d', 'c', 'H'])
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

test('data that came in one read goes up as one piece, cut frames when they are whole', async () => {
  const { wishes, ask } = await copying()
  const data = Buffer.concat([client.copyData('1\n'), client.copyData('2\n'), client.copyData('3\n')])
  const before = wishes.upstream.length
  wishes.codec.fromClient(data.subarray(0, 20))
  wishes.codec.fromClient(data.subarray(20))
  const pieces = wishes.upstream.slice(before)
  assert.deepEqual(
    pieces.map(({ action, bytes }) => [action, bytes.length]),
    [
      [1, 14],
      [1, 7],
    ],
  )
  ask(client.copyDone)
  assert.equal(Buffer.from(wishes.actions.at(-1)?.parts[1]?.bytes ?? []).toString(), '1\n2\n3\n')
})

test('a message of data that is too long is a fault behind others as well, and does not go up', async () => {
  const { wishes } = await copying()
  const tooLong = client.copyData(Buffer.alloc(limits.maxFrameBytes))
  assert.throws(
    () => wishes.codec.fromClient(Buffer.concat([client.copyData('1\n'), tooLong])),
    (error) => error instanceof Fault && error.code === 'frame.too-large',
  )
  assert.equal(wishes.upstream.at(-1)?.bytes.length, 7)
})

test('property: digest and beginning are of the data, however it came', async () => {
  const chunk = fc.oneof(fc.nat(300), fc.nat(90_000))
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), fc.infiniteStream(fc.nat(200_000)), async (sizes, cuts) => {
      const { wishes } = await copying()
      const payloads = sizes.map((bytes, i) => Buffer.alloc(bytes, `${i}abc`))
      const stream = Buffer.concat(payloads.map((payload) => client.copyData(payload)))
      for (let at = 0; at < stream.length;) {
        const end = at + 1 + (cuts.next().value ?? 0)
        wishes.codec.fromClient(stream.subarray(at, end))
        at = end
      }
      wishes.codec.fromClient(client.copyDone)
      const data = Buffer.concat(payloads)
      const [words, kept] = wishes.actions.at(-1)?.parts ?? []
      const digest = createHash('sha256').update(data).digest('hex')
      assert.equal(Buffer.from(words?.bytes ?? []).toString(), `${data.length} bytes, sha256 ${digest}`)
      assert.deepEqual(Buffer.from(kept?.bytes ?? []), data.subarray(0, 64 * 1024))
    }),
    { numRuns: size(25, 6) },
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
