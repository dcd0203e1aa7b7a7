// What flows between a database and its client: long answers to a slow client come as the server sent them; a cancel travels
// as protected as the session it is for.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { systemClock } from '../../src/kernel/clock.ts'
import { createAuthority, issueServer } from '../../src/listen/certificate-maker.ts'
import { until } from '../harness/clients.ts'
import { psqlPath, startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

const certificates = mkdtempSync(join(tmpdir(), 'sallyport-streams-'))
const policies = `
@id("reads") permit (principal, action in [Action::"connect", Action::"sql:read", Action::"sql:write"], resource);
`

let issuer: TestIssuer
let database: DatabaseServer
let tap: Tap
let gateway: TestGateway
let token: string

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ tls: await makeCertificate() })
  tap = await startTap(database.port)
  const target = (name: string, url: string): string => `  - name: ${name}
    protocol: postgres
    target: ${url}
    credential: { user: app, password: env:ORDERS_PASSWORD }`
  const caFile = join(certificates, 'ca.pem')
  gateway = await startGateway({
    issuer: issuer.url,
    policies,
    withoutStarterPolicies: true,
    env: { ORDERS_PASSWORD: database.password },
    sqlTls: 'off',
    more: 'evidence: { capture: { bytesPerAction: 1MiB } }',
    connections: [
      target('clear', `postgres://127.0.0.1:${database.port}/orders?sslmode=disable`),
      target('secured', `postgres://localhost:${tap.port}/orders?sslmode=verify-full&sslrootcert=${caFile}`),
    ].join('\n'),
  })
  token = await issuer.token({ sub: 'reader', groups: [] })
})

after(async () => {
  await gateway?.remove()
  await tap?.stop()
  await database?.stop()
  await issuer?.stop()
  rmSync(certificates, { recursive: true, force: true })
})

async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const file = (name: string): string => join(certificates, name)
  const [caFile, caKeyFile, certFile, keyFile] = [
    file('ca.pem'),
    file('ca.key'),
    file('server.pem'),
    file('server.key'),
  ]
  await createAuthority(caFile, caKeyFile, systemClock)
  await issueServer({ caFile, caKeyFile, certFile, keyFile }, ['localhost'], systemClock)
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

/** What goes to the database, by connection, on its way there. */
interface Tap {
  readonly port: number
  readonly heard: Buffer[][]
  stop(): Promise<void>
}

async function startTap(port: number): Promise<Tap> {
  const heard: Buffer[][] = []
  const open: Socket[] = []
  const server: Server = createServer((client) => {
    const bytes: Buffer[] = []
    heard.push(bytes)
    const onward = connect(port, '127.0.0.1')
    open.push(client, onward)
    client.on('data', (chunk: Buffer) => bytes.push(chunk))
    client.on('error', () => onward.destroy()).pipe(onward)
    onward.on('error', () => client.destroy()).pipe(client)
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    stop: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((done) => {
        server.close(done)
      })
    },
  }
}

async function psqlOf(connection: string, statement: string): Promise<string> {
  const url = `host=localhost port=${gateway.sqlPort} dbname=${connection} user=reader sslmode=disable`
  const env = { ...process.env, PGPASSWORD: token }
  const child = spawn(psqlPath(), ['-X', '-A', '-t', url, '-c', statement], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return said
}

function packet(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(type.length + 4)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, type.length)
  return Buffer.concat([head, body])
}

/** All that one query answers, taken slowly: a client that stops reading again and again. @returns the bytes of its messages of one type */
async function readSlowly(query: string, type: string): Promise<{ bytes: number; digest: string }> {
  const socket = connect(gateway.sqlPort, 'localhost')
  const version = Buffer.from([0, 3, 0, 0])
  socket.write(packet('', Buffer.concat([version, Buffer.from('user\0reader\0database\0clear\0\0')])))
  const hash = createHash('sha256')
  let [held, bytes, chunks, hasAsked, isOver] = [Buffer.alloc(0), 0, 0, false, false]
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    for (;;) {
      const length = held.length < 5 ? Infinity : 1 + held.readInt32BE(1)
      if (held.length < length) break
      const frame = held.subarray(0, length)
      held = held.subarray(length)
      const letter = String.fromCharCode(frame[0] ?? 0)
      if (letter === 'R' && frame.readInt32BE(5) === 3) socket.write(packet('p', Buffer.from(`${token}\0`)))
      if (letter === 'E') assert.fail(frame.toString())
      if (letter === type) {
        hash.update(frame)
        bytes += frame.length
      }
      if (letter === 'Z' && hasAsked) isOver = true
      if (letter === 'Z' && !hasAsked) {
        hasAsked = true
        socket.write(packet('Q', Buffer.from(`${query}\0`)))
      }
    }
    if (++chunks % 3 > 0) return
    socket.pause()
    setTimeout(() => socket.resume(), 3)
  })
  await until('the answer is over', () => isOver, 60_000)
  socket.end()
  return { bytes, digest: hash.digest('hex') }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const rowText = (n: number): string => `row ${n} of many ${'x'.repeat(n % 300)}`
