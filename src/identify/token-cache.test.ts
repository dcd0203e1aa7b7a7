import assert from 'node:assert/strict'
import test from 'node:test'
import type { Principal } from '../kernel/principal.ts'
import { TokenCache, type CachedIdentity } from './token-cache.ts'

const principal: Principal = {
  issuer: 'i',
  subject: 's',
  id: 'i|s',
  kind: 'agent',
  display: 's',
  groups: [],
  act: [],
  run: null,
  expiresAtMs: 100,
  proof: { method: 'oidc', tokenId: 't' },
  boundTo: null,
}
const entry: CachedIdentity = {
  principal,
  revocable: [],
  issuer: null,
  keysVersion: 0,
  notAfterMs: 100,
  issuedAtMs: 0,
}

test('holds so many and no more; what was used last stays', () => {
  const cache = new TokenCache(2)
  cache.set('a', entry)
  cache.set('b', entry)
  assert.equal(cache.get('a', 0), entry)
  cache.set('c', entry)
  assert.equal(cache.get('b', 0), null)
  assert.equal(cache.get('a', 0), entry)
  for (let i = 0; i < 100; i++) cache.set(`x${i}`, entry)
  assert.equal(cache.size, 2)
})

test('an ended entry is not given and not kept', () => {
  const cache = new TokenCache()
  cache.set('a', entry)
  assert.equal(cache.get('a', 99), entry)
  assert.equal(cache.get('a', 100), null)
  assert.equal(cache.size, 0)
})
