// Clients that are unusual and legal: the same messages, to a real server and through the gateway, are answered by the same
// messages. A server keeps back what it was not asked to flush, which no fake server of a test thinks of.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client } from '../../src/protocols/postgres/testing/messages.ts'
import { startSqlStage, type SqlStage } from '../harness/sql-stage.ts'
import { SqlWire } from '../harness/sql-wire.ts'

// What is not understood stays denied, as G3 says; everything else may be done.
const policies = `
@id("all") permit (principal, action, resource);
@id("understood") forbid (principal, action == Action::"sql:unknown", resource) unless { context.sql.complete };
`

let stage: SqlStage

before(async () => {
  stage = await startSqlStage(policies, 'CREATE TABLE t (i int, x text);')
})

after(async () => {
  await stage?.stop()
})

/** Errors by their code: the words of a refusal are the gateway's. */
function toComparable(words: readonly string[]): string[] {
  return words.map((word) => (/^[EN] /.test(word) ? word.slice(0, 7) : word))
}

async function bothSame(scene: (wire: SqlWire) => Promise<string[]>): Promise<string[]> {
  const { database, gateway, token } = stage
  const heard: string[][] = []
  for (const [port, password] of [
    [database.port, database.password],
    [gateway.sqlPort, token],
  ] as const) {
    const wire = await SqlWire.open(port, password)
    try {
      heard.push(toComparable(await scene(wire)))
    } finally {
      wire.end()
    }
  }
  const [direct = [], through = []] = heard
  assert.deepEqual(through, direct)
  return through
}

const run = (sql: string, portal = ''): Uint8Array[] => [
  client.parse('', sql),
  client.bind(portal, ''),
  client.execute(portal),
]
const copy = run('COPY t FROM STDIN')

test('COPY in by the extended protocol ends, with the Sync before the data, behind it, or never before a Flush', async () => {
  for (const begin of [client.sync, client.flush]) {
    const heard = await bothSame(async (wire) => {
      wire.say(...copy, begin)
      const started = await wire.hear('G')
      wire.say(client.copyData('1\ta\n'), client.copyDone, client.sync)
      return [...started, ...(await wire.hear('Z'))]
    })
    assert.deepEqual(heard.slice(-2), ['C COPY 1', 'Z I'])
  }
  await bothSame(async (wire) => {
    wire.say(...copy, client.flush)
    await wire.hear('G')
    wire.say(client.copyData('2\tb\n'), client.copyDone, client.flush)
    const ended = await wire.hear('C')
    wire.say(client.sync)
    return [...ended, ...(await wire.hear('Z'))]
  })
})

test('COPY in by the extended protocol that the client or the server gives up', async () => {
  for (const end of [[client.copyFail('no')], [client.copyData('not a number\n'), client.copyDone]]) {
    await bothSame(async (wire) => {
      wire.say(...copy, client.flush)
      await wire.hear('G')
      wire.say(...end, ...run('SELECT 1'), client.sync, client.query('SELECT count(*) FROM t WHERE i > 5'))
      return await wire.hear('Z', 2)
    })
  }
})

test('an error in the middle of a pipeline skips to its Sync, with a Flush or without', async () => {
  for (const between of [[], [client.flush]]) {
    await bothSame(async (wire) => {
      wire.say(...run('SELECT 1'), ...run('SELECT 1/0'), ...between, ...run('SELECT 3'), client.sync)
      wire.say(...run('SELECT 4'), client.sync)
      return await wire.hear('Z', 2)
    })
  }
})

test('a portal is read in pieces, and ends with its transaction', async () => {
  const piece = [client.execute('p', 2), client.flush]
  await bothSame(async (wire) => {
    wire.say(client.query('BEGIN'), client.parse('', 'SELECT generate_series(1, 5)'), client.bind('p', ''), ...piece)
    const heard = await wire.hear('s')
    wire.say(...piece, client.sync, client.execute('p', 2), client.sync, client.query('COMMIT'))
    heard.push(...(await wire.hear('Z', 3)))
    wire.say(client.execute('p'), client.sync)
    return [...heard, ...(await wire.hear('Z'))]
  })
})

test('names that stand for nothing have the codes by which drivers prepare again', async () => {
  const heard = await bothSame(async (wire) => {
    wire.say(client.parse('s', 'SELECT 1'), client.sync, client.query('DISCARD ALL'))
    wire.say(client.bind('', 's'), client.execute(''), client.sync, client.execute('gone'), client.sync)
    return await wire.hear('Z', 4)
  })
  assert.deepEqual(heard.slice(-4), ['E 26000', 'Z I', 'E 34000', 'Z I'])
})

test('no statement, no columns, no rows, several results with an error behind them', async () => {
  const texts = [
    '',
    ' -- nothing',
    'SELECT',
    'SELECT FROM t WHERE false',
    "SELECT 1; INSERT INTO t VALUES (9, 'z'); SELECT 1/0",
  ]
  for (const text of texts) {
    await bothSame(async (wire) => {
      wire.say(client.query(text))
      return await wire.hear('Z')
    })
    if (text.includes(';')) continue
    await bothSame(async (wire) => {
      wire.say(client.parse('', text), client.describe('S', ''), client.bind('', ''), client.execute(''), client.sync)
      return await wire.hear('Z')
    })
  }
})

test('what another session notifies comes while nothing is asked', async () => {
  await bothSame(async (wire) => {
    wire.say(client.query('LISTEN news'))
    await wire.hear('Z')
    stage.database.sql('NOTIFY news', 'orders')
    return await wire.hear('A')
  })
})
