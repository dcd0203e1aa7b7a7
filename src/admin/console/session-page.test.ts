import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventBody, SessionBody } from '../contract.ts'
import { sessionPage } from './session-page.ts'

const session: SessionBody = {
  id: 'ses_1',
  connection: 'orders',
  protocol: 'sql',
  principal: '<b>nightly</b>',
  principalKind: 'agent',
  run: null,
  startedAt: '2026-11-21T00:00:00Z',
  endedAt: null,
  endReason: null,
  live: true,
  requests: 1,
  refused: 0,
  held: 0,
  maskedFields: 0,
  ignoredFields: 0,
  responseBytes: 0,
  coverage: { scannedBytes: 0, opaqueBytes: 0, encodedBytes: 0, disclosedBytes: 0, uncapturedBytes: 0 },
  sealIndex: null,
}
const event: EventBody = {
  seq: 1,
  at: '2026-11-21T00:00:00Z',
  type: 'request',
  action: 1,
  label: '<img src=x>',
  outcome: 'completed',
  code: null,
  policies: [],
  findings: [],
  leafIndex: 1,
  request: '<script>',
  response: '',
  content: 'whole',
}
const shown = (more: Partial<EventBody>): string => sessionPage(session, [{ ...event, ...more }], false).toString()

test('what was masked and what a rule let through are told apart', () => {
  const finding = { class: 'pii/email', side: 'response' as const, count: 2 }
  const page = shown({
    findings: [
      { ...finding, ignoredBy: null },
      { ...finding, ignoredBy: 'test-mail' },
    ],
  })
  assert.match(page, />masked: pii\/email × 2</)
  assert.match(page, />not masked: pii\/email × 2 by rule test-mail</)
})

test('an action of which not all is shown says why', () => {
  assert.doesNotMatch(shown({}), /not sealed yet: the rest/)
  assert.match(shown({ content: 'pending' }), /not sealed yet: the rest/)
})

test('what was recorded is text and no markup', () => {
  assert.doesNotMatch(shown({}), /<script|<img|<b>/)
})
