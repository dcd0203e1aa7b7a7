import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import type { Approval } from '../kernel/approval.ts'
import { isDenial, type Hold } from '../kernel/decision.ts'
import type { ApprovalDecided } from '../kernel/event.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Ask } from './approval-row.ts'
import { ApprovalDesk, type DeskOptions } from './approvals.ts'
import { agent, person, StoppedClock } from './testing/world.ts'
import { MemoryApprovals } from './memory-approvals.ts'

const settings = { holdFor: 300_000, validFor: 900_000 }
const staying = new AbortController().signal
const dana = person('dana', ['dba', 'oncall'])
const erin = person('erin', ['dba'])
const sam = person('sam', ['security'])

const hold: Hold = {
  outcome: 'hold',
  policies: ['writes-need-a-dba'],
  policyVersion: 'v1',
  reason: 'Writes on production need a DBA.',
  approverGroups: ['dba'],
  grantForMs: null,
  authors: [],
}

function asking(sql: string, more: Partial<Ask> & { readonly held?: Partial<Hold> } = {}): Ask {
  const { held, ...rest } = more
  const bytes = Buffer.from(sql)
  return {
    principal: agent,
    connection: {
      name: 'orders',
      protocol: 'sqlish',
      target: new URL('tcp://db.test:5432/orders'),
      tags: ['prod'],
      capture: { mode: 'full', bytesPerAction: 1_024 },
      source: 'test',
    },
    session: 'ses_1',
    actionNumber: 1,
    label: 'UPDATE',
    canonical: [bytes],
    parts: [{ role: 'sql', digest: null, bytes, length: bytes.length }],
    decision: { ...hold, ...held },
    ...rest,
  }
}

function setUp(more: Partial<DeskOptions> = {}) {
  const clock = new StoppedClock()
  const store = new MemoryApprovals()
  const events: ApprovalDecided[] = []
  const rules = { version: 'v1' }
  const options: DeskOptions = {
    store,
    settings,
    clock,
    policyVersion: () => rules.version,
    record: (event) => {
      events.push(event)
      return Promise.resolve()
    },
    pollMs: 1,
    ...more,
  }
  return { clock, store, events, rules, options, desk: new ApprovalDesk(options) }
}

async function refused(
  outcome: Promise<Approval | { readonly denied: true; readonly reason: string }>,
): Promise<string> {
  const value = await outcome
  return isDenial(value) ? value.reason : `not refused: ${JSON.stringify(value)}`
}

test('asked, approved with a reason, used once', { timeout: 5_000 }, async () => {
  // Within a process nobody waits for the next look at the store.
  const { desk, events } = setUp({ pollMs: 60_000 })
  const asked = await desk.ask(asking('UPDATE a'))
  assert.deepEqual([asked.status, asked.isNew], ['open', true])
  const waiting = desk.wait(asked.id, asked.untilMs, staying)
  await turn()
  const approved = await desk.decide(asked.id, dana, 'approved', ' order 7 was shipped ')
  assert.ok(!isDenial(approved))
  assert.deepEqual([approved.status, approved.signatures[0]?.reason], ['approved', 'order 7 was shipped'])
  assert.equal(await waiting, 'approved')
  const use = await desk.consume(asked.id, asked.binding)
  assert.deepEqual(
    [use?.approval, use?.principalId, use?.connection, use?.untilMs],
    [asked.id, agent.id, 'orders', null],
  )
  assert.equal(await desk.consume(asked.id, asked.binding), null)
  assert.equal((await desk.get(asked.id))?.status, 'used')
  assert.deepEqual(
    events.map(({ decision, approver, reason, binding }) => [decision, approver?.id, reason, binding]),
    [['approved', dana.id, 'order 7 was shipped', asked.binding]],
  )
})

