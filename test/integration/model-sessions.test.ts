// What sessions of HTTP share and what they do not: the first answer of one is looked through for the credential like any other,
// and a token joins no session that another one opened.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { nodeChain } from '../../src/kernel/seal-store.ts'
import { openNodeIndex } from '../../src/store/node-index.ts'
import { until } from '../harness/clients.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

/** Nothing that a detector knows: only who looks for this very key finds it. */
const key = 'upstream key of the test number one'.replaceAll(' ', '-')

let upstream: Server
let issuer: TestIssuer
let gateway: TestGateway

before(async () => {
  upstream = createServer((asked, response) => {
    if (asked.url?.endsWith('/nonsense') === true) {
      response.socket?.end('this is no HTTP\r\n\r\n')
      return
    }
    const said = asked.url?.endsWith('/echo') === true ? asked.headers['x-api-key'] : 'hello'
    response.writeHead(200, { 'content-type': 'application/json' })
    asked.resume().once('end', () => response.end(JSON.stringify({ said })))
  })
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done))
  issuer = await startIssuer()
  const target = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  gateway = await startGateway({
    issuer: issuer.url,
    policies: `@id("wide") permit (principal in Group::"wide", action in Action::"model:manage", resource);
@id("reviewed") @approval("oncall") @reason("A person decides.")
forbid (principal, action in Action::"model:manage", resource == Connection::"reviewed");
@id("ends") permit (principal in Group::"oncall", action in Action::"record:manage", resource);
@id("wide-connect") permit (principal in Group::"wide", action == Action::"connect", resource);`,
    withoutStarterPolicies: true,
    env: { MODEL_KEY: key },
    connections: ['claude', 'other', 'reviewed']
      .map(
        (name) =>
          `  - { name: ${name}, protocol: anthropic, target: "${target}", credential: { apiKey: env:MODEL_KEY } }`,
      )
      .join('\n'),
  })
})

after(async () => {
  await gateway?.remove()
  await issuer?.stop()
  upstream.closeAllConnections()
  await new Promise((done) => upstream.close(done))
})

async function ask(
  method: string,
  token: string,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const url = new URL(path, `https://localhost:${gateway.httpsPort}`)
  return await new Promise((done, reject) => {
    const asking = request(url, { method, headers, ca: readFileSync(gateway.caFile) }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => done({ status: response.statusCode ?? 0, text }))
    })
    asking.on('error', reject)
    asking.end(method === 'POST' ? '{}' : '')
  })
}

const post = async (token: string, path: string): ReturnType<typeof ask> => await ask('POST', token, path)

async function newRun(): Promise<string> {
  const { text } = await post(await issuer.token({ sub: 'nightly', groups: ['wide'] }), '/api/runs')
  return (JSON.parse(text) as { token: string }).token
}

test('a target that says its credential in the very first answer of a session is stopped', async () => {
  const token = await issuer.token({ sub: 'first', groups: ['wide'] })
  for (const nth of ['first', 'second']) {
    const { status, text } = await post(token, '/anthropic/claude/v1/echo')
    assert.equal(status, 502, nth)
    assert.ok(!text.includes(key), nth)
    assert.match(text, /contained a credential of the target/)
  }
})

test('a credential for one connection opens no other, though its run has a session there', async () => {
  const run = await newRun()
  const { env } = JSON.parse((await post(run, '/api/connections/other/credential')).text) as {
    env: Record<string, string>
  }
  const bound = env['ANTHROPIC_AUTH_TOKEN'] ?? ''
  assert.match(bound, /^spc_/)
  assert.equal((await post(bound, '/anthropic/claude/v1/x')).status, 401)
  assert.equal((await post(run, '/anthropic/claude/v1/x')).status, 200)
  assert.equal((await post(bound, '/anthropic/claude/v1/x')).status, 401)
  assert.equal((await post(bound, '/anthropic/other/v1/x')).status, 200)
})

test('a target that answers with what is no HTTP was reached, and nobody is told to try again', async () => {
  const { status, text } = await post(await newRun(), '/anthropic/claude/v1/nonsense')
  assert.equal(status, 502)
  assert.match(text, /The target broke its protocol/)
})

test('a session that is ended while a request of it is held: the client is told within a second, and no approval is used', async () => {
  const oncall = await issuer.token({ sub: 'olga', kind: 'human', groups: ['oncall'] })
  const answer = post(await newRun(), '/anthropic/reviewed/v1/x')
  const list = async <T>(path: string, member: string): Promise<T[]> =>
    (JSON.parse((await ask('GET', oncall, path)).text) as Record<string, T[]>)[member] ?? []
  const held = await until('the request', async () => (await list<{ id: string }>('/api/requests', 'requests'))[0])
  const live = await until(
    'the session',
    async () => (await list<{ id: string }>('/api/sessions?live=true&connection=reviewed', 'sessions'))[0],
  )
  const killedAt = performance.now()
  assert.equal((await post(oncall, `/api/sessions/${live.id}/kill`)).status, 200)
  const { status, text } = await answer
  assert.ok(performance.now() - killedAt < 1_000, 'within a second')
  assert.equal(status, 403)
  assert.match(text, /Access was ended by the gateway/)
  const [still] = await list<{ id: string; status: string }>('/api/requests', 'requests')
  assert.deepEqual([still?.id, still?.status], [held.id, 'open'])
})

test('told to stop, the gateway ends what is live first: that it stops is the last word of its record', async () => {
  assert.equal((await post(await newRun(), '/anthropic/claude/v1/x')).status, 200)
  await gateway.stop()
  const index = openNodeIndex(gateway.dataDir)
  try {
    const all = { live: null, connection: null, principal: null, run: null, before: null, limit: 100 }
    const sessions = index.sessions(all)
    assert.ok(sessions.some(({ endReason }) => endReason === 'gateway-stop'))
    const stop = index.events(nodeChain, -1, 1_000).at(-1)
    assert.equal(stop?.t, 'gw.stop')
    for (const { sealLeaf } of sessions) assert.ok((sealLeaf ?? Infinity) < stop.leafIndex, 'sealed before')
  } finally {
    index.close()
  }
})
