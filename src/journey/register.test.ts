import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { agent } from '../authorize/testing/world.ts'
import { isDenial, toDenial, type Denial } from '../kernel/decision.ts'
import { Register } from './register.ts'
import type { LiveSession } from './session.ts'
import { openStage, type Stage } from './testing/rooms.ts'

const lets = '@id("in") permit (principal, action == Action::"connect", resource);'
const sweepMs = 500
const idleMs = 300_000

interface Bench extends Stage {
  readonly register: Register
  readonly share: (key: string, open: () => Promise<LiveSession | Denial>) => Promise<LiveSession | Denial>
  readonly add: (untilMs?: number) => LiveSession
}

async function openRegister(context: TestContext): Promise<Bench> {
  const stage = await openStage(lets)
  context.mock.timers.enable({ apis: ['setInterval'] })
  const register = new Register(stage.clock)
  const isSession = (value: LiveSession | Denial): value is LiveSession => !isDenial(value)
  return {
    ...stage,
    register,
    share: (key, open) => register.share(key, open, isSession),
    add: (expiresAtMs = agent.expiresAtMs) => {
      const session = stage.open({ ...agent, expiresAtMs }, true, (id) => register.remove(id))
      register.add(session)
      return session
    },
  }
}

test('who asks for the same session gets it, also while it is being opened', async (context) => {
  const { share, add, register } = await openRegister(context)
  const gate = Promise.withResolvers<void>()
  let opened = 0
  const open = async (): Promise<LiveSession> => {
    opened++
    await gate.promise
    return add()
  }
  const asked = [share('a', open), share('a', open), share('b', open)]
  gate.resolve()
  const [first, second, other] = await Promise.all(asked)
  assert.equal(first, second)
  assert.notEqual(first, other)
  assert.equal(await share('a', open), first)
  assert.equal(opened, 2)
  await register.close()
})

test("a session that could not be opened is nobody else's answer", async (context) => {
  const { share, add, register } = await openRegister(context)
  const gate = Promise.withResolvers<void>()
  const denied = share('a', async () => {
    await gate.promise
    return toDenial('no', 'policy')
  })
  // Waits for the first, and then asks for itself.
  const waiting = share('a', () => Promise.resolve(add()))
  gate.resolve()
  assert.ok(isDenial(await denied))
  assert.ok(!isDenial(await waiting))
  await assert.rejects(
    share('b', () => Promise.reject(new Error('the record is full'))),
    /the record is full/,
  )
  assert.ok(!isDenial(await share('b', () => Promise.resolve(add()))))
  await register.close()
})

test('a session that has ended is opened again', async (context) => {
  const { share, add, register, ended } = await openRegister(context)
  const first = await share('a', () => Promise.resolve(add()))
  assert.equal(
    register.revokeWhere(() => true, 'revoked'),
    1,
  )
  assert.deepEqual([ended.length, register.sessions.length], [1, 0])
  assert.notEqual(await share('a', () => Promise.resolve(add())), first)
  await register.close()
})

test('the sweep ends what nobody uses and whose grant is over, and nothing else', async (context) => {
  const { share, add, register, clock } = await openRegister(context)
  const tick = (): void => context.mock.timers.tick(sweepMs)
  const kept = await share('a', () => Promise.resolve(add()))
  const short = add(clock.wallMs + 1_000)
  tick()
  assert.equal(register.sessions.length, 2)
  clock.wallMs += 1_000
  tick()
  assert.deepEqual([register.has(short.id), register.sessions], [false, [kept]])
  clock.runningMs += idleMs
  tick()
  assert.equal(register.sessions.length, 1)
  clock.runningMs += 1
  tick()
  assert.equal(register.sessions.length, 0)
  await register.close()
})
