// Dying anywhere: the round that was committed is published to the same bytes, the one that was not never happened, and
// every payload is there once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { size } from '../../test/harness/depth.ts'
import type { Event } from '../kernel/event.ts'
import { unwrapPayloadKey } from './payload-key.ts'
import { openPayloads, readRecords, sealPayloads } from './payload-object.ts'
import { readRequest, readResponse } from './payload-reader.ts'
import { gatewayEvent, Script } from './testing/journal.ts'
import { TestLog, testVkey } from './testing/log.ts'
import { parseTlogPolicy } from './tlog/tlog-policy.ts'
import { verifyLog } from './verify/verify-log.ts'

async function requireGood(log: TestLog): Promise<void> {
  const policy = parseTlogPolicy(`log ${testVkey()}\nquorum none\n`)
  if ('problem' in policy) assert.fail(policy.problem)
  const report = await verifyLog({ reader: log.objects, policy })
  assert.ok(report.isGood, JSON.stringify(report.verdicts, null, 1))
}

/** Two sessions whose actions overlap, with answers in pieces. */
function storyOf(pieces: readonly number[]): { events: Event[]; answers: Map<string, string> } {
  const [a, b] = [new Script('ses_A'), new Script('ses_B', 7)]
  const events: Event[] = [gatewayEvent('start'), a.open(), b.open()]
  const answers = new Map<string, string>()
  for (const [i, piece] of pieces.entries()) {
    const script = piece % 2 === 0 ? a : b
    const action = i + 1
    events.push(script.request(action, `ask ${i}`))
    const answer = `answer ${i} `.repeat(1 + (piece % 7))
    for (let at = 0; at < answer.length; at += 5) {
      events.push(script.response(action, answer.slice(at, at + 5)))
      if (at === 10) events.push((script === a ? b : a).refused(1000 + i))
    }
    if (piece % 5 !== 0) events.push(script.done(action, answer.length))
    if (piece % 5 !== 0) answers.set(`${script.session} ${action}`, answer)
  }
  events.push(a.end())
  return { events, answers }
}

test('any failure at any write, with restarts between, loses and repeats nothing', async () => {
  const step = fc.record({ writes: fc.nat(12), commitFails: fc.boolean(), restarts: fc.boolean(), ms: fc.nat(3000) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(100), { minLength: 1, maxLength: 12 }),
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (pieces, steps, batch) => {
        const limits = { batchBytes: batch * 1024, objectBytes: 200 }
        const log = new TestLog(limits)
        const { events, answers } = storyOf(pieces)
        log.journal.append(...events)
        for (const { writes, commitFails, restarts, ms } of steps) {
          log.objects.writesLeft = writes
          log.store.failNext = commitFails
          log.ms += ms
          await log.sealer.step().catch((error: unknown) => {
            assert.match(String(error), /record\.unavailable|state\.unavailable/)
          })
          if (restarts) log.newSealer(limits)
        }
        log.objects.writesLeft = Number.POSITIVE_INFINITY
        log.store.failNext = false
        await log.sealer.flush()
        await requireGood(log)
        await requireAnswers(log, answers)
        requireCommitments(log)
        const asked = log.leaves().filter(({ t }) => t === 'request').length
        assert.equal(asked, pieces.length)
      },
    ),
    { numRuns: size(100, 4) },
  )
})

async function requireAnswers(log: TestLog, answers: ReadonlyMap<string, string>): Promise<void> {
  const place = { index: log.store, objects: log.objects, kek: log.keys.kek }
  for (const session of ['ses_A', 'ses_B']) {
    for (const row of log.store.events(session, -1, 1000)) {
      const answer = answers.get(`${session} ${row.action}`)
      if (answer === undefined || row.t !== 'request') continue
      const read = await readResponse(place, row, 1e6)
      assert.equal(read.state === 'here' ? Buffer.from(read.value.bytes).toString() : read.state, answer)
      const asked = await readRequest(place, row)
      if (asked.state !== 'here') assert.fail(asked.state)
      assert.equal(asked.value.said['label'], 'SELECT')
      assert.equal(Buffer.from(asked.value.parts[0]?.bytes ?? []).toString(), `ask ${(row.action ?? 0) - 1}`)
    }
  }
}

/** Every payload that a leaf commits to is in an object with its salt, and the other way round. */
function requireCommitments(log: TestLog): void {
  for (const session of ['ses_A', 'ses_B']) {
    const wrapped = log.store.sessionKey(session)
    const said: unknown[] = []
    for (const { sid, obj = [] } of log.leaves()) {
      if (sid === session) said.push(...obj.map(({ pc }) => pc).filter((pc) => pc !== undefined))
    }
    const kept: string[] = []
    if (wrapped === null) continue
    const key = unwrapPayloadKey(log.keys.kek, session, wrapped)
    for (const { n, key: name } of log.store.objectsOf(session)) {
      const plain = openPayloads(key, session, n, log.objects.files.get(name) ?? assert.fail(name))
      for (const { pc } of readRecords(plain, 0)) kept.push(`sha256:${pc}`)
    }
    assert.deepEqual(said.sort(), kept.sort())
  }
}

