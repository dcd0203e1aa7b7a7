import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyText } from '../../test/harness/any-text.ts'
import type { Done, Requested } from '../kernel/event.ts'
import {
  toAccessBody,
  toApprovalBody,
  toHeldBody,
  toOpenBody,
  toRefusedBody,
  toRequestMembers,
  toResponse,
} from './bodies.ts'
import { Chain, maxLeafBytes, toTimestamp, type EntrySink } from './chain.ts'
import { Pseudonyms } from './pseudonym.ts'
import { startMs, Script } from './testing/journal.ts'
import { testKeys } from './testing/log.ts'
import { toJcs, type JsonValue } from './tlog/jcs.ts'

const word = anyText(300)
const words = fc.array(word, { maxLength: 30 })
const count = fc.oneof(fc.nat(), fc.maxSafeNat())
const findings = fc.array(fc.record({ class: word, rule: word, field: fc.constant(null), count }), { maxLength: 30 })

class Entries implements EntrySink {
  readonly texts: string[] = []

  append(entry: Uint8Array): number {
    this.texts.push(Buffer.from(entry).toString())
    return this.texts.length - 1
  }
}

function requireCanonical(text: string): void {
  assert.equal(toJcs(JSON.parse(text) as JsonValue), text)
}

test('canonical JSON as RFC 8785 writes it', () => {
  const value = {
    '\u20ac': 'Euro',
    '\r': 'CR',
    '\ufb33': 'dalet',
    '1': 'One',
    '\u{1f600}': 'smile',
    '\u0080': 'control',
    ö: 'o',
  }
  assert.equal(
    toJcs(value),
    '{"\\r":"CR","1":"One","\u0080":"control","ö":"o","€":"Euro","\u{1f600}":"smile","\ufb33":"dalet"}',
  )
  assert.equal(
    toJcs([Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27]),
    '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
  )
  assert.equal(toJcs('€$\u000f\nA\'B"\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\"/"')
  assert.equal(toJcs({ b: [], a: { z: null, y: -0 } }), '{"a":{"y":0,"z":null},"b":[]}')
  assert.equal(toJcs(['\ud800', Number.NaN]), '["\ufffd",null]')
})

test('a template writes what canonical JSON would, whatever a recorded field holds', () => {
  const pseudonyms = new Pseudonyms(testKeys().pepper)
  const script = new Script('ses_A')
  fc.assert(
    fc.property(word, words, words, count, findings, (text, list, other, number, found) => {
      const open = script.open({ policyVersion: text, visibleClasses: list, grant: text, protocol: text })
      const request = { ...script.request(number), actions: list, policies: other, approval: text, findings: found }
      const done = { ...script.done(number), code: text, responseDigest: text, rows: number, findings: found }
      if (open.t !== 'session.open') assert.fail()
      requireCanonical(toOpenBody(open, pseudonyms))
      const members = toRequestMembers(request as Requested)
      requireCanonical(`{${members}}`)
      requireCanonical(`{${members},"response":${toResponse(done as Done, number)}}`)
      const refused = { ...script.refused(number), actions: list, policies: other }
      const held = { ...script.held(number), approval: text, approverGroups: list, policies: other }
      const approval = { ...script.approval(), approval: text, binding: text }
      if (refused.t !== 'refused' || held.t !== 'held' || approval.t !== 'approval') assert.fail()
      requireCanonical(toRefusedBody(refused))
      requireCanonical(toHeldBody(held))
      requireCanonical(toApprovalBody(approval, pseudonyms))
      requireCanonical(toAccessBody({ ...script.accessed(), about: text }, pseudonyms))
    }),
  )
  fc.assert(
    fc.property(word, word, word, fc.double(), fc.double(), (origin, connection, boot, atMs, upMs) => {
      const entries = new Entries()
      const chain = new Chain({ origin, node: boot, boot, session: connection, actor: null, connection }, null)
      for (let i = 0; i < 3; i++)
        chain.write({ t: 'request', body: '{"a":1}', obj: '[]', atMs, upMs: Math.abs(upMs) }, entries)
      for (const text of entries.texts) requireCanonical(text)
    }),
  )
})

test('leaves are numbered, chained, and go on after a restart', () => {
  const names = { origin: 'o', node: 'n', boot: 'b', session: 's', actor: 'p_1', connection: 'c' }
  const leaf = { t: 'request', body: '{}', obj: '[]', atMs: startMs, upMs: 1.75 }
  const [whole, halved] = [new Entries(), new Entries()]
  const chain = new Chain(names, null)
  for (let i = 0; i < 5; i++) chain.write(leaf, whole)
  const first = new Chain(names, null)
  for (let i = 0; i < 3; i++) first.write(leaf, halved)
  const second = new Chain(names, first.state())
  for (let i = 0; i < 2; i++) second.write(leaf, halved)
  assert.deepEqual(halved.texts, whole.texts)
  assert.equal(second.root(), chain.root())
  assert.deepEqual([second.seq, second.firstLeaf, second.lastLeaf], [5, 0, 4])
  const prev = JSON.parse(whole.texts[1] ?? '') as { prev: string; up_ms: number; ts: string }
  assert.equal(prev.prev, hash('sha256', `\0${whole.texts[0]}`))
  assert.deepEqual([prev.up_ms, prev.ts], [1, '2026-11-21T03:14:03.123Z'])
})

test('a body that does not fit is committed to by its digest', () => {
  const entries = new Entries()
  const chain = new Chain({ origin: 'o', node: 'n', boot: 'b', session: null, actor: null, connection: null }, null)
  const body = `{"a":"${'x'.repeat(9000)}"}`
  chain.write({ t: 'gw.start', body, obj: '[]', atMs: 0, upMs: 0 }, entries)
  assert.ok((entries.texts[0]?.length ?? 0) <= maxLeafBytes)
  const leaf = JSON.parse(entries.texts[0] ?? '') as { body: unknown }
  assert.deepEqual(leaf.body, { oversize: { bytes: body.length, sha256: hash('sha256', body) } })
})

test('a time is a time, whatever the clock said', () => {
  assert.equal(toTimestamp(0), '1970-01-01T00:00:00.000Z')
  assert.equal(toTimestamp(Number.NaN), '1970-01-01T00:00:00.000Z')
  assert.equal(toTimestamp(-5), '1970-01-01T00:00:00.000Z')
  assert.equal(toTimestamp(Number.MAX_VALUE), '9999-12-31T23:59:59.999Z')
  fc.assert(fc.property(fc.nat(4e12), (ms) => assert.equal(toTimestamp(ms), new Date(ms).toISOString())))
})

test('a subject has one pseudonym, and another under another pepper', () => {
  const pseudonyms = new Pseudonyms(testKeys().pepper)
  const known = pseudonyms.of('a')
  for (let i = 0; i < 5000; i++) pseudonyms.of(`other ${i}`)
  assert.equal(pseudonyms.of('a'), known)
  assert.match(known, /^p_[0-9a-f]{32}$/)
  assert.notEqual(new Pseudonyms(testKeys('x').pepper).of('a'), known)
})
