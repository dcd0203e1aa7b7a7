// A client that breaks the protocol, in every phase: absurd lengths, half a packet, no end, garbage for TLS, silence, messages
// that nobody may send. Each is told so, closed, and found in the log; nobody else notices.

import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { psql, until } from '../harness/clients.ts'
import { personalData } from '../harness/customers.ts'
import { startOrders, type Orders } from '../harness/orders.ts'
import { protocols } from '../../src/protocols/index.ts'

let orders: Orders
let token: string

before(async () => {
  orders = await startOrders()
  token = await orders.issuer.token({ sub: 'nightly', groups: ['agents'] })
})

after(async () => {
  await orders?.stop()
})

// ── a client that does what it wants ──

interface RawClient {
  readonly socket: Socket
  received(): Buffer
  /** Resolves with how long the connection lasted. */
  readonly closed: Promise<number>
}

async function open(): Promise<RawClient> {
  const socket = connect({ host: 'localhost', port: orders.gateway.sqlPort })
  const openedAt = performance.now()
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A reset is as good as an end: the client is the one who misbehaves.
  socket.on('error', () => socket.destroy())
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - openedAt))
  })
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve)
  })
  return { socket, received: () => Buffer.concat(chunks), closed }
}

function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4)
  return bytes
}

function frame(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes])
}

const startupBody = Buffer.concat([int32(3 << 16), Buffer.from('user\0agent\0database\0orders\0\0')])
const startup = Buffer.concat([int32(startupBody.length + 4), startupBody])
const sslRequest = int32(8, 80_877_103)

/** The first whole frame of a type, or null. A frame is a type byte and a length that counts itself. */
function find(bytes: Buffer, type: string): Buffer | null {
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    if (end > bytes.length) return null
    if (bytes[at] === type.charCodeAt(0)) return bytes.subarray(at + 5, end)
    at = end
  }
  return null
}

function errorOf(bytes: Buffer): Readonly<Record<string, string>> {
  const body = find(bytes, 'E')
  assert.ok(body !== null, `no ErrorResponse in ${JSON.stringify(bytes.toString('latin1'))}`)
  const fields = body
    .toString('utf8')
    .split('\0')
    .filter((field) => field !== '')
  return Object.fromEntries(fields.map((field) => [field.slice(0, 1), field.slice(1)]))
}

async function login(): Promise<RawClient> {
  const client = await open()
  client.socket.write(startup)
  await until('the question for a password', () => find(client.received(), 'R'))
  client.socket.write(frame('p', `${token}\0`))
  await until('ReadyForQuery', () => find(client.received(), 'Z'))
  return client
}

// ── what is expected of the gateway ──

/** Less than what a phase takes by itself. */
const patienceMs = 10_000

interface LoggedFault {
  readonly fault: string
  readonly code: string
  readonly phase?: string
}

function faultsSince(offset: number): LoggedFault[] {
  const lines = orders.gateway.log().slice(offset).split('\n')
  return lines.filter((line) => line.includes('"fault":"flt_')).map((line) => JSON.parse(line) as LoggedFault)
}

/** The client reads a FATAL with an id, and the operator finds the code under that id. */
async function assertRefused(client: RawClient, code: RegExp, from = 0): Promise<void> {
  await within(client.closed, 'the connection to be closed')
  const said = errorOf(client.received().subarray(from))
  assert.equal(said['S'], 'FATAL')
  assert.match(said['C'] ?? '', /^[0-9A-Z]{5}$/)
  const words = Object.values(said).join(' ')
  const id = /flt_[0-9A-Z]+/.exec(words)?.[0]
  assert.ok(id !== undefined, `no id to find the fault by: ${words}`)
  const logged = await until('the fault in the log', () => faultsSince(0).find((one) => one.fault === id))
  assert.match(logged.code, code)
  assertNothingLeaked(words)
}

async function within<T>(work: Promise<T>, what: string, ms = patienceMs): Promise<T> {
  const tooLate = sleep(ms, null, { ref: false }).then(() => {
    throw new Error(`waited ${ms} ms for ${what}`)
  })
  return await Promise.race([work, tooLate])
}

function assertNothingLeaked(...texts: readonly string[]): void {
  for (const text of [...texts, orders.gateway.log()]) {
    for (const secret of [token, orders.database.password, ...personalData]) assert.ok(!text.includes(secret), secret)
  }
}

