// Connections to HTTP targets against real servers: shared one after the other, never mixed up, closed when in doubt, and nothing
// sent to a stranger.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { HttpPool, type HttpLimits } from '../../src/dial/http-pool.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { Fault } from '../../src/kernel/fault.ts'
import type { HttpCall, HttpSink } from '../../src/kernel/target.ts'
import { createAuthority, issueServer } from '../../src/listen/certificate-maker.ts'
import { until } from '../harness/clients.ts'

const limits: HttpLimits = { connectMs: 5_000, headersMs: 60_000, bodyMs: 60_000, maxSockets: 2, maxWaiting: 3 }
const get = { head: 'GET / HTTP/1.1\r\nhost: t\r\n\r\n', body: null, toHead: false }
const closers: (() => unknown)[] = []
after(async () => {
  for (const close of closers.toReversed()) await close()
})

async function listen(server: Server | TcpServer, scheme = 'http', host = '127.0.0.1'): Promise<URL> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(() => server.close())
  return new URL(`${scheme}://${host}:${(server.address() as AddressInfo).port}`)
}

function newPool(url: URL, more: Partial<HttpLimits> = {}, clock: Clock = systemClock): HttpPool {
  const pool = new HttpPool(url, { ...limits, ...more }, clock)
  closers.push(() => pool.close())
  return pool
}

interface Asked {
  readonly call: HttpCall
  readonly heard: { status: number; body: string }
  readonly whenOver: Promise<Error | null>
}

function ask(pool: HttpPool, outgoing: { head: string; body: Uint8Array | null; toHead: boolean } = get): Asked {
  const heard = { status: 0, body: '' }
  const { promise, resolve } = Promise.withResolvers<Error | null>()
  const sink: HttpSink = {
    head: (status) => (heard.status = status),
    data: (chunk) => (heard.body += Buffer.from(chunk).toString()),
    end: () => resolve(null),
    failed: resolve,
  }
  return { call: pool.send(outgoing, sink), heard, whenOver: promise }
}

function assertFault(error: Error | null, code: string): void {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
}

/** A target that counts its connections. */
async function startTarget(serve: RequestListener): Promise<{ url: URL; sockets: () => number }> {
  const server = createHttp(serve)
  let sockets = 0
  server.on('connection', () => sockets++)
  return { url: await listen(server), sockets: () => sockets }
}

/** A target that says what it is told to, as soon as it is asked. */
async function startScript(say: (socket: Socket, asked: number) => void): Promise<URL> {
  let asked = 0
  const server = createTcp((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', () => say(socket, ++asked))
  })
  return await listen(server)
}

