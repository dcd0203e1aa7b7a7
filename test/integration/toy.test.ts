// A new protocol is one folder and one line. The toy beside this file is added to a gateway that is otherwise as it is, and
// what every protocol gets for nothing is there: identity, policy, masking, the credential's guard, the record, the plug.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { readConfiguration } from '../../src/admin/config/configuration.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Log } from '../../src/kernel/log.ts'
import { startGateway, type Gateway } from '../../src/main.ts'
import { protocols } from '../../src/protocols/index.ts'
import { checkLaws, readSources } from '../../tools/laws.ts'
import { until } from '../harness/clients.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { toy } from './toy/index.ts'

const password = 'toy-Pa55word-of-the-target'
const mail = 'ada.brandt@example.com'

let dir: string
let issuer: TestIssuer
let target: EchoTarget
let gateway: Gateway
let agent: string
let oncall: string
let log = ''

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-toy-'))
  issuer = await startIssuer()
  target = await startEchoTarget()
  process.env['TOY_PASSWORD'] = password
  const configured = readConfiguration(writeConfiguration(), [...protocols, toy])
  assert.ok(configured.ok, configured.ok ? '' : JSON.stringify(configured.problems))
  gateway = await startGateway(configured.value, {
    clock: systemClock,
    log: keptLog(),
    protocols: [...protocols, toy],
  })
  agent = await issuer.token({ sub: 'nightly', groups: ['agents'] })
  oncall = await issuer.token({ sub: 'olga', kind: 'human', groups: ['oncall'] })
})

after(async () => {
  await gateway?.close()
  await target?.stop()
  await issuer?.stop()
  rmSync(dir, { recursive: true, force: true })
  delete process.env['TOY_PASSWORD']
})

function writeConfiguration(): string {
  const file = join(dir, 'sallyport.yaml')
  mkdirSync(join(dir, 'policies'))
  writeFileSync(
    join(dir, 'policies/toy.cedar'),
    `@id("agents") permit (principal in Group::"agents", action in [Action::"connect", Action::"toy:use"], resource);
@id("no-drops") @reason("Nothing is dropped here.") forbid (principal, action == Action::"toy:drop", resource);
@id("no-stories") @reason("That is too long.") forbid (principal, action, resource)
when { context has toy && context.toy.length > 1000 };
@id("oncall") permit (principal in Group::"oncall", action in Action::"record:manage", resource);
`,
  )
  writeFileSync(
    file,
    `origin: gw.test
dataDir: ./data
listen:
  https: { port: 0 }
  toy: { port: 0 }
identity:
  issuers:
    - name: test
      issuer: ${issuer.url}
      audience: sallyport
      principal: { id: sub, kind: { claim: kind, map: { human: human, agent: agent } }, groups: groups }
connections:
  - name: parrot
    protocol: toy
    target: toy://127.0.0.1:${target.port}
    credential: { user: app, password: env:TOY_PASSWORD }
policies: ./policies
`,
  )
  return file
}

function keptLog(): Log {
  const keep = (what: string, facts: object = {}): void => {
    log += `${JSON.stringify({ what, ...facts })}\n`
  }
  return { info: keep, warn: keep, error: keep }
}

// ── a target that says what it hears, and one thing more ──

interface EchoTarget {
  readonly port: number
  heard(): string
  stop(): Promise<void>
}

async function startEchoTarget(): Promise<EchoTarget> {
  const sockets = new Set<Socket>()
  let heard = ''
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => {
      const line = bytes.toString()
      heard += line
      socket.write(line === 'who am I\n' ? `app with ${password}\n` : line)
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => {
        server.close(done)
      })
    },
  }
}

// ── a client of the toy ──

class ToyClient {
  readonly #socket: Socket
  #received = ''
  #closedAt: number | null = null

