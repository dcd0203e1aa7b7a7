import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agent, sqlFacts } from '../authorize/testing/world.ts'
import { isDenial, type Denial } from '../kernel/decision.ts'
import type { Action } from '../kernel/action.ts'
import { Fault } from '../kernel/fault.ts'
import type { Passage, Waiting } from '../kernel/journey.ts'
import { openStage, type Stage } from './testing/rooms.ts'

const lets = '@id("in") permit (principal, action in [Action::"connect", Action::"sql:read"], resource);'
const holds = `${lets} @id("held") @approval("dba") @reason("Ask.") forbid (principal, action in Action::"sql:write", resource);`

function toAction(name: string): Action {
  const bytes = Buffer.from(name)
  const field = { name: null, content: 'text' } as const
  return {
    label: name,
    facts: sqlFacts([name]),
    canonical: () => [bytes],
    parts: [{ role: 'sql', field, bytes, digest: null }],
  }
}

const nobodyWaits: Waiting = { held: () => undefined, gone: new AbortController().signal }

function passed(outcome: Passage | Denial): Passage {
  assert.ok(!isDenial(outcome), isDenial(outcome) ? outcome.reason : '')
  return outcome
}

const completed = { outcome: 'completed', code: null, rows: 0 } as const

function breakJournal({ journal }: Stage): void {
  journal.answer = () => Promise.reject(new Fault('record.unavailable', { step: 'write' }))
}

test('what is allowed is recorded and passes; what is not is recorded as refused; the end comes last and once', async () => {
  const stage = await openStage(lets)
  const session = stage.open(agent, false)
  const passage = passed(await session.begin(toAction('sql:select'), nobodyWaits))
  const denied = await session.begin(toAction('sql:drop'), nobodyWaits)
  assert.ok(isDenial(denied))
  passage.end(completed)
  passage.end(completed)
  await session.end('client-closed')
  await session.end('revoked')
  assert.deepEqual(stage.journal.types, ['request', 'refused', 'done', 'session.end'])
  assert.deepEqual(stage.ended, ['ses_0'])
  assert.ok(isDenial(await session.begin(toAction('sql:select'), nobodyWaits)))
})

test('a journal that fails at the end of a session ends nothing else: it is told to the operator', async () => {
  for (const shared of [true, false]) {
    const stage = await openStage(lets)
    const session = stage.open(agent, shared)
    breakJournal(stage)
    // Swept away by the register: nobody waits for the end, and nobody would catch what it throws.
    session.revoke('expired')
    await session.end('expired')
    await new Promise(setImmediate)
    assert.deepEqual(stage.log.lines, ['The gateway cannot record, so nothing passes.'])
    assert.deepEqual(stage.ended, ['ses_0'])
    stage.journal.answer = () => Promise.resolve()
    await stage.owed[0]?.()
    assert.deepEqual([stage.owed.length, stage.journal.types.at(-1)], [1, 'session.end'])
  }
})

test('a read does not pass when it could not be written', async () => {
  const stage = await openStage(lets)
  const session = stage.open(agent, true)
  breakJournal(stage)
  await assert.rejects(session.begin(toAction('sql:select'), nobodyWaits), { code: 'record.unavailable' })
})

test('a session with an action on its way is not idle, and a wall clock that steps makes none idle', async () => {
  const stage = await openStage(lets)
  const session = stage.open(agent, true)
  const passage = passed(await session.begin(toAction('sql:select'), nobodyWaits))
  stage.clock.runningMs += 1_000_000
  assert.equal(session.idleMs, 0)
  passage.end(completed)
  stage.clock.wallMs += 3_600_000
  assert.equal(session.idleMs, 0)
  stage.clock.runningMs += 5_000
  assert.equal(session.idleMs, 5_000)
  session.use()
  assert.equal(session.idleMs, 0)
  await session.end('gateway-stop')
})

test('who is cut off while held is told so at once, and uses no approval up', async () => {
  const stage = await openStage(holds)
  const session = stage.open(agent, true)
  const asked = Promise.withResolvers<string>()
  const outcome = session.begin(toAction('sql:update'), {
    ...nobodyWaits,
    held: ({ approval }) => asked.resolve(approval),
  })
  const approval = await asked.promise
  session.revoke('revoked')
  const told = await outcome
  assert.ok(isDenial(told))
  assert.equal(told.cause, 'revoked')
  assert.equal((await stage.rooms.approvals.get(approval))?.status, 'open')
})
