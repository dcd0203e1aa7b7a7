import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { Event } from '../kernel/event.ts'
import { toJcs, type JsonValue } from './tlog/jcs.ts'
import { Sealer } from './sealer.ts'
import { gatewayEvent, Script } from './testing/journal.ts'
import { TestLog } from './testing/log.ts'

const typesOf = (log: TestLog): (string | undefined)[] => log.leaves().map((leaf) => leaf.t ?? leaf.kind)

test('a whole session: one leaf a short action, then its end and its seal', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(gatewayEvent('start'), script.open(), script.injected(), script.injected())
  log.journal.append(...script.action(1), script.refused(2), script.held(3), script.approval(), ...script.action(3))
  log.journal.append(script.fault(), script.end())
  assert.equal(await log.sealer.step(), 15)
  assert.deepEqual(typesOf(log), [
    'log.init',
    'gw.start',
    'session.open',
    'cred.inject',
    'request',
    'decision',
    'approval.requested',
    'approval.decided',
    'request',
    'finding',
    'payload',
    'session.end',
    'dsse',
  ])
  assert.equal(await log.sealer.step(), 0)
})

test('every leaf is canonical JSON, numbered and chained in its session', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(
    script.open(),
    ...script.action(1),
    script.refused(2),
    script.held(3),
    script.approval(),
    script.end(),
  )
  await log.sealer.step()
  const prev = new Map<string, { seq: number; hash: string }>()
  for (const entry of log.entries()) {
    const text = Buffer.from(entry).toString()
    assert.equal(text, toJcs(JSON.parse(text) as JsonValue))
    const leaf = JSON.parse(text) as { sid?: string | null; seq: number; prev: string | null }
    if (leaf.sid === undefined) continue
    const before = prev.get(leaf.sid ?? '')
    assert.equal(leaf.seq, (before?.seq ?? -1) + 1)
    assert.equal(leaf.prev, before?.hash ?? null)
    prev.set(leaf.sid ?? '', { seq: leaf.seq, hash: hash('sha256', Buffer.concat([Buffer.of(0), entry])) })
  }
})

test('nothing personal and nothing that was asked is in a leaf', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(script.open(), script.request(1, 'SELECT iban FROM people'), script.done(1), script.refused(2))
  log.journal.append(script.held(3), script.approval(), script.fault(), script.accessed(), script.end())
  await log.sealer.step()
  const all = Buffer.concat(log.entries()).toString()
  for (const word of [
    'agent-7',
    'ada@',
    'Ada',
    'Grace',
    'grace',
    'ticket 7',
    '192.0.2.7',
    'iban',
    'DELETE',
    'secretive',
    'jti-1',
  ])
    assert.ok(!all.includes(word), word)
  for (const [key, bytes] of log.objects.files) assert.ok(!Buffer.from(bytes).includes('iban'), key)
})

test('an action that outlives a round has its request leaf at once and a response leaf at its end', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(script.open(), script.request(1), script.response(1, 'first'))
  await log.sealer.step()
  assert.deepEqual(typesOf(log), ['log.init', 'session.open', 'request'])
  const [, open] = log.store.events('ses_A', -1, 10)
  assert.equal(open?.outcome, null)
  log.journal.append(script.response(1, ' second'), script.done(1, 12))
  await log.sealer.step()
  assert.deepEqual(typesOf(log).slice(3), ['response'])
  const [, row, ...rest] = log.store.events('ses_A', -1, 10)
  assert.deepEqual(rest, [])
  assert.deepEqual(
    [row?.outcome, row?.leafIndex, row?.endLeafIndex, row?.response?.length, row?.durationMs],
    ['completed', 2, 3, 12, 15],
  )
})

test('rows tell the session as it was', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(script.open(), ...script.action(1), script.refused(2), script.held(3), script.end())
  await log.sealer.step()
  const row = log.store.session('ses_A') ?? assert.fail()
  assert.deepEqual(
    [row.requests, row.refused, row.held, row.maskedFields, row.responseBytes, row.endReason],
    [1, 1, 1, 2, 7, 'client-closed'],
  )
  assert.deepEqual([row.firstLeaf, row.lastLeaf, row.sealLeaf], [1, 6, 7])
  assert.deepEqual(
    log.store.sessions({ live: true, connection: null, principal: null, run: null, limit: 10, before: null }),
    [],
  )
  assert.equal(log.store.eventOfLeaf(3)?.t, 'decision')
})