test('approve A, run B: an approval is for exactly what was asked', async () => {
  const { desk } = setUp()
  const a = await desk.ask(asking('UPDATE a'))
  await desk.decide(a.id, dana, 'approved', 'yes')
  const others: readonly Ask[] = [
    asking('UPDATE b'),
    asking('UPDATE a', { canonical: [Buffer.from('UPDATE'), Buffer.from(' a')] }),
    asking('UPDATE a', { principal: person('other', ['agents'], { kind: 'agent' }) }),
    asking('UPDATE a', {
      principal: { ...agent, act: [{ issuer: 'https://idp.test', subject: 'bob', kind: 'human' }] },
    }),
    asking('UPDATE a', { connection: { ...asking('').connection, name: 'orders2' } }),
    asking('UPDATE a', { connection: { ...asking('').connection, target: new URL('tcp://elsewhere:5432/orders') } }),
    asking('UPDATE a', { held: { policyVersion: 'v2' } }),
    asking('UPDATE a', { held: { approverGroups: ['dba', 'security'] } }),
  ]
  for (const other of others) {
    const b = await desk.ask(other)
    assert.deepEqual([b.status, b.isNew], ['open', true])
    assert.notEqual(b.binding, a.binding)
    assert.equal(await desk.consume(a.id, b.binding), null)
    assert.equal(await desk.consume(b.id, b.binding), null)
  }
  // Another session of the same principal, the same bytes: joins, and may use it.
  const again = await desk.ask(asking('UPDATE a', { session: 'ses_2', actionNumber: 9 }))
  assert.deepEqual([again.id, again.status], [a.id, 'approved'])
  assert.ok(await desk.consume(again.id, again.binding))
})

test('a request sent again joins the one that waits, and does not wait longer', async () => {
  const { desk, clock } = setUp()
  const first = await desk.ask(asking('UPDATE a'))
  clock.atMs += 60_000
  const second = await desk.ask(asking('UPDATE a'))
  assert.deepEqual(second, { ...first, isNew: false })
  const elsewhere = await desk.ask(asking('UPDATE a', { session: 'ses_2' }))
  assert.deepEqual(elsewhere, { ...first, isNew: true }, 'the record of the other session has to say so, too')
  const together = await Promise.all([1, 2, 3, 4].map(() => desk.ask(asking('UPDATE b'))))
  assert.equal(new Set(together.map(({ id }) => id)).size, 1)
  assert.equal(together.filter(({ isNew }) => isNew).length, 1)
})

test('two processes cannot both use one approval', async () => {
  const { desk, options } = setUp()
  const asked = await desk.ask(asking('UPDATE a'))
  await desk.decide(asked.id, dana, 'approved', 'yes')
  const desks = [desk, new ApprovalDesk(options), new ApprovalDesk(options)]
  const uses = await Promise.all(desks.flatMap((one) => [1, 2].map(() => one.consume(asked.id, asked.binding))))
  assert.equal(uses.filter((use) => use !== null).length, 1)
})

const nobody: readonly (readonly [string, Principal, RegExp])[] = [
  ['the agent itself', { ...agent, groups: ['dba'] }, /Only people decide/],
  ['another agent in the group', person('bot', ['dba'], { kind: 'agent' }), /Only people decide/],
  ['a service in the group', person('svc', ['dba'], { kind: 'service' }), /Only people decide/],
  ['a CI job in the group', person('ci', ['dba'], { kind: 'ci' }), /Only people decide/],
  ['the human it acts for', person('owner', ['dba']), /on your behalf/],
  ['a human further up the chain', person('boss', ['dba']), /on your behalf/],
  ['the author of the rule, by mail', person('zoe', ['dba'], { display: 'Zoe@Example.com' }), /You wrote a rule/],
  ['the author of the rule, by id', person('max', ['dba']), /You wrote a rule/],
  ['an admin who is in no group it needs', person('root', ['admin']), /This is decided by dba\./],
  ['a person with a run token', person('erin', ['dba'], { run: 'run_1' }), /your own login/],
  [
    'a token made for a program',
    person('erin', ['dba'], { proof: { method: 'run-token', tokenId: 't' } }),
    /your own login/,
  ],
  ['a connection credential', person('erin', ['dba'], { boundTo: 'orders' }), /your own login/],
  [
    'somebody acting for somebody',
    person('erin', ['dba'], { act: [{ issuer: 'i', subject: 's', kind: 'human' }] }),
    /your own login/,
  ],
]

for (const [who, approver, reason] of nobody) {
  test(`may not decide: ${who}`, async () => {
    const { desk, events } = setUp()
    const act = ['owner', 'boss'].map((subject) => ({ issuer: 'https://idp.test', subject, kind: 'human' as const }))
    const authors = ['zoe@example.com', 'https://idp.test|max']
    const asked = await desk.ask(asking('UPDATE a', { principal: { ...agent, act }, held: { authors } }))
    for (const verdict of ['approved', 'denied'] as const)
      assert.match(await refused(desk.decide(asked.id, approver, verdict, 'because')), reason)
    assert.deepEqual([(await desk.get(asked.id))?.status, events.length], ['open', 0])
  })
}

