import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { mock, test } from 'node:test'
import type { Released } from '../kernel/decision.ts'
import { NodeExchange, unreadMs } from './http-exchange.ts'

const muchBytes = 1_000_000

function toExchange(): { exchange: NodeExchange; response: ServerResponse } {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  return { exchange: new NodeExchange(request, response, ''), response }
}

test('a client that does not take what is ready is not waited for without end', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { exchange, response } = toExchange()
  exchange.start(200, [])
  assert.equal(exchange.write(Buffer.alloc(muchBytes) as Uint8Array as Released), false)
  assert.equal(exchange.write(Buffer.alloc(muchBytes) as Uint8Array as Released), false)
  context.mock.timers.tick(unreadMs - 1)
  assert.equal(response.destroyed, false)
  context.mock.timers.tick(1)
  assert.equal(response.destroyed, true)
})

test('nor for the end of an answer', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { exchange, response } = toExchange()
  exchange.start(200, [])
  exchange.end()
  context.mock.timers.tick(unreadMs)
  assert.equal(response.destroyed, true)
})

test('one that takes what is ready has its time again', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { exchange, response } = toExchange()
  const resume = mock.fn()
  exchange.start(200, [])
  for (let round = 0; round < 3; round++) {
    assert.equal(exchange.write(Buffer.alloc(muchBytes) as Uint8Array as Released), false)
    exchange.onDrain(resume)
    context.mock.timers.tick(unreadMs - 1)
    response.emit('drain')
  }
  context.mock.timers.tick(unreadMs)
  assert.deepEqual([response.destroyed, resume.mock.callCount()], [false, 3])
})
