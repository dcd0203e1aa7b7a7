import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recent } from './recent.ts'

test('what is used stays, what is not is forgotten, and never more than the bound is kept', () => {
  const recent = new Recent<number>(8)
  recent.set('used', -1)
  for (let i = 0; i < 100; i++) {
    recent.set(String(i), i)
    assert.equal(recent.get('used'), -1)
  }
  const kept = Array.from({ length: 100 }, (_, i) => recent.get(String(i))).filter((one) => one !== undefined)
  assert.ok(kept.length > 0 && kept.length <= 8, String(kept.length))
  assert.equal(recent.get('0'), undefined)
})
