// node:sqlite, opened the same way everywhere: WAL so that readers never wait for the writer, full sync because what is in
// here was promised, migrations as a list that only grows.

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../kernel/fault.ts'

/** Makes the folder and the file when they are not there. @throws Fault `state.unavailable`; then nothing is open */
export function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  let database: DatabaseSync | null = null
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    database = new DatabaseSync(path, { timeout: 5_000 })
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF',
    )
    migrate(database, migrations)
    return database
  } catch (error) {
    // What is left open would keep its lock until somebody collects it.
    database?.close()
    throw toUnavailable(path, error)
  }
}

function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  if (versionOf(database) === migrations.length) return
  transact(database, () => {
    // Asked again: another process may have opened the same new file, and was first.
    const done = versionOf(database)
    if (done > migrations.length)
      throw new Fault('state.unavailable', { why: 'the data folder was written by a newer version', version: done })
    for (const migration of migrations.slice(done)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

/** All of it or nothing. @throws what the work or the database threw */
export function transact(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    // On a full disk SQLite has rolled back by itself; to do it twice would be what is told then.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Whatever the database throws is that it cannot answer. @param where for the operator: whose rows */
export function toUnavailable(where: string, error: unknown): Fault {
  return error instanceof Fault ? error : new Fault('state.unavailable', { where, why: reasonOf(error) }, error)
}

/** SQLite's own word for the code (`database is locked`), or the system's: neither holds anything of a row. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('errstr' in error) return String(error.errstr)
  return 'code' in error ? String(error.code) : error.name
}
