import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CancelKeys } from './cancel-keys.ts'

test('only the exact key cancels, and only its own session', () => {
  const keys = new CancelKeys()
  const cancelled: string[] = []
  const one = keys.issue(false, () => cancelled.push('one'))
  const two = keys.issue(true, () => cancelled.push('two'))
  assert.equal(one.key.length, 4)
  assert.equal(two.key.length, 32)
  assert.notEqual(one.processId, two.processId)

  keys.cancel(one.processId, Uint8Array.of(0, 0, 0, 0))
  keys.cancel(one.processId, two.key)
  keys.cancel(two.processId, one.key)
  keys.cancel(two.processId, two.key.slice(0, 31))
  keys.cancel(1, new Uint8Array(4))
  keys.cancel(1, new Uint8Array(0))
  assert.deepEqual(cancelled, [])

  keys.cancel(two.processId, two.key)
  assert.deepEqual(cancelled, ['two'])
})

test('a session that ended cannot be cancelled, and leaves nothing behind', () => {
  const keys = new CancelKeys()
  let cancelled = 0
  const { processId, key } = keys.issue(false, () => cancelled++)
  keys.revoke(processId)
  keys.cancel(processId, key)
  assert.equal(cancelled, 0)
  assert.equal(keys.size, 0)
})
