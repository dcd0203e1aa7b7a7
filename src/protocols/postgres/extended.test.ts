// The extended protocol with pipelining: one action an Execute, names that mean what the server thinks they mean, refusals
// that look like the server's errors.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { denied } from '../../../test/harness/recording-wishes.ts'
import type { Action } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import { client, server } from './testing/messages.ts'
import { openSession } from './testing/open-session.ts'

const noDeletes = { judge: (action: Action) => (/DELETE|DROP/.test(action.label) ? denied('No.') : 'allow') } as const
const noParts: Action['parts'] = []
const partsOf = (action: Action | undefined): string[] =>
  (action?.parts ?? noParts).map(({ role, bytes }) => `${role}: ${Buffer.from(bytes).toString()}`)
const selectRow = [
  server.parsed,
  server.bound,
  server.columns({ name: 'n' }),
  server.row('1'),
  server.complete('SELECT 1'),
]

test('Parse, Bind, Describe, Execute, Sync: one action, sent as it came, answered whole', async () => {
  const { wishes, ask, answer } = await openSession()
  const frames = [
    client.parse('', 'SELECT a FROM t WHERE b = $1', [23]),
    client.bind('', '', ['7']),
    client.describe('P', ''),
    client.execute(''),
    client.sync,
  ]
  ask(...frames)
  assert.deepEqual(wishes.takeTarget(), Buffer.concat(frames))
  assert.deepEqual(answer(...selectRow, server.ready()), ['1', '2', 'T', 'D 1', 'C SELECT 1', 'Z I'])
  assert.deepEqual(wishes.outcomes, ['1 completed - 1'])
  assert.deepEqual(partsOf(wishes.actions[0]), ['sql: SELECT a FROM t WHERE b = $1', 'parameter $1 int4: 7'])
})

test('an Execute without Describe gets one of ours, which the client does not see', async () => {
  const { ask, answer, sent } = await openSession()
  ask(client.parse('s', 'SELECT a FROM t'), client.sync)
  answer(server.parsed, server.ready())
  sent()
  ask(client.bind('', 's'), client.execute(''), client.sync)
  assert.deepEqual(sent(), ['B', 'D', 'E', 'S'])
  const got = answer(
    server.bound,
    server.columns({ name: 'mail' }),
    server.row('ada@example.com'),
    server.complete('SELECT 1'),
    server.ready(),
  )
  assert.deepEqual(got, ['2', 'D [mail]', 'C SELECT 1', 'Z I'])
})

test('pipelined Binds of one portal are recorded each with its own values', async () => {
  const { wishes, ask } = await openSession()
  ask(client.parse('', 'INSERT INTO t', [25]))
  ask(...['one', 'two', 'three'].flatMap((value) => [client.bind('', '', [value]), client.execute('')]), client.sync)
  assert.deepEqual(
    wishes.actions.map((action) => partsOf(action).at(-1)),
    ['parameter $1 text: one', 'parameter $1 text: two', 'parameter $1 text: three'],
  )
  const canonical = wishes.actions.map((action) => Buffer.concat(action.canonical()).toString('hex'))
  assert.equal(new Set(canonical).size, 3, 'an approval of one is not of another')
})

test('a refusal comes after the answers before it, and the rest is skipped until Sync', async () => {
  const { wishes, ask, answer, sent } = await openSession(noDeletes)
  const run = (sql: string): Uint8Array[] => [
    client.parse('', sql),
    client.bind('', ''),
    client.describe('P', ''),
    client.execute(''),
  ]
  ask(...run('SELECT 1'), ...run('DELETE FROM t'), ...run('SELECT 2'), client.sync)
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'E', 'S'])
  assert.deepEqual(answer(...selectRow, server.error('34000', 'portal'), server.ready('I')).slice(-3), [
    'C SELECT 1',
    'E 42501 No.',
    'Z I',
  ])
  assert.equal(wishes.passages.at(-1)?.outcome?.outcome, 'cut', 'the third was judged and never ran')
  ask(...run('SELECT 3'), client.sync)
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'S'])
})

test('a refusal with nothing under way is answered here, at its Sync', async () => {
  const { ask, sent } = await openSession(noDeletes)
  assert.deepEqual(ask(client.parse('', 'DELETE FROM t'), client.bind('', ''), client.execute('')), ['E 42501 No.'])
  assert.deepEqual(ask(client.bind('', ''), client.execute('')), [], 'skipped')
  assert.deepEqual(ask(client.sync), ['Z I'])
  assert.deepEqual(sent(), [])
})

