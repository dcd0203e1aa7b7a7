// Answers in an order that is rare or not the protocol's, and clients far ahead of them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { size } from '../../../test/harness/depth.ts'
import { denied } from '../../../test/harness/recording-wishes.ts'
import type { Action } from '../../kernel/action.ts'
import type { Denial } from '../../kernel/decision.ts'
import { client, server } from './testing/messages.ts'
import { openSession } from './testing/open-session.ts'

const bindAndRun = [client.bind('', ''), client.describe('P', ''), client.execute('')]
const insert = [client.parse('', 'INSERT INTO t'), ...bindAndRun]
const ran = [server.bound, server.noData, server.complete('INSERT 0 1')]
const inserted = [server.parsed, ...ran]
const count = (types: readonly string[], type: string): number => types.filter((one) => one === type).length

function many(length: number, frame: Uint8Array): Uint8Array[] {
  return Array.from({ length }, () => frame)
}

describe('what fails at its Sync: a deferred constraint, a serialization failure', () => {
  test('with its Sync behind it', async () => {
    const { wishes, ask, answer, sent } = await openSession()
    ask(...insert, client.sync)
    assert.deepEqual(answer(...inserted, server.error('23503', 'no such customer'), server.ready()).slice(-3), [
      'C INSERT 0 1',
      'E 23503 no such customer',
      'Z I',
    ])
    assert.deepEqual(wishes.outcomes, ['1 failed 23503 1'])
    sent()
    ask(...insert, client.sync)
    assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'S'], 'the session goes on')
  })

  test('with a Sync of its own', async () => {
    const { wishes, ask, answer } = await openSession()
    ask(...insert, client.flush)
    answer(...inserted)
    ask(client.sync)
    assert.deepEqual(answer(server.error('40001', 'try again'), server.ready()), ['E 40001 try again', 'Z I'])
    assert.equal(wishes.closed, null)
  })
})

describe('a client that says goodbye behind an error, without its Sync', () => {
  const pieces = [client.parse('', 'SELECT 1'), ...bindAndRun, client.execute('gone'), client.terminate]
  const answers = [
    server.parsed,
    server.bound,
    server.noData,
    server.complete('SELECT 0'),
    server.error('34000', 'gone'),
  ]
  test('of the gateway: it is told why, and what was answered before', async () => {
    const judge = (action: Action): 'allow' | Denial => (action.facts.complete ? 'allow' : denied('Not this.'))
    const { wishes, ask, answer } = await openSession({ judge })
    ask(...pieces)
    assert.equal(wishes.closed, null)
    const heard = answer(...answers)
    assert.match(heard.join('\n'), /C SELECT 0\nE \w{5} Not this\./)
    assert.equal(wishes.closed, 'client-closed')
  })

  test('of the server: it is told that, and what was answered before', async () => {
    const { wishes, ask, answer } = await openSession()
    ask(...pieces)
    assert.equal(wishes.closed, null)
    const heard = answer(...answers)
    assert.deepEqual(heard.slice(-2), ['C SELECT 0', 'E 34000 gone'])
    assert.equal(wishes.closed, 'client-closed')
  })
})

describe('a target that ends or begins a COPY while data goes to it', () => {
  for (const [what, frames] of [
    ['begins it again: what went up would be in no record', [server.copyIn]],
    ['ends the statement', [server.complete('COPY 1'), server.ready()]],
    ['is ready', [server.ready()]],
  ] as const)
    test(what, async () => {
      const { ask, answer } = await openSession()
      ask(client.query('COPY t FROM STDIN'))
      answer(server.copyIn)
      ask(client.copyData('1\n'))
      assert.throws(() => answer(...frames), { code: 'upstream.protocol' })
    })
})

describe('a client that waits for what the server keeps back until it is asked', () => {
  test('a simple query behind messages without a Sync', async () => {
    const { ask, answer, sent } = await openSession()
    ask(client.close('S', 'a'), client.query('SELECT 1'))
    assert.deepEqual(sent(), ['C', 'H'])
    answer(server.closed)
    assert.deepEqual(sent(), ['Q'])
  })

  test('what follows a COPY, however early it came', async () => {
    const { ask, answer, sent } = await openSession()
    const copy = [client.parse('', 'COPY t FROM STDIN'), client.bind('', ''), client.execute('')]
    ask(...copy, client.sync, client.copyData('1\n'), client.copyDone, client.sync)
    assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'H'])
    answer(server.parsed, server.bound, server.noData, server.copyIn)
    // The server took the first one for a part of the data, which it passes over.
    assert.deepEqual(sent(), ['d', 'c', 'H'])
    answer(server.complete('COPY 1'))
    assert.deepEqual(sent(), ['S'])
  })
})

describe('a client far ahead', () => {
  test('is not read on, and what the server keeps back is asked for', async () => {
    const { ask, answer, sent } = await openSession()
    const asked = size(2000, 1300)
    ask(client.parse('', 'INSERT INTO t'), ...Array.from({ length: asked }, () => bindAndRun).flat())
    const first = sent()
    assert.equal(count(first, 'E'), 1024)
    assert.equal(first.at(-1), 'H')
    answer(server.parsed, ...Array.from({ length: 1024 }, () => ran).flat())
    const second = sent()
    assert.equal(count(second, 'E'), asked - 1024)
    assert.equal(count(second, 'H'), 0, 'the server was not asked again')
  })

  test('waits with names that the server has not confirmed', async () => {
    const { ask, answer, sent } = await openSession()
    ask(...many(12_000, client.close('S', 'a')))
    const first = count(sent(), 'C')
    assert.ok(first > 1000 && first < 9000, `${first} are under way`)
    answer(...many(first, server.closed))
    assert.ok(count(sent(), 'C') > 1000)
  })

  test('that asks for the answers again and again is heard once', async () => {
    const { ask, sent } = await openSession()
    ask(...insert, ...many(5000, client.flush))
    assert.deepEqual(sent(), ['P', 'B', 'D', 'E', 'H'])
  })

  test('has a text looked through once, however often something moves while it waits', async (t) => {
    const { ask, answer } = await openSession()
    ask(client.query('SELECT a FROM t'))
    const looks = t.mock.method(Buffer.prototype, 'includes')
    ask(client.query(`SELECT '\\'`))
    for (let i = 0; i < 50; i++) answer(server.row('x'))
    assert.equal(looks.mock.callCount(), 1)
  })
})

test('a setting that is not UTF-8 is text of the target like any other', async () => {
  const { wishes, answer } = await openSession()
  const latin = Buffer.from(server.parameter('session_authorization', 'jos#'))
  latin[latin.indexOf('#')] = 0xe9
  assert.deepEqual(answer(latin), ['S'])
  assert.equal(wishes.closed, null)
})
