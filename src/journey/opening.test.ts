import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agent, person } from '../authorize/testing/world.ts'
import { isDenial, type Denial } from '../kernel/decision.ts'
import type { Waiting } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import { openSession } from './opening.ts'
import { Register } from './register.ts'
import type { LiveSession } from './session.ts'
import { openStage, type Stage } from './testing/rooms.ts'

const lets = '@id("in") permit (principal, action == Action::"connect", resource);'
const asks = `${lets} @id("ask") @approval("dba") @reason("Ask.") forbid (principal, action == Action::"connect", resource);`

const dana = person('dana', ['dba'])
const peer = { address: '127.0.0.1', tls: false, loopback: true }
const want = { connection: 'orders', protocol: 'sql-toy', client: null }

interface Opening {
  readonly register: Register
  /** The approval that is waited for. */
  readonly asked: Promise<string>
  readonly outcome: Promise<LiveSession | Denial>
}

function begin({ rooms }: Stage, principal: Principal = agent): Opening {
  const register = new Register(rooms.clock)
  const asked = Promise.withResolvers<string>()
  const waiting: Waiting = { held: ({ approval }) => asked.resolve(approval), gone: new AbortController().signal }
  const outcome = openSession(rooms, register, { principal, want, peer }, waiting)
  return { register, asked: asked.promise, outcome }
}

async function approve({ rooms }: Stage, approval: string): Promise<void> {
  const decided = await rooms.approvals.decide(approval, dana, 'approved', 'fine')
  assert.ok(!isDenial(decided))
}

function revoke({ identities }: Stage, id: string): Promise<void> {
  return identities.revoke({ kind: 'principal', id, by: dana.id, reason: 'left', atMs: 1, untilMs: null })
}

function deniedBy(outcome: LiveSession | Denial): string {
  return isDenial(outcome) ? outcome.cause : 'opened'
}

test('access that a human approved is recorded and live', async () => {
  const stage = await openStage(asks)
  const { register, asked, outcome } = begin(stage)
  await approve(stage, await asked)
  const session = await outcome
  assert.ok(!isDenial(session))
  assert.deepEqual([register.sessions, session.revoked.aborted], [[session], false])
  assert.deepEqual(stage.journal.types, ['approval', 'session.open'])
  await register.close()
})

test('who is revoked while a human is asked gets no access from their approval', async () => {
  const stage = await openStage(asks)
  const { register, asked, outcome } = begin(stage)
  const approval = await asked
  await revoke(stage, agent.id)
  await approve(stage, approval)
  assert.equal(deniedBy(await outcome), 'revoked')
  assert.deepEqual(register.sessions, [])
  await register.close()
})

test('a login that ends while a human is asked gives no access either', async () => {
  const stage = await openStage(asks)
  const { register, asked, outcome } = begin(stage, { ...agent, expiresAtMs: stage.clock.wallMs + 10_000 })
  await approve(stage, await asked)
  stage.clock.wallMs += 10_000
  assert.equal(deniedBy(await outcome), 'identity')
  assert.deepEqual(register.sessions, [])
  await register.close()
})

test('who is revoked while their session is being recorded has it ended at once', async () => {
  const stage = await openStage(lets)
  const recording = Promise.withResolvers<void>()
  stage.journal.answer = () => recording.promise
  const { register, outcome } = begin(stage)
  await new Promise(setImmediate)
  assert.deepEqual(stage.journal.types, ['session.open'])
  await revoke(stage, agent.id)
  recording.resolve()
  const session = await outcome
  assert.ok(!isDenial(session))
  assert.equal(session.revoked.aborted, true)
  await register.close()
})
