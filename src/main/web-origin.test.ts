import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toWebOrigin } from './web-origin.ts'

test('an origin is one, whatever the listener is bound to', () => {
  assert.equal(toWebOrigin('localhost', 8470, true), 'https://localhost:8470')
  assert.equal(toWebOrigin('127.0.0.1', 1, false), 'http://127.0.0.1:1')
  assert.equal(toWebOrigin('::1', 8470, true), 'https://[::1]:8470')
  for (const host of ['gw.example.com', '192.0.2.1', '2001:db8::7'])
    assert.equal(new URL(toWebOrigin(host, 8470, true)).port, '8470', host)
})
