// Many events in the first read of a stream: a client sees the first of them before the last ones were looked at.

import assert from 'node:assert/strict'
import test from 'node:test'
import { begin, delta, events } from '../../../test/harness/model-answer.ts'

test('has the beginning of a burst on its way before the rest is looked at', async () => {
  const { exchange, journey, sink, over } = await begin()
  sink.head(200, events)
  const burst = Array.from({ length: 600 }, (_, i) => delta(`word ${i} `)).join('')
  const read = Buffer.from(burst)
  sink.data(read)
  // Of what was begun, an event is not released before it is whole.
  const first = burst.slice(0, burst.lastIndexOf('\n\n', 2048) + 2)
  assert.equal(exchange.body, first)
  // The target reads into the same buffer again, and ends.
  read.fill(0x20)
  sink.data(Buffer.from(delta('last ')))
  sink.end()
  assert.deepEqual([exchange.body, journey.target.isPaused], [first, false])
  await over
  assert.equal(exchange.body, burst + delta('last '))
  assert.deepEqual(journey.passage.outcomes, [{ outcome: 'completed', code: '200', rows: null }])
})

test('pauses its target while much came behind the beginning of a burst', async () => {
  const { exchange, journey, sink, over } = await begin()
  sink.head(200, events)
  const long = delta('a '.repeat(20_000))
  let sent = ''
  for (; sent.length < 120_000; sent += long) sink.data(Buffer.from(long))
  assert.equal(journey.target.isPaused, false)
  for (; sent.length < 200_000; sent += long) sink.data(Buffer.from(long))
  assert.deepEqual([exchange.body, journey.target.isPaused], ['', true])
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([exchange.body === sent, journey.target.isPaused], [true, false])
  sink.end()
  await over
})

test('forgets what came behind the beginning of a burst when the client leaves', async () => {
  const { exchange, journey, sink, over } = await begin()
  sink.head(200, events)
  sink.data(Buffer.from(delta('first ') + delta('a '.repeat(10_000))))
  exchange.leave()
  await over
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(exchange.body, delta('first '))
  assert.deepEqual(journey.passage.outcomes, [{ outcome: 'cut', code: null, rows: null }])
})
