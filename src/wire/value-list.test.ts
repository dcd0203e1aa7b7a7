import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ValueList } from './value-list.ts'

test('what one stretch with very many values took is given back', () => {
  const list = new ValueList()
  const fill = (count: number): number => {
    list.clear()
    for (let i = 0; i < count; i++) list.add(i, i + 1)
    return list.starts.length
  }
  assert.equal(fill(1000), 1024)
  assert.equal(fill(900), 1024, 'the room for what is common is kept')
  assert.deepEqual([list.count, list.starts[899], list.ends[899]], [900, 899, 900])
  assert.ok(fill(200_000) >= 200_000)
  assert.ok(fill(10) <= 1024)
  assert.equal(list.ends.length, list.starts.length)
})
