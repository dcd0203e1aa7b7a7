// A request to a model that has gone upstream: what the target says from then on is the test's.

import assert from 'node:assert/strict'
import type { HttpSink } from '../../src/kernel/target.ts'
import { defaultLimits } from '../../src/protocols/anthropic/exchange.ts'
import { createProtocol } from '../../src/protocols/anthropic/index.ts'
import { FakeExchange } from './fake-exchange.ts'
import { FakeJourney } from './fake-journey.ts'

export const events = ['content-type', 'text/event-stream; charset=utf-8']
/** An event of one piece of text. */
export const delta = (text: string): string =>
  `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`

interface Begun {
  readonly exchange: FakeExchange
  readonly journey: FakeJourney
  readonly sink: HttpSink
  readonly over: Promise<void>
}

/** A request that has gone upstream and waits for its answer. */
export async function begin(
  path = '/v1/messages',
  prepare: (journey: FakeJourney) => void = () => undefined,
): Promise<Begun> {
  const journey = new FakeJourney()
  prepare(journey)
  const body = path === '/v1/messages' ? '{"model":"m","messages":[]}' : ''
  const method = path === '/v1/messages' ? 'POST' : 'GET'
  const exchange = new FakeExchange({ method, path, body })
  const over = createProtocol(defaultLimits, 1e9).handle(exchange, journey)
  for (let turn = 0; turn < 20 && journey.target.sink === null; turn++)
    await new Promise((resolve) => setImmediate(resolve))
  const { sink } = journey.target
  assert.ok(sink !== null)
  return { exchange, journey, sink, over }
}
