// An IdentityStore that forgets, for tests.

import type { ConnectCredential, IdentityStore, Revocation } from '../../kernel/identity-store.ts'

export class MemoryIdentities implements IdentityStore {
  readonly credentials = new Map<string, ConnectCredential>()
  readonly #revoked = new Set<string>()
  readonly #listeners = new Set<(revocation: Revocation) => void>()

  keepCredential(credential: ConnectCredential): Promise<void> {
    this.credentials.set(credential.digest, credential)
    return Promise.resolve()
  }

  findCredential(digest: string): Promise<ConnectCredential | null> {
    return Promise.resolve(this.credentials.get(digest) ?? null)
  }

  isRevoked(id: string): boolean {
    return this.#revoked.has(id)
  }

  revoke(revocation: Revocation): Promise<void> {
    this.#revoked.add(revocation.id)
    for (const listener of this.#listeners) listener(revocation)
    return Promise.resolve()
  }

  restore(principalId: string): Promise<void> {
    this.#revoked.delete(principalId)
    return Promise.resolve()
  }

  onRevoked(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
