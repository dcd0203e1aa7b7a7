// Approvals in SQL. What must be atomic between processes is one statement: the insert carries its own conditions, and a
// change names the revision it read.

import { sql } from 'kysely'
import {
  isLive,
  type Approval,
  type ApprovalLimits,
  type ApprovalPatch,
  type ApprovalStatus,
  type ApprovalStore,
} from '../kernel/approval.ts'
import { answering, type State } from './state.ts'

export class SqlApprovals implements ApprovalStore {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  async insert(row: Approval, limits: ApprovalLimits): Promise<'inserted' | 'exists' | 'full'> {
    const at = row.createdAtMs
    return await answering('approvals', async () => {
      const live = sql`SELECT count(*) FROM approval WHERE status IN ('open', 'approved') AND expires_at_ms > ${at}`
      const done = await sql`
        INSERT INTO approval (id, binding, principal_id, status, revision, created_at_ms, expires_at_ms, row)
        SELECT ${row.id}, ${row.binding}, ${row.principal.id}, ${row.status}, ${row.revision}, ${at}, ${row.expiresAtMs}, ${JSON.stringify(row)}
        WHERE (${live} AND binding = ${row.binding}) = 0
          AND (${live} AND principal_id = ${row.principal.id}) < ${limits.perPrincipal}
          AND (${live}) < ${limits.total}`.execute(this.#state)
      if (done.numAffectedRows === 1n) return 'inserted'
      return (await this.findLive(row.binding, at)) === null ? 'full' : 'exists'
    })
  }

  async get(id: string): Promise<Approval | null> {
    return await answering('approvals', async () => {
      const found = await this.#state.selectFrom('approval').select('row').where('id', '=', id).executeTakeFirst()
      return found === undefined ? null : parse(found.row)
    })
  }

  async findLive(binding: string, atMs: number): Promise<Approval | null> {
    return await answering('approvals', async () => {
      const found = await this.#state
        .selectFrom('approval')
        .select('row')
        .where('binding', '=', binding)
        .where('status', 'in', ['open', 'approved'])
        .where('expires_at_ms', '>', atMs)
        .executeTakeFirst()
      const approval = found === undefined ? null : parse(found.row)
      return approval !== null && isLive(approval, atMs) ? approval : null
    })
  }

  async list(status: ApprovalStatus | null, limit: number): Promise<readonly Approval[]> {
    return await answering('approvals', async () => {
      const all = this.#state.selectFrom('approval').select('row').orderBy('created_at_ms', 'desc').limit(limit)
      const rows = await (status === null ? all : all.where('status', '=', status)).execute()
      return rows.map((found) => parse(found.row))
    })
  }

  async compareAndSet(id: string, revision: number, patch: ApprovalPatch): Promise<boolean> {
    return await answering('approvals', async () => {
      const before = await this.get(id)
      if (before === null || before.revision !== revision) return false
      const after: Approval = { ...before, ...patch, revision: revision + 1 }
      const done = await this.#state
        .updateTable('approval')
        .set({
          status: after.status,
          revision: after.revision,
          expires_at_ms: after.expiresAtMs,
          row: JSON.stringify(after),
        })
        .where('id', '=', id)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return done.numUpdatedRows === 1n
    })
  }
}

/** Only this store writes these rows. */
function parse(row: string): Approval {
  return JSON.parse(row) as Approval
}
