// What was found, by the hour: the sealer adds, reports sum. Fields are named by targets, so there may be many rows; a report
// looks through so many of them and says how far back it got. No value is ever here.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { FoundFilter, FoundLine, FoundReport, FoundRow } from '../kernel/seal-store.ts'

export const foundMigration = `CREATE TABLE found (
  hour INTEGER NOT NULL, session TEXT NOT NULL, connection TEXT NOT NULL, principal_id TEXT NOT NULL, class TEXT NOT NULL,
  rule TEXT NOT NULL, field TEXT NOT NULL, side TEXT NOT NULL, ignored_by TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (hour, session, class, rule, field, side, ignored_by)) STRICT, WITHOUT ROWID`

export class FoundTable {
  readonly #add: StatementSync
  readonly #beyond: StatementSync
  readonly #newest: StatementSync
  readonly #sums: StatementSync

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      `INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    )
    this.#beyond = database.prepare('SELECT hour FROM found WHERE hour >= ? ORDER BY hour DESC LIMIT 1 OFFSET ?')
    this.#newest = database.prepare('SELECT MAX(hour) AS hour FROM found')
    this.#sums = database.prepare(
      `SELECT connection, class, rule, field, side, ignored_by, principal_id = ? AS own, SUM(count) AS count,
         COUNT(DISTINCT session) AS sessions
       FROM (SELECT * FROM found WHERE hour >= ? ORDER BY hour DESC LIMIT ?)
       GROUP BY connection, class, rule, field, side, ignored_by, own
       ORDER BY SUM(count) DESC, class, rule, field LIMIT ?`,
    )
  }

  /** Inside the transaction of its round. */
  add(row: FoundRow): void {
    const { hour, session, connection, principalId, class: name, rule, field, side, ignoredBy, count } = row
    const place = [hour, session, connection, principalId, name, rule] as const
    this.#add.run(...place, field ?? '', side, ignoredBy ?? '', count)
  }

  report({ sinceHour, principalId, maxRows, limit }: FoundFilter): FoundReport {
    const beyond = this.#beyond.get(sinceHour, maxRows)
    // Of the hour in which the limit is reached not everything would be counted, so nothing of it is; unless it is all there is.
    const fromHour =
      beyond === undefined ? sinceHour : Math.min(Number(beyond['hour']) + 1, Number(this.#newest.get()?.['hour']))
    const lines = this.#sums.all(principalId, fromHour, maxRows, limit).map(toLine)
    return { lines, fromHour, complete: beyond === undefined && lines.length < limit }
  }
}

function toLine(row: Record<string, unknown>): FoundLine {
  return {
    connection: String(row['connection']),
    class: String(row['class']),
    rule: String(row['rule']),
    field: toName(row['field']),
    side: row['side'] === 'request' ? 'request' : 'response',
    ignoredBy: toName(row['ignored_by']),
    own: row['own'] === 1,
    count: Number(row['count']),
    sessions: Number(row['sessions']),
  }
}

function toName(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
