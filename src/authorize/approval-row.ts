// A request on its way to the desk, as it is kept and as it is recorded. Everything that came from the asker is made harmless
// to read here, once, so that no console or terminal has to.

import type { Approval, Signature } from '../kernel/approval.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Connection } from '../kernel/connection.ts'
import type { Hold } from '../kernel/decision.ts'
import type { ApprovalDecided, RecordedPart } from '../kernel/event.ts'
import { newId } from '../kernel/ids.ts'
import type { Principal } from '../kernel/principal.ts'
import { toLabel, toReviewParts } from './review-text.ts'

export interface Ask {
  readonly principal: Principal
  readonly connection: Connection
  /** null when access itself is held. */
  readonly session: string | null
  readonly actionNumber: number
  readonly label: string
  readonly canonical: readonly Uint8Array[]
  /** Masked, and all of them: a part without its bytes cannot be approved. */
  readonly parts: readonly RecordedPart[]
  readonly decision: Hold
}

/** @throws Fault `approval.too-large` */
export function toRow(ask: Ask, binding: string, nowMs: number, holdForMs: number): Approval {
  const { principal, connection, decision } = ask
  const { id, issuer, subject, kind, display, act, run } = principal
  return {
    id: newId('apr', nowMs),
    binding,
    policyVersion: decision.policyVersion,
    principal: { id, issuer, subject, kind, display: toLabel(display), act, run },
    connection: connection.name,
    protocol: connection.protocol,
    session: ask.session,
    actionNumber: ask.actionNumber,
    label: toLabel(ask.label),
    reason: decision.reason,
    policies: decision.policies,
    parts: toReviewParts(ask.parts),
    approverGroups: decision.approverGroups,
    authors: decision.authors,
    grantForMs: decision.grantForMs,
    status: 'open',
    revision: 1,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + holdForMs,
    signatures: [],
    refusal: null,
    decidedAtMs: null,
    usedAtMs: null,
  }
}

export function toEvent(
  clock: Clock,
  row: Approval,
  decision: 'approved' | 'denied' | 'expired',
  signature: Signature | null,
): ApprovalDecided {
  return {
    t: 'approval',
    atMs: clock.nowMs(),
    upMs: clock.upMs(),
    session: row.session,
    approval: row.id,
    decision,
    approver: signature?.approver ?? null,
    reason: signature?.reason ?? null,
    binding: row.binding,
  }
}
