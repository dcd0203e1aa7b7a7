import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { PhaseDeadline } from './phase-deadline.ts'

const limits = { greeting: 10, tls: 20, identify: 30, open: 40, ready: 0 }

function deadlineOf(context: TestContext): { deadline: PhaseDeadline; faults: string[] } {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const faults: string[] = []
  return {
    deadline: new PhaseDeadline(limits, ({ code, facts }) => faults.push(`${code} ${String(facts['phase'])}`)),
    faults,
  }
}

test('each phase has its own time from its beginning, and ready has no end', (context) => {
  const { deadline, faults } = deadlineOf(context)
  deadline.enter('greeting')
  context.mock.timers.tick(9)
  deadline.enter('identify')
  context.mock.timers.tick(29)
  deadline.enter('ready')
  context.mock.timers.tick(100_000)
  assert.deepEqual([faults, deadline.phase], [[], 'ready'])
})

test('who is late is told by the phase: the client, and in the last one the target', (context) => {
  const { deadline, faults } = deadlineOf(context)
  deadline.enter('greeting')
  context.mock.timers.tick(10)
  deadline.enter('open')
  context.mock.timers.tick(40)
  assert.deepEqual(faults, ['phase.timeout greeting', 'upstream.timeout open'])
})

test('a hold suspends the phase that it is in, and no other', (context) => {
  const { deadline, faults } = deadlineOf(context)
  deadline.enter('identify')
  deadline.suspend()
  context.mock.timers.tick(1_000)
  assert.deepEqual(faults, [])
  deadline.enter('open')
  context.mock.timers.tick(40)
  assert.deepEqual(faults, ['upstream.timeout open'])
})

test('a client that has gone enters no phase', (context) => {
  const { deadline, faults } = deadlineOf(context)
  deadline.stop()
  deadline.enter('open')
  context.mock.timers.tick(1_000)
  assert.deepEqual(faults, [])
})
