import assert from 'node:assert/strict'
import test from 'node:test'
import { isDenial } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { issuerUrl } from './testing/idp.ts'
import { makeWorld, peer, requirePrincipal } from './testing/world.ts'

test('a good token becomes a principal: id, kind, sorted groups, display, proof, end with the skew', async () => {
  const world = await makeWorld()
  const principal = requirePrincipal(await world.ask(await world.token({ name: 'Bot seven' })))
  assert.deepEqual(principal, {
    issuer: issuerUrl,
    subject: 'bot-7',
    id: `${issuerUrl}|bot-7`,
    kind: 'agent',
    display: 'Bot seven',
    groups: ['a', 'b'],
    act: [],
    run: null,
    expiresAtMs: world.clock.ms + 630_000,
    proof: { method: 'oidc', tokenId: 't-1' },
    boundTo: null,
  })
})

test('a display name that is unclean, and a token id that is, fall back to what is safe', async () => {
  const world = await makeWorld()
  const principal = requirePrincipal(await world.ask(await world.token({ name: 'alice\r\nroot', jti: '\u0000' })))
  assert.equal(principal.display, 'bot-7')
  assert.match(principal.proof.tokenId, /^sha256:[0-9a-f]{32}$/)
})

test('kinds by claim: what the map does not name is nobody', async () => {
  const world = await makeWorld({
    principal: { kind: { claim: 'kind', map: { person: 'human', robot: 'agent' } }, groups: 'realm.roles' },
  })
  const human = requirePrincipal(await world.ask(await world.token({ kind: 'person', realm: { roles: ['dba'] } })))
  assert.equal(human.kind, 'human')
  assert.deepEqual(human.groups, ['dba'])
  for (const kind of [undefined, 'human', 'toString', '__proto__', ['person']]) {
    assert.ok(isDenial(await world.ask(await world.token({ kind }))), String(kind))
    assert.equal(world.log.lastClass, 'claims')
  }
})

test('a claim with dots in its own name is found before a path', async () => {
  const world = await makeWorld({ principal: { kind: 'agent', groups: 'https://corp.example/groups' } })
  const principal = requirePrincipal(await world.ask(await world.token({ 'https://corp.example/groups': ['x'] })))
  assert.deepEqual(principal.groups, ['x'])
})

test('required claims must be there with exactly that value', async () => {
  const world = await makeWorld({ requiredClaims: { repository: 'corp/app' } })
  requirePrincipal(await world.ask(await world.token({ repository: 'corp/app' })))
  for (const repository of [undefined, 'corp/app2', ['corp/app']]) {
    assert.ok(isDenial(await world.ask(await world.token({ repository }))))
  }
})

test('a delegated token is its actor, an agent, and never the human it acts for', async () => {
  const world = await makeWorld({ principal: { kind: 'human' } })
  const act = { sub: 'sub-agent', act: { sub: 'agent' } }
  const principal = requirePrincipal(await world.ask(await world.token({ sub: 'alice', act })))
  assert.equal(principal.id, `${issuerUrl}|sub-agent`)
  assert.equal(principal.kind, 'agent')
  assert.deepEqual(
    principal.act.map(({ subject, kind }) => [subject, kind]),
    [
      ['agent', 'agent'],
      ['alice', 'human'],
    ],
  )
})

test('the skew is allowed on both sides and not a second more', async () => {
  const world = await makeWorld()
  const nowS = world.clock.ms / 1000
  requirePrincipal(await world.ask(await world.token({ exp: nowS - 29, iat: nowS - 100 })))
  requirePrincipal(await world.ask(await world.token({ nbf: nowS + 30, iat: nowS + 30 })))
  assert.ok(isDenial(await world.ask(await world.token({ exp: nowS - 30, iat: nowS - 100 }))))
})

test('a verified token is remembered until its end, not longer, and the issuer is asked once', async () => {
  const world = await makeWorld()
  const token = await world.token()
  const first = requirePrincipal(await world.ask(token))
  assert.equal(await world.ask(token), first, 'the same object: caches elsewhere hang on it')
  assert.equal(world.idp.requests, 2)
  world.clock.pass(629)
  assert.equal(requirePrincipal(await world.ask(token)).id, first.id)
  world.clock.pass(1)
  assert.ok(isDenial(await world.ask(token)))
  assert.equal(world.log.lastClass, 'expired')
})

test('two audiences of one issuer are two mappings; a token for both is refused', async () => {
  const admin = { name: 'admin', issuer: issuerUrl, audience: 'admin', principal: { kind: 'human' } }
  const world = await makeWorld({}, [admin])
  assert.equal(requirePrincipal(await world.ask(await world.token())).kind, 'agent')
  assert.equal(requirePrincipal(await world.ask(await world.token({ aud: ['admin', 'x'] }))).kind, 'human')
  assert.ok(isDenial(await world.ask(await world.token({ aud: ['admin', 'sallyport'] }))))
  assert.equal(world.log.lastClass, 'wrong-audience')
})

test('a rule chooses the issuer, by its id or its name, for a cached token too', async () => {
  const world = await makeWorld()
  const token = new Secret(await world.token())
  for (const rule of ['fdrl_corp', 'corp', null]) {
    assert.ok(!isDenial(await world.identifier.identify({ token, rule }, peer)))
  }
  assert.ok(isDenial(await world.identifier.identify({ token, rule: 'fdrl_other' }, peer)))
  assert.equal(world.log.lastClass, 'wrong-rule')
})

test('without TLS a token is refused before it is believed, except on loopback', async () => {
  const world = await makeWorld()
  const token = new Secret(await world.token())
  const open = { ...peer, tls: false }
  await assert.rejects(world.identifier.identify({ token, rule: null }, open), (error) => {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'tls.required')
    assert.equal(error.tell, 'This gateway requires TLS for this credential.')
    return true
  })
  assert.ok(!isDenial(await world.identifier.identify({ token, rule: null }, { ...open, loopback: true })))
})

test('revoking a token, a principal or the human behind it refuses a cached token at once and names whom it covers', async () => {
  for (const id of ['t-1', `${issuerUrl}|bot-7`, `${issuerUrl}|alice`]) {
    const world = await makeWorld({ principal: { kind: 'human' } })
    const token = await world.token({ sub: 'alice', act: { sub: 'bot-7' } })
    const principal = requirePrincipal(await world.ask(token))
    const covered: boolean[] = []
    const stop = world.identifier.onRevoked((covers) => {
      covered.push(
        covers(principal),
        covers({ ...principal, id: 'x|y', act: [], proof: { method: 'oidc', tokenId: 'z' } }),
      )
    })
    const revocation = { kind: 'principal', id, by: 'op', reason: 'left', atMs: 0, untilMs: null } as const
    await world.store.revoke(revocation)
    const outcome = await world.ask(token)
    assert.ok(isDenial(outcome))
    assert.equal(outcome.cause, 'revoked')
    assert.equal(outcome.reason, 'The credential is not valid.')
    assert.deepEqual(covered, [true, false])
    stop()
    await world.store.revoke(revocation)
    assert.equal(covered.length, 2)
  }
})

test('a store that cannot vouch for revocations refuses everybody', async () => {
  const world = await makeWorld()
  world.store.isRevoked = () => {
    throw new Fault('state.unavailable')
  }
  await assert.rejects(world.ask(await world.token()), { code: 'state.unavailable' })
})
