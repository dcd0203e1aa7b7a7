// A log whose own operator signed something that can be read in two ways, or that says more than it shows.

import assert from 'node:assert/strict'
import { createPublicKey, hash, sign } from 'node:crypto'
import { before, test } from 'node:test'
import { MemoryObjects } from '../memory-objects.ts'
import { openPublisher } from '../publisher.ts'
import { gatewayEvent, Script, startMs } from '../testing/journal.ts'
import { origin, TestLog, testVkey } from '../testing/log.ts'
import { CompactRange } from '../tlog/compact-range.ts'
import { toEnvelopeEntry, toPae, verifyEnvelope } from '../tlog/dsse.ts'
import { hashLeaf } from '../tlog/hash.ts'
import { toJcs, type JsonValue } from '../tlog/jcs.ts'
import { parseTlogPolicy } from '../tlog/tlog-policy.ts'
import type { Report, VerdictName } from './report.ts'
import { verifyLog } from './verify-log.ts'

let log: TestLog
let honest: readonly string[]

before(async () => {
  log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(gatewayEvent('start'), script.open(), ...script.action(1), script.end(), gatewayEvent('heartbeat'))
  await log.sealer.flush()
  honest = log.entries().map((entry) => Buffer.from(entry).toString())
})

/** Signed and published as if they were all there ever was. */
async function told(texts: readonly string[], more: ReadonlyMap<string, Uint8Array> = new Map()): Promise<Report> {
  const objects = new MemoryObjects()
  for (const [key, bytes] of log.objects.files) if (/^(seal|payload)\//.test(key)) objects.files.set(key, bytes)
  for (const [key, bytes] of more) objects.files.set(key, bytes)
  const entries = texts.map((text) => Buffer.from(text))
  const tree = new CompactRange()
  for (const entry of entries) tree.append(hashLeaf(entry))
  const state = { tree: { size: tree.size, frontier: tree.toBytes() }, staged: { first: 0, entries } }
  await openPublisher(objects, origin, log.keys.log, state)
  const policy = parseTlogPolicy(`log ${testVkey()}\nquorum none\n`)
  if ('problem' in policy) assert.fail(policy.problem)
  return await verifyLog({ reader: objects, policy })
}

const findingsOf = (report: Report, name: VerdictName): readonly string[] =>
  report.verdicts.find((verdict) => verdict.name === name)?.findings ?? []
const notesOf = (report: Report, name: VerdictName): readonly string[] =>
  report.verdicts.find((verdict) => verdict.name === name)?.notes ?? []

test('told honestly, it is whole', async () => {
  const report = await told(honest)
  assert.ok(report.isGood, JSON.stringify(report.verdicts, null, 1))
})

const spellings: readonly (readonly [string, (text: string) => string | Uint8Array])[] = [
  ['a member twice', (text) => text.replace('"outcome":"allow"', '"outcome":"deny","outcome":"allow"')],
  ['members in another order', (text) => text.replace(/^\{("actor":[^,]*),(.*)\}$/, '{$2,$1}')],
  ['a space', (text) => text.replace('":', '": ')],
  ['a letter as an escape', (text) => text.replace('"t":"', String.raw`"\u0074":"`)],
  ['a number in another spelling', (text) => text.replace('"v":1}', '"v":1.0}')],
]

for (const [what, spoil] of spellings) {
  test(`${what}: an entry that two readers could read as two things is none`, async () => {
    const index = honest.findIndex((text) => text.includes('"t":"request"'))
    const other = String(spoil(honest[index] ?? ''))
    assert.notEqual(other, honest[index])
    assert.ok(
      findingsOf(await told(honest.with(index, other)), 'INTEGRITY').includes(
        `entry ${index} is neither a leaf nor a sealed statement`,
      ),
    )
  })
}

test('an entry as deep as it is long ends nothing', async () => {
  for (const open of ['[', '{"a":']) {
    const deep = `{"a":${open.repeat(65_000 / open.length)}`
    assert.deepEqual(findingsOf(await told([...honest, deep]), 'INTEGRITY'), [
      `entry ${honest.length} is neither a leaf nor a sealed statement`,
    ])
  }
  // Brackets in a text are no depth: what an upstream calls its error is its own business.
  const index = honest.findIndex((text) => text.includes('"code":"00000"'))
  const odd = (honest[index] ?? '').replace(
    '"code":"00000"',
    String.raw`"code":"${'[{'.repeat(80)}\"${'['.repeat(40)}"`,
  )
  assert.ok(!findingsOf(await told(honest.with(index, odd)), 'INTEGRITY').some((line) => line.includes('neither')))
})

// ── statements ──

type Members = Record<string, JsonValue>

/** The seal of ses_A with another statement, signed by the right key and committed to as it should be. */
async function sealed(change: (statement: Members) => string): Promise<Report> {
  const key = [...log.objects.files.keys()].find((name) => name.startsWith('seal/')) ?? assert.fail()
  const publicKey = createPublicKey(log.keys.attestation)
  const said = verifyEnvelope(log.objects.files.get(key) ?? assert.fail(), publicKey) ?? assert.fail()
  const payload = Buffer.from(change(JSON.parse(Buffer.from(said).toString()) as Members))
  const payloadType = 'application/vnd.in-toto+json'
  const sig = sign(null, toPae(payloadType, payload), log.keys.attestation).toString('base64')
  const envelope = Buffer.from(
    toJcs({ payload: payload.toString('base64'), payloadType, signatures: [{ keyid: '', sig }] }),
  )
  const entry = Buffer.from(toEnvelopeEntry(envelope, publicKey) ?? assert.fail()).toString()
  const name = `${key.slice(0, key.lastIndexOf('-'))}-${hash('sha256', payload).slice(0, 16)}.json`
  const index = honest.findIndex((text) => text.includes('"kind":"dsse"'))
  return await told(honest.with(index, entry), new Map([[name, envelope]]))
}

const member = (value: Members, name: string): Members => value[name] as Members

const statements: readonly (readonly [string, (statement: Members) => string, RegExp])[] = [
  ['as it was', (statement) => toJcs(statement), /^$/],
  [
    'of another kind',
    (statement) => toJcs({ ...statement, predicateType: 'https://example.com/v1' }),
    /predicate type/,
  ],
  ['of another form', (statement) => toJcs({ ...statement, _type: 'x' }), /statement type/],
  [
    'about something else as well',
    (statement) =>
      toJcs({ ...statement, subject: [...(statement['subject'] as JsonValue[]), { name: 'x', digest: {} }] }),
    /its subject is not/,
  ],
  [
    'that calls the end a crash',
    (statement) =>
      toJcs({ ...statement, predicate: { ...member(statement, 'predicate'), end_reason: 'gateway-crash' } }),
    /its end is not/,
  ],
  [
    'that tells two stories of its entries',
    (statement) => toJcs({ ...statement, predicate: { ...member(statement, 'predicate'), events: { count: 1 } } }),
    /its events is not/,
  ],
  [
    'without an end of its depth',
    (statement) => `${toJcs(statement).slice(0, -1)},"z":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    /does not describe a session/,
  ],
]

for (const [what, change, wanted] of statements) {
  test(`a statement ${what}`, async () => {
    const report = await sealed(change)
    const all = [...findingsOf(report, 'INTEGRITY'), ...findingsOf(report, 'COMPLETENESS')]
    if (wanted.source === '^$') assert.deepEqual(all, [])
    else
      assert.ok(
        all.some((line) => wanted.test(line)),
        JSON.stringify(all),
      )
  })
}

test('an entry that names another key than its statement was signed by', async () => {
  const index = honest.findIndex((text) => text.includes('"kind":"dsse"'))
  const entry = JSON.parse(honest[index] ?? '') as { spec: { signatures: { verifier: string }[] } }
  const [signature = assert.fail()] = entry.spec.signatures
  signature.verifier = Buffer.from('another key').toString('base64')
  assert.deepEqual(findingsOf(await told(honest.with(index, toJcs(entry))), 'INTEGRITY'), [
    `the seal of session ses_A (entry ${index}) names another signature or key than its statement has`,
  ])
})

// ── the gateway's own chain ──

async function lived(
  ...times: readonly (readonly [boot: string, kind: 'start' | 'heartbeat' | 'stop', atMs: number, upMs: number])[]
) {
  const other = new TestLog()
  for (const [boot, kind, atMs, upMs] of times) {
    other.journal.boot = boot
    other.journal.append({ ...gatewayEvent(kind), atMs: startMs + atMs, upMs })
  }
  await other.sealer.flush()
  return await told(other.entries().map((entry) => Buffer.from(entry).toString()))
}

test('a clock that jumps and a long silence are told, whoever breaks it', async () => {
  const back = await lived(
    ['b1', 'start', 0, 0],
    ['b1', 'heartbeat', -3_540_000, 60_000],
    ['b1', 'heartbeat', -3_480_000, 120_000],
  )
  assert.ok(back.isGood)
  assert.deepEqual(notesOf(back, 'COMPLETENESS'), [
    'the clock of the gateway went back by 3600 s between 2026-11-21T03:14:03.123Z and 2026-11-21T02:15:03.123Z',
  ])
  const silent = await lived(
    ['b1', 'start', 0, 0],
    ['b1', 'heartbeat', 60_000, 60_000],
    ['b1', 'stop', 7_260_000, 7_260_000],
  )
  assert.deepEqual(notesOf(silent, 'COMPLETENESS'), [
    'no sign of life from 2026-11-21T03:15:03.123Z to 2026-11-21T05:15:03.123Z',
  ])
})

test('a start that was over does not come back, and a log begins once', async () => {
  const twice = await lived(['b1', 'start', 0, 0], ['b2', 'start', 1000, 0], ['b1', 'heartbeat', 2000, 2000])
  assert.deepEqual(findingsOf(twice, 'COMPLETENESS'), ['entry 4 is of a start of the gateway that was over before'])
  assert.ok(findingsOf(await told(honest.slice(1)), 'INTEGRITY').includes('entry 0 does not begin a log'))
  assert.ok(
    findingsOf(await told([...honest, honest[0] ?? '']), 'INTEGRITY').includes(
      `entry ${honest.length} begins it again`,
    ),
  )
})
