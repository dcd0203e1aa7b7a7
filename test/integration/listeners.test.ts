// What a listener does at its limits: one client too many, a client that goes away in the middle of its body, a body that is
// larger than was allowed.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { toFault, type Fault } from '../../src/kernel/fault.ts'
import type { Journey } from '../../src/kernel/journey.ts'
import { listenForBytes } from '../../src/listen/byte-listener.ts'
import { listenForHttp } from '../../src/listen/https-listener.ts'
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

test('a client that sends all of a refused body before it reads, reads why', async () => {
  const answered = Buffer.from('too large')
  const server = createServer((incoming, response) => {
    const exchange = new NodeExchange(incoming, response, '')
    exchange.readBody(1000).catch(() => exchange.say(413, [], answered))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const body = Buffer.alloc(20 * 1024 * 1024)
  for (const length of [`content-length: ${body.length}`, 'transfer-encoding: chunked']) {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
    const failures: string[] = []
    client.on('error', (error) => failures.push(error.message))
    client.write(`POST / HTTP/1.1\r\nhost: a\r\n${length}\r\n\r\n`)
    if (length.startsWith('transfer')) client.write(`${body.length.toString(16)}\r\n`)
    // Not at once: the answer is long sent when the rest of the body comes.
    client.write(body.subarray(0, 4096))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await new Promise((resolve) => client.write(body.subarray(4096), resolve))
    if (length.startsWith('transfer')) client.write('\r\n0\r\n\r\n')
    let said = ''
    client.setEncoding('latin1').on('data', (text: string) => (said += text))
    client.resume()
    await once(client, 'close')
    assert.deepEqual(failures, [], length)
    assert.match(said, /^HTTP\/1\.1 413 [^]*too large$/, length)
  }
  server.close()
})

test('a head that names its host twice is refused before anybody reads it', async () => {
  const served: (string | undefined)[] = []
  const settings = { port: 0, host: 'localhost', tls: 'off' as const, maxConnections: 10 }
  const route = {
    prefix: '/',
    serve: (incoming: IncomingMessage, response: ServerResponse) => {
      served.push(incoming.headers.host)
      response.end('served')
    },
  }
  const listening = await listenForHttp(settings, null, [route])
  const said: string[] = []
  for (const hosts of ['Host: a', 'Host: a\r\nhost: b', 'Host: a\r\nX-Host: b']) {
    const client = connect(listening.port, 'localhost')
    client.write(`GET / HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`)
    let answer = ''
    client.setEncoding('latin1').on('data', (text: string) => (answer += text))
    await once(client, 'close')
    said.push(answer.slice(9, 12))
  }
  await listening.close()
  assert.deepEqual(
    [said, served],
    [
      ['200', '400', '200'],
      ['a', 'a'],
    ],
  )
})

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
