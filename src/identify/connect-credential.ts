// What `sallyport connect` hands out for clients that know nothing but a password: `spc_` and 256 random bits, good for one
// connection and a short time. Only its digest is kept, so the store's reader cannot use it.

import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { IdentityStore } from '../kernel/identity-store.ts'
import { newId } from '../kernel/ids.ts'
import type { Principal } from '../kernel/principal.ts'
import { Secret } from '../kernel/secret.ts'
import { digestOf } from './claims.ts'
import { toRefusal, type Refusal } from './refusal.ts'
import { connectPrefix } from './token-shape.ts'

const maxLifeMs = 3_600_000

export interface IssuedCredential {
  readonly id: string
  readonly secret: Secret
  readonly expiresAtMs: number
}

/** Never outlives the identity it was issued to. */
export async function issueCredential(
  store: IdentityStore,
  clock: Clock,
  principal: Principal,
  connection: string,
): Promise<IssuedCredential | Refusal> {
  // Otherwise a credential could renew itself for ever.
  if (principal.boundTo !== null) return toRefusal('not-exchangeable', null, 'bound to a connection')
  const nowMs = clock.nowMs()
  const expiresAtMs = Math.min(nowMs + maxLifeMs, principal.expiresAtMs)
  if (expiresAtMs <= nowMs) return toRefusal('expired')
  const secret = connectPrefix + randomBytes(32).toString('base64url')
  const id = newId('tok', nowMs)
  const bound: Principal = {
    ...principal,
    expiresAtMs,
    proof: { method: 'connect-credential', tokenId: id },
    boundTo: connection,
  }
  await store.keepCredential({ id, digest: digestOf(secret), principal: bound, issuedAtMs: nowMs, expiresAtMs })
  return { id, secret: new Secret(secret), expiresAtMs }
}

/** @throws Fault `state.unavailable` */
export async function findCredential(store: IdentityStore, clock: Clock, secret: Secret): Promise<Principal | Refusal> {
  const digest = digestOf(secret.reveal())
  const found = await store.findCredential(digest)
  // A store may look up by prefix or fold case; what it found must be this one, and a near miss must take as long.
  const isThis =
    found !== null &&
    found.digest.length === digest.length &&
    timingSafeEqual(Buffer.from(found.digest), Buffer.from(digest))
  if (!isThis) return toRefusal('unknown-credential')
  if (found.expiresAtMs <= clock.nowMs()) return toRefusal('expired')
  const { principal } = found
  const isWhole = principal.boundTo !== null && principal.proof.tokenId === found.id
  return isWhole ? principal : toRefusal('unknown-credential', null, 'the stored principal is not bound')
}
