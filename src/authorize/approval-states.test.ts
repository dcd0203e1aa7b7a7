import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approval } from '../../test/harness/approval.ts'
import type { Approval } from '../kernel/approval.ts'
import { asOf, isOver, toDenied, toSignature, toSigned, whyNotSign } from './approval-states.ts'
import { person } from './testing/world.ts'

const dana = person('dana', ['dba'])
const olga = person('olga', ['oncall', 'dba'])

const rowOf = (more: Partial<Approval> = {}): Approval => approval('apr_1', more)

test('what can still change is over at its time, and is shown as expired; what was decided stays', () => {
  for (const status of ['open', 'approved'] as const) {
    const row = rowOf({ status })
    assert.deepEqual([isOver(row, 1_999), isOver(row, 2_000)], [false, true])
    assert.equal(asOf(row, 1_999), row)
    assert.equal(asOf(row, 2_000).status, 'expired')
  }
  for (const status of ['denied', 'used', 'expired'] as const)
    assert.equal(asOf(rowOf({ status }), 9_000).status, status)
})

test('a word counts once a person, and only while the request is open', () => {
  const signed = rowOf({ signatures: [toSignature(rowOf(), dana, 'yes', 1_100)] })
  assert.equal(whyNotSign(signed, olga), null)
  assert.equal(whyNotSign(signed, dana), 'You have approved this already; another person is needed.')
  assert.equal(whyNotSign(rowOf({ status: 'denied' }), olga), 'This request is denied already.')
})

test('a single use is waited for from the last word on; access lasts from then', () => {
  const first = toSignature(rowOf(), dana, 'yes', 1_100)
  assert.deepEqual(toSigned(rowOf(), first, 500), {
    signatures: [first],
    status: 'approved',
    decidedAtMs: 1_100,
    expiresAtMs: 1_600,
  })
  assert.equal(toSigned(rowOf({ grantForMs: 60_000 }), first, 500).expiresAtMs, 61_100)
})

test('two groups need two people, and until then nothing but the word is written', () => {
  const row = rowOf({ approverGroups: ['dba', 'oncall'] })
  const first = toSignature(row, olga, 'yes', 1_100)
  assert.deepEqual(first.groups, ['dba', 'oncall'])
  assert.deepEqual(toSigned(row, first, 500), { signatures: [first] })
  const second = toSignature(row, dana, 'yes', 1_200)
  assert.equal(toSigned({ ...row, signatures: [first] }, second, 500).status, 'approved')
})

test('one no is enough', () => {
  const refusal = toSignature(rowOf(), dana, 'no', 1_100)
  assert.deepEqual(toDenied(refusal), { refusal, status: 'denied', decidedAtMs: 1_100 })
})
