// A human's decision on one held action or on access to a connection (G4), and the narrow port that keeps it. The rules of
// who may decide are authorize/'s; a store only promises that two processes never both win.

import type { Principal } from './principal.ts'

/**
 * `open` waits for reviewers; `approved` may be used; `used` was. Nothing leaves `denied`, `expired` or `used`.
 * A row whose `expiresAtMs` has passed counts as expired, whatever its status still says.
 */
export type ApprovalStatus = 'open' | 'approved' | 'denied' | 'expired' | 'used'

export interface Approval {
  readonly id: string
  /** SHA-256, hexadecimal, of exactly what is asked: action, principal and act chain, connection, rules. */
  readonly binding: string
  readonly policyVersion: string

  // what a reviewer reads; everything in it is masked and free of control characters
  readonly principal: Pick<Principal, 'id' | 'issuer' | 'subject' | 'kind' | 'display' | 'act' | 'run'>
  readonly connection: string
  readonly protocol: string
  /** The session that asked first; null when access itself is asked for. */
  readonly session: string | null
  /** Number of the action in that session; 0 for access. */
  readonly actionNumber: number
  readonly label: string
  readonly reason: string
  readonly policies: readonly string[]
  /**
   * The whole request, never an excerpt: what cannot be shown whole cannot be approved. None when it expired and nobody had said
   * a word: then only the record has it.
   */
  readonly parts: readonly { readonly role: string; readonly text: string }[]

  // who may decide
  /** Each needs a person of its own. Never empty. */
  readonly approverGroups: readonly string[]
  /** Authors of the rules that hold it: may not decide. */
  readonly authors: readonly string[]
  /** Access for this long instead of one use; null for a single action. */
  readonly grantForMs: number | null

  // how it stands
  readonly status: ApprovalStatus
  /** Grows by one with every change; what compareAndSet compares. */
  readonly revision: number
  readonly createdAtMs: number
  /** Open: until when the client may wait. Approved: until when it may be used, or the access lasts. */
  readonly expiresAtMs: number
  /** People who said yes, in order; one a person. */
  readonly signatures: readonly Signature[]
  /** Who said no. */
  readonly refusal: Signature | null
  readonly decidedAtMs: number | null
  readonly usedAtMs: number | null
}

export interface Signature {
  readonly approver: Pick<Principal, 'id' | 'display' | 'kind'>
  /** Those of the approval's groups that the approver was in when signing. */
  readonly groups: readonly string[]
  readonly reason: string
  readonly atMs: number
}

/** What may change after an approval was made. */
export type ApprovalPatch = Partial<
  Pick<Approval, 'parts' | 'status' | 'expiresAtMs' | 'signatures' | 'refusal' | 'decidedAtMs' | 'usedAtMs'>
>

export interface ApprovalLimits {
  /** Live approvals (see `isLive`) of one principal. */
  readonly perPrincipal: number
  readonly total: number
}

/** Rejects only with Fault `state.unavailable`. */
export interface ApprovalStore {
  /**
   * Atomic, also between processes. `exists` when one with the same binding is live at `row.createdAtMs`; `full` when a
   * limit is reached at that time; nothing is written then.
   */
  insert(row: Approval, limits: ApprovalLimits): Promise<'inserted' | 'exists' | 'full'>
  get(id: string): Promise<Approval | null>
  /** The live one of this binding; never more than one. */
  findLive(binding: string, atMs: number): Promise<Approval | null>
  /** Newest first, at most `limit`; `status: null` means every status. */
  list(status: ApprovalStatus | null, limit: number): Promise<readonly Approval[]>
  /** Applies the patch and adds one to the revision, only if the row still has this revision. Atomic between processes. */
  compareAndSet(id: string, revision: number, patch: ApprovalPatch): Promise<boolean>
}

/** Waiting for a decision, or approved and not yet used. */
export function isLive(row: Pick<Approval, 'status' | 'expiresAtMs'>, atMs: number): boolean {
  return (row.status === 'open' || row.status === 'approved') && row.expiresAtMs > atMs
}
