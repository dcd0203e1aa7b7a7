import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { mock, test } from 'node:test'
import { limitBodyTime } from './body-deadline.ts'

function waitFor(complete: boolean, ms: number): boolean {
  mock.timers.enable({ apis: ['setTimeout'] })
  const request = new IncomingMessage(new Socket())
  request.complete = complete
  limitBodyTime(request)
  mock.timers.tick(ms)
  mock.timers.reset()
  return request.destroyed
}

test('a body that comes too slowly ends its connection', () => {
  assert.equal(waitFor(false, 29_999), false)
  assert.equal(waitFor(false, 30_000), true)
})

test('a request that is whole may be worked on for longer', () => {
  assert.equal(waitFor(true, 600_000), false)
})
