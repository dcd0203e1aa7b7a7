// Rows of the index: what people look at. Unlike the leaves they hold labels and names, so they stay in a store that can
// forget them.

import type { Done, SessionOpened } from '../kernel/event.ts'
import type { Finding } from '../kernel/finding.ts'
import type { EventRow, FindingSummary, SessionCoverage, SessionRow } from '../kernel/seal-store.ts'
import type { ActionPlace, OpenAction } from './open-session.ts'

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

export function toEventRow(event: { readonly atMs: number }, start: RowStart): EventRow {
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

export interface ActionEnd {
  readonly event: Done
  readonly durationMs: number | null
  /** null when the request leaf itself tells the end. */
  readonly endLeafIndex: number | null
}

/** Written out member by member: one for every action. */
export function toDoneRow(session: string, open: OpenAction, place: ActionPlace, end: ActionEnd): EventRow {
  const { start } = open
  const { event, durationMs, endLeafIndex } = end
  const { outcome, code, responseBytes, rows, findings } = event
  return {
    session,
    seq: place.seq,
    atMs: open.atMs,
    t: 'request',
    action: start.action,
    label: start.label,
    outcome,
    code,
    durationMs,
    policies: start.policies,
    approval: start.approval,
    findings: findings.length === 0 ? start.findings : [...start.findings, ...toSummaries(findings, 'response')],
    responseBytes,
    rows,
    leafIndex: place.leafIndex,
    endLeafIndex,
    request: start.request,
    response: open.response,
  }
}

/** An action that goes on, or that was cut. */
export function toOpenRow(session: string, open: OpenAction, place: ActionPlace, outcome: 'cut' | null): EventRow {
  const { start, response } = open
  return toEventRow(open, { session, ...place, t: 'request', ...start, outcome, response })
}

/** One line a class, and one for each rule that let findings of it through. */
export function toSummaries(findings: readonly Finding[], side: FindingSummary['side']): FindingSummary[] {
  if (findings.length === 0) return []
  const lines = new Map<string, FindingSummary>()
  for (const { class: name, count, ignoredBy } of findings) {
    const key = ignoredBy === undefined ? name : `${name} ${ignoredBy}`
    const line = { class: name, side, count: (lines.get(key)?.count ?? 0) + count }
    lines.set(key, ignoredBy === undefined ? line : { ...line, ignoredBy })
  }
  return [...lines.values()]
}

/** Of what was masked. */
export function countOf(findings: readonly Finding[]): number {
  let count = 0
  for (const finding of findings) if (finding.ignoredBy === undefined) count += finding.count
  return count
}

export function countIgnored(findings: readonly Finding[]): number {
  let count = 0
  for (const finding of findings) if (finding.ignoredBy !== undefined) count += finding.count
  return count
}

/** With one more action that has ended. */
export function toCoverage(before: SessionCoverage | undefined, event: Done): SessionCoverage {
  const { scannedBytes, opaqueBytes, encodedBytes = 0, disclosedBytes = 0 } = event.coverage
  return {
    scannedBytes: (before?.scannedBytes ?? 0) + scannedBytes,
    opaqueBytes: (before?.opaqueBytes ?? 0) + opaqueBytes - encodedBytes,
    encodedBytes: (before?.encodedBytes ?? 0) + encodedBytes,
    disclosedBytes: (before?.disclosedBytes ?? 0) + disclosedBytes,
    uncapturedBytes: (before?.uncapturedBytes ?? 0) + Math.max(0, event.responseBytes - event.capturedBytes),
  }
}
