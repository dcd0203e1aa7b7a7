// The codec of the database protocol against clients and servers that send anything.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { Action } from '../../src/kernel/action.ts'
import { classify, loadSql } from '../../src/languages/sql/index.ts'
import { toFacts } from '../../src/protocols/postgres/facts.ts'
import { createProtocol } from '../../src/protocols/postgres/plugin.ts'
import { client, server } from '../../src/protocols/postgres/testing/messages.ts'
import { greeting } from '../../src/protocols/postgres/testing/open-session.ts'
import { cedar } from '../../src/protocols/postgres/vocabulary.ts'
import { denied, RecordingWishes, type Judgement } from '../harness/recording-wishes.ts'
import { inputsOf, toText } from './corpus.ts'
import { framesOf, ServerModel, toFrames, toInput } from './frames.ts'
import { fuzz } from './fuzzing.ts'
import { cutAtRandom } from './mutation.ts'
import { assertSame, requireFault } from './promises.ts'

await loadSql()

const protocol = createProtocol({ load: loadSql, classify: (sql) => classify('postgres', sql) }, () => () => undefined)
const readActions = new Set(
  Object.entries(cedar.actions).flatMap(([name, { memberOf }]) => (memberOf.includes('sql:read') ? [name] : [])),
)

const isRead = ({ actions, complete }: Action['facts']): boolean =>
  complete && actions.every((one) => readActions.has(one))
/** No text is none to the parser, and to the server a sign of life. */
const mayRun = (sql: string): boolean => sql === '' || isRead(toFacts(classify('postgres', sql)))
const readsOnly = (action: Action): Judgement => (isRead(action.facts) ? 'allow' : denied('Reads only.'))

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

async function open(judge: (action: Action) => Judgement): Promise<RecordingWishes> {
  const wishes = new RecordingWishes(protocol, { answers: 'later', judge })
  wishes.codec.fromClient(client.startup({}))
  wishes.codec.fromClient(client.password('token'))
  wishes.settle()
  wishes.codec.fromTarget(Buffer.concat(greeting))
  await turn()
  wishes.takeClient()
  wishes.takeTarget()
  return wishes
}

/** An id of a fault is random. */
const withoutIds = (bytes: Buffer): string => bytes.toString('latin1').replaceAll(/flt_[0-9A-Z]{26}/g, 'flt_')

interface Played {
  readonly fault: string | null
  readonly client: string
  readonly target: string
  readonly labels: readonly string[]
  readonly types: string
  readonly model: ServerModel
}

async function play(pieces: readonly Uint8Array[], judge: (action: Action) => Judgement): Promise<Played> {
  const wishes = await open(judge)
  const model = new ServerModel()
  let fault: string | null = null
  let target = ''
  try {
    for (const piece of pieces) {
      const chunk = Buffer.from(piece)
      wishes.codec.fromClient(chunk)
      chunk.fill(0xaa)
      wishes.settle()
      for (let sent = wishes.takeTarget(); sent.length > 0; sent = wishes.takeTarget()) {
        target += sent.toString('latin1')
        wishes.codec.fromTarget(model.take(sent))
        wishes.settle()
      }
    }
  } catch (error) {
    fault = requireFault(error).code
  }
  const told = wishes.toClient
  const types = framesOf(told)
    .map(({ type }) => type)
    .join('')
  wishes.codec.clientClosed()
  for (const passage of wishes.passages) assert.notEqual(passage.outcome, null, 'every action ends')
  return { fault, client: withoutIds(told), target, labels: wishes.actions.map(({ label }) => label), types, model }
}

const statements = inputsOf('bypass/sql-postgres.json', 'innocent/sql-postgres.json').map(toText)
const run = (sql: string, name = ''): Uint8Array[] => [
  client.parse(name, sql),
  client.bind('', name),
  client.execute(''),
]

