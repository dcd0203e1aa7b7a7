import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedEvent, recordedSession } from '../../../test/harness/recorded-session.ts'
import type { EventBody, SessionBody } from '../contract.ts'
import { sessionPage } from './session-page.ts'

const session: SessionBody = { ...recordedSession, principal: '<b>nightly</b>' }
const event: EventBody = {
  ...recordedEvent,
  label: '<img src=x>',
  outcome: 'completed',
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
