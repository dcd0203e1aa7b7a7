import assert from 'node:assert/strict'
import test from 'node:test'
import { isDenial } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import { issuerUrl, makeKey, sign } from './testing/idp.ts'
import { goodClaims, makeWorld, requirePrincipal, type World } from './testing/world.ts'

async function assertUnavailable(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'identity.unavailable')
    assert.equal(error.tell, 'The identity provider cannot be reached.')
    return true
  })
}

const longLived = (world: World): Record<string, unknown> => ({ exp: world.clock.ms / 1000 + 80_000 })

test('a new key is asked for, but not more often than the cooldown allows', async () => {
  const world = await makeWorld()
  requirePrincipal(await world.ask(await world.token()))
  const next = await makeKey('k2')
  world.idp.keys = [world.key.publicJwk, next.publicJwk]
  const token = await sign(next, goodClaims(world.clock))
  assert.ok(isDenial(await world.ask(token)), 'the set is seconds old')
  assert.equal(world.log.lastClass, 'unknown-key')
  assert.equal(world.idp.requests, 2)
  world.clock.pass(31)
  requirePrincipal(await world.ask(token))
  for (let i = 0; i < 20; i++) await world.ask(await sign(await makeKey(`stranger${i}`), goodClaims(world.clock)))
  assert.equal(world.idp.requests, 4)
})

test('a key that left the set is refused after five minutes, for tokens that were verified before, too', async () => {
  const world = await makeWorld()
  const token = await world.token(longLived(world))
  requirePrincipal(await world.ask(token))
  world.idp.keys = [(await makeKey('k2')).publicJwk]
  world.clock.pass(301)
  assert.ok(isDenial(await world.ask(token)))
  assert.equal(world.log.lastClass, 'unknown-key')
})

test('half-old keys are refreshed aside: nobody waits, and the next one sees the new set', async () => {
  const world = await makeWorld()
  const token = await world.token(longLived(world))
  requirePrincipal(await world.ask(token))
  world.idp.keys = [(await makeKey('k2')).publicJwk]
  world.clock.pass(151)
  requirePrincipal(await world.ask(token))
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(isDenial(await world.ask(token)))
})

test('keys at hand outlive an issuer that is away, for a day', async () => {
  const world = await makeWorld()
  const token = await world.token(longLived(world))
  requirePrincipal(await world.ask(token))
  world.idp.isDown = true
  world.clock.pass(3600)
  requirePrincipal(await world.ask(token))
  requirePrincipal(await world.ask(await world.token({ ...longLived(world), jti: 'another' })))
  world.clock.pass(86_400)
  await assertUnavailable(world.ask(await world.token()))
})

test('an issuer that was never reached is unavailable, is left alone for a moment, and is found when it is back', async () => {
  const world = await makeWorld()
  const token = await world.token()
  world.idp.isDown = true
  await assertUnavailable(world.ask(token))
  await assertUnavailable(world.ask(token))
  assert.equal(world.idp.requests, 1)
  world.idp.isDown = false
  world.clock.pass(6)
  requirePrincipal(await world.ask(token))
})

test('one request at a time, whoever asks', async () => {
  const world = await makeWorld()
  const tokens = await Promise.all([1, 2, 3, 4, 5].map((i) => world.token({ jti: `t${i}` })))
  await Promise.all(tokens.map((token) => world.ask(token)))
  assert.equal(world.idp.requests, 2)
})

const lies: readonly (readonly [string, (world: World) => void])[] = [
  [
    'discovery of another issuer',
    ({ idp }) => (idp.discovery = { issuer: `${issuerUrl}/`, jwks_uri: `${issuerUrl}/jwks` }),
  ],
  ['keys over http', ({ idp }) => (idp.discovery = { issuer: issuerUrl, jwks_uri: 'http://idp.example.com/jwks' })],
  ['keys on our own loopback', ({ idp }) => (idp.discovery = { issuer: issuerUrl, jwks_uri: 'http://127.0.0.1/jwks' })],
  ['keys in a file', ({ idp }) => (idp.discovery = { issuer: issuerUrl, jwks_uri: 'file:///etc/passwd' })],
  ['a list for a document', ({ idp }) => (idp.discovery = [])],
  ['a set that is not JSON', ({ idp }) => (idp.rawKeys = '<html>')],
  ['a set of 2 MB', ({ idp }) => (idp.rawKeys = JSON.stringify({ keys: idp.keys }) + ' '.repeat(2_000_000))],
  ['a set without keys', ({ idp }) => (idp.rawKeys = '{"keys":{}}')],
  ['shared secrets only', ({ idp }) => (idp.rawKeys = '{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"k1"}]}')],
]

for (const [name, lie] of lies) {
  test(`not believed: ${name}`, async () => {
    const world = await makeWorld()
    lie(world)
    await assertUnavailable(world.ask(await world.token()))
  })
}

test('a token without a key id needs the only key that fits', async () => {
  const world = await makeWorld()
  const bare = (): Promise<string> => world.token({}, { kid: undefined })
  requirePrincipal(await world.ask(await bare()))
  const two = await makeWorld()
  two.idp.keys = [two.key.publicJwk, (await makeKey('k2')).publicJwk]
  assert.ok(isDenial(await two.ask(await two.token({}, { kid: undefined }))))
  assert.equal(two.log.lastClass, 'unknown-key')
})
