// What a listener does at its limits: one client too many, a client that goes away in the middle of its body, a body that is
// larger than was allowed.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { toFault, type Fault } from '../../src/kernel/fault.ts'
import type { Journey } from '../../src/kernel/journey.ts'
import { listenForBytes } from '../../src/listen/byte-listener.ts'
import { NodeExchange } from '../../src/listen/http-exchange.ts'
import { toy } from './toy/index.ts'

function journeyThatCollects(faults: Fault[]): Journey {
  const never = async (): Promise<never> => await Promise.reject(new Error('not asked for here'))
  return {
    identify: never,
    exchange: never,
    open: never,
    failed: (thrown) => {
      const fault = toFault(thrown)
      faults.push(fault)
      return fault
    },
  }
}

test('a client above the limit is closed at once, and it is said why', async () => {
  const faults: Fault[] = []
  const settings = { port: 0, host: 'localhost', tls: 'off' as const, maxConnections: 1 }
  const listening = await listenForBytes(settings, null, toy, journeyThatCollects(faults))
  const first = connect({ host: 'localhost', port: listening.port })
  await once(first, 'connect')
  const second = connect({ host: 'localhost', port: listening.port })
  await once(second, 'close')
  assert.deepEqual(
    faults.map((fault) => fault.code),
    ['listen.busy'],
  )
  assert.equal(first.destroyed, false)
  first.destroy()
  await listening.close()
})

async function bodyOf(send: (port: number) => void, maxBytes: number): Promise<unknown> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const outcome = new Promise<unknown>((resolve) => {
    server.once('request', (incoming, response) => {
      new NodeExchange(incoming, response, '').readBody(maxBytes).then(resolve, resolve)
    })
  })
  send((server.address() as AddressInfo).port)
  const result = await outcome
  server.closeAllConnections()
  server.close()
  return result
}

function post(port: number, headers: Readonly<Record<string, string>>): ReturnType<typeof request> {
  const client = request({ host: '127.0.0.1', port, method: 'POST', headers })
  client.on('error', () => undefined)
  return client
}

test('a client that goes away in the middle of its body is a fault, not a request', async () => {
  const result = await bodyOf((port) => {
    const client = post(port, { 'content-length': '100' })
    client.write('half', () => setTimeout(() => client.destroy(), 50))
  }, 1000)
  assert.equal((result as Fault).code, 'client.gone')
})

test('a body is bounded, whether its length is told or not', async () => {
  const told = await bodyOf((port) => post(port, { 'content-length': '5000' }).flushHeaders(), 1000)
  assert.equal((told as Fault).code, 'request.too-large')
  const untold = await bodyOf((port) => post(port, {}).end(Buffer.alloc(5000)), 1000)
  assert.equal((untold as Fault).code, 'request.too-large')
})
