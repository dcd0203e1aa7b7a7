// Who a token was last time. Agents send the same one with every request, so its signature is checked once and only what
// can change since (time, revocation, the issuer's keys) is asked again. Keyed by digest: the cache holds no token.

import type { Principal } from '../kernel/principal.ts'
import type { TrustedIssuer } from './issuer-token.ts'

export interface CachedIdentity {
  readonly principal: Principal
  /** Ids whose revocation ends this identity. */
  readonly revocable: readonly string[]
  /** Null for what the gateway issued itself. */
  readonly issuer: TrustedIssuer | null
  readonly keysVersion: number
  readonly notAfterMs: number
  /** `iat`; 0 for what the gateway issued itself. */
  readonly issuedAtMs: number
}

/** Least recently used first; a Map keeps the order of insertion. */
export class TokenCache {
  readonly #maxEntries: number
  readonly #entries = new Map<string, CachedIdentity>()

  constructor(maxEntries = 4096) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries.size
  }

  get(digest: string, nowMs: number): CachedIdentity | null {
    const entry = this.#entries.get(digest)
    if (entry === undefined) return null
    this.#entries.delete(digest)
    const isCurrent =
      nowMs < entry.notAfterMs && (entry.issuer === null || entry.issuer.keys.version === entry.keysVersion)
    if (!isCurrent) return null
    this.#entries.set(digest, entry)
    return entry
  }

  set(digest: string, entry: CachedIdentity): void {
    this.#entries.set(digest, entry)
    if (this.#entries.size <= this.#maxEntries) return
    const oldest = this.#entries.keys().next()
    if (oldest.done !== true) this.#entries.delete(oldest.value)
  }
}
