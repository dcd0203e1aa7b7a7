import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { exportSPKI, importJWK } from 'jose'
import { isDenial } from '../kernel/decision.ts'
import type { RefusalClass } from './refusal.ts'
import { issuerUrl, makeKey, sign, signRaw } from './testing/idp.ts'
import { goodClaims, makeWorld, type World } from './testing/world.ts'

/** The client reads one sentence for all of them; only the operator's log tells them apart. */
async function assertRefused(world: World, token: string, expected: RefusalClass): Promise<void> {
  const outcome = await world.ask(token)
  assert.ok(isDenial(outcome), 'it must not be accepted')
  assert.equal(outcome.reason, 'The credential is not valid.')
  assert.equal(outcome.cause, 'identity')
  assert.equal(world.log.lastClass, expected)
  const [head = '', payload = token] = token.split('.')
  for (const line of world.log.lines) {
    const text = JSON.stringify(line)
    assert.ok(
      ![head, payload].some((part) => part.length > 8 && text.includes(part)),
      'the log must not hold the token',
    )
  }
}

/** Claims changed in an otherwise good token. */
const badClaims: readonly (readonly [string, Record<string, unknown>, RefusalClass])[] = [
  ['another issuer', { iss: 'https://evil.example.com' }, 'unknown-issuer'],
  ['an issuer with a slash more', { iss: `${issuerUrl}/` }, 'unknown-issuer'],
  ['no issuer', { iss: undefined }, 'unknown-issuer'],
  ['an issuer that is a list', { iss: [issuerUrl] }, 'unknown-issuer'],
  ['another audience', { aud: 'other' }, 'wrong-audience'],
  ['no audience', { aud: undefined }, 'wrong-audience'],
  ['expired beyond the skew', { iat: 1_799_999_000, exp: 1_799_999_970 }, 'expired'],
  ['no end', { exp: undefined }, 'claims'],
  ['an end that is text', { exp: '1800000600' }, 'claims'],
  ['not yet valid', { nbf: 1_800_000_031 }, 'not-yet-valid'],
  ['issued in the future', { iat: 1_800_000_031 }, 'not-yet-valid'],
  ['no time of issue', { iat: undefined }, 'claims'],
  ['valid for ten years', { exp: 2_100_000_000 }, 'lifetime'],
  ['an end at infinity', { exp: 1e300 }, 'lifetime'],
  ['no subject', { sub: undefined }, 'claims'],
  ['an empty subject', { sub: '' }, 'claims'],
  ['a subject that is a number', { sub: 7 }, 'claims'],
  ['a subject with a line break', { sub: 'alice\nroot' }, 'claims'],
  ['a subject with a zero-width character', { sub: 'ali\u200bce' }, 'claims'],
  ['a subject that reads backwards', { sub: '\u202ecila' }, 'claims'],
  ['groups that are text', { groups: 'dba,oncall' }, 'claims'],
  ['groups that are an object', { groups: { 0: 'dba' } }, 'claims'],
  ['groups with a number in them', { groups: ['a', 1] }, 'claims'],
  ['a group with an escape sequence', { groups: ['dba\u001b[2J'] }, 'claims'],
  ['600 groups', { groups: Array.from({ length: 600 }, (_, i) => `g${i}`) }, 'claims'],
  ['a chain of nine actors', { act: chain(9) }, 'claims'],
  ['an actor of another issuer', { act: { iss: 'https://other.example.com', sub: 'dana' } }, 'claims'],
  ['an actor without a name', { act: {} }, 'claims'],
]

function chain(length: number): object {
  return length === 1 ? { sub: 'a1' } : { sub: `a${length}`, act: chain(length - 1) }
}

for (const [name, claims, expected] of badClaims) {
  test(`refused: ${name}`, async () => {
    const world = await makeWorld()
    await assertRefused(world, await world.token(claims), expected)
  })
}

test('refused: alg none in several casings, with and without a signature, and nobody asks the issuer', async () => {
  const world = await makeWorld()
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    const bare = await signRaw(JSON.stringify({ alg }), JSON.stringify(goodClaims(world.clock)), () =>
      Promise.resolve(new Uint8Array()),
    )
    await assertRefused(world, bare, 'algorithm')
    const good = await world.token()
    await assertRefused(world, bare + (good.split('.')[2] ?? ''), 'algorithm')
  }
  assert.equal(world.idp.requests, 0)
})

test('refused: HS256 with the public key as the secret', async () => {
  const world = await makeWorld()
  const rsa = await makeKey('rsa', 'RS256')
  world.idp.keys = [rsa.publicJwk]
  const key = await importJWK(rsa.publicJwk, 'RS256', { extractable: true })
  assert.ok(!(key instanceof Uint8Array))
  const pem = await exportSPKI(key)
  const header = JSON.stringify({ alg: 'HS256', kid: 'rsa' })
  const token = await signRaw(header, JSON.stringify(goodClaims(world.clock)), (input) =>
    Promise.resolve(createHmac('sha256', pem).update(input).digest()),
  )
  await assertRefused(world, token, 'algorithm')
})

