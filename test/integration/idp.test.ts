// The identifier against a real OpenID provider over real HTTP: discovery, rotation, federation, device login. The clock
// is the machine's, moved forward where a test would otherwise wait.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { agentClient, agentClientSecret, audience, loginClient } from '../../deploy/demo/idp-accounts.ts'
import { makeKey } from '../../deploy/demo/idp-keys.ts'
import { startIdp, type Idp } from '../../deploy/demo/idp-server.ts'
import { startDeviceLogin, refreshLogin, type DeviceLogin } from '../../src/identify/device-login.ts'
import { createIdentifier, type Identifier } from '../../src/identify/identifier.ts'
import { identitySettings } from '../../src/identify/settings.ts'
import { MemoryIdentities } from '../../src/identify/testing/memory-identities.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { isDenial, type Denial } from '../../src/kernel/decision.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { Principal } from '../../src/kernel/principal.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { freePort } from '../harness/ports.ts'
import { Browser } from './browser.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'idp-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))

class MovedClock implements Clock {
  aheadMs = 0

  nowMs(): number {
    return systemClock.nowMs() + this.aheadMs
  }

  upMs(): number {
    return systemClock.upMs() + this.aheadMs
  }
}

function trust(issuer: string, clock: Clock): Identifier {
  const kind = { claim: 'kind', map: { human: 'human', agent: 'agent' } }
  const demo = { name: 'demo', issuer, audience, principal: { kind, display: 'name' }, federationRuleId: 'fdrl_demo' }
  const { issuers } = identitySettings.parse({ issuers: [demo] })
  const signingKey = new Secret<Uint8Array>(randomBytes(32))
  const parts = { origin: 'gw', issuers, store: new MemoryIdentities(), signingKey, clock, log: silentLog }
  return createIdentifier(parts)
}

async function ask(identifier: Identifier, token: string): Promise<Principal | Denial> {
  const peer = { address: '127.0.0.1', tls: false, loopback: true }
  return await identifier.identify({ token: new Secret(token), rule: null }, peer)
}

async function requireKnown(identifier: Identifier, token: string): Promise<Principal> {
  const outcome = await ask(identifier, token)
  assert.ok(!isDenial(outcome), 'it must be identified')
  return outcome
}

