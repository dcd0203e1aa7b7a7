// What identify/ must remember beyond one process: credentials it handed out (their digests only) and what was revoked.
// store/ implements it. A store that cannot answer throws `state.unavailable`, and the credential is refused.

import type { Principal } from './principal.ts'

export interface IdentityStore {
  /** Resolves when it is durable: a credential is shown to its owner only after that. @throws Fault `state.unavailable` */
  keepCredential(credential: ConnectCredential): Promise<void>
  /** By digest. Expired ones may be missing; the asker checks `expiresAtMs` itself. @throws Fault `state.unavailable` */
  findCredential(digest: string): Promise<ConnectCredential | null>
  /**
   * Answers from memory: called for several ids on every request. A store shared by nodes keeps that memory current
   * within a second (G7), and says so on `onRevoked`. @throws Fault `state.unavailable` when it cannot vouch for it.
   */
  isRevoked(id: string): boolean
  /** Durable when it resolves; listeners of this process were called by then. */
  revoke(revocation: Revocation): Promise<void>
  /** A disabled identity may come back; a revoked token or run may not, and stays. */
  restore(principalId: string): Promise<void>
  /** @returns what ends the subscription */
  onRevoked(listener: (revocation: Revocation) => void): () => void
}

/** A credential of `sallyport connect`. The secret itself is nowhere but with its owner. */
export interface ConnectCredential {
  /** `tok_…`; what is shown and revoked. */
  readonly id: string
  /** SHA-256 of the whole secret, hexadecimal. 256 random bits need no salt and no stretching. */
  readonly digest: string
  /** As it was when the credential was issued; `boundTo` names the connection. */
  readonly principal: Principal
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

export interface Revocation {
  readonly kind: 'principal' | 'token' | 'run'
  /** A principal's id, a proof's `tokenId` or a run's id. */
  readonly id: string
  /** Who revoked it: a principal's id. */
  readonly by: string
  readonly reason: string
  readonly atMs: number
  /** When the store may forget it, because nothing it covers can still be valid; null to keep it. */
  readonly untilMs: number | null
}
