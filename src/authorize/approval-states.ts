// How a request at the desk stands, and what a person's word makes of it. Pure: who may give it is reviewers.ts's, that only one
// of two words wins is the store's.

import { isLive, type Approval, type ApprovalPatch, type Signature } from '../kernel/approval.ts'
import type { Principal } from '../kernel/principal.ts'
import { toLabel } from './review-text.ts'
import { groupsOf, isSatisfied } from './reviewers.ts'

/** Its time has passed, and nobody has written that down yet. */
export function isOver(row: Approval, nowMs: number): boolean {
  return (row.status === 'open' || row.status === 'approved') && !isLive(row, nowMs)
}

/** As it stands now, whether or not anybody has noticed. */
export function asOf(row: Approval, nowMs: number): Approval {
  return isOver(row, nowMs) ? { ...row, status: 'expired' } : row
}

/** @returns why one more word changes nothing; null when it may */
export function whyNotSign(row: Approval, approver: Principal): string | null {
  if (row.status !== 'open') return `This request is ${row.status} already.`
  return row.signatures.some((signature) => signature.approver.id === approver.id)
    ? 'You have approved this already; another person is needed.'
    : null
}

/** @param reason readable and bounded */
export function toSignature(row: Approval, approver: Principal, reason: string, atMs: number): Signature {
  const { id, display, kind } = approver
  return { approver: { id, display: toLabel(display), kind }, groups: groupsOf(row, approver), reason, atMs }
}

/** A yes: approved once every group has a person of its own. @param validForMs how long a single use may be waited for */
export function toSigned(row: Approval, signature: Signature, validForMs: number): ApprovalPatch {
  const signatures = [...row.signatures, signature]
  if (!isSatisfied(row.approverGroups, signatures)) return { signatures }
  const { atMs } = signature
  // Access that is given for a time begins now, not when it was asked for.
  const expiresAtMs = atMs + (row.grantForMs ?? validForMs)
  return { signatures, status: 'approved', decidedAtMs: atMs, expiresAtMs }
}

/** A no: one is enough. */
export function toDenied(refusal: Signature): ApprovalPatch {
  return { refusal, status: 'denied', decidedAtMs: refusal.atMs }
}

/**
 * Its time is over. Anybody may ask, again and again, and a text has up to a megabyte: what no person had a word for is not kept
 * beside the record, which has it.
 */
export function toExpired(row: Approval): ApprovalPatch {
  return row.signatures.length === 0 ? { status: 'expired', parts: [] } : { status: 'expired' }
}