test('a statement that is denied outright is refused when it is prepared', async () => {
  const { wishes, ask, sent } = await openSession(noDeletes)
  assert.deepEqual(ask(client.parse('s', 'DELETE FROM t'), client.describe('S', 's'), client.sync), [
    'E 42501 No.',
    'Z I',
  ])
  assert.deepEqual(sent(), [])
  assert.deepEqual(
    wishes.actions.map(({ label, facts }) => [label, facts.actions]),
    [['PREPARE DELETE t', ['sql:delete']]],
  )
})

test('preparing what would be held is not held', async () => {
  const { wishes, ask, sent } = await openSession({
    judge: (action) => (action.facts.actions.includes('sql:update') ? 'hold' : 'allow'),
  })
  ask(client.parse('s', 'UPDATE t SET a WHERE b', [23]), client.flush)
  assert.deepEqual(sent(), ['P', 'H'])
  assert.deepEqual(
    wishes.actions.map(({ facts }) => facts.actions),
    [['sql:prepare']],
  )
  assert.equal(wishes.actions[0]?.facts.effectful, true)
})

test('an error of the server skips the rest, here as well', async () => {
  const { wishes, ask, answer, sent } = await openSession()
  ask(client.parse('', 'SELECT nope'), client.bind('', ''), client.describe('P', ''), client.execute(''), client.flush)
  assert.deepEqual(answer(server.error('42703', 'column does not exist')), ['E 42703 column does not exist'])
  sent()
  assert.deepEqual(ask(client.parse('', 'SELECT 1'), client.bind('', ''), client.execute('')), [])
  assert.deepEqual(sent(), [], 'the server would skip it')
  ask(client.sync)
  assert.deepEqual(sent(), ['S'])
  assert.deepEqual(answer(server.ready()), ['Z I'])
  assert.deepEqual(wishes.outcomes, ['1 failed 42703 -'])
})

test('actions that the server skipped are recorded as failed with what failed them', async () => {
  const { wishes, ask, answer } = await openSession()
  const run = (sql: string): Uint8Array[] => [
    client.parse('', sql),
    client.bind('', ''),
    client.describe('P', ''),
    client.execute(''),
  ]
  ask(...run('SELECT 1'), ...run('SELECT 2'), client.sync, ...run('SELECT 3'), client.sync)
  assert.deepEqual(
    answer(server.parsed, server.error('22012', 'division by zero'), server.ready(), ...selectRow, server.ready()),
    ['1', 'E 22012 division by zero', 'Z I', '1', '2', 'T', 'D 1', 'C SELECT 1', 'Z I'],
  )
  assert.deepEqual(wishes.outcomes, ['1 failed 22012 -', '2 failed 22012 -', '3 completed - 1'])
})

test('bypass: a Parse that the server skipped does not change what its name runs', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('', 'DELETE FROM t WHERE a'), client.sync)
  answer(server.parsed, server.ready())
  ask(
    client.parse('x', 'SELECT nope'),
    client.parse('', 'SELECT 1'),
    client.sync,
    client.bind('', ''),
    client.execute(''),
    client.sync,
  )
  assert.equal(wishes.actions.length, 2, 'the Bind waits until it is certain what it binds')
  answer(server.error('42703', 'nope'), server.ready())
  assert.deepEqual(wishes.actions.at(-1)?.label, 'DELETE t')
})

test('bypass: a name that exists keeps its meaning when Parse fails on it', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('s', 'DELETE FROM t WHERE a'), client.sync)
  answer(server.parsed, server.ready())
  ask(client.parse('s', 'SELECT 1'), client.sync)
  answer(server.error('42P05', 'exists'), server.ready())
  ask(client.bind('', 's'), client.execute(''), client.sync)
  assert.equal(wishes.actions.at(-1)?.label, 'DELETE t')
})

test('bypass: statements that SQL removes or makes are not taken for the old ones', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('s', 'SELECT 1'), client.sync)
  answer(server.parsed, server.ready())
  ask(client.query('DEALLOCATE s'), client.bind('', 's'), client.execute(''), client.sync)
  answer(server.complete('DEALLOCATE'), server.ready())
  assert.equal(wishes.actions.at(-1)?.facts.complete, false)
})

