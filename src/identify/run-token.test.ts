import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import * as fc from 'fast-check'
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose'
import { size } from '../../test/harness/depth.ts'
import { isDenial } from '../kernel/decision.ts'
import type { IssuedToken } from '../kernel/journey.ts'
import type { Denial } from '../kernel/decision.ts'
import type { Actor, Principal, PrincipalKind } from '../kernel/principal.ts'
import { Secret } from '../kernel/secret.ts'
import { toPrincipalId } from './act-chain.ts'
import { isRefusal } from './refusal.ts'
import { createRunTokens, runOf } from './run-token.ts'
import { issuerUrl } from './testing/idp.ts'
import { makeWorld, peer, requirePrincipal, TestClock, type World } from './testing/world.ts'

function requireIssued(outcome: IssuedToken | Denial): IssuedToken {
  if (isDenial(outcome)) throw new Error(`denied: ${outcome.reason}`)
  return outcome
}

async function exchange(world: World, token: string, rule: string | null = 'fdrl_corp'): Promise<IssuedToken | Denial> {
  return await world.identifier.exchange({ token: new Secret(token), rule }, peer)
}

test('an assertion becomes a run token of the same principal, and the token identifies exactly it', async () => {
  const world = await makeWorld()
  const issued = requireIssued(await exchange(world, await world.token({ name: 'Bot' })))
  assert.equal(issued.expiresInS, 630)
  const { id, run, groups, kind, proof } = issued.principal
  assert.equal(id, `${issuerUrl}|bot-7`)
  assert.match(run ?? '', /^run_[0-9A-HJKMNP-TV-Z]{26}$/)
  assert.deepEqual([kind, groups, proof.method], ['agent', ['a', 'b'], 'run-token'])
  assert.deepEqual(await world.ask(issued.token.reveal()), issued.principal)
  const claims = decodeJwt(issued.token.reveal())
  assert.equal(claims.iss, 'sallyport:gw.example.com')
  assert.equal(claims.aud, 'sallyport:gw.example.com')
  assert.equal(claims.sub, id)
  assert.equal(claims.jti, proof.tokenId)
})

test('a run token lives an hour at most, a minute at least', async () => {
  const world = await makeWorld()
  const nowS = world.clock.ms / 1000
  assert.equal(requireIssued(await exchange(world, await world.token({ exp: nowS + 9000 }))).expiresInS, 3600)
  assert.equal(
    requireIssued(await exchange(world, await world.token({ exp: nowS - 25, iat: nowS - 60 }))).expiresInS,
    60,
  )
})

test('the same assertion stays the same run however often it is exchanged; another one is another run', async () => {
  const world = await makeWorld()
  const token = await world.token()
  const first = requireIssued(await exchange(world, token))
  world.clock.pass(300)
  const second = requireIssued(await exchange(world, token))
  assert.equal(second.principal.run, first.principal.run)
  assert.notEqual(second.principal.proof.tokenId, first.principal.proof.tokenId)
  const other = requireIssued(await exchange(world, await world.token({ jti: 't-2' })))
  assert.notEqual(other.principal.run, first.principal.run)
})

test('not exchanged: a wrong rule, an issuer without one, a run token, a connect credential, a bad token', async () => {
  const world = await makeWorld()
  const token = await world.token()
  assert.ok(isDenial(await exchange(world, token, 'fdrl_other')))
  assert.equal(world.log.lastClass, 'wrong-rule')
  assert.ok(isDenial(await exchange(world, token, 'corp')), 'an issuer name is no rule')
  const issued = requireIssued(await exchange(world, token, null))
  assert.ok(isDenial(await exchange(world, issued.token.reveal(), null)))
  assert.equal(world.log.lastClass, 'not-exchangeable')
  const credential = await world.identifier.issueConnectCredential(issued.principal, 'orders')
  assert.ok(!isDenial(credential))
  assert.ok(isDenial(await exchange(world, credential.secret.reveal(), null)))
  assert.ok(isDenial(await exchange(world, 'x.y.z')))
  const closed = await makeWorld({ federationRuleId: undefined })
  assert.ok(isDenial(await exchange(closed, await closed.token(), null)))
})

test('an exchanged human is an agent that acts for them', async () => {
  const world = await makeWorld({ principal: { kind: 'human' } })
  const { principal, token } = requireIssued(await exchange(world, await world.token({ sub: 'alice' })))
  assert.equal(principal.kind, 'agent')
  assert.equal(principal.id, `sallyport:gw.example.com|agent/${issuerUrl}|alice`)
  assert.deepEqual(principal.act, [{ issuer: issuerUrl, subject: 'alice', kind: 'human' }])
  assert.equal(decodeJwt(token.reveal()).sub, `${issuerUrl}|alice`, 'RFC 8693: the subject is whom it acts for')
  assert.deepEqual(await world.ask(token.reveal()), principal)
})

