// What the rules in policies/ do, as a table that an operator could read.

import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { Facts } from '../kernel/action.ts'
import { Authorizer } from './authorizer.ts'
import { agent, at, HeardLog, person, sqlFacts, StoppedClock, world } from './testing/world.ts'
import { loadPolicies } from './policies.ts'

const policies = loadPolicies(resolve(import.meta.dirname, '../../policies'), world)
const authorizer = new Authorizer({ policies, clock: new StoppedClock(), log: new HeardLog() })

const developer = person('alice', ['developers', 'support'])
const dba = person('dana', ['dba', 'oncall', 'security'])
const agentInDba = person('bot', ['agents', 'dba', 'support', 'security'], { kind: 'agent' })
const stranger = person('eve', [])

function modelFacts(action: string): Facts {
  const model = { model: 'claude-opus-5', tools: [], stream: true, endpoint: '/v1/messages' }
  return { actions: [action], effectful: true, complete: true, context: { model }, key: action }
}

function recordFacts(action: string, own: boolean): Facts {
  return { actions: [action], effectful: false, complete: true, context: { record: { own } }, key: `${action} ${own}` }
}

const everything = Object.keys(world.vocabularies[0]?.cedar.actions ?? {})
const select = sqlFacts(['sql:select'])
const update = sqlFacts(['sql:update'])
const unfiltered = sqlFacts(['sql:delete'], { unfiltered: true })
const unreadable = sqlFacts(everything, { complete: false, unfiltered: true })

const table: readonly (readonly [string, typeof agent, string, Facts, string])[] = [
  ['an agent reads', agent, 'orders', select, 'allow'],
  ['an agent sets a session setting', agent, 'orders', sqlFacts(['sql:session']), 'allow'],
  ['a stranger reads', stranger, 'orders', select, 'deny No rule allows sql:select on orders.'],
  ['an agent writes', agent, 'orders', update, 'hold Writes on production need a DBA.'],
  ['an agent writes where it is tagged dev', agent, 'mails', update, 'allow'],
  ['a developer writes', developer, 'orders', update, 'hold Writes on production need a DBA.'],
  ['a DBA writes', dba, 'orders', update, 'allow'],
  ['an agent in the group of DBAs writes', agentInDba, 'orders', update, 'hold Writes on production need a DBA.'],
  [
    'an agent deletes all',
    agent,
    'orders',
    unfiltered,
    'deny UPDATE or DELETE without WHERE changes every row. Add a WHERE clause.',
  ],
  [
    'a DBA deletes all',
    dba,
    'orders',
    unfiltered,
    'deny UPDATE or DELETE without WHERE changes every row. Add a WHERE clause.',
  ],
  [
    'an agent deletes all where it is tagged dev',
    agent,
    'mails',
    unfiltered,
    'deny UPDATE or DELETE without WHERE changes every row. Add a WHERE clause.',
  ],
  [
    'an agent drops',
    agent,
    'orders',
    sqlFacts(['sql:drop']),
    'deny CREATE, ALTER, DROP and TRUNCATE on production go through a migration, not through the gateway.',
  ],
  ['an agent drops where it is tagged dev', agent, 'mails', sqlFacts(['sql:drop']), 'allow'],
  [
    'an agent copies from a program',
    agent,
    'mails',
    sqlFacts(['sql:copy-program']),
    'deny Administration (roles, grants, COPY to or from files and programs, maintenance) is not done through the gateway.',
  ],
  [
    'an agent says what cannot be parsed',
    agent,
    'mails',
    unreadable,
    'deny This statement could not be understood, so it could do anything.',
  ],
  [
    'a DBA says what cannot be parsed',
    dba,
    'orders',
    unreadable,
    'deny This statement could not be understood, so it could do anything.',
  ],
  ['an agent uses a model', agent, 'claude', modelFacts('model:message'), 'allow'],
  [
    'a stranger uses a model',
    stranger,
    'claude',
    modelFacts('model:message'),
    'deny No rule allows model:message on claude.',
  ],
  [
    'an agent starts a batch',
    agent,
    'claude',
    modelFacts('model:batch'),
    "deny Files, batches and other endpoints of the model's API are for people.",
  ],
  ['a developer starts a batch', developer, 'claude', modelFacts('model:batch'), 'allow'],
  ['an agent reads its own record', agent, 'orders', recordFacts('record:read', true), 'allow'],
  [
    'an agent reads another record',
    agentInDba,
    'orders',
    recordFacts('record:read', false),
    'deny No rule allows record:read on orders.',
  ],
  ['security reads another record', dba, 'orders', recordFacts('record:read', false), 'allow'],
]

for (const [what, who, where, facts, expected] of table) {
  test(`starter rules: ${what}`, () => {
    const decision = authorizer.decide(who, at(where), facts)
    const told = decision.outcome === 'allow' ? 'allow' : `${decision.outcome} ${decision.reason}`
    assert.equal(told, expected)
  })
}

test('starter rules: who may connect', () => {
  const outcomes = [agent, developer, dba, stranger, agentInDba].map(
    (who) => authorizer.connect(who, at('orders')).outcome,
  )
  assert.deepEqual(outcomes, ['allow', 'allow', 'allow', 'deny', 'allow'])
  const robot = person('job', ['developers'], { kind: 'ci' })
  assert.equal(authorizer.connect(robot, at('orders')).outcome, 'deny')
})

test('starter rules: nobody sees a sensitive class but support people mail', () => {
  const seen = [agent, developer, dba, stranger, agentInDba].map((who) =>
    world.classes.filter((one) => authorizer.allows('view', who, at('orders'))(one)),
  )
  const plain = ['net/ip-address']
  assert.deepEqual(seen, [plain, ['pii/email', ...plain], plain, plain, plain])
})

test('starter rules: a model sees no sensitive class, and gives back what people wrote but no secret, and nothing to the web', () => {
  const plain = ['net/ip-address']
  const sent = world.classes.filter((one) => authorizer.allows('disclose', agent, at('orders'))(one))
  assert.deepEqual(sent, plain)
  const restored = (tool: string): string[] =>
    world.classes.filter((one) => authorizer.allows('restore', agent, at('orders'), tool)(one))
  const personal = world.classes.filter((one) => /^(?:pii|pci|phi)\//.test(one))
  assert.ok(personal.length > 0 && world.classes.some((one) => one.startsWith('secret/')))
  assert.deepEqual(restored(''), [...personal, ...plain].sort((a, b) => world.classes.indexOf(a) - world.classes.indexOf(b))) // prettier-ignore
  assert.deepEqual(restored('Bash'), restored(''))
  assert.deepEqual(restored('WebFetch'), [])
})