const whole = (text: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`

describe('connections', () => {
  test('are used again, and no more are opened than there may be', async () => {
    const target = await startTarget((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => setTimeout(() => response.end(`got ${Buffer.concat(chunks).length}`), 5))
    })
    const pool = newPool(target.url)
    for (const bytes of [10, 200_000]) {
      const head = `POST / HTTP/1.1\r\nhost: t\r\ncontent-length: ${bytes}\r\n\r\n`
      const asked = Array.from({ length: 5 }, () => ask(pool, { head, body: Buffer.alloc(bytes, 'x'), toHead: false }))
      for (const { heard, whenOver } of asked) {
        assert.equal(await whenOver, null)
        assert.deepEqual(heard, { status: 200, body: `got ${bytes}` })
      }
    }
    assert.equal(target.sockets(), 2)
  })

  test('too many that wait are refused at once', async () => {
    const target = await startTarget(() => undefined)
    const pool = newPool(target.url)
    const asked = Array.from({ length: 5 }, () => ask(pool))
    assert.throws(
      () => ask(pool),
      (error) => error instanceof Fault && error.code === 'upstream.unreachable',
    )
    pool.close()
    const [, , ...waited] = asked
    for (const { whenOver } of waited) assertFault(await whenOver, 'upstream.closed')
  })

  test('one that its target closed is not asked again', async () => {
    const url = await startScript((socket, asked) => socket.end(whole(`answer ${asked}`)))
    const pool = newPool(url)
    for (const number of [1, 2, 3]) {
      const { heard, whenOver } = ask(pool)
      assert.equal(await whenOver, null)
      assert.equal(heard.body, `answer ${number}`)
      await sleep(20)
    }
  })

  test('one on which bytes come unasked is not asked again', async () => {
    let open = 0
    const server = createTcp((socket) => {
      const number = ++open
      socket.on('error', () => undefined)
      socket.on('data', () => {
        socket.write(whole(`of connection ${number}`))
        setTimeout(() => socket.write(whole('poison')), 10)
      })
    })
    const pool = newPool(await listen(server))
    const first = ask(pool)
    assert.equal(await first.whenOver, null)
    await sleep(40)
    const second = ask(pool)
    assert.equal(await second.whenOver, null)
    assert.deepEqual([first.heard.body, second.heard.body], ['of connection 1', 'of connection 2'])
  })

  test('one whose request was given up is closed, and its target knows', async () => {
    let open = 0
    const server = createTcp((socket) => {
      open++
      socket.on('error', () => undefined)
      socket.on('close', () => open--)
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'))
    })
    const { call, heard } = ask(newPool(await listen(server)))
    await until('the first bytes', () => heard.body === 'hello')
    call.abort()
    await until('the target to be let go', () => open === 0, 2_000)
  })

  test('a reader that pauses is not sent more than buffers hold', async () => {
    const sent = { bytes: 0 }
    const target = await startTarget((_request, response) => {
      const more = (): void => {
        while (sent.bytes < 64e6 && response.write(Buffer.alloc(100_000, 'x'))) sent.bytes += 100_000
        response.once('drain', more)
      }
      more()
    })
    const { call, heard } = ask(newPool(target.url))
    await until('the first bytes', () => heard.body.length > 0)
    call.pause()
    await sleep(200)
    const heardPaused = heard.body.length
    await sleep(100)
    assert.equal(heard.body.length, heardPaused)
    assert.ok(sent.bytes < 32e6, `${sent.bytes} bytes were taken`)
    call.resume()
    await until('more', () => heard.body.length > heardPaused)
    call.abort()
  })
})

describe('targets that fail', () => {
  test('nobody is there', async () => {
    assertFault(await ask(newPool(new URL('http://127.0.0.1:9'))).whenOver, 'upstream.unreachable')
  })

  test('it closes before or in the middle of its answer', async () => {
    for (const said of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf']) {
      const url = await startScript((socket) => socket.end(said))
      assertFault(await ask(newPool(url)).whenOver, 'upstream.closed')
    }
  })

  test('it answers with what is no HTTP', async () => {
    const url = await startScript((socket) => socket.write('220 mail ready\r\n\r\n'))
    assertFault(await ask(newPool(url)).whenOver, 'upstream.protocol')
  })

  test('it is silent for too long, unless its reader paused', async () => {
    let nowMs = 1_000
    const clock: Clock = { nowMs: () => nowMs, upMs: () => nowMs }
    const silent = await startScript(() => undefined)
    const waiting = ask(newPool(silent, {}, clock))
    const stuck = await startScript((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'))
    const halfway = ask(newPool(stuck, {}, clock))
    const paused = ask(newPool(stuck, {}, clock))
    await until('the first halves', () => halfway.heard.body + paused.heard.body === 'halfhalf')
    paused.call.pause()
    await sleep(50)
    nowMs += 61_000
    assertFault(await waiting.whenOver, 'upstream.timeout')
    assertFault(await halfway.whenOver, 'upstream.timeout')
    assert.equal(await Promise.race([paused.whenOver, sleep(1_500, 'waits')]), 'waits')
  })
})

describe('targets with TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-target-'))
  closers.push(() => rmSync(dir, { recursive: true, force: true }))
  const [caFile, caKeyFile] = [join(dir, 'ca.pem'), join(dir, 'ca.key')]
  before(async () => await createAuthority(caFile, caKeyFile, systemClock))

  async function startSecured(name: string): Promise<{ url: URL; asked: () => number; resumed: () => number }> {
    const [certFile, keyFile] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
    await issueServer({ caFile, caKeyFile, certFile, keyFile }, [name], systemClock)
    const count = { asked: 0, resumed: 0 }
    const server = createHttps({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (request, response) => {
      count.asked++
      if ((request.socket as TLSSocket).isSessionReused()) count.resumed++
      response.setHeader('connection', 'close').end('secured')
    })
    const url = await listen(server, 'https', 'localhost')
    return { url, asked: () => count.asked, resumed: () => count.resumed }
  }

  test('a stranger hears nothing, the first time and the second', async () => {
    const unknown = await startSecured('localhost')
    const pool = newPool(unknown.url)
    for (let i = 0; i < 3; i++) assertFault(await ask(pool).whenOver, 'upstream.tls')
    assert.equal(unknown.asked(), 0)
  })

  test('nor does one whose authority is known under another name; one that is who it says is asked, and resumed', async () => {
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, readFileSync(caFile, 'utf8')])
    try {
      const elsewhere = await startSecured('elsewhere.example')
      const strangers = newPool(elsewhere.url)
      for (let i = 0; i < 3; i++) assertFault(await ask(strangers).whenOver, 'upstream.tls')
      assert.equal(elsewhere.asked(), 0)
      const known = await startSecured('localhost')
      const pool = newPool(known.url)
      for (let i = 0; i < 3; i++) {
        const { heard, whenOver } = ask(pool)
        assert.equal(await whenOver, null)
        assert.deepEqual(heard, { status: 200, body: 'secured' })
        await sleep(20)
      }
      assert.deepEqual([known.asked(), known.resumed()], [3, 2])
    } finally {
      setDefaultCACertificates(trusted)
    }
  })
})
