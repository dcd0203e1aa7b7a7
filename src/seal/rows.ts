// Rows of the index: what people look at. Unlike the leaves they hold labels and names, so they stay in a store that can
// forget them.

import type { Done, Event, SessionOpened } from '../kernel/event.ts'
import type { Finding } from '../kernel/finding.ts'
import type { EventRow, FindingSummary, SessionRow } from '../kernel/seal-store.ts'

export function toSessionRow(event: SessionOpened): SessionRow {
  const { principal } = event
  return {
    id: event.session,
    connection: event.connection,
    protocol: event.protocol,
    principalId: principal.id,
    principalDisplay: principal.display,
    principalKind: principal.kind,
    run: principal.run,
    client: event.client,
    peerAddress: event.peer.address,
    startedAtMs: event.atMs,
    endedAtMs: null,
    endReason: null,
    requests: 0,
    refused: 0,
    held: 0,
    maskedFields: 0,
    responseBytes: 0,
    firstLeaf: -1,
    lastLeaf: -1,
    sealLeaf: null,
  }
}

type RowStart = Pick<EventRow, 'session' | 'seq' | 't' | 'label' | 'leafIndex'> & Partial<EventRow>

export function toEventRow(event: Pick<Event, 'atMs'>, start: RowStart): EventRow {
  return {
    atMs: event.atMs,
    action: null,
    outcome: null,
    code: null,
    durationMs: null,
    policies: [],
    approval: null,
    findings: [],
    responseBytes: 0,
    rows: null,
    endLeafIndex: null,
    request: null,
    response: null,
    ...start,
  }
}

/** The row of an action, with how it ended. */
export function toDoneRow(row: EventRow, event: Done, durationMs: number | null): EventRow {
  return {
    ...row,
    outcome: event.outcome,
    code: event.code,
    durationMs,
    findings:
      event.findings.length === 0 ? row.findings : [...row.findings, ...toSummaries(event.findings, 'response')],
    responseBytes: event.responseBytes,
    rows: event.rows,
  }
}

/** One line a class. */
export function toSummaries(findings: readonly Finding[], side: FindingSummary['side']): FindingSummary[] {
  if (findings.length === 0) return []
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(finding.class, (counts.get(finding.class) ?? 0) + finding.count)
  return [...counts].map(([name, count]) => ({ class: name, side, count }))
}

export function countOf(findings: readonly Finding[]): number {
  let count = 0
  for (const finding of findings) count += finding.count
  return count
}
