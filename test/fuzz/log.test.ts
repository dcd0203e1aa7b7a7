// The offline verifier and a record that somebody made to mislead or to stop it: an answer every time, and never that what was
// changed is whole.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { gatewayEvent, Script } from '../../src/seal/testing/journal.ts'
import { origin, TestLog, testKeys, testVkey } from '../../src/seal/testing/log.ts'
import { readCheckpoint, verifyCheckpoint } from '../../src/seal/tlog/checkpoint.ts'
import { verifyEnvelope } from '../../src/seal/tlog/dsse.ts'
import { hashLeaf, parseBase64 } from '../../src/seal/tlog/hash.ts'
import { parseVkey, toNoteKey } from '../../src/seal/tlog/note-key.ts'
import { parseNote } from '../../src/seal/tlog/note.ts'
import { parseBundle, parseHashTile, parseTilePath, toTilePath } from '../../src/seal/tlog/tile.ts'
import { parseTlogPolicy } from '../../src/seal/tlog/tlog-policy.ts'
import { parseTlogProof, toTlogProof, verifyTlogProof } from '../../src/seal/tlog/tlog-proof.ts'
import { verifyLog } from '../../src/seal/verify/verify-log.ts'
import { toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'

const log = new TestLog()
log.journal.append(gatewayEvent('start'), gatewayEvent('heartbeat', 60_000))
for (let i = 0; i < 3; i++) {
  const script = new Script(`ses_${i}`, i * 100)
  log.journal.append(script.open(), ...script.action(1), script.refused(2), script.end())
}
log.journal.append(new Script('ses_open').open())
await log.sealer.flush()

const files: ReadonlyMap<string, Uint8Array> = log.objects.files
const keys = [...files.keys()].filter((key) => /^(?:tile|seal|payload)\/|^checkpoint$/.test(key)).sort()
const policyText = `log ${testVkey()}\nquorum none\n`
const policy = parseTlogPolicy(policyText)
assert.ok(!('problem' in policy))
const logKey = toNoteKey(origin, testKeys().log)
assert.ok(logKey !== null)

fuzz({
  name: 'log bundle',
  // The first byte says which object it is.
  seeds: keys.map((key, i) => Uint8Array.from([i, ...(files.get(key) ?? [])])),
  words: [
    '{"v":1',
    '"seq":',
    '"prev":',
    '\\u001b[2J',
    '\u001b',
    'null',
    '../',
    '"obj":[',
    '\u0000',
    '— ',
    '\n\n',
    '"sid":"ses_1"',
    '9007199254740993',
  ],
  maxBytes: 20_000,
  async check(input) {
    const key = keys[(input[0] ?? 0) % keys.length] ?? 'checkpoint'
    const bytes = input.subarray(1)
    const asked: string[] = []
    const report = await verifyLog({
      policy,
      reader: {
        get: (name) => {
          asked.push(name)
          return Promise.resolve(name === key ? bytes : (files.get(name) ?? null))
        },
      },
    })
    const isSame =
      key === 'checkpoint'
        ? signedPart(bytes) === signedPart(files.get(key))
        : Buffer.from(bytes).equals(files.get(key) ?? bytes)
    assert.ok(isSame || !asked.includes(key) || !report.isGood, `${key} was changed, and the record holds`)
    assert.ok(asked.length < 200, 'it asks without end')
    const failed = report.verdicts.filter(({ outcome }) => outcome === 'FAIL')
    for (const { findings } of failed)
      for (const finding of findings)
        assert.ok(finding.length < 2_000 && !/\p{Cc}/u.test(finding), JSON.stringify(finding))
    return `${keys.indexOf(key)} ${failed
      .map(
        ({ name, findings }) =>
          `${name} ${String(findings[0])
            .replaceAll(/\d+|".*"/g, '')
            .slice(0, 30)}`,
      )
      .join()}`
  },
})

/** More signatures below it change nothing of what the log's own one says. */
function signedPart(bytes: Uint8Array | undefined): string {
  const text = toText(bytes ?? new Uint8Array(0))
  return text.slice(0, text.indexOf('\n\n'))
}

const checkpoint = toText(files.get('checkpoint') ?? new Uint8Array(0))
const proof = toTlogProof({ index: 0, hashes: [new Uint8Array(32)], checkpoint, unauthenticatedExtra: toBytes('x') })
const envelope = keys.filter((key) => key.startsWith('seal/')).map((key) => files.get(key) ?? new Uint8Array(0))

fuzz({
  name: 'log text',
  seeds: [
    ...[
      checkpoint,
      proof,
      policyText,
      `${policyText}witness w1 ${testVkey()}\ngroup g any w1\nquorum g\n`,
      testVkey(),
      'tile/0/x001/234.p/7',
      toTilePath({ level: 'entries', index: 1_234_567, width: 255 }),
    ].map(toBytes),
    ...envelope,
  ],
  words: [
    '— ',
    '\n\n',
    'log ',
    'witness ',
    'group ',
    'quorum ',
    'none',
    'x999/',
    '.p/',
    'index 9007199254740991',
    'extra ',
    '==',
    '+',
    'AAAA',
  ],
  maxBytes: 4_000,
  check(input) {
    const text = toText(input)
    const note = parseNote(text)
    const read = readCheckpoint(text)
    assert.ok(read === null || (Number.isSafeInteger(read.size) && read.size >= 0 && read.root.length === 32))
    const verified = verifyCheckpoint(text, logKey, [])
    // Only what was signed is: the signature of this log stands under one text in this test.
    if (typeof verified !== 'string') assert.equal(signedPart(input), signedPart(toBytes(checkpoint)))
    const rules = parseTlogPolicy(text)
    assert.ok(!('problem' in rules) || (rules.problem.length < 500 && !/\p{Cc}/u.test(rules.problem)))
    const tile = parseTilePath(text)
    assert.ok(tile === null || toTilePath(tile) === text, 'a place has one name')
    const parsed = parseTlogProof(text)
    if (parsed !== null) {
      assert.equal(toTlogProof(parsed), text, 'a proof is written in one way')
      const proved = verifyTlogProof(parsed, hashLeaf(toBytes('entry')), logKey)
      assert.equal(typeof proved, 'string', 'what was never logged is proved')
    }
    const opened = verifyEnvelope(input, testKeys().attestation)
    const isKnown = envelope.some((one) => Buffer.from(one).equals(input))
    assert.ok(opened === null || isKnown || payloadOf(input) !== null)
    for (const width of [1, 7, 256]) {
      const entries = parseBundle(input, width)
      assert.ok(entries === null || entries.length === width)
      const hashes = parseHashTile(input, width)
      assert.ok(hashes === null || hashes.length === width)
    }
    const base = parseBase64(text)
    assert.ok(base === null || Buffer.from(base).toString('base64') === text, 'Base64 is written in one way')
    return `${note !== null} ${read !== null} ${'problem' in rules ? rules.problem.replaceAll(/\d+|".*"/g, '').slice(0, 20) : 'policy'} ${tile !== null} ${parsed !== null} ${opened !== null} ${parseVkey(text) !== null}`
  },
})

/** Of an envelope that verifies: one of those that were signed. */
function payloadOf(bytes: Uint8Array): string | null {
  const { payload } = JSON.parse(toText(bytes)) as { readonly payload: string }
  const signed = envelope.map((one) => (JSON.parse(toText(one)) as { readonly payload: string }).payload)
  return signed.includes(payload) ? payload : null
}
