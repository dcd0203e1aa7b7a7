import assert from 'node:assert/strict'
import test from 'node:test'
import { isDenial, type Denial } from '../kernel/decision.ts'
import { Secret } from '../kernel/secret.ts'
import type { IssuedCredential } from './connect-credential.ts'
import { makeWorld, peer, requirePrincipal, type World } from './testing/world.ts'

async function issue(world: World): Promise<IssuedCredential> {
  const principal = requirePrincipal(await world.ask(await world.token()))
  return requireCredential(await world.identifier.issueConnectCredential(principal, 'orders'))
}

function requireCredential(outcome: IssuedCredential | Denial): IssuedCredential {
  if (isDenial(outcome)) throw new Error(`denied: ${outcome.reason}`)
  return outcome
}

test('a connect credential is its owner on one connection; only its digest is stored', async () => {
  const world = await makeWorld()
  const { id, secret, expiresAtMs } = await issue(world)
  assert.match(secret.reveal(), /^spc_[A-Za-z0-9_-]{43}$/)
  assert.ok(!JSON.stringify([...world.store.credentials]).includes(secret.reveal().slice(4)))
  const principal = requirePrincipal(await world.ask(secret.reveal()))
  assert.equal(principal.boundTo, 'orders')
  assert.equal(principal.expiresAtMs, expiresAtMs)
  assert.deepEqual(principal.proof, { method: 'connect-credential', tokenId: id })
  assert.deepEqual(principal.groups, ['a', 'b'])
})

test('it ends with the identity it was issued to, cached or not', async () => {
  const world = await makeWorld()
  const { secret, expiresAtMs } = await issue(world)
  assert.equal(expiresAtMs, world.clock.ms + 630_000)
  requirePrincipal(await world.ask(secret.reveal()))
  world.clock.pass(630)
  assert.ok(isDenial(await world.ask(secret.reveal())))
  assert.equal(world.log.lastClass, 'expired')
})

test('it lives an hour at most', async () => {
  const world = await makeWorld()
  const principal = requirePrincipal(await world.ask(await world.token({ exp: world.clock.ms / 1000 + 50_000 })))
  const { expiresAtMs } = requireCredential(await world.identifier.issueConnectCredential(principal, 'orders'))
  assert.equal(expiresAtMs, world.clock.ms + 3_600_000)
})

test('refused: another secret, a cut one, a longer one, and all of them alike', async () => {
  const world = await makeWorld()
  const secret = (await issue(world)).secret.reveal()
  const last = secret.endsWith('A') ? 'B' : 'A'
  for (const bad of [secret.slice(0, -1) + last, secret.slice(0, -1), `${secret}A`, 'spc_', `spc_${'A'.repeat(43)}`]) {
    const outcome = await world.ask(bad)
    assert.ok(isDenial(outcome))
    assert.equal(outcome.reason, 'The credential is not valid.')
  }
})

test('a store that finds another credential, or an unbound principal, is not believed', async () => {
  const world = await makeWorld()
  const secret = (await issue(world)).secret.reveal()
  const [found] = [...world.store.credentials.values()]
  assert.ok(found !== undefined)
  for (const stored of [
    { ...found, digest: '0'.repeat(64) },
    { ...found, digest: found.digest.slice(0, 10) },
    { ...found, principal: { ...found.principal, boundTo: null } },
  ]) {
    world.store.findCredential = () => Promise.resolve(stored)
    assert.ok(isDenial(await world.ask(secret)))
    assert.equal(world.log.lastClass, 'unknown-credential')
  }
})

test('a bound principal gets neither a run nor another credential', async () => {
  const world = await makeWorld()
  const bound = requirePrincipal(await world.ask((await issue(world)).secret.reveal()))
  for (const outcome of [
    await world.identifier.issueConnectCredential(bound, 'orders'),
    await world.identifier.mintRun(bound),
  ]) {
    assert.ok(isDenial(outcome))
    assert.equal(outcome.reason, 'This credential cannot be used to issue another one.')
  }
})

test('revoking it, or its owner, ends it at once', async () => {
  for (const which of ['credential', 'owner']) {
    const world = await makeWorld()
    const { id, secret } = await issue(world)
    const principal = requirePrincipal(await world.ask(secret.reveal()))
    const target = which === 'owner' ? principal.id : id
    await world.store.revoke({ kind: 'token', id: target, by: 'op', reason: 'lost', atMs: 0, untilMs: null })
    assert.ok(isDenial(await world.ask(secret.reveal())))
    assert.ok(isDenial(await world.identifier.issueConnectCredential(principal, 'orders')))
  }
})

test('the only credential that is taken without TLS, because it opens one connection for a short time', async () => {
  const world = await makeWorld()
  const { secret } = await issue(world)
  const open = { ...peer, tls: false }
  assert.ok(!isDenial(await world.identifier.identify({ token: secret, rule: null }, open)))
  assert.ok(isDenial(await world.identifier.identify({ token: new Secret(secret.reveal()), rule: 'corp' }, peer)))
})
