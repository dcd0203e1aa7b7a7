// Targets that are down, silent, liars or strangers; statements nobody can read; clients that leave; and the plug that is
// pulled. The client reads what happened in its own protocol, the operator finds the cause, the next client is served.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { connectDriver, psql, startPsql, until } from '../harness/clients.ts'
import { customersSeed, personalData } from '../harness/customers.ts'
import { psqlPath, startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { freePort } from '../harness/ports.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createAuthority, issueServer } from '../../src/listen/certificate-maker.ts'

const wrongPassword = 'not-The-Pa55word'
const certificates = mkdtempSync(join(tmpdir(), 'sallyport-certificates-'))

let issuer: TestIssuer
let database: DatabaseServer
let silent: StrangeTarget
let quitter: StrangeTarget
let gateway: TestGateway
let agent: string
let dba: string
let oncall: string
let auditor: string

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ seed: customersSeed, tls: await makeCertificate() })
  silent = await startStrangeTarget(() => undefined)
  quitter = await startStrangeTarget(answerHalf)
  const connection = (name: string, target: string, password = 'env:ORDERS_PASSWORD'): string => `  - name: ${name}
    protocol: postgres
    target: ${target}
    credential: { user: app, password: ${password} }
    tags: [prod, pii]`
  const real = `postgres://localhost:${database.port}/orders`
  gateway = await startGateway({
    issuer: issuer.url,
    env: { ORDERS_PASSWORD: database.password, WRONG_PASSWORD: wrongPassword },
    connections: [
      connection('orders', real),
      connection('down', `postgres://127.0.0.1:${await freePort()}/orders?sslmode=disable`),
      connection('silent', `postgres://127.0.0.1:${silent.port}/orders`),
      connection('quitter', `postgres://127.0.0.1:${quitter.port}/orders?sslmode=disable`),
      connection('wrong', real, 'env:WRONG_PASSWORD'),
      connection('stranger', `${real}?sslmode=verify-full`),
      connection('known', `${real}?sslmode=verify-full&sslrootcert=${join(certificates, 'ca.pem')}`),
      connection('unset', real, 'env:NOBODY_SET_THIS'),
    ].join('\n'),
  })
  agent = await issuer.token({ sub: 'nightly', groups: ['agents'] })
  dba = await issuer.token({ sub: 'dana', kind: 'human', groups: ['dba'] })
  oncall = await issuer.token({ sub: 'olga', kind: 'human', groups: ['oncall'] })
  auditor = await issuer.token({ sub: 'sam', kind: 'human', groups: ['security'] })
})

after(async () => {
  await gateway?.remove()
  await silent?.stop()
  await quitter?.stop()
  await database?.stop()
  await issuer?.stop()
  rmSync(certificates, { recursive: true, force: true })
})

// ── targets of the test's own ──

interface StrangeTarget {
  readonly port: number
  readonly open: ReadonlySet<Socket>
  stop(): Promise<void>
}

