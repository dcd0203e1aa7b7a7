import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { size } from '../../test/harness/depth.ts'
import {
  agent,
  at,
  authorizerOf,
  HeardLog,
  person,
  policiesOf,
  sample,
  sqlFacts,
  StoppedClock,
} from './testing/world.ts'
import { Authorizer } from './authorizer.ts'

const read = sqlFacts(['sql:select'])
const write = sqlFacts(['sql:update'])

test('the sample of the documentation decides as it says', () => {
  const authorizer = authorizerOf(sample)
  const decide = (facts = read, who = agent, where = 'orders') => authorizer.decide(who, at(where), facts)
  const { version } = policiesOf(sample)
  assert.deepEqual(decide(), { outcome: 'allow', policies: ['agents-read-orders'], policyVersion: version })
  assert.deepEqual(decide(write), {
    outcome: 'hold',
    policies: ['writes-need-a-dba'],
    policyVersion: version,
    reason: 'Writes on production need a DBA.',
    approverGroups: ['dba'],
    grantForMs: null,
    authors: [],
  })
  assert.deepEqual(decide(sqlFacts(['sql:delete'], { unfiltered: true })), {
    outcome: 'deny',
    policies: ['no-unfiltered-delete', 'writes-need-a-dba'],
    policyVersion: version,
    reason: 'DELETE or UPDATE without WHERE.',
  })
  assert.deepEqual(decide(read, agent, 'mails'), {
    outcome: 'deny',
    policies: [],
    policyVersion: version,
    reason: 'No rule allows sql:select on mails.',
  })
  assert.equal(decide(read, person('eve', [])).outcome, 'deny')
})

test('access: a grant for an hour by on-call, none needed for on-call itself', () => {
  const authorizer = authorizerOf(`${sample} @id("oncall") permit (principal in Group::"oncall", action, resource);`)
  const held = authorizer.connect(agent, at('orders'))
  assert.equal(held.outcome, 'hold')
  assert.deepEqual(held.outcome === 'hold' && [held.approverGroups, held.grantForMs, held.reason], [
    ['oncall'],
    3_600_000,
    'This needs an approval by oncall.',
  ])
  assert.equal(authorizer.connect(person('dana', ['oncall']), at('orders')).outcome, 'allow')
  assert.equal(authorizer.connect(agent, at('mails')).outcome, 'deny')
})

test('over several actions a denial wins over a hold, and a hold over an allowance', () => {
  const authorizer = authorizerOf(sample)
  const outcome = (actions: readonly string[]) => authorizer.decide(agent, at('orders'), sqlFacts(actions)).outcome
  assert.equal(outcome(['sql:select']), 'allow')
  assert.equal(outcome(['sql:select', 'sql:update']), 'hold')
  assert.equal(outcome(['sql:update', 'sql:select']), 'hold')
  assert.equal(outcome(['sql:update', 'sql:drop']), 'deny')
  assert.equal(outcome(['sql:drop', 'sql:select']), 'deny')
})

test('a hold needs every group, tells every reason once, and is for one use as soon as one rule says so', () => {
  const text = `
    @id("a") @approval("dba") @reason("Ask a DBA.") @author("zoe@example.com") forbid (principal, action in Action::"sql:write", resource);
    @id("b") @approval("security") @reason("Ask security.") @author("amy@example.com") forbid (principal, action == Action::"sql:delete", resource);
    @id("c") @approval("dba") @reason("Ask a DBA.") forbid (principal, action == Action::"sql:update", resource);
    @id("d") @approval("oncall") @grant("2h") forbid (principal, action == Action::"connect", resource);
    @id("e") @approval("dba") @grant("1h") forbid (principal, action == Action::"connect", resource in Tag::"prod");
    @id("f") @approval("dba") forbid (principal, action == Action::"connect", resource in Tag::"crm");`
  const authorizer = authorizerOf(text)
  const held = authorizer.decide(agent, at('orders'), sqlFacts(['sql:update', 'sql:delete']))
  assert.ok(held.outcome === 'hold')
  assert.deepEqual(held.approverGroups, ['dba', 'security'])
  assert.deepEqual(held.policies, ['a', 'b', 'c'])
  assert.equal(held.reason, 'Ask a DBA. Ask security.')
  assert.deepEqual(held.authors, ['amy@example.com', 'zoe@example.com'])
  const [timed, single] = [authorizer.connect(agent, at('orders')), authorizer.connect(agent, at('mails'))]
  assert.equal(timed.outcome === 'hold' && timed.grantForMs, 3_600_000)
  assert.equal(single.outcome === 'hold' && single.grantForMs, null)
})

