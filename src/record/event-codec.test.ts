import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { anyText } from '../../test/harness/any-text.ts'
import { runs } from '../../test/harness/depth.ts'
import type { Event } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import { EventDecoder, EventEncoder } from './event-codec.ts'
import { maxEntries } from './string-table.ts'
import { answered, isFault, requested } from './testing/fixture.ts'

const megabyte = 1_048_576

const shape = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true })
/** Any string there is, lone surrogates included; often one of a few, so that references are made. */
const text = fc.oneof(
  fc.constantFrom('sql:select', 'ses_1', 'é', '', '\ud800'),
  anyText(80),
  fc.array(fc.nat(0xffff), { maxLength: 50 }).map((units) => String.fromCharCode(...units)),
)
const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null })
const number = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double(), fc.constantFrom(-1, -0, 2 ** 53))
/** JSON has no NaN, no infinity and no negative zero. */
const jsonNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0)
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const texts = fc.array(text, { maxLength: 4 })
const found = { class: text, rule: text, field: nullable(text), count: number }
const finding = fc.oneof(shape(found), shape({ ...found, ignoredBy: text }))
const sizes = { scannedBytes: number, opaqueBytes: number }
const someBytes = fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(0.5, 2 ** 60))
const coverage = fc.oneof(
  shape(sizes),
  shape({ ...sizes, encodedBytes: someBytes }),
  shape({ ...sizes, encodedBytes: someBytes, disclosedBytes: someBytes }),
)
const findings = fc.array(finding, { maxLength: 3 })
const part = shape({ role: text, digest: nullable(text), bytes: nullable(bytes), length: number })
const parts = fc.array(part, { maxLength: 3 })
const kind = fc.constantFrom('human', 'agent', 'service', 'ci')
const moment = { session: text, atMs: number, upMs: number, action: number }
const coldTimes = { atMs: jsonNumber, upMs: jsonNumber }
/** Keys are the gateway's own words; the check of shapes drops the one that every object has. */
const key = text.filter((one) => one !== '__proto__')
const scalars = fc.dictionary(key, fc.oneof(text, jsonNumber, fc.boolean(), fc.constant(null)), {
  noNullPrototype: true,
})
const judged = { label: text, actions: texts, policies: texts, policyVersion: text, parts }

const event: fc.Arbitrary<Event> = fc.oneof(
  shape({
    t: fc.constant('request'),
    ...moment,
    ...judged,
    effectful: fc.boolean(),
    complete: fc.boolean(),
    approval: nullable(text),
    findings,
  }),
  shape({ t: fc.constant('response'), ...moment, bytes }),
  shape({
    t: fc.constant('done'),
    ...moment,
    outcome: fc.constantFrom('completed', 'failed', 'cut'),
    code: nullable(text),
    responseBytes: number,
    capturedBytes: number,
    responseDigest: nullable(text),
    rows: nullable(number),
    findings,
    coverage,
  }),
  shape({
    t: fc.constant('refused'),
    ...moment,
    ...judged,
    denial: shape({
      reason: text,
      cause: fc.constantFrom('policy', 'identity', 'approval', 'fault', 'revoked'),
      approval: nullable(text),
      faultId: nullable(text),
    }),
  }),
  shape({
    t: fc.constant('gateway'),
    kind: fc.constantFrom('start', 'stop', 'heartbeat', 'policy.activate', 'config.change', 'downtime'),
    ...coldTimes,
    body: scalars,
  }),
  shape({
    t: fc.constant('session.open'),
    session: text,
    ...coldTimes,
    connection: text,
    protocol: text,
    principal: shape({
      id: text,
      issuer: text,
      subject: text,
      kind,
      display: text,
      groups: texts,
      act: fc.array(shape({ issuer: text, subject: text, kind }), { maxLength: 2 }),
      run: nullable(text),
      proof: shape({ method: fc.constantFrom('oidc', 'run-token', 'connect-credential'), tokenId: text }),
    }),
    peer: shape({ address: text, tls: fc.boolean() }),
    client: nullable(text),
    policyVersion: text,
    grant: text,
    visibleClasses: texts,
  }),
  shape({
    t: fc.constant('held'),
    session: text,
    ...coldTimes,
    action: fc.nat(),
    approval: text,
    label: text,
    reason: text,
    policies: texts,
    approverGroups: texts,
    binding: text,
  }),
  shape({
    t: fc.constant('approval'),
    ...coldTimes,
    session: nullable(text),
    approval: text,
    decision: fc.constantFrom('approved', 'denied', 'expired', 'used'),
    approver: nullable(shape({ id: text, display: text, kind })),
    reason: nullable(text),
    binding: text,
  }),
  shape({
    t: fc.constant('cred.inject'),
    session: text,
    ...coldTimes,
    source: text,
    kind: text,
    fingerprint: text,
  }),
  shape({
    t: fc.constant('access'),
    ...coldTimes,
    kind: fc.constantFrom('read', 'kill'),
    who: shape({ id: text, display: text, kind: fc.constantFrom('human', 'agent') }),
    about: text,
    content: fc.boolean(),
  }),
  shape({ t: fc.constant('fault'), ...coldTimes, session: nullable(text), id: text, code: text, facts: scalars }),
  shape({
    t: fc.constant('session.end'),
    session: text,
    ...coldTimes,
    reason: fc.constantFrom('client-closed', 'revoked', 'gateway-crash'),
    exposure: shape({ bytesSent: jsonNumber, bytesScanned: jsonNumber, matches: jsonNumber }),
  }),
)