fuzz({
  name: 'database client',
  seeds: [
    ...statements.map((sql, i) => toInput(client.query(sql), ...run(sql, i % 2 === 0 ? '' : 's'), client.sync)),
    toInput(
      client.parse('s', 'DELETE FROM t'),
      client.parse('', 'SELECT 1'),
      client.bind('', ''),
      client.execute(''),
      client.sync,
    ),
    toInput(client.query('COPY t FROM STDIN'), client.copyData('1\tx\n'), client.copyDone, client.query('SELECT 1')),
    toInput(client.query('COPY t TO STDOUT'), client.copyFail('no'), client.query('BEGIN; SELECT 1')),
    toInput(
      ...run('SELECT $1', 's'),
      client.describe('S', 's'),
      client.describe('P', ''),
      client.close('S', 's'),
      client.flush,
      client.sync,
    ),
    toInput(
      client.bind('p', 's', ['a', null, new Uint8Array(9)]),
      client.execute('p', 1),
      client.close('P', 'p'),
      client.sync,
      client.terminate,
    ),
    toInput(client.functionCall, client.password('again'), client.sync),
  ],
  words: [
    'SELECT 1',
    'DELETE FROM t',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'EXECUTE s',
    'DEALLOCATE s',
    'PREPARE s AS DELETE FROM t',
    'P\0\0',
    'Q\0\0',
    'S\0\0\0',
    'E\0\0',
    'B\0\0',
    '\0s\0',
    ';',
    'SET client_encoding TO latin1',
  ],
  maxBytes: 4_000,
  async check(input, random) {
    const bytes = toFrames(input)
    const whole = await play([bytes], readsOnly)
    for (const sql of whole.model.ran) assert.ok(mayRun(sql), `ran though it is denied: ${sql}`)
    const cut = await play(cutAtRandom(random, bytes), readsOnly)
    for (const sql of cut.model.ran) assert.ok(mayRun(sql), `ran though it is denied: ${sql}`)
    // What comes behind an error is passed over until a Sync, or was looked at before, and who says the error, gateway or
    // server, is a matter of who noticed first.
    if (whole.fault === null && cut.fault === null) {
      assert.deepEqual(cut.model.ran, whole.model.ran)
      if (!`${whole.types}${cut.types}`.includes('E')) assertSame(cut.client, whole.client, 'cut')
    }
    return `${whole.fault} ${[...whole.model.types].sort().join('')} ${whole.labels.length} ${whole.types.slice(0, 6)}`
  },
})

/** Never in a row, an error, a notice or a notification that a client gets. */
const canary = 'ada@example.com'
/** What a client reads of a frame: of an error the fields that hold words, up to the end of the list. */
const readOf: Readonly<Record<string, (body: string) => string>> = {
  D: (body) => body,
  d: (body) => body,
  E: wordsOf,
  N: wordsOf,
  A: (body) => body.slice(4).split('\0', 2).join(' '),
}

function wordsOf(body: string): string {
  const fields = body.split('\0')
  return fields
    .slice(0, fields.indexOf(''))
    .flatMap((field) => ('SVCPpFLR'.includes(field.charAt(0)) ? [] : [field.slice(1)]))
    .join(' ')
}

const asked: readonly (readonly Uint8Array[])[] = [
  [client.query('SELECT mail FROM t')],
  [...run('SELECT mail FROM t'), client.sync],
  [client.query('COPY t TO STDOUT')],
  [
    client.parse('s', 'SELECT $1'),
    client.describe('S', 's'),
    client.bind('', 's', ['x']),
    client.describe('P', ''),
    client.execute('', 1),
    client.sync,
  ],
]

const answers: readonly (readonly Uint8Array[])[] = [
  [
    server.columns({ name: 'mail' }, { name: 'n', oid: 23 }),
    server.row(canary, '1'),
    server.row(null, '2'),
    server.complete('SELECT 2'),
    server.ready(),
  ],
  [
    server.parsed,
    server.bound,
    server.columns({ name: 'j', oid: 3802, format: 1 }),
    server.row(`\u0001{"a":"${canary}"}`),
    server.complete('SELECT 1'),
    server.ready(),
  ],
  [
    server.copyOut(),
    server.copyData(`1\t${canary}\n`),
    server.copyData('2\tx\n\\.\n'),
    server.copyDone,
    server.complete('COPY 2'),
    server.ready(),
  ],
  [
    server.parsed,
    server.parameters(25),
    server.columns({ name: 'a', oid: 1009 }),
    server.bound,
    server.columns({ name: 'a', oid: 1009 }),
    server.row(`{${canary},b}`),
    server.suspended,
    server.ready(),
  ],
  [server.error('23505', `Key (${canary})`, { D: canary, H: 'x', W: canary }), server.ready('E')],
  [
    server.notice(`to ${canary}`),
    server.notification('c', canary),
    server.parameter('application_name', 'x'),
    server.complete('SELECT 0'),
    server.ready(),
  ],
]