test('a denial tells the reasons of the rules that cannot be lifted, and names all', () => {
  const text = `
    @id("a") @approval("dba") @reason("Ask.") forbid (principal, action in Action::"sql:write", resource);
    @id("b") forbid (principal, action == Action::"sql:delete", resource);`
  const denied = authorizerOf(text).decide(agent, at('orders'), sqlFacts(['sql:delete']))
  assert.ok(denied.outcome === 'deny')
  assert.deepEqual([denied.reason, denied.policies], ['A rule forbids sql:delete on orders.', ['a', 'b']])
})

test('a rule that fails denies, also a forbid that Cedar would skip, and the operator hears which', () => {
  const log = new HeardLog()
  const text = `
    @id("all") permit (principal, action, resource);
    @id("stop") forbid (principal, action in Action::"sql:write", resource) when { context.sql.statements * 9223372036854775807 > 5 };`
  const clock = new StoppedClock()
  const authorizer = authorizerOf(text, clock, log)
  const denied = authorizer.decide(agent, at('orders'), sqlFacts(['sql:update'], { statements: 3 }))
  assert.ok(denied.outcome === 'deny')
  assert.match(denied.reason, /^The policy could not be evaluated, so nothing is allowed. \(flt_/)
  assert.deepEqual([log.errors[0]?.['code'], log.errors[0]?.['policy']], ['policy.failed', 'stop'])
  assert.equal(authorizer.decide(agent, at('orders'), sqlFacts(['sql:select'], { statements: 3 })).outcome, 'allow')
  // One line a second, however many fail.
  authorizer.decide(agent, at('orders'), sqlFacts(['sql:delete'], { statements: 4 }))
  assert.equal(log.errors.length, 1)
})

test('facts that do not fit the schema are denied without their values in the log', () => {
  const log = new HeardLog()
  const authorizer = authorizerOf('@id("all") permit (principal, action, resource);', new StoppedClock(), log)
  const outcome = (facts = read) => authorizer.decide(agent, at('orders'), facts).outcome
  assert.equal(outcome(), 'allow')
  assert.equal(outcome({ ...read, context: {}, key: '1' }), 'deny')
  assert.equal(outcome(sqlFacts(['sql:select'], { unfiltered: 'no' })), 'deny')
  assert.equal(outcome(sqlFacts(['sql:select'], { effects: [3] })), 'deny')
  assert.equal(outcome(sqlFacts(['sql:select'], { surprise: 'hunter2' })), 'deny')
  assert.equal(outcome(sqlFacts(['sql:select'], { statements: 1.5 })), 'deny')
  assert.equal(outcome(sqlFacts(['sql:nothing'])), 'deny')
  assert.equal(outcome(sqlFacts([])), 'deny')
  assert.equal(JSON.stringify(log.errors).includes('hunter2'), false)
})

test('a plug-in cannot say which connection it is on', () => {
  const text = '@id("crm") permit (principal, action, resource) when { context.connection == Connection::"mails" };'
  const facts = { ...read, context: { ...read.context, connection: { __entity: { type: 'Connection', id: 'mails' } } } }
  assert.equal(authorizerOf(text).decide(agent, at('orders'), facts).outcome, 'deny')
  assert.equal(authorizerOf(text).decide(agent, at('mails'), facts).outcome, 'allow')
})

test('a window over midnight is open at one in the morning, and ends while a session lives', () => {
  const clock = new StoppedClock()
  const text = '@id("night") permit (principal, action, resource) when { context.hour >= 22 || context.hour < 6 };'
  const authorizer = authorizerOf(text, clock)
  const here = at('orders')
  const may = (dataClass: string): boolean => authorizer.allows('view', agent, here)(dataClass)
  const outcomeAt = (hour: number, minute = 0) => {
    clock.atMs = Date.UTC(2026, 10, 22, hour, minute)
    const { outcome } = authorizer.decide(agent, here, read)
    assert.equal(may('pii/email'), outcome === 'allow')
    return outcome
  }
  assert.deepEqual(
    [21, 22, 23, 0, 1, 5, 6, 12, 1].map((hour) => outcomeAt(hour)),
    ['deny', 'allow', 'allow', 'allow', 'allow', 'allow', 'deny', 'deny', 'allow'],
  )
  assert.deepEqual([outcomeAt(5, 59), outcomeAt(6, 0)], ['allow', 'deny'])
})

test('`now` is seconds since the epoch, decided anew every second', () => {
  const clock = new StoppedClock()
  const end = Math.floor(clock.atMs / 1_000) + 2
  const authorizer = authorizerOf(`@id("a") permit (principal, action, resource) when { context.now < ${end} };`, clock)
  const here = at('orders')
  const outcomes = [0, 999, 1_000, 2_000, 3_000].map((afterMs) => {
    clock.atMs = Date.UTC(2026, 10, 21, 12) + afterMs
    return authorizer.decide(agent, here, read).outcome
  })
  assert.deepEqual(outcomes, ['allow', 'allow', 'allow', 'deny', 'deny'])
})

test('a rule about one person is not decided for another who looks the same otherwise', () => {
  const text = '@id("a") permit (principal == Human::"https://idp.test|alice", action, resource);'
  const authorizer = authorizerOf(text)
  const [alice, bob] = [person('alice', ['developers']), person('bob', ['developers'])]
  assert.equal(authorizer.decide(alice, at('orders'), read).outcome, 'allow')
  assert.equal(authorizer.decide(bob, at('orders'), read).outcome, 'deny')
  const sameId = { ...alice, kind: 'agent' as const }
  assert.equal(authorizer.decide(sameId, at('orders'), read).outcome, 'deny')
})

test('new rules forget what was decided under the old ones', () => {
  const authorizer = authorizerOf('@id("a") permit (principal, action, resource);')
  const here = at('orders')
  const may = (dataClass: string): boolean => authorizer.allows('view', agent, here)(dataClass)
  const before = authorizer.policyVersion
  assert.deepEqual([authorizer.decide(agent, here, read).outcome, may('pii/email')], ['allow', true])
  authorizer.activate(policiesOf('@id("a") permit (principal, action == Action::"connect", resource);'))
  assert.deepEqual([authorizer.decide(agent, here, read).outcome, may('pii/email')], ['deny', false])
  assert.notEqual(authorizer.policyVersion, before)
})

test('view: pii, pci, phi and secret are masked unless permitted, the rest is shown unless forbidden', () => {
  const authorizer = authorizerOf(`${sample}
    @id("not-support") @approval("dba") forbid (principal in Group::"support", action, resource) when { context.connection in Tag::"pii" };
    @id("cards") permit (principal in Group::"payments", action == Action::"view", resource in DataClass::"pci");`)
  const classes = [
    'pii/email',
    'pii/phone',
    'pci/card',
    'phi/icd',
    'secret/github-token',
    'net/ip-address',
    'pii',
    'other',
  ]
  const seen = (groups: readonly string[], where: string) => {
    const may = authorizer.allows('view', person('p', groups), at(where))
    return classes.filter((one) => may(one))
  }
  assert.deepEqual(seen([], 'orders'), ['net/ip-address', 'other'])
  assert.deepEqual(seen(['support'], 'mails'), ['pii/email', 'net/ip-address', 'other'])
  // A hold cannot be waited for in the middle of an answer, so it masks.
  assert.deepEqual(seen(['support'], 'orders'), [])
  assert.deepEqual(seen(['payments'], 'orders'), ['pci/card', 'net/ip-address', 'other'])
})

test('disclose and restore are asked apart from view, and restore knows the tool', () => {
  const authorizer =
    authorizerOf(`@id("sees") permit (principal, action == Action::"view", resource == DataClass::"pii/phone");
    @id("tells") permit (principal, action == Action::"disclose", resource == DataClass::"pii/email") when { context.connection in Tag::"pii" };
    @id("back") permit (principal, action == Action::"restore", resource in DataClass::"pii") when { context.tool == "" || context.tool == "Bash" };
    @id("not-mail") forbid (principal, action == Action::"restore", resource == DataClass::"pii/email") when { context.tool == "Bash" };`)
  const classes = ['pii/email', 'pii/phone', 'secret/github-token']
  const asked = (action: 'view' | 'disclose' | 'restore', where: string, tool?: string): string[] =>
    classes.filter(authorizer.allows(action, person('p', []), at(where), tool))
  for (let again = 0; again < 2; again++) {
    assert.deepEqual(asked('view', 'mails'), ['pii/phone'])
    assert.deepEqual([asked('disclose', 'mails'), asked('disclose', 'orders')], [[], ['pii/email']])
    assert.deepEqual(asked('restore', 'orders'), ['pii/email', 'pii/phone'])
    assert.deepEqual(asked('restore', 'orders', 'Bash'), ['pii/phone'])
    assert.deepEqual(asked('restore', 'orders', 'WebFetch'), [])
  }
})

const pool = [
  '@id("p1") permit (principal in Group::"agents", action, resource);',
  '@id("p2") permit (principal, action in Action::"sql:read", resource in Tag::"prod");',
  '@id("p3") permit (principal is Human, action, resource) when { context.connection in Tag::"crm" };',
  '@id("f1") forbid (principal, action == Action::"sql:delete", resource) when { context.sql.unfiltered };',
  '@id("f2") @approval("dba") @reason("Ask.") forbid (principal, action in Action::"sql:write", resource in Tag::"prod");',
  '@id("f3") @approval("security") forbid (principal in Group::"x", action in Action::"sql:write", resource);',
  '@id("f4") forbid (principal, action in Action::"sql:read", resource) when { context.sql.statements > 2 };',
  '@id("f5") forbid (principal == Human::"https://idp.test|b", action in Action::"sql:write", resource);',
]
const anyRules = fc.uniqueArray(fc.constantFrom(...pool), { minLength: 1 })
const anyQuestion = fc.record({
  who: fc.record({
    name: fc.constantFrom('a', 'b'),
    kind: fc.constantFrom('human' as const, 'agent' as const),
    groups: fc.subarray(['agents', 'x']),
  }),
  where: fc.constantFrom('orders', 'mails', 'claude'),
  facts: fc.record({
    actions: fc.subarray(['sql:select', 'sql:update', 'sql:delete'], { minLength: 1 }),
    unfiltered: fc.boolean(),
    statements: fc.integer({ min: 1, max: 4 }),
  }),
})

function ask(
  authorizer: Authorizer,
  { who, where, facts }: typeof anyQuestion extends fc.Arbitrary<infer T> ? T : never,
) {
  const principal = person(who.name, who.groups, { kind: who.kind })
  const { unfiltered, statements } = facts
  return authorizer.decide(principal, at(where), sqlFacts(facts.actions, { unfiltered, statements }))
}

test('property: the order of rules never changes a decision', () => {
  fc.assert(
    fc.property(anyRules, fc.array(anyQuestion, { minLength: 1, maxLength: 4 }), (rules, questions) => {
      const [one, other] = [authorizerOf(rules.join('\n')), authorizerOf(rules.toReversed().join('\n'))]
      for (const question of questions) assert.deepEqual(ask(one, question), ask(other, question))
    }),
    { numRuns: size(60, 2) },
  )
})

test('property: what is remembered is what would be decided', () => {
  fc.assert(
    fc.property(anyRules, fc.array(anyQuestion, { minLength: 2, maxLength: size(12, 3) }), (rules, questions) => {
      const policies = policiesOf(rules.join('\n'))
      const make = () => new Authorizer({ policies, clock: new StoppedClock(), log: new HeardLog() })
      const remembering = make()
      for (const question of [...questions, ...questions])
        assert.deepEqual(ask(remembering, question), ask(make(), question))
    }),
    { numRuns: size(40, 2) },
  )
})