test('mintRun: human → agent → sub-agent, groups only ever fewer, ends with the human’s own token', async () => {
  const world = await makeWorld({ principal: { kind: 'human' } })
  const alice = requirePrincipal(await world.ask(await world.token({ sub: 'alice', name: 'Alice' })))
  const agent = requireIssued(await world.identifier.mintRun(alice, { actor: 'claude' }))
  assert.equal(agent.expiresInS, 630)
  assert.deepEqual([agent.principal.kind, agent.principal.display], ['agent', 'alice → claude'])
  const wish = { actor: 'reviewer', groups: ['b', 'dba'] }
  const sub = requireIssued(await world.identifier.mintRun(agent.principal, wish))
  assert.deepEqual(sub.principal.groups, ['b'])
  assert.deepEqual(sub.principal.act.map(toPrincipalId), [agent.principal.id, alice.id])
  assert.deepEqual(await world.ask(sub.token.reveal()), sub.principal)
  assert.ok(isDenial(await world.identifier.mintRun(alice, { actor: 'a/b' })))
  world.clock.pass(629.5)
  assert.ok(isDenial(await world.identifier.mintRun(alice)))
})

test('a chain grows to eight and no further', async () => {
  const world = await makeWorld()
  let principal = requirePrincipal(await world.ask(await world.token()))
  for (let depth = 0; depth < 8; depth++) {
    const issued = requireIssued(await world.identifier.mintRun(principal, { actor: `a${depth}` }))
    principal = requirePrincipal(await world.ask(issued.token.reveal()))
  }
  assert.equal(principal.act.length, 8)
  assert.ok(isDenial(await world.identifier.mintRun(principal, { actor: 'one-more' })))
})

test('a run goes on with its own earlier token, even an ended one, and with nobody else’s', async () => {
  const world = await makeWorld({ principal: { kind: 'human' } })
  const nowS = world.clock.ms / 1000
  const alice = requirePrincipal(await world.ask(await world.token({ sub: 'alice', exp: nowS + 20_000 })))
  const dana = requirePrincipal(await world.ask(await world.token({ sub: 'dana', exp: nowS + 20_000 })))
  const first = requireIssued(await world.identifier.mintRun(alice))
  world.clock.pass(4000)
  assert.ok(isDenial(await world.ask(first.token.reveal())), 'it has ended')
  const next = requireIssued(await world.identifier.mintRun(alice, { continues: first.token }))
  assert.equal(next.principal.run, first.principal.run)
  assert.ok(isDenial(await world.identifier.mintRun(dana, { continues: first.token })))
  const revocation = { kind: 'run', by: 'op', reason: 'killed', atMs: 0, untilMs: null } as const
  await world.store.revoke({ ...revocation, id: first.principal.run ?? '' })
  assert.ok(isDenial(await world.identifier.mintRun(alice, { continues: first.token })))
  assert.ok(isDenial(await world.ask(next.token.reveal())), 'a revoked run takes its tokens along')
})

test('another gateway’s key, a foreign type and an issuer that claims our name are refused', async () => {
  const clock = new TestClock()
  const seed = new Secret<Uint8Array>(randomBytes(32))
  const mine = createRunTokens('gw', seed, clock)
  const minted = await mine.mint(somebody('agent', []), clock.ms + 60_000)
  const stranger = createRunTokens('gw', new Secret<Uint8Array>(randomBytes(32)), clock)
  assert.deepEqual(await stranger.verify(minted.token), {
    refused: 'bad-signature',
    issuer: 'sallyport:gw',
    detail: null,
  })
  const renamed = createRunTokens('gw2', seed, clock)
  assert.ok(isRefusal(await renamed.verify(minted.token)))
  const [jwk] = mine.jwks.keys
  assert.equal(decodeProtectedHeader(minted.token.reveal()).kid, jwk?.kid)
  assert.ok(!('d' in (jwk ?? {})), 'the private part is not published')
  const key = await importJWK({ ...jwk, d: Buffer.from(seed.reveal()).toString('base64url') }, 'EdDSA')
  const claims = decodeJwt(minted.token.reveal())
  const typ = 'sallyport-run+jwt'
  const resign = (header: object, changed: object): Promise<string> =>
    new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(key)
  assert.ok(!isRefusal(await mine.verify(new Secret(await resign({ typ }, {})))))
  assert.ok(
    isRefusal(await mine.verify(new Secret(await resign({}, {})))),
    'our key under something that is no run token',
  )
  for (const changed of [
    { aud: 'other' },
    { iss: 'other' },
    { run: 'run_1' },
    { kind: 'root' },
    { act: { sub: 'x' } },
  ]) {
    assert.ok(isRefusal(await mine.verify(new Secret(await resign({ typ }, changed)))), JSON.stringify(changed))
  }
})

function somebody(kind: PrincipalKind, act: readonly Actor[]): Principal {
  return {
    issuer: issuerUrl,
    subject: 's|with|bars',
    id: `${issuerUrl}|s|with|bars`,
    kind,
    display: 'S',
    groups: ['a'],
    act,
    run: runOf('digest', 1_800_000_000_000),
    expiresAtMs: 0,
    proof: { method: 'oidc', tokenId: 'x' },
    boundTo: null,
  }
}

test('property: what is minted is what is read, for any chain', async () => {
  const tokens = createRunTokens('gw', new Secret<Uint8Array>(randomBytes(32)), new TestClock())
  const kind = fc.constantFrom<PrincipalKind>('human', 'agent', 'service', 'ci')
  const actor = fc.record(
    {
      issuer: fc.constantFrom(issuerUrl, 'sallyport:gw'),
      subject: fc.stringMatching(/^[a-z|/]{1,40}$/),
      kind,
    },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(kind, fc.array(actor, { maxLength: 8 }), async (own, act) => {
      const { token, principal } = await tokens.mint(somebody(own, act), 1_800_000_600_000)
      assert.deepEqual(await tokens.verify(token), principal)
    }),
    { numRuns: size(50, 10) },
  )
})
