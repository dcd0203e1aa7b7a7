// Requests to the Claude API that cannot be inspected are refused in its own error language and never reach the model.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Agent, request } from 'undici'
import { until } from '../harness/clients.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

let issuer: TestIssuer
let gateway: TestGateway
let token: string
let agent: Agent

before(async () => {
  issuer = await startIssuer()
  gateway = await startGateway({
    issuer: issuer.url,
    env: { MODEL_KEY: 'sk-of-the-test-000000' },
    // Nothing listens there: what passed would be a 502.
    connections: `  - name: claude
    protocol: anthropic
    target: http://127.0.0.1:9
    credential: { apiKey: env:MODEL_KEY }`,
  })
  token = await issuer.token({ sub: 'nightly', groups: ['agents'] })
  agent = new Agent({ connect: { ca: readFileSync(gateway.caFile) } })
})

after(async () => {
  await agent?.close()
  await gateway?.remove()
  await issuer?.stop()
})

async function post(
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; type: string }> {
  const answer = await request(`https://localhost:${gateway.httpsPort}/anthropic/v1/messages`, {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  })
  const { error } = (await answer.body.json()) as { error: { type: string } }
  return { status: answer.statusCode, type: error.type }
}

test('a body in an encoding that is not looked into is refused, and the log says request.encoding', async () => {
  assert.deepEqual(await post('{}', { 'content-encoding': 'gzip' }), { status: 403, type: 'permission_error' })
  await until('request.encoding in the log', () => gateway.log().includes('request.encoding'))
})

for (const [name, body] of [
  ['a model named twice', '{"model":"a","model":"b","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}'],
  ['a body that is no JSON', '{"model":'],
] as const) {
  test(`${name} could ask for anything, and is refused`, async () => {
    assert.deepEqual(await post(body), { status: 403, type: 'permission_error' })
  })
}

test('an honest request passes on to its target', async () => {
  const honest = '{"model":"a","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}'
  assert.deepEqual(await post(honest), { status: 502, type: 'api_error' })
})
