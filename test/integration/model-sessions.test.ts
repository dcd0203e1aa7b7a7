// What sessions of HTTP share and what they do not: the first answer of one is looked through for the credential like any other,
// and a token joins no session that another one opened.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
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
@id("wide-connect") permit (principal in Group::"wide", action == Action::"connect", resource);`,
    withoutStarterPolicies: true,
    env: { MODEL_KEY: key },
    connections: ['claude', 'other']
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

async function post(token: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const url = new URL(path, `https://localhost:${gateway.httpsPort}`)
  return await new Promise((done, reject) => {
    const asking = request(url, { method: 'POST', headers, ca: readFileSync(gateway.caFile) }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => done({ status: response.statusCode ?? 0, text }))
    })
    asking.on('error', reject)
    asking.end('{}')
  })
}

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