test('nobody approves their own request, also with another token', async () => {
  const { desk } = setUp()
  const asked = await desk.ask(asking('UPDATE a', { principal: dana }))
  assert.match(
    await refused(desk.decide(asked.id, { ...dana, groups: ['dba'] }, 'approved', 'mine')),
    /You asked for this yourself/,
  )
})

test('one person in two groups counts once', async () => {
  const { desk, events } = setUp()
  const asked = await desk.ask(asking('UPDATE a', { held: { approverGroups: ['dba', 'oncall'] } }))
  const first = await desk.decide(asked.id, dana, 'approved', 'yes')
  assert.deepEqual(!isDenial(first) && [first.status, first.signatures[0]?.groups], ['open', ['dba', 'oncall']])
  assert.match(await refused(desk.decide(asked.id, dana, 'approved', 'yes again')), /another person is needed/)
  assert.equal(await desk.consume(asked.id, asked.binding), null)
  // Erin is in dba only, so Dana now stands for on-call.
  const second = await desk.decide(asked.id, erin, 'approved', 'me too')
  assert.equal(!isDenial(second) && second.status, 'approved')
  assert.deepEqual(
    events.map(({ approver }) => approver?.id),
    [dana.id, erin.id],
  )
})

test('several groups: the wrong second person does not complete it, one no is enough', async () => {
  const { desk } = setUp()
  const asked = await desk.ask(asking('UPDATE a', { held: { approverGroups: ['dba', 'security'] } }))
  await desk.decide(asked.id, erin, 'approved', 'yes')
  const second = await desk.decide(asked.id, dana, 'approved', 'yes')
  assert.equal(!isDenial(second) && second.status, 'open')
  const third = await desk.decide(asked.id, sam, 'denied', 'not today')
  assert.equal(!isDenial(third) && third.status, 'denied')
  assert.equal(await desk.wait(asked.id, asked.untilMs, staying), 'denied')
  assert.equal(await desk.consume(asked.id, asked.binding), null)
  assert.match(await refused(desk.decide(asked.id, sam, 'approved', 'well')), /denied already/)
})

test('people who decide at the same time in two processes both count', async () => {
  const { desk, options } = setUp()
  const asked = await desk.ask(asking('UPDATE a', { held: { approverGroups: ['dba', 'security'] } }))
  await Promise.all([
    desk.decide(asked.id, erin, 'approved', 'a'),
    new ApprovalDesk(options).decide(asked.id, sam, 'approved', 'b'),
  ])
  assert.equal((await desk.get(asked.id))?.status, 'approved')
})

test('a decision needs a reason, and a request that exists', async () => {
  const { desk } = setUp()
  const asked = await desk.ask(asking('UPDATE a'))
  for (const reason of ['', '  \n', 'x'.repeat(2_001)])
    assert.match(await refused(desk.decide(asked.id, dana, 'approved', reason)), /needs a reason/)
  assert.match(await refused(desk.decide('apr_none', dana, 'approved', 'yes')), /no such request/)
})

test('times: a hold ends, an approval not used in time ends, and neither comes back', async () => {
  const { desk, clock, events } = setUp()
  const first = await desk.ask(asking('UPDATE a'))
  clock.atMs += settings.holdFor
  assert.match(await refused(desk.decide(first.id, dana, 'approved', 'late')), /expired/)
  const second = await desk.ask(asking('UPDATE a'))
  assert.ok(second.isNew)
  await desk.decide(second.id, dana, 'approved', 'yes')
  clock.atMs += settings.validFor - 1
  assert.equal((await desk.ask(asking('UPDATE a'))).status, 'approved')
  clock.atMs += 1
  assert.equal(await desk.consume(second.id, second.binding), null)
  assert.ok((await desk.ask(asking('UPDATE a'))).isNew)
  assert.equal(await desk.expireOver(), 1)
  assert.deepEqual(
    events.map(({ decision }) => decision),
    ['expired', 'approved', 'expired'],
  )
  assert.deepEqual((await desk.list('open', 10)).length, 1)
  // What somebody approved is shown with its text for ever; what nobody looked at, with what it was about.
  const texts = await Promise.all([first.id, second.id].map(async (id) => (await desk.get(id))?.parts.length))
  assert.deepEqual(texts, [0, 1])
})

