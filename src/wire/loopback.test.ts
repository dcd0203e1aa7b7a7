import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'

test('the ends of a socket on this machine', () => {
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    assert.equal(isLoopbackAddress(address), true, address)
  for (const address of ['10.0.0.1', '128.0.0.1', '::', '::ffff:10.0.0.1', '1270::1', 'unknown', ''])
    assert.equal(isLoopbackAddress(address), false, address)
})

test('hosts as a URL writes them', () => {
  for (const url of [
    'http://localhost',
    'http://LOCALHOST',
    'http://127.1',
    'http://2130706433',
    'http://[::1]',
    'http://[0:0::1]',
  ])
    assert.equal(isLoopbackHost(new URL(url).hostname), true, url)
  for (const url of [
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://[::]',
    'http://localhost.',
  ])
    assert.equal(isLoopbackHost(new URL(url).hostname), false, url)
  // A scheme that URL does not know keeps the host as it was written.
  assert.equal(isLoopbackHost(new URL('x://127.0.0.1.evil').hostname), false)
})