async function startStrangeTarget(onData: (socket: Socket, bytes: Buffer) => void): Promise<StrangeTarget> {
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('data', (bytes: Buffer) => onData(socket, bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    open,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function frame(type: string, ...pieces: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const parameters = [
  ['server_version', '17.0'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
]
const welcome = Buffer.concat([
  frame('R', Buffer.alloc(4)),
  ...parameters.map(([name, value]) => frame('S', `${name}\0${value}\0`)),
  frame('K', Buffer.from([0, 0, 0, 7, 1, 2, 3, 4])),
  frame('Z', 'I'),
])
/** One column `email`, text. */
const rowDescription = frame(
  'T',
  Buffer.from([0, 1]),
  'email\0',
  Buffer.alloc(6),
  Buffer.from([0, 0, 0, 25]),
  Buffer.alloc(8),
)
const dataRow = frame('D', Buffer.from([0, 1, 0, 0, 0, 23]), 'ada.brandt@example.com!')

/** Speaks as a database does until it is asked something; then half a row, and it is gone. */
function answerHalf(socket: Socket, bytes: Buffer): void {
  if (bytes[0] === 0) socket.write(welcome)
  else if (bytes[0] === 'Q'.charCodeAt(0)) socket.end(Buffer.concat([rowDescription, dataRow.subarray(0, 30)]))
}

async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const [caFile, caKeyFile, certFile, keyFile] = ['ca.pem', 'ca.key', 'server.pem', 'server.key'].map((name) =>
    join(certificates, name),
  ) as [string, string, string, string]
  await createAuthority(caFile, caKeyFile, systemClock)
  await issueServer({ caFile, caKeyFile, certFile, keyFile }, ['localhost'], systemClock)
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

// ── what is expected ──

interface Refused {
  readonly severity: string | undefined
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly detail: string | undefined
}

/** The error that the driver read from the wire; anything else, a bare end of the socket too, is a failure. */
async function refusalOf(work: Promise<unknown>): Promise<Refused> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof pg.DatabaseError, `not an error of the protocol: ${String(outcome)}`)
  const { severity, code, message, hint, detail } = outcome
  return { severity, code, message, hint, detail }
}

/** The client reads the words and an id; the operator finds the code under that id. */
async function assertFault(refused: Refused, code: string, words: RegExp): Promise<void> {
  assert.equal(refused.severity, 'FATAL')
  assert.match(refused.message, words)
  const said = [refused.message, refused.detail, refused.hint].join(' ')
  const id = /flt_[0-9A-Z]+/.exec(said)?.[0]
  assert.ok(id !== undefined, `no id to find the fault by: ${said}`)
  await until('the fault in the log', () =>
    gateway
      .log()
      .split('\n')
      .find((line) => line.includes(`"fault":"${id}"`) && line.includes(`"code":"${code}"`)),
  )
  assertNothingLeaked(said)
  await assertStillServing()
}

function assertNothingLeaked(...texts: readonly string[]): void {
  for (const text of [...texts, gateway.log()]) {
    for (const secret of [agent, database.password, wrongPassword, ...personalData]) {
      assert.ok(!text.includes(secret), `leaked: ${secret}`)
    }
  }
}

async function assertStillServing(): Promise<void> {
  const ran = await psql(gateway, agent, 'SELECT id, email FROM customers ORDER BY id')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /^1\|/)
  assertNothingLeaked(ran.stdout)
}

// ── targets ──

test('a target that is down', async () => {
  const refused = await refusalOf(connectDriver(gateway, agent, 'down'))
  await assertFault(refused, 'upstream.unreachable', /The target cannot be reached\./)
})

test('a client that gives up on a target which never answers frees it at once', async () => {
  const settings = `host=localhost port=${gateway.sqlPort} dbname=silent user=agent sslmode=require`
  const waiting = spawn(psqlPath(), ['-X', settings, '-c', 'SELECT 1'], { env: { ...process.env, PGPASSWORD: agent } })
  await until('the gateway at the target', () => silent.open.size === 1)
  await assertStillServing()
  waiting.kill('SIGKILL')
  await until('the target to be let go', () => silent.open.size === 0, 2_000)
  await assertStillServing()
})

test('a target that never answers and then closes', async () => {
  const refused = refusalOf(connectDriver(gateway, agent, 'silent'))
  await until('the gateway at the target', () => silent.open.size === 1)
  for (const socket of silent.open) socket.end()
  await assertFault(await refused, 'upstream.closed', /The target closed the connection\./)
})

test('a target that closes in the middle of a row: nothing of the half row, and the client knows', async () => {
  const client = await connectDriver(gateway, agent, 'quitter')
  const rows: unknown[] = []
  const query = client.query('SELECT email FROM customers')
  const refused = await refusalOf(query.then((result) => rows.push(...result.rows)))
  assert.deepEqual(rows, [])
  assertNothingLeaked(JSON.stringify(refused))
  await assertFault(refused, 'upstream.closed', /The target closed the connection\./)
})

test('a password that the target does not take is not the client’s business', async () => {
  const refused = await refusalOf(connectDriver(gateway, agent, 'wrong'))
  assert.ok(!refused.message.includes('app'), 'the account at the target is not named')
  await assertFault(refused, 'upstream.auth', /The gateway could not authenticate to the target\./)
})

test('a credential that nobody provided is the operator’s business', async () => {
  const refused = await refusalOf(connectDriver(gateway, agent, 'unset'))
  assert.ok(!JSON.stringify(refused).includes('NOBODY_SET_THIS'))
  await assertFault(refused, 'credential.unavailable', /The credential of this connection is not available\./)
})

test('a target with a certificate that nobody vouches for gets no password', async () => {
  const refused = await refusalOf(connectDriver(gateway, agent, 'stranger'))
  await assertFault(refused, 'upstream.tls', /The gateway could not establish TLS with the target\./)
  const client = await connectDriver(gateway, agent, 'known')
  try {
    const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    assert.deepEqual(rows, [{ ssl: true }], 'with its authority named, the same target is trusted')
  } finally {
    await client.end()
  }
})

// ── statements ──

test('a statement that nobody can read is refused as if it did everything', async () => {
  const client = await connectDriver(gateway, agent)
  try {
    const refused = await refusalOf(client.query('SELEKT email FROM customers )('))
    assert.deepEqual([refused.severity, refused.code], ['ERROR', '42501'], 'not the syntax error of the server')
    assert.match(refused.message, /could do anything|not done through the gateway|go through a migration|need a DBA/)
    assertNothingLeaked(JSON.stringify(refused))
    const next = await client.query('SELECT 1 AS one')
    assert.deepEqual(next.rows, [{ one: 1 }], 'the session goes on')
  } finally {
    await client.end()
  }
  const event = await until('the refusal in the record', async () => await refusedEvent('SELEKT'))
  assert.deepEqual([event.outcome, event.policies], ['denied', ['no-unreadable-statements']])
})

test('what nobody can read is every action: one rule against any of them is enough', async () => {
  const picky = await startGateway({
    issuer: issuer.url,
    env: { ORDERS_PASSWORD: database.password },
    connections: `  - name: orders
    protocol: postgres
    target: postgres://localhost:${database.port}/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }`,
    withoutStarterPolicies: true,
    policies: `@id("anything") permit (principal, action, resource);
@id("no-admin") @reason("Nobody administers.") forbid (principal, action in Action::"sql:admin", resource);\n`,
  })
  try {
    assert.equal((await psql(picky, agent, 'SELECT 1')).status, 0)
    const ran = await psql(picky, agent, 'SELEKT email FROM customers )(')
    assert.notEqual(ran.status, 0)
    assert.match(ran.stderr, /ERROR: {2}Nobody administers\./)
  } finally {
    await picky.remove()
  }
})

interface ShownEvent {
  readonly outcome: string | null
  readonly request: string | null
  readonly policies: readonly string[]
}

async function refusedEvent(text: string): Promise<ShownEvent | undefined> {
  const listed = await gateway.cli(auditor, 'sessions', '--connection', 'orders', '--json')
  const sessions = JSON.parse(listed.stdout) as { id: string; refused: number }[]
  for (const { id } of sessions.filter((one) => one.refused > 0)) {
    const shown = await gateway.cli(auditor, 'show', id, '--json')
    const { events } = JSON.parse(shown.stdout) as { events: ShownEvent[] }
    const found = events.find((event) => event.request?.includes(text))
    if (found !== undefined) return found
  }
  return undefined
}

// ── clients ──

test('a client that leaves while it is held: the request stays, its approval runs nothing', async () => {
  const held = startPsql(gateway, agent, "UPDATE orders SET status = 'sent' WHERE id = 41")
  const id = await until('the notice', () => /apr_[0-9A-Z]+/.exec(held.output())?.[0])
  held.kill()
  await held.done
  const listed = await gateway.cli(dba, 'requests')
  assert.match(listed.stdout, new RegExp(`${id}.*waiting`))
  const approved = await gateway.cli(dba, 'approve', id, '--reason', 'order 41 was shipped')
  assert.equal(approved.status, 0, approved.stderr)
  await assertStillServing()
  assert.equal(database.sql('SELECT status FROM orders WHERE id = 41', 'orders'), 'open')
  assertNothingLeaked(listed.stdout)
})

// ── the plug ──

interface Live {
  readonly id: string
  readonly live: boolean
}

async function liveSession(): Promise<string | undefined> {
  const listed = await gateway.cli(auditor, 'sessions', '--live', '--connection', 'orders', '--json')
  return (JSON.parse(listed.stdout) as Live[]).find((one) => one.live)?.id
}

/** When the operator's word was taken, by the gateway's own log. */
function endedByHandAt(session: string): number | null {
  const line = gateway
    .log()
    .split('\n')
    .find((one) => one.includes('ended by hand') && one.includes(session))
  return line === undefined ? null : Date.parse((JSON.parse(line) as { time: string }).time)
}

const whatItDoes: readonly (readonly [string, (client: pg.Client) => Promise<unknown>])[] = [
  ['waits for a slow statement', async (client) => await client.query('SELECT pg_sleep(30)')],
  ['does nothing', async (client) => await new Promise((_, reject) => client.once('error', reject))],
]

for (const [what, busy] of whatItDoes) {
  test(`sallyport kill ends a session that ${what}, within a second`, async () => {
    await until('no other session', async () => (await liveSession()) === undefined)
    const client = await connectDriver(gateway, agent)
    const ended = new Promise<number>((resolve) => {
      client.once('end', () => resolve(Date.now()))
    })
    const work = refusalOf(busy(client))
    const id = await until('the session in the list', liveSession)
    const refusedKill = await gateway.cli(dba, 'kill', id)
    assert.equal(refusedKill.status, 1, 'a DBA is not on call')
    const killed = await gateway.cli(oncall, 'kill', id)
    assert.equal(killed.status, 0, killed.stderr)
    const refused = await work
    assert.deepEqual([refused.severity, refused.code], ['FATAL', '57P01'])
    assert.match(refused.message, /revoked/)
    const endedAt = await ended
    const askedAt = await until('the word in the log', () => endedByHandAt(id))
    assert.ok(endedAt - askedAt < 1_000, `it took ${endedAt - askedAt} ms`)
    assertNothingLeaked(JSON.stringify(refused))
    await assertStillServing()
  })
}