test('refused: an algorithm that this issuer may not use, although its key would verify', async () => {
  const world = await makeWorld({ algorithms: ['RS256'] })
  await assertRefused(world, await world.token(), 'algorithm')
})

test('refused: another key under a known name, and a key of an unknown name', async () => {
  const world = await makeWorld()
  const claims = goodClaims(world.clock)
  await assertRefused(world, await sign(await makeKey('k1'), claims), 'bad-signature')
  await assertRefused(world, await sign(await makeKey('k2'), claims), 'unknown-key')
})

test('refused: a token that brings its own key, or asks that one be fetched', async () => {
  const world = await makeWorld()
  const evil = await makeKey('evil')
  const claims = goodClaims(world.clock)
  const jwk = evil.publicJwk
  await assertRefused(world, await sign(evil, claims, { jwk }), 'malformed')
  await assertRefused(world, await sign(evil, claims, { jku: 'https://evil.example.com/jwks' }), 'unknown-key')
  await assertRefused(world, await sign(evil, claims, { x5u: 'https://evil.example.com/x' }), 'unknown-key')
  await assertRefused(
    world,
    await sign(evil, claims, { kid: 'k1', jku: 'https://evil.example.com/jwks' }),
    'bad-signature',
  )
  assert.equal(world.idp.requests, 2, 'discovery and keys of the configured issuer, nothing else')
})

test('refused: critical headers, other kinds of token of the same issuer', async () => {
  const world = await makeWorld()
  const header = JSON.stringify({ alg: 'ES256', kid: 'k1', crit: ['exp'], exp: 1 })
  const key = createPrivateKeyOf(world)
  const payload = JSON.stringify(goodClaims(world.clock))
  await assertRefused(world, await signRaw(header, payload, key), 'malformed')
  await assertRefused(world, await world.token({}, { typ: 'logout+jwt' }), 'malformed')
  await assertRefused(world, await world.token({}, { typ: 'dpop+jwt' }), 'malformed')
})

test('refused: a claim that stands twice, wherever it is nested', async () => {
  const world = await makeWorld()
  const key = createPrivateKeyOf(world)
  const header = '{"alg":"ES256","kid":"k1"}'
  const good = JSON.stringify(goodClaims(world.clock))
  const twice = [
    good.replace('{', '{"sub":"alice",'),
    good.replace('{', '{"s\\u0075b":"alice",'),
    good.replace('{', '{"act":{"sub":"a","sub":"b"},'),
  ]
  for (const payload of twice) await assertRefused(world, await signRaw(header, payload, key), 'malformed')
  const oneKey = await signRaw('{"alg":"ES256","alg":"ES256","kid":"k1"}', good, key)
  await assertRefused(world, oneKey, 'malformed')
  assert.ok(!isDenial(await world.ask(await signRaw(header, good, key))), 'the same text without a duplicate passes')
})

test('refused: truncated, padded, joined and enormous tokens', async () => {
  const world = await makeWorld()
  const token = await world.token()
  await assertRefused(world, token.slice(0, -4), 'bad-signature')
  const [header = '', payload = '', signature = ''] = token.split('.')
  await assertRefused(world, `${header}.${payload}.`, 'bad-signature')
  for (const bad of [
    '',
    '.',
    '..',
    header,
    `${header}.${payload}`,
    `${token}.x`,
    ` ${token}`,
    `${token}=`,
    `${header}.!.${signature}`,
  ]) {
    await assertRefused(world, bad, 'malformed')
  }
  await assertRefused(world, `${Buffer.from('null').toString('base64url')}.${payload}.${signature}`, 'malformed')
  await assertRefused(world, `${Buffer.from('ÿ', 'latin1').toString('base64url')}.${payload}.${signature}`, 'malformed')
  await assertRefused(world, 'a'.repeat(1024 * 1024), 'too-large')
  await assertRefused(world, await world.token({ pad: 'a'.repeat(1024 * 1024) }), 'too-large')
})

test('refused: thousands of nested arrays, without a fault', async () => {
  const world = await makeWorld()
  const deep = `{"iss":"${issuerUrl}","x":${'['.repeat(5000)}${']'.repeat(5000)}}`
  const token = await signRaw('{"alg":"ES256","kid":"k1"}', deep, createPrivateKeyOf(world))
  await assertRefused(world, token, 'malformed')
})

test('a claim named `refused`, `denied` or `__proto__` changes nothing', async () => {
  const world = await makeWorld()
  const outcome = await world.ask(
    await world.token({ refused: 'expired', denied: true, ['__proto__']: { kind: 'human' } }),
  )
  assert.ok(!isDenial(outcome))
  assert.equal(outcome.kind, 'agent')
})

/** Signs raw input as the issuer does. */
function createPrivateKeyOf({ key }: World): (input: Uint8Array) => Promise<Uint8Array> {
  return async (input) => {
    const signed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, Buffer.from(input))
    return new Uint8Array(signed)
  }
}