async function agentToken(idp: Idp): Promise<string> {
  const credential = Buffer.from(`${agentClient}:${agentClientSecret}`).toString('base64')
  const answer = await fetch(`${idp.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credential}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

test('a workload’s token is an agent, is exchanged for a run, and the run identifies it', async () => {
  const idp = await startIdp({ port: 0, dataDir })
  try {
    const identifier = trust(idp.issuer, systemClock)
    const token = await agentToken(idp)
    const agent = await requireKnown(identifier, token)
    assert.deepEqual([agent.kind, agent.subject, agent.groups], ['agent', agentClient, ['agents']])
    const peer = { address: '127.0.0.1', tls: false, loopback: true }
    const issued = await identifier.exchange({ token: new Secret(token), rule: 'fdrl_demo' }, peer)
    assert.ok(!isDenial(issued))
    assert.ok(issued.expiresInS > 600 && issued.expiresInS <= 630)
    assert.equal((await requireKnown(identifier, issued.token.reveal())).id, agent.id)
  } finally {
    await idp.close()
  }
})

test('the issuer rotates: a new key is found, a removed one is refused, an absent issuer changes nothing for a while', async () => {
  const [old, next] = [await makeKey('ES256'), await makeKey('ES256')]
  const rsa = await makeKey('RS256')
  const clock = new MovedClock()
  const port = await freePort()
  const first = await startIdp({ port, dataDir, keys: [old, rsa] })
  const identifier = trust(first.issuer, clock)
  const oldToken = await first.mint('alice')
  await requireKnown(identifier, oldToken)
  await first.close()
  clock.aheadMs += 301_000
  await requireKnown(identifier, oldToken)

  const second = await startIdp({ port, dataDir, keys: [next, rsa] })
  try {
    clock.aheadMs += 31_000
    assert.equal((await requireKnown(identifier, await second.mint('dana'))).subject, 'dana')
    assert.ok(isDenial(await ask(identifier, oldToken)), 'its key is gone')
  } finally {
    await second.close()
  }
})

test('an issuer that nobody answers for is a fault that says so, not a denial', async () => {
  const idp = await startIdp({ port: 0, dataDir })
  const token = await idp.mint('alice')
  await idp.close()
  await assert.rejects(ask(trust(idp.issuer, systemClock), token), { code: 'identity.unavailable' })
})

async function startLogin(idp: Idp): Promise<DeviceLogin> {
  const started = await startDeviceLogin(
    { issuer: idp.issuer, clientId: loginClient, audience },
    { clock: systemClock },
  )
  assert.ok(!isDenial(started))
  return started
}

test('device login: a person opens the page, says who they are, and the command has a token that works', async () => {
  const idp = await startIdp({ port: 0, dataDir })
  try {
    const login = await startLogin(idp)
    const waiting = login.wait(AbortSignal.timeout(30_000))
    const browser = new Browser()
    await browser.open(login.verificationUriComplete ?? '')
    await browser.submit({})
    await browser.submit({ confirm: 'yes' })
    await browser.submit({ login: 'dana' })
    await browser.submit({})
    assert.match(browser.page, /You are signed in/)
    const tokens = await waiting
    assert.ok(!isDenial(tokens))
    const identifier = trust(idp.issuer, systemClock)
    const dana = await requireKnown(identifier, tokens.token.reveal())
    assert.deepEqual([dana.kind, dana.display, dana.groups], ['human', 'Dana Diaz', ['dba', 'oncall', 'security']])

    assert.ok(tokens.refreshToken !== null)
    const issuer = { issuer: idp.issuer, clientId: loginClient, audience }
    const renewed = await refreshLogin(issuer, tokens.refreshToken, { clock: systemClock })
    assert.ok(!isDenial(renewed))
    assert.equal((await requireKnown(identifier, renewed.token.reveal())).id, dana.id)
    const bad = await refreshLogin(issuer, new Secret('nonsense'), { clock: systemClock })
    assert.ok(isDenial(bad))
    assert.equal(bad.reason, 'The login has ended; log in again.')
  } finally {
    await idp.close()
  }
})

test('device login: a person who says no is an answer, not a fault', async () => {
  const idp = await startIdp({ port: 0, dataDir })
  try {
    const login = await startLogin(idp)
    const waiting = login.wait(AbortSignal.timeout(30_000))
    const browser = new Browser()
    await browser.open(login.verificationUriComplete ?? '')
    await browser.submit({})
    await browser.submit({ abort: 'yes' })
    const outcome = await waiting
    assert.ok(isDenial(outcome))
    assert.equal(outcome.reason, 'The login was declined.')
  } finally {
    await idp.close()
  }
})

test('pasteable tokens are for this machine’s commands, not for web pages', async () => {
  const idp = await startIdp({ port: 0, dataDir })
  try {
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${idp.issuer}/demo/token`, { method: 'POST', headers, body: '{"user":"alice"}' })
    const json = { 'content-type': 'application/json' }
    const given = (await (await post(json)).json()) as { access_token: string }
    assert.equal((await requireKnown(trust(idp.issuer, systemClock), given.access_token)).subject, 'alice')
    assert.equal((await post({ ...json, origin: 'https://evil.example.com' })).status, 403)
    assert.equal((await post({ 'content-type': 'text/plain' })).status, 403)
  } finally {
    await idp.close()
  }
})

test('as a process: ready line, private token file, the same keys after a restart, ends with its stdin', async () => {
  const program = join(import.meta.dirname, '../../deploy/demo/idp.ts')
  const tokenFile = join(dataDir, 'agent.jwt')
  const kids: string[] = []
  for (let start = 0; start < 2; start++) {
    const child = spawn(process.execPath, [program, '--port', '0', '--data', dataDir, '--token-file', tokenFile], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const ready = JSON.parse(line.toString()) as { ready: boolean; issuer: string }
    assert.equal(ready.ready, true)
    const token = readFileSync(tokenFile, 'utf8')
    assert.equal((await requireKnown(trust(ready.issuer, systemClock), token)).kind, 'agent')
    assert.equal(statSync(tokenFile).mode & 0o077, 0)
    kids.push(token.split('.')[0] ?? '')
    child.stdin.end()
    const [code] = (await once(child, 'exit')) as [number]
    assert.equal(code, 0)
  }
  assert.equal(kids[0], kids[1])
})
