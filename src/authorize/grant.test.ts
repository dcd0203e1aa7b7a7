// Access over time, the desk and the authorizer together: what is left of a grant is never made longer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantMark, type Allow, type Hold } from '../kernel/decision.ts'
import type { Principal } from '../kernel/principal.ts'
import { ApprovalDesk, type Use } from './approvals.ts'
import { agent, at, authorizerOf, person, policiesOf, sample, StoppedClock } from './testing/world.ts'
import { MemoryApprovals } from './memory-approvals.ts'

const hour = 3_600_000
const text = `${sample}
  @id("crm-once") @approval("oncall") forbid (principal, action == Action::"connect", resource in Tag::"crm");
  @id("dba-connects") permit (principal in Group::"oncall", action == Action::"connect", resource);`

function setUp() {
  const clock = new StoppedClock()
  const authorizer = authorizerOf(text, clock)
  const desk = new ApprovalDesk({
    store: new MemoryApprovals(),
    settings: { holdFor: 300_000, validFor: 900_000 },
    clock,
    policyVersion: () => authorizer.policyVersion,
    record: () => Promise.resolve(),
  })
  const access = async (who: Principal, where: string): Promise<{ decision: Hold; use: Use | null; id: string }> => {
    const decision = authorizer.connect(who, at(where))
    assert.ok(decision.outcome === 'hold')
    const connection = {
      name: where,
      protocol: 'sqlish',
      target: new URL('tcp://db.test'),
      tags: at(where).tags,
      capture: { mode: 'full', bytesPerAction: 1 } as const,
      source: 'test',
    }
    const canonical = [Buffer.from(`connect to ${where}`)]
    const ask = {
      principal: who,
      connection,
      session: null,
      actionNumber: 0,
      label: 'connect',
      canonical,
      parts: [],
      decision,
    }
    const asked = await desk.ask(ask)
    return { decision, use: await desk.consume(asked.id, asked.binding), id: asked.id }
  }
  return { clock, authorizer, desk, access, start: clock.atMs }
}

test('allowed access lasts as long as the identity', () => {
  const { authorizer, start } = setUp()
  const dana = person('dana', ['oncall'], { expiresAtMs: start + 5_000 })
  const decision = authorizer.connect(dana, at('orders'))
  assert.ok(decision.outcome === 'allow')
  const grant = authorizer.grant(dana, 'orders', decision)
  assert.deepEqual(
    [grant.principalId, grant.connection, grant.expiresAtMs, grant.policyVersion, grant[grantMark]],
    [dana.id, 'orders', start + 5_000, authorizer.policyVersion, true],
  )
  assert.match(grant.id, /^grt_/)
})

test('an hour counts from the approval; connecting again one second before its end gives one second', async () => {
  const { clock, authorizer, desk, access, start } = setUp()
  const asked = await access(agent, 'orders')
  assert.equal(asked.use, null)
  await desk.decide(asked.id, person('dana', ['oncall']), 'approved', 'incident 7')
  for (const laterMs of [0, 60_000, hour - 1_000]) {
    clock.atMs = start + laterMs
    const again = await access(agent, 'orders')
    assert.ok(again.use)
    assert.equal(authorizer.grant(agent, 'orders', again.decision, again.use).expiresAtMs, start + hour)
  }
  clock.atMs = start + hour
  const over = await access(agent, 'orders')
  assert.deepEqual([over.use, over.id === asked.id], [null, false])
})

test('a grant never outlives the identity, and access without @grant is for one session', async () => {
  const { authorizer, desk, access, start } = setUp()
  const brief = { ...agent, expiresAtMs: start + 1_000 }
  const timed = await access(brief, 'orders')
  await desk.decide(timed.id, person('dana', ['oncall']), 'approved', 'yes')
  const again = await access(brief, 'orders')
  assert.ok(again.use)
  assert.equal(authorizer.grant(brief, 'orders', again.decision, again.use).expiresAtMs, start + 1_000)

  const once = await access(agent, 'mails')
  await desk.decide(once.id, person('dana', ['oncall']), 'approved', 'yes')
  assert.ok((await access(agent, 'mails')).use)
  assert.equal((await access(agent, 'mails')).use, null)
})

test('no grant without a decision of this authorizer on this access, nor a held one without its own approval', async () => {
  const { authorizer, desk, access } = setUp()
  const dana = person('dana', ['oncall'])
  const allowed = authorizer.connect(dana, at('orders'))
  assert.ok(allowed.outcome === 'allow')
  const forged: Allow = { outcome: 'allow', policies: [], policyVersion: authorizer.policyVersion }
  const fault = { code: 'internal', facts: { why: 'a grant without a decision on access' } }
  assert.throws(() => authorizer.grant(dana, 'orders', forged), fault)
  assert.throws(() => authorizer.grant(dana, 'mails', allowed), fault)
  assert.throws(() => authorizer.grant(agent, 'orders', allowed), fault)

  const asked = await access(agent, 'orders')
  await desk.decide(asked.id, dana, 'approved', 'yes')
  const { decision, use } = await access(agent, 'orders')
  assert.ok(use)
  const other = person('other', ['agents'], { kind: 'agent' })
  assert.throws(() => authorizer.grant(other, 'orders', decision, use), {
    facts: { why: 'held access without its approval' },
  })
  const heldElsewhere = authorizer.connect(agent, at('mails'))
  assert.ok(heldElsewhere.outcome === 'hold')
  assert.throws(() => authorizer.grant(agent, 'mails', heldElsewhere, use), {
    facts: { why: 'held access without its approval' },
  })
  authorizer.activate(policiesOf(sample))
  assert.throws(() => authorizer.grant(dana, 'orders', allowed), fault)
})
