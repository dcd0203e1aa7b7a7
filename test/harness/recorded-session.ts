// A session and one of its events as the API tells them, for tests of what shows them.

import type { EventBody, SessionBody } from '../../src/admin/contract.ts'

export const recordedSession: SessionBody = {
  id: 'ses_1',
  connection: 'orders',
  protocol: 'sql',
  principal: 'nightly',
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

export const recordedEvent: EventBody = {
  seq: 1,
  at: '2026-11-21T00:00:00Z',
  type: 'request',
  action: 1,
  label: 'statement 1',
  outcome: null,
  code: null,
  policies: [],
  findings: [],
  leafIndex: 1,
  request: null,
  response: null,
  content: null,
}
