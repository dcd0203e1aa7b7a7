// A dialect simple enough to see through: the first word of each statement is what it does. `bad` is not understood.

import { toEverything, toFrozen, type SqlEffect, type SqlFacts } from '../../../languages/sql/facts.ts'
import type { SqlDialect } from '../dialect.ts'

const effects: Readonly<Record<string, SqlEffect>> = {
  BEGIN: 'transaction',
  COMMIT: 'transaction',
  ROLLBACK: 'transaction',
  SELECT: 'select',
  INSERT: 'insert',
  UPDATE: 'update',
  DELETE: 'delete',
  DROP: 'drop',
  SET: 'set',
  SHOW: 'show',
  DEALLOCATE: 'execute',
  DECLARE: 'cursor',
}

export class ToyDialect implements SqlDialect {
  readonly seen: string[] = []
  readonly #known = new Map<string, SqlFacts>()

  load(): Promise<void> {
    return Promise.resolve()
  }

  classify(sql: string): SqlFacts {
    this.seen.push(sql)
    const known = this.#known.get(sql) ?? toSqlFacts(sql)
    this.#known.set(sql, known)
    return known
  }
}

function toSqlFacts(sql: string): SqlFacts {
  const statements = sql
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const labels = statements.map((one) => /^\w+/.exec(one)?.[0].toUpperCase() ?? '')
  const found = statements.map((one, at) => effectOf(one, labels[at] ?? ''))
  if (found.includes('unknown')) return toEverything('not understood', { statements: statements.length })
  return toFrozen({
    statements: statements.length,
    effects: found,
    relations: statements.flatMap((one) => {
      const name = /\b(?:from|into|update|copy|table)\s+(\w+)/i.exec(one)?.[1]
      return name === undefined ? [] : [{ name, access: /^select/i.test(one) ? 'read' : 'write' } as const]
    }),
    functions: [],
    unfiltered: statements.some((one) => /^(?:delete|update)/i.test(one) && !/\bwhere\b/i.test(one)),
    complete: true,
    labels,
    reason: null,
    settings: statements.flatMap((one) => /^set\s+(\w+)/i.exec(one)?.[1]?.toLowerCase() ?? []),
    copies: [],
  })
}

function effectOf(statement: string, label: string): SqlEffect {
  if (label === 'COPY') return /\bfrom stdin\b/i.test(statement) ? 'copy-in' : 'copy-out'
  return effects[label] ?? 'unknown'
}
