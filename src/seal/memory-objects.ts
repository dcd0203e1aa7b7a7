// An ObjectStore that forgets with its process, for tests: what is in it may be looked at and spoiled.

import { Fault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'

export class MemoryObjects implements ObjectStore {
  readonly files = new Map<string, Uint8Array>()
  /** Writes to come that succeed; then every one fails, as on a full disk. */
  writesLeft = Number.POSITIVE_INFINITY

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#spend(key)
    const there = this.files.get(key)
    if (there !== undefined && Buffer.compare(there, bytes) !== 0)
      throw new Fault('record.corrupt', { what: 'object', key, why: 'other bytes are there' })
    this.files.set(key, new Uint8Array(bytes))
  }

  async replace(key: string, bytes: Uint8Array): Promise<void> {
    this.#spend(key)
    this.files.set(key, new Uint8Array(bytes))
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.files.get(key) ?? null
  }

  async list(prefix: string): Promise<readonly string[]> {
    return [...this.files.keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  async remove(key: string): Promise<void> {
    this.files.delete(key)
  }

  #spend(key: string): void {
    if (this.writesLeft <= 0) throw new Fault('record.unavailable', { what: 'object', key })
    this.writesLeft--
  }
}