  constructor(port: number) {
    this.#socket = connect({ host: 'localhost', port })
    this.#socket.on('data', (bytes: Buffer) => (this.#received += bytes.toString()))
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.once('close', () => (this.#closedAt = performance.now()))
  }

  get received(): string {
    return this.#received
  }

  /** One line there, one line back. */
  async ask(line: string): Promise<string> {
    const askedAt = this.#received.length
    this.#socket.write(`${line}\n`)
    const answer = (): string => this.#received.slice(askedAt)
    await until(`an answer to ${line.slice(0, 20)}`, () => answer().endsWith('\n'))
    return answer().trimEnd()
  }

  /** When it was closed, to the millisecond; waits for it. */
  async closed(): Promise<number> {
    return await until('the end of the connection', () => this.#closedAt)
  }

  end(): void {
    this.#socket.end()
  }
}

async function open(): Promise<ToyClient> {
  const client = new ToyClient(gateway.ports['toy'] ?? 0)
  assert.equal(await client.ask(`${agent} parrot`), 'ok')
  return client
}

async function api<T>(method: string, path: string, body: string): Promise<T> {
  const headers = { authorization: `Bearer ${oncall}`, 'content-type': 'application/json' }
  const ca = readFileSync(gateway.caFile ?? '')
  return await new Promise<T>((done, reject) => {
    const asking = request(new URL(path, gateway.httpOrigin), { method, headers, ca }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => {
        if (response.statusCode === 200) done(JSON.parse(text) as T)
        else reject(new Error(`${response.statusCode} ${text}`))
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

async function liveSession(): Promise<string | undefined> {
  const { sessions } = await api<{ sessions: { id: string; protocol: string }[] }>('GET', '/api/sessions?live=true', '')
  return sessions.find((session) => session.protocol === 'toy')?.id
}

// ── the walk ──

test('a line passes, there and back', async () => {
  const client = await open()
  assert.equal(await client.ask('hello'), 'hello')
  assert.equal(await client.ask('hello again'), 'hello again')
  client.end()
  await client.closed()
})

test('who is nobody, or asks for what is not there, is told so', async () => {
  const stranger = new ToyClient(gateway.ports['toy'] ?? 0)
  assert.equal(await stranger.ask('letmein parrot'), '! The credential is not valid.')
  await stranger.closed()
  const lost = new ToyClient(gateway.ports['toy'] ?? 0)
  assert.equal(await lost.ask(`${agent} elsewhere`), '! There is no such connection, or you may not use it.')
  await lost.closed()
})

test('an address in an answer is masked', async () => {
  const client = await open()
  const answer = await client.ask(`write to ${mail} today`)
  assert.ok(!answer.includes(mail), answer)
  assert.match(answer, /^write to .+ today$/)
  client.end()
  await client.closed()
})

test('what a policy forbids is refused with its reason, and never reaches the target', async () => {
  const client = await open()
  assert.equal(await client.ask('drop everything'), '! Nothing is dropped here.')
  assert.equal(await client.ask('x'.repeat(1001)), '! That is too long.', 'by an attribute of the toy’s own')
  assert.equal(await client.ask('still here'), 'still here')
  assert.ok(!target.heard().includes('drop'))
  assert.ok(!target.heard().includes('xxxx'))
  client.end()
  await client.closed()
})

test('a credential that the target says is stopped', async () => {
  const client = await open()
  const answer = await client.ask('who am I')
  assert.equal(answer, '! The answer contained a credential of the target and was stopped.')
  await client.closed()
  assert.ok(!client.received.includes(password))
  assert.match(log, /"code":"credential\.exposed"/)
  const next = await open()
  assert.equal(await next.ask('hello'), 'hello')
  next.end()
  await next.closed()
})

test('a client that says nothing is closed when its phase is over', async () => {
  const client = new ToyClient(gateway.ports['toy'] ?? 0)
  await client.closed()
  assert.match(client.received, /^! The handshake took too long\.\n$/)
  assert.match(log, /"code":"phase\.timeout".*"phase":"greeting"/)
})

test('a session is ended by an operator within a second', async () => {
  await until('no other session', async () => (await liveSession()) === undefined)
  const client = await open()
  const id = await until('the session in the list', liveSession)
  const asked = performance.now()
  await api('POST', `/api/sessions/${id}/kill`, '{}')
  const tookMs = (await client.closed()) - asked
  assert.ok(tookMs < 1_000, `it took ${tookMs} ms`)
  assert.match(client.received, /! Access was revoked\.\n$/)
})

test('what happened is in the record, and nothing of it is in the log', async () => {
  interface Event {
    readonly request: string
    readonly response: string
    readonly policies: string[]
  }
  const events = await until('the record', async () => {
    const { sessions } = await api<{ sessions: { id: string }[] }>('GET', '/api/sessions', '')
    const pages = await Promise.all(
      sessions.map((session) => api<{ events: Event[] }>('GET', `/api/sessions/${session.id}/events?content=true`, '')),
    )
    const all = pages.flatMap((page) => page.events)
    return all.some((event) => event.request === 'hello again') && all.some((event) => event.request.startsWith('drop'))
      ? all
      : null
  })
  const dropped = events.find((event) => event.request.startsWith('drop'))
  assert.deepEqual(dropped?.policies, ['no-drops'])
  for (const secret of [mail, password, agent]) {
    assert.ok(!JSON.stringify(events).includes(secret), secret)
    assert.ok(!log.includes(secret), secret)
  }
})

// ── one folder and one line ──

/** What a newcomer does there: the import, and the name in the list. */
function addToList(text: string): string {
  const added = text
    .replace(/^(import .*\n)(?!import)/m, `$1import { toy } from './toy/index.ts'\n`)
    .replace(/\]\s*$/, ', toy]\n')
  assert.match(added, /import \{ toy \}[^]*\[.*, toy\]/)
  return added
}

test('the laws have nothing against it: one folder, and one line in the list of protocols', () => {
  const root = resolve(import.meta.dirname, '../..')
  const source = readFileSync(join(import.meta.dirname, 'toy/index.ts'), 'utf8')
  const inPlace = { path: 'src/protocols/toy/index.ts', text: source.replaceAll('../../../src/', '../../') }
  const list = readSources(root).find((file) => file.path === 'src/protocols/index.ts')
  const others = readSources(root).filter((file) => file.path !== 'src/protocols/index.ts')
  const withToy = [...others, { path: 'src/protocols/index.ts', text: addToList(list?.text ?? '') }]
  const ids = [...protocols.map((protocol) => protocol.id), toy.id]
  const { problems, edges } = checkLaws([...withToy, inPlace], ids)
  assert.deepEqual(problems, [])
  const own = edges.filter((edge) => edge.from === inPlace.path)
  assert.ok(own.length >= 6)
  for (const { to } of own) assert.match(to, /^src\/kernel\//, 'a protocol needs the kernel and nothing else')
  assert.ok(edges.some((edge) => edge.from === 'src/protocols/index.ts' && edge.to === inPlace.path))
})
