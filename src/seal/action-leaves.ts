// Leaves of actions. One `request` leaf an action: it carries the decision and, when the action ended within the same
// round, its `response` too. An action still open when a round ends gets its `request` leaf then and a `response` leaf at
// its end. So a short action costs one leaf, and nothing that was asked stays out of the log longer than a round.
// Within a round, leaves stand in the order in which actions ended; `action` numbers the order in which they were asked.

import type { Done, Held, Refused, Requested } from '../kernel/event.ts'
import { toCommitment, toHeldBody, toRefusedBody, toRequestMembers, toResponse } from './bodies.ts'
import { extendRef, type ActionPlace, type OpenAction, type OpenSession } from './open-session.ts'
import type { Kept } from './payload-object.ts'
import type { Round } from './round.ts'
import { countIgnored, countOf, toCoverage, toDoneRow, toEventRow, toOpenRow, toSummaries } from './rows.ts'

export function writeRequested(session: OpenSession, event: Requested, kept: Kept, round: Round): void {
  // A number that is used twice is the recorder's mistake; the log must still hold both.
  const before = session.actions.get(event.action)
  if (before !== undefined) writeOpenAction(session, before, round)
  session.row.requests++
  round.count(session.row, event.findings, 'request', event.atMs)
  const { action, label, policies, approval, atMs, upMs } = event
  session.actions.set(action, {
    atMs,
    upMs,
    members: toRequestMembers(event),
    commitment: toCommitment('request', kept, session.objectNumber),
    start: {
      action,
      label,
      policies,
      approval,
      findings: toSummaries(event.findings, 'request'),
      request: extendRef(null, session.objectNumber, kept),
    },
    response: null,
    place: null,
  })
}

export function writeDone(session: OpenSession, event: Done, kept: Kept | null, round: Round): void {
  const open = session.actions.get(event.action)
  session.actions.delete(event.action)
  session.row.responseBytes += event.responseBytes
  session.row.maskedFields += countOf(event.findings)
  session.row.ignoredFields = (session.row.ignoredFields ?? 0) + countIgnored(event.findings)
  session.row.coverage = toCoverage(session.row.coverage, event)
  round.count(session.row, event.findings, 'response', event.atMs)
  const durationMs = open === undefined ? null : Math.max(0, event.upMs - open.upMs)
  const response = toResponse(event, durationMs)
  const answer = kept === null ? '' : toCommitment('response', kept, session.objectNumber)
  if (open !== undefined && kept !== null) open.response = extendRef(open.response, session.objectNumber, kept)
  if (open === undefined || open.members === null) {
    const body = `{"action":${event.action},"response":${response}}`
    const leaf = session.chain.write({ ...timesOf(event), t: 'response', body, obj: `[${answer}]` }, round)
    if (open?.place) round.index(toDoneRow(session.id, open, open.place, { event, durationMs, endLeafIndex: leaf }))
    return
  }
  const place = writeRequestLeaf(
    session,
    open,
    { body: `{${open.members},"response":${response}}`, answer: answer === '' ? '' : `,${answer}` },
    round,
  )
  round.index(toDoneRow(session.id, open, place, { event, durationMs, endLeafIndex: null }))
}

/** The request leaf of an action that outlives a round or its session. */
export function writeOpenAction(session: OpenSession, open: OpenAction, round: Round): void {
  if (open.members === null) return
  open.place = writeRequestLeaf(session, open, { body: `{${open.members}}`, answer: '' }, round)
  open.members = null
  round.index(toOpenRow(session.id, open, open.place, null))
}

/** What ended without an end of its own. */
export function writeCutAction(session: OpenSession, open: OpenAction, round: Round): void {
  writeOpenAction(session, open, round)
  if (open.place !== null) round.index(toOpenRow(session.id, open, open.place, 'cut'))
}

function writeRequestLeaf(
  session: OpenSession,
  { commitment, atMs, upMs }: OpenAction,
  { body, answer }: { body: string; answer: string },
  round: Round,
): ActionPlace {
  const seq = session.chain.seq
  const leafIndex = session.chain.write({ t: 'request', body, obj: `[${commitment}${answer}]`, atMs, upMs }, round)
  return { seq, leafIndex }
}

export function writeRefused(session: OpenSession, event: Refused, kept: Kept, round: Round): void {
  session.row.refused++
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
  session.row.held++
  const seq = session.chain.seq
  const obj = `[${toCommitment('request', kept, session.objectNumber)}]`
  const leaf = { ...timesOf(event), t: 'approval.requested', body: toHeldBody(event), obj }
  const leafIndex = session.chain.write(leaf, round)
  const { action, label, approval, policies } = event
  const row = { session: session.id, seq, t: leaf.t, action, label, outcome: 'held', policies, approval, leafIndex }
  round.index(toEventRow(event, row))
}

export function timesOf({ atMs, upMs }: { atMs: number; upMs: number }): { atMs: number; upMs: number } {
  return { atMs, upMs }
}
