// Whatever a client sends, in whatever order and however far ahead, a database behind the gateway answers it as it answers
// without one: the same messages, the same errors, and nobody waits for ever.

import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import * as fc from 'fast-check'
import { client, toWords } from '../../src/protocols/postgres/testing/messages.ts'
import { toStartup } from '../../src/protocols/postgres/startup-packet.ts'
import { startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { runs } from '../harness/depth.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

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

let issuer: TestIssuer
let database: DatabaseServer
let gateway: TestGateway
let token: string

before(async () => {
  issuer = await startIssuer()
  database = await startDatabaseServer({ auth: 'trust' })
  gateway = await startGateway({
    issuer: issuer.url,
    policies: '@id("all") permit (principal, action, resource);',
    withoutStarterPolicies: true,
    env: { ORDERS_PASSWORD: database.password },
    sqlTls: 'off',
    connections: `  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${database.port}/orders?sslmode=disable
    credential: { user: app, password: env:ORDERS_PASSWORD }`,
  })
  token = await issuer.token({ sub: 'reader', groups: [] })
})

after(async () => {
  await gateway?.remove()
  await database?.stop()
  await issuer?.stop()
})

class Client {
  readonly #socket: Socket
  #held: Uint8Array = new Uint8Array(0)
  #words: string[] = []
  #moved: () => void = () => undefined

  constructor(port: number) {
    this.#socket = connect(port, 'localhost').setNoDelay(true)
    this.#socket.write(toStartup(0, Object.entries({ user: 'app', database: 'orders' })))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => this.#moved())
    this.#socket.on('data', (chunk: Buffer) => {
      this.#read(Buffer.concat([this.#held, chunk]))
      this.#moved()
    })
  }

  /** All that is answered, up to a ReadyForQuery behind these words. */
  async ask(pieces: readonly Uint8Array[], last: string): Promise<readonly string[]> {
    for (const piece of pieces) {
      this.#socket.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 10_000)
      this.#moved = () => {
        if (!this.#isAnswered(last) && !this.#socket.destroyed) return
        clearTimeout(timer)
        resolve()
      }
      this.#moved()
    })
    return this.#words.splice(0)
  }

  end(): void {
    this.#socket.destroy()
  }

  #isAnswered(last: string): boolean {
    const at = last === '' ? 0 : this.#words.lastIndexOf(last)
    return at >= 0 && this.#words.lastIndexOf('Z I') >= at && this.#words.length > 0
  }

  #read(bytes: Buffer): void {
    let end = 0
    while (bytes.length - end >= 5 && bytes.length - end > bytes.readInt32BE(end + 1)) {
      const isAsked = bytes[end] === 'R'.charCodeAt(0) && bytes.readInt32BE(end + 5) === 3
      if (isAsked) this.#socket.write(client.password(token))
      end += 1 + bytes.readInt32BE(end + 1)
    }
    // What differs by nature, or says nothing of an order: the login, settings, cancel keys, notices.
    this.#words.push(...toWords(bytes.subarray(0, end)).filter((words) => !/^[RSKN]/.test(words)))
    this.#held = bytes.subarray(end)
  }
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
        const clients = [new Client(database.port), new Client(gateway.sqlPort)]
        try {
          for (const one of clients) {
            await one.ask([], '')
            await one.ask([client.query(table)], 'C CREATE TABLE')
          }
          for (const [n, steps] of rounds.entries()) {
            const end = [client.sync, client.query('ROLLBACK'), client.query(`SELECT 'end ${n}'`)]
            const pieces = cut(Buffer.concat([...steps.flat(), ...end]), size)
            const [without, behind] = await Promise.all(clients.map((one) => one.ask(pieces, `D end ${n}`)))
            assert.deepEqual(behind, without)
          }
        } finally {
          for (const one of clients) one.end()
        }
      },
    ),
    { numRuns: runs(120) },
  )
})
