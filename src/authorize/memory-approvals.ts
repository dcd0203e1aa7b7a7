// The approval store in memory, for tests and for nothing that must survive a restart. One process, and no await between
// looking and writing, so every operation is atomic.

import {
  isLive,
  type Approval,
  type ApprovalLimits,
  type ApprovalPatch,
  type ApprovalStatus,
  type ApprovalStore,
} from '../kernel/approval.ts'

export class MemoryApprovals implements ApprovalStore {
  readonly #rows = new Map<string, Approval>()

  insert(row: Approval, limits: ApprovalLimits): Promise<'inserted' | 'exists' | 'full'> {
    const live = [...this.#rows.values()].filter((one) => isLive(one, row.createdAtMs))
    if (live.some(({ binding }) => binding === row.binding)) return Promise.resolve('exists')
    const own = live.filter(({ principal }) => principal.id === row.principal.id)
    if (live.length >= limits.total || own.length >= limits.perPrincipal) return Promise.resolve('full')
    this.#rows.set(row.id, row)
    return Promise.resolve('inserted')
  }

  get(id: string): Promise<Approval | null> {
    return Promise.resolve(this.#rows.get(id) ?? null)
  }

  findLive(binding: string, atMs: number): Promise<Approval | null> {
    const found = [...this.#rows.values()].find((row) => row.binding === binding && isLive(row, atMs))
    return Promise.resolve(found ?? null)
  }

  list(status: ApprovalStatus | null, limit: number): Promise<readonly Approval[]> {
    const rows = [...this.#rows.values()].filter((row) => status === null || row.status === status)
    return Promise.resolve(rows.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, limit))
  }

  compareAndSet(id: string, revision: number, patch: ApprovalPatch): Promise<boolean> {
    const row = this.#rows.get(id)
    if (row?.revision !== revision) return Promise.resolve(false)
    this.#rows.set(id, { ...row, ...patch, revision: revision + 1 })
    return Promise.resolve(true)
  }
}
