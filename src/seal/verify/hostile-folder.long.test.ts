// A folder that somebody else wrote into, read by an auditor: whatever lies there, the verification ends soon, with the right
// verdict, and asks for nothing outside.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { isDeep } from '../../../test/harness/depth.ts'
import { gatewayEvent, Script } from '../testing/journal.ts'
import { origin, TestLog, testKeys, testVkey } from '../testing/log.ts'
import { signCheckpoint } from '../tlog/checkpoint.ts'
import { emptyRoot } from '../tlog/hash.ts'
import { toNoteKey } from '../tlog/note-key.ts'
import { parseTlogPolicy, type TlogPolicy } from '../tlog/tlog-policy.ts'
import { isPartKey, toFolderReader, type LogReader } from './log-reader.ts'
import type { Report, VerdictName } from './report.ts'
import { verifyLog, type VerifyOptions } from './verify-log.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-hostile-'))
after(() => rmSync(root, { recursive: true, force: true }))

function policyOf(text = `log ${testVkey()}\nquorum none\n`): TlogPolicy {
  const policy = parseTlogPolicy(text)
  return 'problem' in policy ? assert.fail(policy.problem) : policy
}

async function smallLog(): Promise<TestLog> {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(gatewayEvent('start'), script.open(), ...script.action(1), script.end(), gatewayEvent('heartbeat'))
  await log.sealer.flush()
  return log
}

function toFolder(log: TestLog): string {
  const dir = mkdtempSync(join(root, 'log-'))
  for (const [key, bytes] of log.objects.files) {
    mkdirSync(dirname(join(dir, key)), { recursive: true })
    writeFileSync(join(dir, key), bytes)
  }
  return dir
}

async function verify(dir: string, more: Partial<VerifyOptions> = {}): Promise<Report> {
  return await verifyLog({ reader: toFolderReader(dir), policy: policyOf(), ...more })
}

function findingsOf(report: Report, name: VerdictName): readonly string[] {
  return report.verdicts.find((verdict) => verdict.name === name)?.findings ?? []
}

const keyOf = (log: TestLog, prefix: string): string =>
  [...log.objects.files.keys()].find((key) => key.startsWith(prefix)) ?? assert.fail(prefix)

/** One pipe for all, by as many names: each program that makes one is started. */
function putPipe(path: string): void {
  const pipe = join(root, 'pipe')
  if (!existsSync(pipe)) execFileSync('mkfifo', [pipe])
  linkSync(pipe, path)
}

/** What may lie where a part should be, and in which words that is told. */
const replacements: readonly (readonly [string, (path: string) => void, string])[] = [
  ['a pipe that nobody writes to', putPipe, 'no plain file'],
  ['a device without an end', (path) => symlinkSync('/dev/zero', path), 'no plain file'],
  ['a link to itself', (path) => symlinkSync(path, path), 'no plain file'],
  ['a folder', (path) => mkdirSync(path), 'no plain file'],
  [
    'a file of a terabyte',
    (path) => {
      writeFileSync(path, '')
      truncateSync(path, 2 ** 40)
    },
    'too large',
  ],
]

/** Copied by each test, and left as it is. */
const untouched = smallLog()

for (const [what, put, told] of replacements) {
  test(
    `${what} in the place of any part is named, and ends the reading of nothing else`,
    { timeout: 20_000 },
    async () => {
      const log = await untouched
      const object = keyOf(log, 'payload/')
      const wanted: readonly (readonly [string, VerdictName, RegExp])[] = [
        ['checkpoint', 'INTEGRITY', new RegExp(`^the checkpoint is ${told}$`)],
        [keyOf(log, 'tile/0/'), 'INTEGRITY', new RegExp(`^tile/0/.* is ${told}$`)],
        [keyOf(log, 'tile/entries/'), 'INTEGRITY', new RegExp(`^tile/entries/.* is ${told}: entries 0 to \\d+$`)],
        [keyOf(log, 'seal/'), 'DISCLOSURE', new RegExp(`^the seal of .* its statement ".*" is ${told}$`)],
        told === 'too large'
          ? [object, 'INTEGRITY', /^object .* was changed$/]
          : [object, 'DISCLOSURE', new RegExp(`^object .* is ${told}$`)],
      ]
      const dir = toFolder(log)
      for (const [key, verdict, finding] of wanted) {
        const path = join(dir, key)
        rmSync(path)
        put(path)
        const report = await verify(dir)
        assert.ok(!report.isGood, key)
        assert.ok(
          findingsOf(report, verdict).some((line) => finding.test(line)),
          JSON.stringify(report.verdicts, null, 1),
        )
        rmSync(path, { recursive: true })
        writeFileSync(path, log.objects.files.get(key) ?? assert.fail(key))
      }
    },
  )
}