test('changed rules end what was asked and what was approved', async () => {
  const { desk, rules } = setUp()
  const [open, approved] = [await desk.ask(asking('UPDATE a')), await desk.ask(asking('UPDATE b'))]
  await desk.decide(approved.id, dana, 'approved', 'yes')
  const waiting = desk.wait(open.id, open.untilMs, staying)
  rules.version = 'v2'
  assert.equal(await desk.consume(approved.id, approved.binding), null)
  assert.equal(await waiting, 'expired')
  assert.match(await refused(desk.decide(open.id, dana, 'approved', 'yes')), /expired already/)
})

test('a decision is recorded before it counts; without a record it does not', async () => {
  const { desk, options } = setUp()
  const asked = await desk.ask(asking('UPDATE a'))
  const deaf = new ApprovalDesk({ ...options, record: () => Promise.reject(new Error('disk full')) })
  await assert.rejects(deaf.decide(asked.id, dana, 'approved', 'yes'), /disk full/)
  assert.equal((await desk.get(asked.id))?.status, 'open')
})

test('waiting: another process decides, the client goes away, the time is over', async () => {
  const { desk, clock, options } = setUp()
  const asked = await desk.ask(asking('UPDATE a'))
  const leaving = new AbortController()
  const [left, stayed] = [
    desk.wait(asked.id, asked.untilMs, leaving.signal),
    desk.wait(asked.id, asked.untilMs, staying),
  ]
  await turn()
  leaving.abort()
  assert.equal(await left, 'gone')
  await new ApprovalDesk(options).decide(asked.id, dana, 'approved', 'yes')
  assert.equal(await stayed, 'approved')
  assert.equal(await desk.wait(asked.id, asked.untilMs, leaving.signal), 'gone')

  const other = await desk.ask(asking('UPDATE b'))
  const waiting = desk.wait(other.id, other.untilMs, staying)
  await turn()
  clock.atMs += settings.holdFor
  assert.equal(await waiting, 'expired')
  assert.equal((await desk.get(other.id))?.status, 'expired')
})

test('what waits is bounded, for one principal and for all', async () => {
  const { desk } = setUp({ limits: { perPrincipal: 2, total: 3 } })
  await desk.ask(asking('UPDATE 1'))
  await desk.ask(asking('UPDATE 2'))
  const busy = { code: 'approval.busy', message: 'approval.busy: Too many requests are waiting for approval.' }
  await assert.rejects(desk.ask(asking('UPDATE 3')), busy)
  assert.equal((await desk.ask(asking('UPDATE 2'))).isNew, false)
  await desk.ask(asking('UPDATE 3', { principal: dana }))
  await assert.rejects(desk.ask(asking('UPDATE 3', { principal: erin })), busy)
})

test('a reviewer sees all of it, harmless, or it cannot be approved', async () => {
  const { desk } = setUp()
  const long = `UPDATE a SET b = '${'x'.repeat(100_000)}' -- \u001B[2Jgone \u202Eevil\u200B\r\n\tend`
  const asked = await desk.ask(asking(long, { label: 'UPDATE\u0007 a\n'.repeat(60) }))
  const row = await desk.get(asked.id)
  assert.equal(
    row?.parts[0]?.text,
    long
      .replace('\u001B', '\\u{1b}')
      .replace('\u202E', '\\u{202e}')
      .replace('\u200B', '\\u{200b}')
      .replace('\r', '\\u{d}'),
  )
  assert.ok(row.label.startsWith('UPDATE\\u{7} a UPDATE') && row.label.length <= 200)
  const tooLarge = {
    code: 'approval.too-large',
    message: 'approval.too-large: This needs approval, and it is too large to be shown to a reviewer whole.',
  }
  const parts = (bytes: Uint8Array | null) => [{ role: 'sql', digest: null, bytes, length: 2_000_000 }]
  await assert.rejects(desk.ask(asking('x', { parts: parts(null) })), tooLarge)
  await assert.rejects(desk.ask(asking('y', { parts: parts(new Uint8Array(1024 * 1024 + 1)) })), tooLarge)
})
