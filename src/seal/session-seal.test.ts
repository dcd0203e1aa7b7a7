import assert from 'node:assert/strict'
import { createPublicKey, hash, verify } from 'node:crypto'
import { test } from 'node:test'
import vectors from '../../corpus/seal/tlog-vectors.json' with { type: 'json' }
import { Secret } from '../kernel/secret.ts'
import { toSealKeys } from './keys.ts'
import { newPayloadKey, SaltStream, unwrapPayloadKey } from './payload-key.ts'
import { openPayloads, readRecords, RecordBuffer, sealPayloads } from './payload-object.ts'
import { toVerdict } from './session-seal.ts'
import { Script } from './testing/journal.ts'
import { testKeys, TestLog } from './testing/log.ts'
import { toPae, verifyEnvelope } from './tlog/dsse.ts'
import { toJcs, type JsonValue } from './tlog/jcs.ts'

test('DSSE signs what its specification says', () => {
  const { payloadType, payload_utf8: payload, pae } = vectors.dsse
  assert.equal(Buffer.from(toPae(payloadType, Buffer.from(payload))).toString(), pae)
})

test('the seal says what was measured', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(script.open(), script.injected(), script.injected(), ...script.action(1), script.refused(2))
  log.journal.append(script.held(3), script.approval(), script.end())
  await log.sealer.step()
  const name = [...log.objects.files.keys()].find((key) => key.startsWith('seal/2026/11/21/ses_A-')) ?? assert.fail()
  const envelope = log.objects.files.get(name) ?? assert.fail()
  const payload = verifyEnvelope(envelope, createPublicKey(log.keys.attestation)) ?? assert.fail('signature')
  assert.equal(verifyEnvelope(envelope, createPublicKey(log.keys.log)), null)
  assert.ok(name.includes(hash('sha256', payload).slice(0, 16)))
  const statement = JSON.parse(Buffer.from(payload).toString()) as {
    subject: [{ name: string; digest: { sha256: string } }]
    predicate: { [name: string]: JsonValue }
  }
  const { predicate } = statement
  assert.deepEqual(predicate['events'], (predicate['session'] as { events: JsonValue }).events)
  assert.equal(predicate['connection'], 'orders')
  assert.deepEqual(statement.subject, [
    { name: 'session.json', digest: { sha256: hash('sha256', toJcs(predicate['session'] ?? null)) } },
  ])
  assert.deepEqual(predicate['counts'], {
    requests: 2,
    allowed: 1,
    denied: 1,
    held: 1,
    approved: 1,
    unfinished: 0,
    masked_fields: 2,
    response_bytes: 7,
  })
  const exposure = predicate['credential_non_exposure'] as { verdict: string; credentials: { injections: number }[] }
  assert.equal(exposure.verdict, 'NOT_OBSERVED')
  assert.equal(exposure.credentials[0]?.injections, 2)
  assert.ok(!Buffer.from(payload).includes('agent-7'))
})

test('the verdict on the credential never says more than was measured', () => {
  assert.deepEqual(toVerdict({ bytesSent: 5, bytesScanned: 5, matches: 0 }), { verdict: 'NOT_OBSERVED', reason: null })
  assert.equal(toVerdict({ bytesSent: 5, bytesScanned: 4, matches: 0 }).verdict, 'INDETERMINATE')
  assert.equal(toVerdict({ bytesSent: 5, bytesScanned: 4, matches: 1 }).verdict, 'OBSERVED_AND_BLOCKED')
  assert.equal(toVerdict(null).verdict, 'INDETERMINATE')
})

test('an object opens for its own session and number only', () => {
  const { kek } = testKeys()
  const { key, wrapped } = newPayloadKey(kek, 'ses_A')
  const corrupt = { code: 'record.corrupt', message: 'record.corrupt: The record is damaged.' }
  const plain = Buffer.from('records')
  const object = sealPayloads(key, 'ses_A', 1, plain)
  assert.deepEqual(openPayloads(unwrapPayloadKey(kek, 'ses_A', wrapped), 'ses_A', 1, object), plain)
  assert.throws(() => openPayloads(key, 'ses_A', 2, object), corrupt)
  assert.throws(() => openPayloads(key, 'ses_B', 1, object), corrupt)
  assert.throws(() => openPayloads(key, 'ses_A', 1, object.subarray(0, 20)), corrupt)
  assert.throws(() => openPayloads(key, 'ses_A', 1, object.with(30, (object[30] ?? 0) ^ 1)), corrupt)
  assert.throws(() => unwrapPayloadKey(kek, 'ses_B', wrapped), corrupt)
  assert.throws(() => unwrapPayloadKey(testKeys('x').kek, 'ses_A', wrapped), corrupt)
  assert.throws(() => unwrapPayloadKey(kek, 'ses_A', wrapped.subarray(1)), corrupt)
})

test('a record is its own proof', () => {
  const buffer = new RecordBuffer()
  const salt = Buffer.alloc(32, 7)
  const content = [Buffer.from('one'), Buffer.from('two'.repeat(3000))]
  const first = buffer.append({ kind: 'request', action: 9, atMs: 1.5 }, salt, content)
  const second = buffer.append({ kind: 'response', action: 2 ** 32 - 1, atMs: 2 }, salt, [])
  assert.equal(first.pc, hash('sha256', Buffer.concat([Buffer.from('gw/pc/v1\0'), salt, ...content])))
  const records = [...readRecords(buffer.bytes(), 0)]
  assert.deepEqual(
    records.map(({ kind, action, offset, pc }) => ({ kind, action, offset, pc })),
    [
      { kind: 'request', action: 9, offset: 0, pc: first.pc },
      { kind: 'response', action: 2 ** 32 - 1, offset: second.offset, pc: second.pc },
    ],
  )
  assert.throws(() => [...readRecords(buffer.bytes().subarray(0, -1), 0)], { code: 'record.corrupt' })
  assert.throws(() => [...readRecords(Buffer.alloc(70, 255), 0)], { code: 'record.corrupt' })
})

test('salts come again in the same order from wherever it goes on', () => {
  const { key } = newPayloadKey(testKeys().kek, 'ses_A')
  const whole = new SaltStream(key, 0)
  const salts = Array.from({ length: 400 }, () => Buffer.from(whole.take()).toString('hex'))
  assert.equal(new Set(salts).size, 400)
  for (const start of [1, 15, 16, 17, 200]) {
    const later = new SaltStream(key, start)
    assert.deepEqual(
      Array.from({ length: 150 }, () => Buffer.from(later.take()).toString('hex')),
      salts.slice(start, start + 150),
    )
  }
})

test('four keys, whole and different', () => {
  const secret = (byte: number, length = 32): Secret<Uint8Array> => new Secret(new Uint8Array(length).fill(byte))
  const good = { log: secret(1), attestation: secret(2), kek: secret(3), pepper: secret(4) }
  const invalid = { code: 'config.invalid', message: 'config.invalid: The configuration is not valid.' }
  const message = Buffer.from('x')
  assert.ok(!verify(null, message, toSealKeys(good).log, Buffer.alloc(64)))
  assert.throws(() => toSealKeys({ ...good, pepper: secret(1) }), invalid)
  assert.throws(() => toSealKeys({ ...good, kek: secret(3, 31) }), invalid)
})
