// Whatever a client sends, in whatever order and however far ahead, a database behind the gateway answers it as it answers
// without one: the same messages, the same errors, and nobody waits for ever.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as fc from 'fast-check'
import { client } from '../../src/protocols/postgres/testing/messages.ts'
import { seed } from '../harness/depth.ts'
import { startSqlStage, type SqlStage } from '../harness/sql-stage.ts'
import { SqlWire } from '../harness/sql-wire.ts'

const table = 'CREATE TEMP TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)'
const statements = [
  'SELECT 1',
  'SELECT n FROM generate_series(1, 5) n',
  'SELECT 1/0',
  'SELECT nothing',
  'SELECT (',
  "SELECT 'é'",
  "SELECT E'\\n'",
  '-- nothing',
  '',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT a',
  'ROLLBACK TO a',
  'INSERT INTO t VALUES (1)',
  'INSERT INTO t VALUES (7) RETURNING a',
  'DELETE FROM t WHERE a > 0',
  'COPY t TO STDOUT',
  'DECLARE c CURSOR FOR SELECT 1',
  'FETCH c',
  'CLOSE c',
  'SET datestyle = ISO',
]
const several = ['SELECT 1; SELECT 2', 'SELECT 1; SELECT 1/0; SELECT 3', 'BEGIN; SELECT 1']

let stage: SqlStage

before(async () => {
  stage = await startSqlStage('@id("all") permit (principal, action, resource);')
})

after(async () => {
  await stage?.stop()
})

/** All that is answered, up to a ReadyForQuery behind these words. */
async function ask(wire: SqlWire, pieces: readonly Uint8Array[], last: string): Promise<readonly string[]> {
  await wire.sayApart(pieces)
  const heard = await wire.hearUntil((words) => {
    const at = words.lastIndexOf(last)
    return at >= 0 && words.lastIndexOf('Z I') >= at
  })
  // What differs by nature, or says nothing of an order: settings and notices.
  return heard.filter((word) => !/^[SN]/.test(word))
}

type Frames = readonly Uint8Array[]
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const all = (...parts: readonly fc.Arbitrary<Frames>[]): fc.Arbitrary<Frames> =>
  fc.tuple(...parts).map((frames) => frames.flat())
const statement = oneOf('', 's1', 's2')
const portal = oneOf('', 'p1')
const rows = oneOf(0, 0, 2)
const ends = oneOf<Frames>([], [client.sync], [client.flush])

const run = fc
  .tuple(statement, portal, oneOf(...statements), rows)
  .chain(([name, at, sql, limit]) =>
    all(
      fc.constant([client.parse(name, sql), client.bind(at, name)]),
      oneOf<Frames>([], [client.describe('P', at)]),
      fc.constant([client.execute(at, limit)]),
      ends,
    ),
  )

const single = fc
  .tuple(oneOf('parse', 'bind', 'execute', 'closeS', 'closeP', 'describeS', 'describeP'), statement, portal, rows)
  .chain(([what, name, at, limit]) =>
    oneOf(...statements).map((sql) => {
      if (what === 'parse') return [client.parse(name, sql)]
      if (what === 'bind') return [client.bind(at, name)]
      if (what === 'execute') return [client.execute(at, limit)]
      const kind = what.endsWith('S') ? 'S' : 'P'
      const about = kind === 'S' ? name : at
      return [what.startsWith('close') ? client.close(kind, about) : client.describe(kind, about)]
    }),
  )

/** Data and its end are sent at once, as by a client that does not wait for the server to ask for them. */
const copy = oneOf('COPY t FROM STDIN', 'COPY nowhere FROM STDIN').chain((sql) =>
  all(
    fc.oneof(
      fc.constant([client.query(sql)]),
      all(fc.constant([client.parse('', sql), client.bind('', ''), client.execute('')]), ends),
    ),
    oneOf('8\n9\n', 'bad\n').map((data) => [client.copyData(data)]),
    oneOf<Frames>([client.copyDone], [client.copyFail('no')]),
  ),
)

const simple = oneOf(...statements, ...several).map((sql) => [client.query(sql)])
const step = fc.oneof(
  { arbitrary: run, weight: 3 },
  { arbitrary: single, weight: 4 },
  simple,
  copy,
  oneOf([client.sync]),
)

function cut(bytes: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length))
  return pieces
}

test('property: any order of messages, in any pieces, is answered as without the gateway', async () => {
  const sizes = oneOf(11, 50, 100_000)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 8 }),
      sizes,
      async (rounds, size) => {
        const { database, gateway, token } = stage
        const clients = [
          await SqlWire.open(database.port, database.password),
          await SqlWire.open(gateway.sqlPort, token),
        ]
        try {
          for (const one of clients) await ask(one, [client.query(table)], 'C CREATE TABLE')
          for (const [n, steps] of rounds.entries()) {
            const end = [client.sync, client.query('ROLLBACK'), client.query(`SELECT 'end ${n}'`)]
            const pieces = cut(Buffer.concat([...steps.flat(), ...end]), size)
            const [without, behind] = await Promise.all(clients.map((one) => ask(one, pieces, `D end ${n}`)))
            assert.deepEqual(behind, without)
          }
        } finally {
          for (const one of clients) one.end()
        }
      },
    ),
    { numRuns: 24, seed },
  )
})
