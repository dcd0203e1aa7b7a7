// State that several nodes will share one day: the tables, their migrations, and Kysely over them.

import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { openDatabase, toUnavailable } from './database.ts'
import { toKysely } from './kysely.ts'

export interface StateTables {
  connect_credential: {
    digest: string
    id: string
    principal: string
    issued_at_ms: number
    expires_at_ms: number
  }
  revocation: {
    id: string
    kind: string
    by: string
    reason: string
    at_ms: number
    until_ms: number | null
  }
  approval: {
    id: string
    binding: string
    principal_id: string
    status: string
    revision: number
    created_at_ms: number
    expires_at_ms: number
    /** The whole approval as JSON; the columns beside it are what is searched and compared. */
    row: string
  }
}

const migrations = [
  `CREATE TABLE connect_credential (
     digest TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, principal TEXT NOT NULL,
     issued_at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX connect_credential_expiry ON connect_credential (expires_at_ms);
   CREATE TABLE revocation (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, "by" TEXT NOT NULL, reason TEXT NOT NULL,
     at_ms INTEGER NOT NULL, until_ms INTEGER) STRICT;
   CREATE TABLE approval (
     id TEXT PRIMARY KEY, binding TEXT NOT NULL, principal_id TEXT NOT NULL, status TEXT NOT NULL,
     revision INTEGER NOT NULL, created_at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL, row TEXT NOT NULL) STRICT;
   CREATE INDEX approval_binding ON approval (binding, status);
   CREATE INDEX approval_live ON approval (status, expires_at_ms);
   CREATE INDEX approval_created ON approval (created_at_ms)`,
]

export type State = Kysely<StateTables>

/** @throws Fault `state.unavailable` */
export function openState(dataDir: string): State {
  return toKysely<StateTables>(openDatabase(join(dataDir, 'state.sqlite'), migrations))
}

/** Whatever the database throws is that it cannot answer. @param where for the operator: whose rows */
export async function answering<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toUnavailable(where, error)
  }
}