test('no key leads out of the folder', async () => {
  const reader = toFolderReader(join(root, 'inner'))
  mkdirSync(join(root, 'inner'))
  writeFileSync(join(root, 'outside'), 'secret')
  for (const key of ['../outside', 'a/../../outside', '/etc/passwd', '', '.', '..', 'a//b', 'a\0', 'x'.repeat(501)]) {
    assert.ok(!isPartKey(key), key)
    assert.equal(await reader.get(key, 100), null, key)
  }
})

test('a signed size without end is given up, and the record does not hold', { timeout: 20_000 }, async () => {
  const log = await smallLog()
  const note = toNoteKey(origin, log.keys.log) ?? assert.fail()
  const claim = { origin, size: Number.MAX_SAFE_INTEGER - 1, root: emptyRoot }
  log.objects.files.set('checkpoint', Buffer.from(signCheckpoint(claim, note, log.keys.log)))
  // What is not in a folder is asked for some hundred times; what is not in memory costs less.
  let asked = 0
  const reader: LogReader = {
    get: (key) => {
      assert.ok(asked++ < 10_000, 'it goes on and on')
      return log.objects.get(key)
    },
  }
  const report = isDeep ? await verify(toFolder(log)) : await verifyLog({ reader, policy: policyOf() })
  assert.ok(!report.isGood)
  assert.equal(report.verdicts.find(({ name }) => name === 'INTEGRITY')?.outcome, 'FAIL')
  assert.equal(report.verdicts.find(({ name }) => name === 'INCLUSION')?.outcome, 'FAIL')
})

test('a checkpoint whose partial tiles gave way to full ones is still whole, and what came after it is told', async () => {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'), gatewayEvent('heartbeat', 1))
  await log.sealer.flush()
  const older = log.objects.files.get('checkpoint') ?? assert.fail()
  for (let i = 0; i < 600; i++) log.journal.append(gatewayEvent('heartbeat', 2 + i))
  await log.sealer.flush()
  assert.ok(![...log.objects.files.keys()].some((key) => key.startsWith('tile/0/000.p/')))
  log.objects.files.set('checkpoint', older)
  const report = await verify(toFolder(log), { looksBeyond: true })
  assert.ok(report.isGood, JSON.stringify(report.verdicts, null, 1))
  assert.equal(report.size, 3)
  assert.deepEqual(report.verdicts.find(({ name }) => name === 'COMPLETENESS')?.notes, [
    'entries 3 to 255 are stored and not in this checkpoint: there was a newer one, or a crash came before it',
  ])
})

test('of two keys of one log that are both trusted a bad line of either spoils the note', async () => {
  const log = await smallLog()
  const other = testKeys('next ')
  const policy = policyOf(`log ${testVkey()}\nlog ${testVkey(other)}\nquorum none\n`)
  const note = Buffer.from(log.objects.files.get('checkpoint') ?? []).toString()
  const [origin_ = '', size = '', encoded = ''] = note.split('\n')
  const key = toNoteKey(origin, other.log) ?? assert.fail()
  const claim = { origin: origin_, size: Number(size), root: Buffer.from(encoded, 'base64') }
  const line = signCheckpoint(claim, key, other.log).split('\n').at(-2) ?? ''
  const wrong =
    signCheckpoint({ ...claim, size: 1 }, key, other.log)
      .split('\n')
      .at(-2) ?? ''
  log.objects.files.set('checkpoint', Buffer.from(`${note}${line}\n`))
  assert.ok((await verify(toFolder(log), { policy })).isGood)
  log.objects.files.set('checkpoint', Buffer.from(`${note}${wrong}\n`))
  assert.deepEqual(findingsOf(await verify(toFolder(log), { policy }), 'INTEGRITY'), [
    'the checkpoint is not signed as the policy asks: bad-signature',
  ])
})
