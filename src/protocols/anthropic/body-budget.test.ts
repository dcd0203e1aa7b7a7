import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BodyBudget } from './body-budget.ts'

test('one asker holds a quarter, all together hold the whole, and what is given back is there again', () => {
  const budget = new BodyBudget(400)
  const first = budget.take('a', 60)
  const second = budget.take('a', 40)
  assert.ok(first !== null && second !== null)
  assert.equal(budget.take('a', 1), null, 'its quarter is used up')
  for (const other of ['b', 'c', 'd']) assert.ok(budget.take(other, 100) !== null)
  assert.equal(budget.heldBytes, 400)
  first()
  assert.ok(budget.take('e', 50) !== null)
  assert.equal(budget.take('f', 11), null, 'nothing is left of the whole')
  assert.ok(budget.take('a', 10) !== null)
  assert.equal(budget.heldBytes, 400)
})
