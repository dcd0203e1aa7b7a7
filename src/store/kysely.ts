// Kysely over a database of node:sqlite. Apart from `database.ts`, so that the sealer's thread need not load it.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely'

/** Kysely over node:sqlite, through the few methods its dialect asks of a driver. */
export function toKysely<Schema>(database: DatabaseSync): Kysely<Schema> {
  const adapter: SqliteDatabase = {
    close: () => database.close(),
    prepare: (sql) => adapt(database.prepare(sql)),
  }
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: adapter }) })
}

type Parameters = (string | number | bigint | null | Uint8Array)[]

function adapt(statement: StatementSync): ReturnType<SqliteDatabase['prepare']> {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as Parameters)),
    run: (parameters) => statement.run(...(parameters as Parameters)),
    iterate: (parameters) => statement.iterate(...(parameters as Parameters)) as IterableIterator<unknown>,
  }
}