function decode(batch: Uint8Array, count: number, decoder: EventDecoder = new EventDecoder()): Event[] {
  const events: Event[] = []
  decoder.decodeBatch(batch, count, (decoded) => events.push(decoded))
  return events
}

test('what is decoded is what was encoded, over batches that share a string table', () => {
  const batches = fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 3 })
  const property = fc.property(batches, (written) => {
    const encoder = new EventEncoder(megabyte)
    const decoder = new EventDecoder()
    for (const events of written) {
      for (const one of events) encoder.encode(one)
      assert.deepEqual(decode(Buffer.from(encoder.batch()), encoder.count, decoder), events)
      encoder.clearBatch()
    }
  })
  fc.assert(property, { numRuns: runs(300) })
})

test('bytes that were never encoded give record.corrupt and nothing else', () => {
  const attempt = (hostile: Uint8Array, count: number): void => {
    try {
      decode(hostile, count)
    } catch (failure) {
      assert.ok(failure instanceof Fault && failure.code === 'record.corrupt', String(failure))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), attempt), { numRuns: runs(500) })
  const changed = fc.tuple(event, fc.nat(), fc.nat(255))
  const flip = fc.property(changed, ([one, at, value]) => {
    const encoder = new EventEncoder(megabyte)
    encoder.encode(one)
    const batch = Buffer.from(encoder.batch())
    batch[at % batch.length] = value
    attempt(batch, 1)
  })
  fc.assert(flip, { numRuns: runs(500) })
})

test('a length that is not there is refused before anything is allocated for it', () => {
  // response: length, kind, session '' (once), two floats, action 0, then a blob of 2^45 bytes
  const body = Buffer.concat([
    Buffer.from([2, 2, 0]),
    Buffer.alloc(16),
    Buffer.from([1, 128, 128, 128, 128, 128, 128, 8]),
  ])
  const batch = Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
  assert.throws(() => decode(batch, 1), isFault('record.corrupt', { what: 'blob' }))
})

test('bytes after the last event are damage', () => {
  const encoder = new EventEncoder(megabyte)
  encoder.encode(answered(1))
  const batch = Buffer.concat([encoder.batch(), Buffer.from([0])])
  assert.throws(() => decode(batch, 1), isFault('record.corrupt', { what: 'trailing-bytes' }))
})

test('strings that come again cost two bytes', () => {
  const encoder = new EventEncoder(megabyte)
  encoder.encode(requested)
  const first = encoder.length
  encoder.encode(requested)
  assert.ok(encoder.length - first < 85, `${encoder.length - first} bytes`)
})

test('an event that is too large leaves batch and string table as they were', () => {
  const encoder = new EventEncoder(300_000)
  encoder.encode(answered(1))
  const large = {
    ...requested,
    session: 'ses_new',
    parts: [{ role: 'sql', digest: null, bytes: Buffer.alloc(400_000), length: 1 }],
  }
  assert.throws(() => encoder.encode(large), isFault('record.unavailable', { reason: 'event-too-large' }))
  encoder.encode({ ...answered(2), session: 'ses_new' })
  const events = decode(Buffer.from(encoder.batch()), encoder.count)
  assert.deepEqual(events, [answered(1), { ...answered(2), session: 'ses_new' }])
})

test('a full string table goes on without remembering', () => {
  const encoder = new EventEncoder(megabyte)
  const events = Array.from({ length: maxEntries + 10 }, (_, index) => ({ ...answered(1), session: `ses_${index}` }))
  for (const one of events) encoder.encode(one)
  assert.equal(encoder.stringsFull, true)
  assert.deepEqual(decode(Buffer.from(encoder.batch()), encoder.count), events)
})
