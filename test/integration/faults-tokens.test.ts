// Tokens that must not work, at each of the three doors: psql, the model's API and the operator's API. Whatever is wrong with
// a token, the client reads the same sentence; the operator's log says the class.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { after, before, test } from 'node:test'
import { connectDriver, psql } from '../harness/clients.ts'
import { customersSeed, personalData } from '../harness/customers.ts'
import { startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'
import { ordersConnection } from '../harness/orders.ts'

const apiKey = 'sk-ant-the-gateways-own-key'
const claims = { sub: 'nightly', groups: ['agents'] }

let issuer: TestIssuer
let database: DatabaseServer
let gateway: TestGateway

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ seed: customersSeed })
  const orders = ordersConnection(database, ['prod', 'pii'])
  gateway = await startGateway({
    issuer: issuer.url,
    env: { ...orders.env, CLAUDE_KEY: apiKey },
    connections: `${orders.connections}
  - name: claude
    protocol: anthropic
    target: http://127.0.0.1:9
    credential: { apiKey: env:CLAUDE_KEY }`,
  })
})

after(async () => {
  await gateway?.remove()
  await database?.stop()
  await issuer?.stop()
})

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function unsigned(algorithm: string): string {
  const nowS = Math.floor(Date.now() / 1000)
  const payload = { ...claims, kind: 'agent', iss: issuer.url, aud: 'sallyport', iat: nowS, exp: nowS + 600 }
  return `${part({ alg: algorithm, kid: 'known' })}.${part(payload)}.`
}

/** A good token of an agent in no group, its claims exchanged for those of one that may read. */
async function altered(): Promise<string> {
  const [head = '', body = '', signature = ''] = (await issuer.token({ sub: 'nightly', groups: [] })).split('.')
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  return `${head}.${part({ ...payload, groups: ['agents'] })}.${signature}`
}

/** What is wrong, and the class under which the operator finds it. */
const wrong: readonly (readonly [string, string, () => string | Promise<string>])[] = [
  ['signed by a key nobody published', 'bad-signature|unknown-key', () => issuer.token(claims, { unknownKey: true })],
  ['altered after it was signed', 'bad-signature', altered],
  ['expired', 'expired', () => issuer.token(claims, { expiresInS: -3600 })],
  ['not valid yet', 'not-yet-valid', () => issuer.token(claims, { notBeforeS: 1800, expiresInS: 3600 })],
  ['for another audience', 'wrong-audience', () => issuer.token(claims, { audience: 'somebody-else' })],
  ['of another issuer', 'unknown-issuer', () => issuer.token(claims, { issuer: 'https://elsewhere.test' })],
  ['of alg none', 'algorithm', () => unsigned('none')],
  ['of alg nOnE', 'algorithm', () => unsigned('nOnE')],
  ['not a token at all', 'malformed|unknown-credential', () => 'letmein'],
]

interface Answer {
  readonly status: number
  readonly text: string
}

async function ask(method: string, path: string, token: string, body: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ca = readFileSync(gateway.caFile)
  return await new Promise<Answer>((resolve, reject) => {
    const asking = request({ host: 'localhost', port: gateway.httpsPort, method, path, headers, ca }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

const message = JSON.stringify({ model: 'claude-x', max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] })

/** Neither the token nor what it could have opened stands anywhere. */
function assertNothingLeaked(token: string, ...texts: readonly string[]): void {
  const secrets = [token, ...token.split('.').filter((piece) => piece.length > 20), database.password, apiKey]
  for (const text of texts) {
    for (const secret of [...secrets, ...personalData]) assert.ok(!text.includes(secret), `leaked: ${secret}\n${text}`)
  }
}

for (const [what, refusedAs, mint] of wrong) {
  test(`a token ${what} opens no database, no model and no record`, async () => {
    const token = await mint()
    const logBefore = gateway.log().length

    const ran = await psql(gateway, token, 'SELECT email FROM customers')
    assert.equal(ran.status, 2, 'psql could not connect')
    assert.match(ran.stderr, /FATAL: {2}The credential is not valid\./)
    assert.equal(ran.stdout, '')
    await assert.rejects(connectDriver(gateway, token), { code: /^28(?:000|P01)$/, severity: 'FATAL' })

    const model = await ask('POST', '/anthropic/v1/messages', token, message)
    assert.equal(model.status, 401)
    const said = JSON.parse(model.text) as { type: string; error: { type: string; message: string } }
    assert.deepEqual([said.type, said.error.type], ['error', 'authentication_error'])
    assert.equal(said.error.message, 'The credential is not valid.')

    const who = await ask('GET', '/api/whoami', token, '')
    assert.equal(who.status, 401)
    const { error, code } = JSON.parse(who.text) as { error: string; code: string }
    assert.deepEqual([error, code], ['The credential is not valid.', 'denied'])

    const logged = gateway.log().slice(logBefore)
    assert.match(logged, new RegExp(`"class":"(?:${refusedAs})"`))
    assertNothingLeaked(token, ran.stderr, model.text, who.text, logged)
  })
}

test('without any token the doors say how to sign in', async () => {
  const who = await ask('GET', '/api/whoami', '', '')
  assert.equal(who.status, 401)
  assert.match(who.text, /sallyport login/)
  const model = await ask('POST', '/anthropic/v1/messages', '', message)
  assert.equal(model.status, 401)
  assert.match(model.text, /authentication_error/)
})

test('after all of them a good token is served', async () => {
  const token = await issuer.token(claims)
  const ran = await psql(gateway, token, 'SELECT id, email FROM customers ORDER BY id')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /^1\|/)
  const who = await ask('GET', '/api/whoami', token, '')
  assert.equal(who.status, 200, who.text)
  assertNothingLeaked(token, ran.stdout, gateway.log())
})
