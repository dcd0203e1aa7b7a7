// A log written by the sealer and read by an auditor. The ways to spoil it are in tamperings.corpus.test.ts.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { gatewayEvent, Script } from '../testing/journal.ts'
import { TestLog, testKeys, testVkey } from '../testing/log.ts'
import { origin } from '../testing/log.ts'
import { newLongLog } from '../testing/long-log.ts'
import { signCheckpoint } from '../tlog/checkpoint.ts'
import { emptyRoot } from '../tlog/hash.ts'
import { toNoteKey } from '../tlog/note-key.ts'
import { parseBundle, toBundle } from '../tlog/tile.ts'
import { parseTlogPolicy, type TlogPolicy } from '../tlog/tlog-policy.ts'
import type { Report, VerdictName } from './report.ts'
import { verifyLog, type VerifyOptions } from './verify-log.ts'

type Files = Map<string, Uint8Array>

const sessions = 40
let whole: Files
let older = ''
let size = 0

function policyOf(text = `log ${testVkey()}\nquorum none\n`): TlogPolicy {
  const policy = parseTlogPolicy(text)
  return 'problem' in policy ? assert.fail(policy.problem) : policy
}

async function verify(files: Files, more: Partial<VerifyOptions> = {}): Promise<Report> {
  return verifyLog({ reader: { get: async (key) => files.get(key) ?? null }, policy: policyOf(), ...more })
}

function findingsOf(report: Report, name: VerdictName): readonly string[] {
  return report.verdicts.find((verdict) => verdict.name === name)?.findings ?? []
}

function outcomesOf(report: Report): Record<string, string> {
  return Object.fromEntries(report.verdicts.map(({ name, outcome }) => [name, outcome]))
}

before(async () => {
  const log = await newLongLog(sessions)
  whole = log.files
  older = log.older
  size = log.size
})

test('a whole log: every verdict by its name', async () => {
  const report = await verify(whole, { seen: [older] })
  assert.deepEqual(outcomesOf(report), {
    INTEGRITY: 'PASS',
    INCLUSION: 'PASS',
    CONSISTENCY: 'PASS',
    WITNESSED: 'NOT_CHECKED',
    TIMED: 'NOT_CHECKED',
    COMPLETENESS: 'PASS',
    RECONCILED: 'NOT_CHECKED',
    DISCLOSURE: 'PASS',
  })
  assert.ok(report.isGood)
  assert.equal(report.size, size)
  assert.deepEqual(report.sessions, { sealed: sessions, open: 1, crashed: 0 })
  const notes = report.verdicts.find(({ name }) => name === 'COMPLETENESS')?.notes
  assert.deepEqual(notes, ['session ses_open is open: it has no seal yet'])
})

test('an entry that is really gone is named with its session', async () => {
  const files: Files = new Map(whole)
  const bundle = parseBundle(files.get('tile/entries/000') ?? emptyRoot, 256) ?? assert.fail()
  const leaf = JSON.parse(Buffer.from(bundle[4] ?? emptyRoot).toString()) as { sid: string; seq: number }
  files.set('tile/entries/000', toBundle(bundle.toSpliced(4, 1)))
  const report = await verify(files)
  assert.deepEqual(findingsOf(report, 'INTEGRITY'), ['entry 4 is missing'])
  assert.deepEqual(findingsOf(report, 'COMPLETENESS'), [
    `entry ${leaf.seq} of session ${leaf.sid} missing before log entry 5`,
  ])
})

test('a log that was cut back is found by a checkpoint that was seen', async () => {
  const newest = Buffer.from(whole.get('checkpoint') ?? []).toString()
  const report = await verify(new Map(whole).set('checkpoint', Buffer.from(older)), { seen: [newest] })
  const from = Number(older.split('\n')[1])
  assert.ok(
    findingsOf(report, 'CONSISTENCY').includes(
      `the log was cut: entries ${from} to ${size - 1} were published and are missing`,
    ),
  )
})

test('two roots for one size are a split view', async () => {
  const keys = testKeys()
  const note = toNoteKey(origin, keys.log) ?? assert.fail()
  const other = signCheckpoint({ origin, size, root: emptyRoot }, note, keys.log)
  const report = await verify(whole, { seen: [other] })
  assert.match(findingsOf(report, 'CONSISTENCY')[0] ?? '', /^split view: the log signed two roots for size \d+, /)
})

test('an older root that is no prefix is inconsistent', async () => {
  const keys = testKeys()
  const note = toNoteKey(origin, keys.log) ?? assert.fail()
  const other = signCheckpoint({ origin, size: 7, root: emptyRoot }, note, keys.log)
  const report = await verify(whole, { seen: [other, 'nonsense'] })
  assert.deepEqual(findingsOf(report, 'CONSISTENCY'), [
    'a checkpoint that was seen is not signed as the policy asks: malformed',
    'the first 7 entries are not those of the checkpoint that was seen',
  ])
})

test('a log whose keys were all replaced is not the pinned one', async () => {
  const forged = policyOf(`log ${testVkey(testKeys('forged '))}\nquorum none\n`)
  const report = await verify(whole, { policy: forged })
  assert.deepEqual(findingsOf(report, 'INTEGRITY'), [
    'the checkpoint is not signed as the policy asks: no-known-signature',
  ])
  const pinned = await verify(whole, { attestationKey: testKeys('forged ').attestation })
  assert.match(
    findingsOf(pinned, 'INTEGRITY')[0] ?? '',
    /^the seal of session ses_0 \(entry \d+\) is not signed by the pinned key$/,
  )
})

test('a witness that is asked for and did not sign', async () => {
  const witness = toNoteKey('witness.example', testKeys('w').log, 'cosignature/v1') ?? assert.fail()
  const report = await verify(whole, { policy: policyOf(`log ${testVkey()}\nwitness w ${witness.vkey}\nquorum w\n`) })
  assert.deepEqual(findingsOf(report, 'WITNESSED'), ['the quorum w has not signed this checkpoint'])
})

test('a crash is named, and is no fault', async () => {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'), new Script('ses_A').open(), new Script('ses_A', 50).request(1))
  await log.sealer.step()
  log.journal.boot = 'boot_2'
  log.journal.append(gatewayEvent('start', 99_000))
  await log.sealer.flush()
  const report = await verify(log.objects.files)
  assert.ok(report.isGood, JSON.stringify(report))
  assert.deepEqual(report.sessions, { sealed: 1, open: 0, crashed: 1 })
  assert.deepEqual(report.verdicts.find(({ name }) => name === 'COMPLETENESS')?.notes, [
    'session ses_A was cut by a crash of the gateway',
    'the gateway ended without a stop at 2026-11-21T03:14:03.123Z and is back at 2026-11-21T03:15:42.123Z',
    'the log has no heartbeats: silence in it is not explained',
  ])
})