test('a crash between commit and checkpoint publishes the committed bytes', async () => {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'), new Script('ses_A').open())
  log.objects.writesLeft = 1
  await assert.rejects(log.sealer.step(), {
    code: 'record.unavailable',
    message: 'record.unavailable: The gateway cannot record, so nothing passes.',
  })
  const staged = log.store.load().staged.entries
  assert.equal(staged.length, 3)
  assert.equal(log.objects.files.has('checkpoint'), false)
  log.objects.writesLeft = Number.POSITIVE_INFINITY
  await log.newSealer().step()
  assert.deepEqual(
    log.entries().map((entry) => Buffer.from(entry).toString()),
    staged.map((entry) => Buffer.from(entry).toString()),
  )
})

test('a log that does not fit what was committed is not gone on with', async () => {
  const corrupt = { code: 'record.corrupt', message: 'record.corrupt: The record is damaged.' }
  const log = new TestLog()
  for (let i = 0; i < 300; i++) log.journal.append(gatewayEvent('heartbeat', i * 60_000))
  await log.sealer.step()
  const spoil = async (key: string, bytes: Uint8Array | null, why: string): Promise<void> => {
    const before = log.objects.files.get(key) ?? assert.fail(key)
    if (bytes === null) log.objects.files.delete(key)
    else log.objects.files.set(key, bytes)
    await assert.rejects(log.newSealer().step(), (error: unknown) => {
      assert.ok(error instanceof Error && 'facts' in error)
      assert.deepEqual({ code: 'code' in error ? error.code : '', message: error.message }, corrupt)
      assert.equal((error.facts as { why: string }).why, why)
      return true
    })
    log.objects.files.set(key, before)
  }
  const edge = log.objects.files.get('tile/0/001.p/45') ?? assert.fail()
  await spoil('tile/0/001.p/45', null, 'the checkpoint does not fit its tiles')
  await spoil('tile/0/001.p/45', Buffer.alloc(edge.length), 'the checkpoint does not fit its tiles')
  await spoil('tile/1/000.p/1', Buffer.alloc(32), 'the checkpoint does not fit its tiles')
  await spoil('checkpoint', Buffer.from('x\n'), "the checkpoint is not this log's: malformed")
  const other = new TestLog()
  for (let i = 0; i < 400; i++) other.journal.append(gatewayEvent('heartbeat', i))
  await other.sealer.step()
  const ahead = other.objects.files.get('checkpoint') ?? assert.fail()
  await spoil('checkpoint', ahead, 'the checkpoint is ahead of the index: an older copy of it was restored')
  const load = log.store.load.bind(log.store)
  log.store.load = () => {
    const state = load()
    return { ...state, staged: { ...state.staged, entries: state.staged.entries.with(299, Buffer.from('{}')) } }
  }
  await assert.rejects(log.newSealer().step(), (error: unknown) => {
    assert.equal((error as { facts: { why: string } }).facts.why, 'an entry is not the one that was published')
    return true
  })
  log.store.load = load
  await log.newSealer().step()
})

test('partial tiles stay until their tile is full: a reader may hold any checkpoint since', async () => {
  const log = new TestLog()
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 30; i++) log.journal.append(gatewayEvent('heartbeat', i))
    await log.sealer.step()
  }
  const partial = [...log.objects.files.keys()].filter((key) => key.includes('.p/')).sort()
  assert.deepEqual(partial, [
    'tile/0/001.p/105',
    'tile/0/001.p/15',
    'tile/0/001.p/45',
    'tile/0/001.p/75',
    'tile/1/000.p/1',
    'tile/entries/001.p/105',
    'tile/entries/001.p/15',
    'tile/entries/001.p/45',
    'tile/entries/001.p/75',
  ])
})

test('payloads that wait for their object keep their events in the journal', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(gatewayEvent('start'), script.open(), ...script.action(1))
  await log.sealer.step()
  assert.equal(log.journal.released, 1)
  log.ms += 2000
  await log.sealer.step()
  assert.equal(log.journal.released, log.journal.last)
  assert.equal(log.store.objectsOf('ses_A').length, 1)
})

test('a changed, a moved and an erased object are told apart', async () => {
  const log = new TestLog()
  const [a, b] = [new Script('ses_A'), new Script('ses_B')]
  log.journal.append(a.open(), ...a.action(1), a.end(), b.open(), ...b.action(1), b.end())
  await log.sealer.step()
  const place = { index: log.store, objects: log.objects, kek: log.keys.kek }
  const row = log.store.events('ses_A', 0, 1)[0] ?? assert.fail()
  const [object] = log.store.objectsOf('ses_A')
  const [other] = log.store.objectsOf('ses_B')
  const key = object?.key ?? assert.fail()
  const bytes = log.objects.files.get(key) ?? assert.fail()
  log.objects.files.set(key, log.objects.files.get(other?.key ?? '') ?? assert.fail())
  await assert.rejects(readRequest(place, row), {
    code: 'record.corrupt',
    message: 'record.corrupt: The record is damaged.',
  })
  const wrapped = log.store.sessionKey('ses_A') ?? assert.fail()
  const forged = sealPayloads(unwrapPayloadKey(log.keys.kek, 'ses_A', wrapped), 'ses_A', 1, Buffer.from('other'))
  log.objects.files.set(key, forged)
  await assert.rejects(readRequest(place, row), (error: unknown) => {
    assert.equal((error as { facts: { why: string } }).facts.why, 'changed')
    return true
  })
  log.objects.files.set(key, bytes)
  assert.equal((await readRequest(place, row)).state, 'here')
  log.store.destroyKey('ses_A')
  assert.equal((await readRequest(place, row)).state, 'erased')
  await requireGood(log)
})