async function assertStillServing(): Promise<void> {
  const ran = await psql(orders.gateway, token, 'SELECT id, email FROM customers ORDER BY id')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /^1\|/)
  assertNothingLeaked(ran.stdout)
}

// ── before anybody is known ──

const absurdFirstPackets: readonly (readonly [string, Buffer, RegExp])[] = [
  ['announces 4 GiB', int32(0xff_ff_ff_ff, 3 << 16), /^frame\.(?:too-large|malformed)$/],
  ['announces 2 GiB - 1', int32(0x7f_ff_ff_ff, 3 << 16), /^frame\.too-large$/],
  ['has a negative length', int32(-2, 3 << 16), /^frame\.(?:too-large|malformed)$/],
  ['has a length of 3 bytes', int32(3, 3 << 16), /^frame\.(?:too-large|malformed)$/],
  ['speaks version 2', int32(8, 2 << 16), /^frame\.malformed$/],
  ['holds a name without its end', Buffer.concat([int32(12, 3 << 16), Buffer.from('user')]), /^frame\.malformed$/],
  ['is a request of HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^frame\.too-large$/],
]

for (const [what, bytes, code] of absurdFirstPackets) {
  test(`a first packet that ${what} is refused and closed`, async () => {
    const client = await open()
    client.socket.write(bytes)
    await assertRefused(client, code)
    await assertStillServing()
  })
}

test('a first packet that is cut off takes nobody along', async () => {
  const client = await open()
  client.socket.end(startup.subarray(0, 11))
  await within(client.closed, 'the connection to be closed')
  assert.equal(find(client.received(), 'R'), null, 'half a packet was not answered as a whole one')
  await assertStillServing()
})

test('bytes without an end are not read without an end', async () => {
  const logBefore = orders.gateway.log().length
  const client = await open()
  const piece = Buffer.alloc(64 * 1024, 'A')
  let sentBytes = 0
  const flood = (): void => {
    if (client.socket.destroyed || sentBytes > 64 * 1024 * 1024) return
    sentBytes += piece.length
    client.socket.write(piece, flood)
  }
  flood()
  await within(client.closed, 'the connection to be closed')
  await until('frame.too-large in the log', () => faultsSince(logBefore).some((one) => one.code === 'frame.too-large'))
  await assertStillServing()
})

test('plain bytes behind the request for TLS are not taken for what follows the handshake', async () => {
  const logBefore = orders.gateway.log().length
  const client = await open()
  client.socket.write(Buffer.concat([sslRequest, startup]))
  await within(client.closed, 'the connection to be closed')
  const received = client.received()
  assert.equal(find(received[0] === 0x53 ? received.subarray(1) : received, 'R'), null, 'nobody asks for a password')
  await until('frame.malformed in the log', () => faultsSince(logBefore).some((one) => one.code === 'frame.malformed'))
  await assertStillServing()
})

test('garbage where TLS should begin ends the connection', async () => {
  const logBefore = orders.gateway.log().length
  const client = await open()
  client.socket.write(sslRequest)
  await until('the answer to the request for TLS', () => client.received().length > 0)
  assert.equal(client.received().toString('latin1', 0, 1), 'S')
  client.socket.write(Buffer.alloc(600, 0xee))
  await within(client.closed, 'the connection to be closed')
  await until('tls.failed in the log', () => faultsSince(logBefore).some((one) => one.code === 'tls.failed'))
  await assertStillServing()
})

test('garbage that looks like direct TLS ends the connection', async () => {
  const logBefore = orders.gateway.log().length
  const client = await open()
  client.socket.write(Buffer.concat([Buffer.of(0x16, 3, 1, 0, 5), Buffer.alloc(600, 0xee)]))
  await within(client.closed, 'the connection to be closed')
  await until('tls.failed in the log', () => faultsSince(logBefore).some((one) => one.code === 'tls.failed'))
  await assertStillServing()
})

test('a message before the login, where the password belongs', async () => {
  const client = await open()
  client.socket.write(startup)
  await until('the question for a password', () => find(client.received(), 'R'))
  client.socket.write(frame('Q', 'SELECT 1\0'))
  await assertRefused(client, /^frame\./)
  await assertStillServing()
})

// ── silence: all at once, so that the file waits for the longest only ──

interface Stall {
  readonly what: string
  readonly phase: 'greeting' | 'tls' | 'identify'
  readonly begin: (client: RawClient) => void
  readonly saysWhy: boolean
}

const stalls: readonly Stall[] = [
  { what: 'says nothing', phase: 'greeting', begin: () => undefined, saysWhy: true },
  {
    what: 'stops in its first packet',
    phase: 'greeting',
    begin: ({ socket }) => socket.write(startup.subarray(0, 9)),
    saysWhy: true,
  },
  { what: 'sends a byte now and then', phase: 'greeting', begin: dribble, saysWhy: true },
  {
    what: 'asks for TLS and stays silent',
    phase: 'tls',
    begin: ({ socket }) => socket.write(sslRequest),
    saysWhy: false,
  },
  { what: 'is asked for a password', phase: 'identify', begin: ({ socket }) => socket.write(startup), saysWhy: true },
]

function dribble({ socket }: RawClient): void {
  socket.write(int32(9_000, 3 << 16))
  const timer = setInterval(() => socket.write('x'), 250)
  socket.once('close', () => clearInterval(timer))
}

test('a client that stalls is closed when its phase is over, and others are served meanwhile', async (t) => {
  const protocol = protocols.find((one) => one.shape === 'codec')
  assert.ok(protocol?.shape === 'codec')
  const { phaseMs } = protocol.limits
  const started = await Promise.all(
    stalls.map(async (stall) => {
      const client = await open()
      stall.begin(client)
      return { stall, client }
    }),
  )
  await assertStillServing()
  await Promise.all(
    started.map(({ stall, client }) =>
      t.test(`one that ${stall.what}`, async () => {
        const limitMs = phaseMs[stall.phase]
        const lastedMs = await within(client.closed, 'the connection to be closed', limitMs + patienceMs)
        assert.ok(lastedMs > limitMs - 1_000, `closed after ${lastedMs} ms, too early for ${limitMs} ms`)
        if (stall.saysWhy) await assertRefused(client, /^phase\.timeout$/)
        await until('phase.timeout in the log', () =>
          faultsSince(0).some((one) => one.code === 'phase.timeout' && one.phase === stall.phase),
        )
      }),
    ),
  )
  await assertStillServing()
})

// ── after the login ──

test('a function call of the old protocol is an error, and the session goes on', async () => {
  const client = await login()
  const ready = client.received().length
  client.socket.write(frame('F', Buffer.concat([int32(1598), Buffer.alloc(6)])))
  await until('ReadyForQuery again', () => find(client.received().subarray(ready), 'Z'))
  const said = errorOf(client.received().subarray(ready))
  assert.equal(said['S'], 'ERROR')
  assert.match(said['H'] ?? '', /SELECT/)
  const id = /flt_[0-9A-Z]+/.exec(said['H'] ?? '')?.[0]
  await until('the fault in the log', () =>
    faultsSince(0).some((one) => one.fault === id && one.code === 'frame.unknown'),
  )
  const answered = client.received().length
  client.socket.write(frame('Q', 'SELECT 41 + 1\0'))
  await until('an answer', () => find(client.received().subarray(answered), 'Z'))
  assert.match(find(client.received().subarray(answered), 'D')?.toString('latin1') ?? '', /42$/)
  client.socket.end(frame('X', ''))
  await client.closed
})

const absurdMessages: readonly (readonly [string, Buffer, RegExp])[] = [
  ['of a type that nobody knows', frame('!', 'boo'), /^frame\.unknown$/],
  ['of 1 GiB', Buffer.concat([Buffer.from('Q'), int32(1024 ** 3), Buffer.from('SELECT 1')]), /^frame\.too-large$/],
  ['of a negative length', Buffer.concat([Buffer.from('Q'), int32(-5)]), /^frame\.(?:too-large|malformed)$/],
  ['of 3 bytes', Buffer.concat([Buffer.from('Q'), int32(3)]), /^frame\.malformed$/],
  ['whose text has no end', frame('Q', 'SELECT 1'), /^frame\.malformed$/],
]

for (const [what, bytes, code] of absurdMessages) {
  test(`a message ${what} ends the session, and says so`, async () => {
    const client = await login()
    const ready = client.received().length
    client.socket.write(bytes)
    await assertRefused(client, code, ready)
    await assertStillServing()
  })
}

test('a message that is cut off is found in the log', async () => {
  const logBefore = orders.gateway.log().length
  const client = await login()
  client.socket.end(Buffer.concat([Buffer.from('Q'), int32(500), Buffer.from('SELECT pg_sl')]))
  await within(client.closed, 'the connection to be closed')
  await until('frame.truncated in the log', () => faultsSince(logBefore).some((one) => one.code === 'frame.truncated'))
  await assertStillServing()
})