fuzz({
  name: 'database server',
  // The first byte says what was asked.
  seeds: answers.flatMap((frames) => asked.map((_one, i) => Uint8Array.from([i, ...toInput(...frames)]))),
  words: [
    'Z\0\0\x01I',
    'D\0\0',
    'C\0\0',
    'E\0\0',
    'T\0\0',
    'G\0\0\x03\0\0\0',
    'H\0\0\x03\0\0\0',
    'W\0\0',
    'd\0\0',
    'c\0\0\0',
    'S\0\0',
    canary,
  ],
  maxBytes: 4_000,
  async check(input, random) {
    const [which = 0] = input
    const frames = asked[which % asked.length] ?? []
    const bytes = toFrames(input.subarray(1))
    const whole = await answered(frames, [bytes])
    const cut = await answered(frames, cutAtRandom(random, bytes))
    assert.equal(cut.fault === null, whole.fault === null, `${cut.fault} ${whole.fault}`)
    const told = framesOf(whole.client)
    for (const { type, body } of told) {
      const text = readOf[type]?.(body.toString('latin1')) ?? ''
      assert.ok(!isShown(text), `shown in ${type}: ${JSON.stringify(text)}`)
    }
    if (whole.fault === null) assertSame(withoutIds(cut.client), withoutIds(whole.client), 'cut')
    return `${which % asked.length} ${whole.fault} ${whole.closed} ${told
      .map(({ type }) => type)
      .join('')
      .slice(0, 8)}`
  },
})

/** As a word of its own, which is what the test's masker masks. */
function isShown(text: string): boolean {
  return text.split(/[^\w.@-]/).includes(canary)
}

async function answered(
  frames: readonly Uint8Array[],
  pieces: readonly Uint8Array[],
): Promise<{ fault: string | null; client: Buffer; closed: string | null }> {
  const wishes = await open(() => 'allow')
  wishes.codec.fromClient(Buffer.concat(frames))
  wishes.settle()
  let fault: string | null = null
  try {
    for (const piece of pieces) {
      const chunk = Buffer.from(piece)
      wishes.codec.fromTarget(chunk)
      chunk.fill(0xaa)
      wishes.settle()
    }
    if (wishes.closed === null) wishes.codec.targetClosed()
  } catch (error) {
    fault = requireFault(error).code
  }
  return { fault, client: wishes.toClient, closed: wishes.closed }
}

/** Of a client that nobody knows yet. */
const heldBytes = 10_000

fuzz({
  name: 'database start',
  seeds: [
    Buffer.concat([client.ssl, client.startup({}, 0)]),
    Buffer.concat([client.startup({ options: '-c search_path=x', replication: 'database' }), client.password('token')]),
    Buffer.concat([client.startup({}, 9999), client.password('token'), client.query('SELECT 1')]),
    Buffer.concat([Buffer.from('0000000804d21630', 'hex'), client.startup()]),
    Buffer.from('0000001004d2162e0000126709080706', 'hex'),
  ].map((bytes) => Uint8Array.from(bytes)),
  words: [
    'user\0',
    'database\0orders\0',
    'options\0-c x=y\0',
    'replication\0true\0',
    '_pq_.x\0y\0',
    '\0\0\0\x08',
    'p\0\0\0\x0atoken\0',
  ],
  maxBytes: 12_000,
  async check(input, random) {
    const whole = await started([input], false)
    const cut = await started(cutAtRandom(random, input), false)
    // Which of two limits is met first may depend on the cuts, not whether one is; but how much is held at once does: what was
    // read by then is not.
    const isMuch = input.length > heldBytes && [cut.fault, whole.fault].includes('frame.too-large')
    if (!isMuch) assert.equal(cut.fault === null, whole.fault === null, `${cut.fault} ${whole.fault}`)
    if (whole.fault === null && cut.fault === null) assert.deepEqual(cut.told, whole.told)
    const nobody = await started([input], true)
    assert.equal(nobody.target, 0, 'nothing goes to a target for nobody')
    return `${whole.fault} ${whole.told.wanted.length} ${whole.told.presented} ${whole.told.closed}`
  },
})

async function started(pieces: readonly Uint8Array[], isNobody: boolean) {
  const wishes = new RecordingWishes(protocol, {
    answers: 'later',
    ...(isNobody ? { identity: denied('You are nobody.') } : {}),
  })
  let fault: string | null = null
  try {
    for (const piece of pieces) {
      const chunk = Buffer.from(piece)
      wishes.codec.fromClient(chunk)
      chunk.fill(0xaa)
      wishes.settle()
    }
    await turn()
  } catch (error) {
    fault = requireFault(error).code
  }
  const { wanted, presented, closed, toClient, toTarget } = wishes
  wishes.codec.clientClosed()
  return {
    fault,
    target: toTarget.length,
    told: { wanted, presented: presented.length, closed, client: withoutIds(toClient) },
  }
}