test('a name that SQL removes takes no other with it, whichever it is', async () => {
  const { wishes, ask, answer } = await openSession()
  for (const name of ['a', 'b', 'c']) {
    ask(client.parse(name, `SELECT ${name}`), client.sync)
    answer(server.parsed, server.ready())
  }
  for (const name of ['a', 'b']) {
    ask(client.query(`DEALLOCATE ${name}`))
    answer(server.complete('DEALLOCATE'), server.ready())
  }
  ask(client.bind('', 'c'), client.execute(''), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, true)
  answer(server.bound, server.columns({ name: 'c' }), server.complete('SELECT 0'), server.ready())
  ask(client.bind('', 'a'), client.execute(''), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, false)
})

test('bypass: a portal ends with its transaction, and its name is unknown after that', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.query('BEGIN'))
  answer(server.complete('BEGIN'), server.ready('T'))
  ask(client.parse('', 'SELECT 1'), client.bind('p', ''), client.execute('p', 1), client.sync)
  answer(
    server.parsed,
    server.bound,
    server.columns({ name: 'n' }),
    server.row('1'),
    server.suspended,
    server.ready('T'),
  )
  ask(client.execute('p', 1), client.sync)
  assert.equal(wishes.actions.at(-1)?.label, 'SELECT')
  answer(server.columns({ name: 'n' }), server.row('2'), server.complete('SELECT 1'), server.ready('T'))
  ask(client.query('COMMIT'))
  answer(server.complete('COMMIT'), server.ready('I'))
  ask(client.execute('p', 1), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, false)
})

test('what ends a transaction in mid-batch is answered before the next message is understood', async () => {
  const { wishes, ask, answer, sent } = await openSession()
  const run = (sql: string): Uint8Array[] => [
    client.parse('', sql),
    client.bind('', ''),
    client.describe('P', ''),
    client.execute(''),
  ]
  ask(...run('COMMIT'), ...run('SELECT 1'), client.sync)
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'H'], 'a Flush of ours, or the answer would never come')
  answer(server.parsed, server.bound, server.noData, server.complete('COMMIT'))
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'S'])
  assert.equal(wishes.actions.length, 2)
})

test('parameter types that the server tells are used for what is recorded', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('s', 'SELECT a FROM t WHERE b = $1'), client.describe('S', 's'), client.sync)
  answer(server.parsed, server.parameters(20), server.columns({ name: 'a' }), server.ready())
  ask(client.bind('', 's', [Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0)], 1), client.execute(''), client.sync)
  assert.deepEqual(partsOf(wishes.actions.at(-1)).at(-1), 'parameter $1 int8: 256')
})

test('a Query in an unfinished batch waits for what is before it', async () => {
  const { ask, answer, sent } = await openSession()
  ask(
    client.parse('', 'SELECT 1'),
    client.bind('', ''),
    client.describe('P', ''),
    client.execute(''),
    client.query('SELECT 2'),
  )
  assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'H'])
  answer(...selectRow)
  assert.deepEqual(sent(), ['Q'])
})

test('Describe and Close alone are the session’s own', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.parse('s', 'SELECT 1'), client.sync)
  answer(server.parsed, server.ready())
  ask(client.describe('S', 's'), client.close('S', 's'), client.sync)
  assert.equal(wishes.upstream.at(-1)?.action, 0)
  assert.deepEqual(answer(server.parameters(), server.columns({ name: 'a' }), server.closed, server.ready()), [
    't',
    'T',
    '3',
    'Z I',
  ])
  ask(client.bind('', 's'), client.execute(''), client.sync)
  assert.equal(wishes.actions.at(-1)?.facts.complete, false, 'closed is unknown')
})

test('names are bounded', async () => {
  const { ask } = await openSession()
  assert.throws(
    () => {
      for (let n = 0; n < 6_000; n++) ask(client.parse(`s${n}`, 'SELECT 1'))
    },
    (error) => error instanceof Fault && error.code === 'request.too-large' && error.facts['count'] === 5_001,
  )
})

test('a client that is far ahead is not read until something moved', async () => {
  const { wishes, ask, answer } = await openSession()
  ask(client.query("SELECT 'a'"), client.query(`SELECT '\\${'x'.repeat(300_000)}'`))
  assert.equal(wishes.isPaused, true)
  answer(server.complete('SELECT 0'), server.ready())
  assert.equal(wishes.isPaused, false)
})
