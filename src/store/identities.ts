// Connect credentials (digests only) and revocations. Revocations are few and asked for on every request, so they live in
// memory and are read back at start. Credentials are many and short-lived: with each new one, those that are over go.

import type { ConnectCredential, IdentityStore, Revocation } from '../kernel/identity-store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Principal } from '../kernel/principal.ts'
import { answering, type State } from './state.ts'

const where = 'identities'

/** @throws Fault `state.unavailable` */
export async function openIdentityStore(state: State, clock: Clock): Promise<IdentityStore> {
  return await answering(where, async () => {
    await state.deleteFrom('revocation').where('until_ms', '<', clock.nowMs()).execute()
    await forgetCredentials(state, clock.nowMs())
    const rows = await state.selectFrom('revocation').select('id').execute()
    return new SqlIdentityStore(state, clock, new Set(rows.map((row) => row.id)))
  })
}

async function forgetCredentials(state: State, nowMs: number): Promise<void> {
  await state.deleteFrom('connect_credential').where('expires_at_ms', '<', nowMs).execute()
}

class SqlIdentityStore implements IdentityStore {
  readonly #state: State
  readonly #clock: Clock
  readonly #revoked: Set<string>
  readonly #listeners = new Set<(revocation: Revocation) => void>()

  constructor(state: State, clock: Clock, revoked: Set<string>) {
    this.#state = state
    this.#clock = clock
    this.#revoked = revoked
  }

  async keepCredential(credential: ConnectCredential): Promise<void> {
    const { digest, id, principal, issuedAtMs, expiresAtMs } = credential
    await answering(where, async () => {
      await forgetCredentials(this.#state, this.#clock.nowMs())
      await this.#state
        .insertInto('connect_credential')
        .values({
          digest,
          id,
          principal: JSON.stringify(principal),
          issued_at_ms: issuedAtMs,
          expires_at_ms: expiresAtMs,
        })
        .execute()
    })
  }

  async findCredential(digest: string): Promise<ConnectCredential | null> {
    return await answering(where, async () => {
      const row = await this.#state
        .selectFrom('connect_credential')
        .selectAll()
        .where('digest', '=', digest)
        .executeTakeFirst()
      if (row === undefined) return null
      const { id, principal, issued_at_ms: issuedAtMs, expires_at_ms: expiresAtMs } = row
      return { id, digest, principal: JSON.parse(principal) as Principal, issuedAtMs, expiresAtMs }
    })
  }

  isRevoked(id: string): boolean {
    return this.#revoked.has(id)
  }

  async revoke(revocation: Revocation): Promise<void> {
    const { id, kind, by, reason, atMs, untilMs } = revocation
    const values = { id, kind, by, reason, at_ms: atMs, until_ms: untilMs }
    await answering(where, () =>
      this.#state
        .insertInto('revocation')
        .values(values)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute(),
    )
    this.#revoked.add(id)
    for (const listener of this.#listeners) listener(revocation)
  }

  async restore(principalId: string): Promise<void> {
    const done = await answering(where, () =>
      this.#state
        .deleteFrom('revocation')
        .where('id', '=', principalId)
        .where('kind', '=', 'principal')
        .executeTakeFirst(),
    )
    if (done.numDeletedRows > 0n) this.#revoked.delete(principalId)
  }

  onRevoked(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