test('what was looked at, what was let through and what fired is summed up, once', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  const findings = [
    { class: 'pii/email', rule: 'email', field: 'mail', count: 2 },
    { class: 'pii/email', rule: 'email', field: 'mail', count: 3, ignoredBy: 'our-own' },
  ]
  const coverage = { scannedBytes: 50, opaqueBytes: 30, encodedBytes: 10, disclosedBytes: 50 }
  const done = (action: number): Event =>
    ({ ...script.done(action, 90), findings, coverage, capturedBytes: 80 }) as Event
  log.journal.append(script.open(), script.request(1), done(1))
  await log.sealer.step()
  log.journal.append({ ...script.request(2), findings: findings.slice(0, 1) } as Event)
  await log.sealer.step()
  log.store.failNext = true
  log.journal.append(done(2), script.end())
  await assert.rejects(log.sealer.step(), { code: 'state.unavailable' })
  await log.sealer.step()
  const row = log.store.session('ses_A') ?? assert.fail()
  assert.deepEqual([row.maskedFields, row.ignoredFields], [4, 6])
  assert.deepEqual(row.coverage, {
    scannedBytes: 100,
    opaqueBytes: 40,
    encodedBytes: 20,
    disclosedBytes: 100,
    uncapturedBytes: 20,
  })
  const { lines } = log.store.found({ sinceHour: 0, principalId: 'nobody', maxRows: 100, limit: 10 })
  assert.deepEqual(lines.map(({ side, ignoredBy, count, sessions }) => [side, ignoredBy, count, sessions]), [['response', 'our-own', 6, 1], ['response', null, 4, 1], ['request', null, 2, 1]]) // prettier-ignore
  const event = log.store.events('ses_A', -1, 10).find(({ action }) => action === 2)
  assert.deepEqual(event?.findings, [
    { class: 'pii/email', side: 'request', count: 2 },
    { class: 'pii/email', side: 'response', count: 2 },
    { class: 'pii/email', side: 'response', count: 3, ignoredBy: 'our-own' },
  ])
  assert.match(log.leaves().map(({ body }) => JSON.stringify(body)).join(), /"count":3,"ignored":"our-own","rule":"email"/) // prettier-ignore
})

test('sessions of a boot that is over are closed as crashed before anything new', async () => {
  const log = new TestLog()
  const [a, b] = [new Script('ses_A'), new Script('ses_B', 100)]
  log.journal.append(a.open(), a.request(1))
  await log.sealer.step()
  log.journal.boot = 'boot_2'
  log.journal.append(gatewayEvent('start', 90), b.open())
  await log.sealer.step()
  assert.deepEqual(typesOf(log).slice(3), ['payload', 'session.end', 'dsse', 'downtime', 'gw.start', 'session.open'])
  const row = log.store.session('ses_A')
  assert.equal(row?.endReason, 'gateway-crash')
  assert.equal(log.store.session('ses_B')?.endReason, null)
  assert.equal(log.store.events('ses_A', 0, 1)[0]?.outcome, 'cut')
})

test('between two starts there is a downtime: with its cause after a stop, without one after a crash', async () => {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'), gatewayEvent('stop', 60_000))
  await log.sealer.flush()
  log.newSealer()
  log.journal.boot = 'boot_2'
  log.journal.append(gatewayEvent('start', 120_000), gatewayEvent('heartbeat', 180_000))
  await log.sealer.flush()
  log.journal.boot = 'boot_3'
  log.journal.append(gatewayEvent('start', 3_600_000))
  await log.newSealer().flush()
  const times = log.leaves().flatMap(({ t, body }) => (t === 'downtime' ? [body] : []))
  assert.deepEqual(times, [
    { from: '2026-11-21T03:15:03.123Z', known_cause: 'stop', to: '2026-11-21T03:16:03.123Z' },
    { from: '2026-11-21T03:17:03.123Z', known_cause: null, to: '2026-11-21T04:14:03.123Z' },
  ])
})

test('events of no session belong to the gateway’s own chain', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(
    script.approval(null),
    { ...script.fault(), session: null } as never,
    script.done(9),
    script.open(),
    script.open(),
  )
  await log.sealer.step()
  assert.deepEqual(
    log.leaves().map(({ t, sid, seq }) => [t, sid, seq]),
    [
      ['log.init', null, 0],
      ['approval.decided', null, 1],
      ['finding', null, 2],
      ['finding', null, 3],
      ['session.open', 'ses_A', 0],
      ['finding', null, 4],
    ],
  )
})

test('lists that do not fit into a leaf are committed to by their digest', async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  const many = Array.from({ length: 500 }, (_, i) => `toy:${'x'.repeat(300)}${i}`)
  log.journal.append(script.open({ visibleClasses: many, policyVersion: '\ud800'.repeat(9000) }), script.end())
  await log.sealer.step()
  const [, open] = log.leaves()
  assert.deepEqual(Object.keys(open?.body?.['classes'] ?? {}), ['count', 'sha256'])
  for (const entry of log.entries().slice(0, -1)) assert.ok(entry.length <= 8192)
})

test('an origin that another verifier would read as a pattern is refused', () => {
  const log = new TestLog()
  const { journal: reader, store, objects, keys, clock } = log
  for (const origin of ['gw example', 'gw+1', 'gw.*', '', '/gw', 'gw/', 'gw(1)', 'gw.example.com\n'])
    assert.throws(
      () => new Sealer({ reader, store, objects, keys, clock, origin, node: 'n' }),
      { code: 'config.invalid', message: 'config.invalid: The configuration is not valid.' },
      origin,
    )
})
