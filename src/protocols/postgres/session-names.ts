// What this session's prepared statements and portals stand for, and what makes them end.

import { Fault } from '../../kernel/fault.ts'
import { NameTable } from './names.ts'
import type { Bound } from './sql-action.ts'
import type { Statement, Unsettles } from './statement.ts'

const maxNames = 5_000
const maxBytes = 64 * 1024 * 1024
/** What is taken back is looked for among the changes that came after it. */
const maxPending = 8_000

export class SessionNames {
  readonly statements = new NameTable<Statement>()
  readonly portals = new NameTable<Bound>()

  /** So many changes are under way that the next one waits. */
  get isFull(): boolean {
    return this.statements.pending + this.portals.pending >= maxPending
  }

  /** @throws Fault `request.too-large` */
  requireRoom(): void {
    const count = this.statements.size + this.portals.size
    const bytes = this.statements.weight + this.portals.weight
    if (count > maxNames || bytes > maxBytes) {
      throw new Fault('request.too-large', { why: 'too many prepared statements and portals', count, bytes })
    }
  }

  /** A statement was answered that ends or makes names by itself. */
  settled(unsettles: Unsettles | null): void {
    if (unsettles === null) return
    if (unsettles.portals) this.portals.forgetConfirmed()
    if (unsettles.statements === 'all') this.statements.forgetConfirmed()
    else if (unsettles.statements !== 'none') this.statements.forget(unsettles.statements.name)
  }

  transactionEnded(): void {
    if (this.portals.size > 0) this.portals.forgetConfirmed()
  }
}
