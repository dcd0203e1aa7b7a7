// node:sqlite, opened the same way everywhere: WAL so that readers never wait for the writer, full sync because what is in
// here was promised, migrations as a list that only grows.

import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../kernel/fault.ts'

export function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 5_000 })
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF',
    )
    migrate(database, migrations)
    return database
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('state.unavailable', { where: path, why: reasonOf(error) }, error)
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  const done = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (done > migrations.length)
    throw new Fault('state.unavailable', { why: 'the data folder was written by a newer version', version: done })
  for (let version = done; version < migrations.length; version++) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[version] ?? ''}; PRAGMA user_version = ${version + 1}; COMMIT`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