const rows = 60_000
const series = `FROM generate_series(1, ${rows}) n`
const columns = `'row ' || n || ' of many ' || repeat('x', n % 300)`

test('rows without anything to mask, beyond what is kept, reach a slow client byte by byte as they came', async () => {
  const expected = createHash('sha256')
  for (let n = 1; n <= rows; n++) {
    const cell = Buffer.from(rowText(n))
    expected.update(packet('D', Buffer.concat([Buffer.from([0, 1]), int32(cell.length), cell])))
  }
  const got = await readSlowly(`SELECT ${columns} ${series}`, 'D')
  assert.ok(got.bytes > 8e6)
  assert.equal(got.digest, expected.digest('hex'))
})

test('COPY the same', async () => {
  const expected = createHash('sha256')
  for (let n = 1; n <= rows; n++) expected.update(packet('d', Buffer.from(`${rowText(n)}\n`)))
  const got = await readSlowly(`COPY (SELECT ${columns} ${series}) TO STDOUT`, 'd')
  assert.equal(got.digest, expected.digest('hex'))
})

test('COPY of columns that the statement names is masked by their names, like rows', async () => {
  const query = `SELECT 7 AS id, 'just words' AS password, 'plain' AS notes`
  for (const statement of [query, `COPY (${query}) TO STDOUT`]) {
    const ran = await psqlOf('clear', statement)
    assert.ok(!ran.includes('just words') && ran.includes('plain') && ran.includes('7'), `${statement}: ${ran}`)
  }
})

test('what a statement defers to its end fails there, and the session goes on', async () => {
  database.sql(
    `CREATE TABLE lines (id int, of int UNIQUE DEFERRABLE INITIALLY DEFERRED); GRANT ALL ON lines TO app`,
    'orders',
  )
  const client = new pg.Client({ host: 'localhost', port: gateway.sqlPort, database: 'clear', password: token })
  await client.connect()
  try {
    const insert = (id: number): Promise<unknown> =>
      client.query({ name: 'insert', text: 'INSERT INTO lines (id, of) VALUES ($1, 7)', values: [id] })
    await insert(1)
    await assert.rejects(insert(2), { code: '23505' })
    assert.deepEqual((await client.query('SELECT id FROM lines')).rows, [{ id: 1 }])
  } finally {
    await client.end()
  }
})

test('a cancel for a session under TLS travels under TLS', async () => {
  const earlier = tap.heard.length
  const url = `host=localhost port=${gateway.sqlPort} dbname=secured user=reader sslmode=disable`
  const child = spawn(psqlPath(), ['-X', url, '-c', 'SELECT pg_sleep(30)'], {
    env: { ...process.env, PGPASSWORD: token },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close')
  const isAsleep = (): boolean =>
    database.sql(`SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)' AND state = 'active'`) === '1'
  await until('the statement runs', isAsleep)
  child.kill('SIGINT')
  await ended
  assert.match(said, /canceling statement due to user request/)
  const aside = await until('the cancel was heard', () => tap.heard[earlier + 1])
  const bytes = Buffer.concat(aside)
  assert.deepEqual([...bytes.subarray(0, 8)], [0, 0, 0, 8, 4, 210, 22, 47], 'it asks for TLS')
  assert.equal(bytes[8], 0x16, 'and what follows is a ClientHello')
  assert.equal(bytes.includes(Buffer.from([4, 210, 22, 46])), false, 'no CancelRequest in clear')
})
