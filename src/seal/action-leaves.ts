// Leaves of actions. One `request` leaf an action: it carries the decision and, when the action ended within the same
// round, its `response` too. An action still open when a round ends gets its `request` leaf then and a `response` leaf at
// its end. So a short action costs one leaf, and nothing that was asked stays out of the log longer than a round.
// Within a round, leaves stand in the order in which actions ended; `action` numbers the order in which they were asked.

import type { Done, Held, Refused, Requested } from '../kernel/event.ts'
import { toCommitment, toHeldBody, toRefusedBody, toRequestMembers, toResponse } from './bodies.ts'
import { extendRef, type OpenAction, type OpenSession } from './open-session.ts'
import type { Kept } from './payload-object.ts'
import type { Round } from './round.ts'
import { countOf, toDoneRow, toEventRow, toSummaries } from './rows.ts'

export function writeRequested(session: OpenSession, event: Requested, kept: Kept, round: Round): void {
  // A number that is used twice is the recorder's mistake; the log must still hold both.
  const before = session.actions.get(event.action)
  if (before !== undefined) writeOpenAction(session, before, round)
  session.row = { ...session.row, requests: session.row.requests + 1 }
  const row = toEventRow(event, {
    session: session.id,
    seq: -1,
    t: 'request',
    action: event.action,
    label: event.label,
    policies: event.policies,
    approval: event.approval,
    findings: toSummaries(event.findings, 'request'),
    leafIndex: -1,
    request: extendRef(null, session.objectNumber, kept),
  })
  const commitment = toCommitment('request', kept, session.objectNumber)
  session.actions.set(event.action, { upMs: event.upMs, members: toRequestMembers(event), commitment, row })
}

export function writeDone(session: OpenSession, event: Done, kept: Kept | null, round: Round): void {
  const open = session.actions.get(event.action)
  session.actions.delete(event.action)
  const { row } = session
  const responseBytes = row.responseBytes + event.responseBytes
  session.row = { ...row, responseBytes, maskedFields: row.maskedFields + countOf(event.findings) }
  const durationMs = open === undefined ? null : Math.max(0, event.upMs - open.upMs)
  const response = toResponse(event, durationMs)
  const answer = kept === null ? '' : toCommitment('response', kept, session.objectNumber)
  if (open === undefined || open.members === null) {
    const body = `{"action":${event.action},"response":${response}}`
    const endLeafIndex = session.chain.write({ ...timesOf(event), t: 'response', body, obj: `[${answer}]` }, round)
    if (open !== undefined)
      round.index({ ...toDoneRow(withPiece(open, session, kept), event, durationMs), endLeafIndex })
    return
  }
  const seq = session.chain.seq
  const leaf = {
    t: 'request',
    body: `{${open.members},"response":${response}}`,
    obj: answer === '' ? `[${open.commitment}]` : `[${open.commitment},${answer}]`,
    atMs: open.row.atMs,
    upMs: open.upMs,
  }
  const leafIndex = session.chain.write(leaf, round)
  round.index({ ...toDoneRow(withPiece(open, session, kept), event, durationMs), seq, leafIndex })
}

/** The request leaf of an action that outlives a round or its session. */
export function writeOpenAction(session: OpenSession, open: OpenAction, round: Round): void {
  if (open.members === null) return
  const seq = session.chain.seq
  const leaf = {
    t: 'request',
    body: `{${open.members}}`,
    obj: `[${open.commitment}]`,
    atMs: open.row.atMs,
    upMs: open.upMs,
  }
  const leafIndex = session.chain.write(leaf, round)
  open.members = null
  open.row = { ...open.row, seq, leafIndex }
  round.index(open.row)
}

export function writeRefused(session: OpenSession, event: Refused, kept: Kept, round: Round): void {
  session.row = { ...session.row, refused: session.row.refused + 1 }
  const seq = session.chain.seq
  const obj = `[${toCommitment('request', kept, session.objectNumber)}]`
  const leafIndex = session.chain.write({ ...timesOf(event), t: 'decision', body: toRefusedBody(event), obj }, round)
  round.index(
    toEventRow(event, {
      session: session.id,
      seq,
      t: 'decision',
      action: event.action,
      label: event.label,
      outcome: 'denied',
      code: event.denial.cause,
      policies: event.policies,
      approval: event.denial.approval,
      leafIndex,
      request: extendRef(null, session.objectNumber, kept),
    }),
  )
}

export function writeHeld(session: OpenSession, event: Held, kept: Kept, round: Round): void {
  session.row = { ...session.row, held: session.row.held + 1 }
  const seq = session.chain.seq
  const obj = `[${toCommitment('request', kept, session.objectNumber)}]`
  const leaf = { ...timesOf(event), t: 'approval.requested', body: toHeldBody(event), obj }
  const leafIndex = session.chain.write(leaf, round)
  const { action, label, approval, policies } = event
  const row = { session: session.id, seq, t: leaf.t, action, label, outcome: 'held', policies, approval, leafIndex }
  round.index(toEventRow(event, row))
}

function withPiece(open: OpenAction, session: OpenSession, kept: Kept | null): OpenAction['row'] {
  return kept === null ? open.row : { ...open.row, response: extendRef(open.row.response, session.objectNumber, kept) }
}

export function timesOf({ atMs, upMs }: { atMs: number; upMs: number }): { atMs: number; upMs: number } {
  return { atMs, upMs }
}
