import assert from 'node:assert/strict'
import test from 'node:test'
import { identitySettings } from './settings.ts'

const corp = { name: 'corp', issuer: 'https://idp.example.com', audience: 'sallyport', principal: { kind: 'agent' } }

function problemOf(...issuers: readonly unknown[]): string {
  const checked = identitySettings.safeParse({ issuers })
  return checked.success
    ? ''
    : checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n')
}

test('nothing written trusts nobody', () => {
  assert.deepEqual(identitySettings.parse(undefined), { issuers: [] })
})

test('every default is the strict one', () => {
  const [issuer] = identitySettings.parse({ issuers: [corp] }).issuers
  assert.deepEqual(issuer, {
    ...corp,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    clockSkew: 30,
    maxLifetime: 86_400,
    principal: { id: 'sub', kind: 'agent', groups: 'groups' },
    requiredClaims: {},
  })
})

test('durations in words or seconds, bounded', () => {
  const [issuer] = identitySettings.parse({ issuers: [{ ...corp, clockSkew: '2m', maxLifetime: '12h' }] }).issuers
  assert.deepEqual([issuer?.clockSkew, issuer?.maxLifetime], [120, 43_200])
  for (const clockSkew of [121, '3m', -1, '30', 'soon', 0.5])
    assert.match(problemOf({ ...corp, clockSkew }), /clockSkew/)
  assert.match(problemOf({ ...corp, maxLifetime: '31d' }), /maxLifetime/)
})

test('none, shared secrets and unknown algorithms cannot be written', () => {
  for (const alg of ['none', 'None', 'HS256', 'HS512', 'RS1', 'dir']) {
    assert.match(problemOf({ ...corp, algorithms: ['ES256', alg] }), /^issuers\.0\.algorithms\.1: /)
  }
  assert.match(problemOf({ ...corp, algorithms: [] }), /algorithms/)
})

test('an issuer is an https URL; http for loopback only', () => {
  const bad = [
    'http://idp.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'https://user@idp.example.com',
    'https://idp.example.com?x',
    'https://idp.example.com#x',
    'https://idp.example.com/a|b',
    'sallyport:gw.example.com',
    'file:///etc',
    '',
  ]
  for (const issuer of bad) assert.match(problemOf({ ...corp, issuer }), /^issuers\.0\.issuer: an https URL/, issuer)
  for (const issuer of [
    'http://127.0.0.1:5556',
    'http://localhost:1',
    'http://[::1]:1',
    'https://idp.example.com/t/1',
  ]) {
    assert.equal(problemOf({ ...corp, issuer }), '')
  }
  assert.equal(problemOf({ ...corp, jwksUri: 'https://idp.example.com/keys?p=1' }), '')
  assert.match(problemOf({ ...corp, jwksUri: 'http://idp.example.com/keys' }), /jwksUri/)
})

test('two issuers may not share what chooses between them', () => {
  const other = { ...corp, name: 'other', issuer: 'https://other.example.com' }
  assert.equal(problemOf(corp, other), '')
  assert.equal(problemOf(corp, { ...other, name: 'corp' }), 'issuers.1: another issuer has the same name')
  assert.equal(
    problemOf(corp, { ...other, issuer: corp.issuer }),
    'issuers.1: another issuer has the same issuer and audience',
  )
  const rule = { federationRuleId: 'fdrl_x' }
  assert.equal(
    problemOf({ ...corp, ...rule }, { ...other, ...rule }),
    'issuers.1: another issuer has the same federationRuleId',
  )
  assert.equal(problemOf(corp, { ...other, issuer: corp.issuer, audience: 'admin' }), '')
})

test('a kind is written down, plainly or as a map of one claim; unknown keys are errors', () => {
  assert.match(problemOf({ ...corp, principal: {} }), /principal\.kind/)
  assert.match(problemOf({ ...corp, principal: { kind: 'root' } }), /principal\.kind/)
  assert.match(problemOf({ ...corp, principal: { kind: { claim: 'k', map: { a: 'root' } } } }), /principal\.kind/)
  assert.match(problemOf({ ...corp, principal: { kind: 'agent', grups: 'x' } }), /grups/)
  assert.match(problemOf({ ...corp, secret: 'x' }), /secret/)
})
