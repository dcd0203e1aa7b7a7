import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Closers } from './closers.ts'

test('what was opened last is closed first; what fails is told when all is closed', async () => {
  const closed: string[] = []
  const closers = new Closers()
  closers.add(() => void closed.push('keys'))
  closers.add(async () => await Promise.reject(new Error('the journal')))
  closers.add(() => {
    throw new Error('the socket')
  })
  closers.add(() => void closed.push('api'))
  await assert.rejects(closers.close(), (error) => {
    assert.ok(error instanceof AggregateError)
    assert.deepEqual(
      error.errors.map((one) => (one instanceof Error ? one.message : null)),
      ['the socket', 'the journal'],
    )
    return true
  })
  assert.deepEqual(closed, ['api', 'keys'])
  await closers.close()
  assert.deepEqual(closed, ['api', 'keys'], 'once')
})
