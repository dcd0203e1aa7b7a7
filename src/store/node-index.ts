// What the sealer of this node remembers and what people look up: raw prepared statements, one transaction a round, because
// a row is written for every action. Readers open the same file; WAL keeps them out of the writer's way.

import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type {
  EventRow,
  FoundFilter,
  FoundReport,
  ObjectRow,
  RecordIndex,
  SealRound,
  SealState,
  SealStore,
  SessionFilter,
  SessionRow,
} from '../kernel/seal-store.ts'
import { openDatabase, toUnavailable, transact } from './database.ts'
import { foundMigration, FoundTable } from './found-table.ts'

const migrations = [
  `CREATE TABLE progress (
     id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL, payloads_from INTEGER NOT NULL,
     tree_size INTEGER NOT NULL, frontier BLOB NOT NULL, node TEXT) STRICT;
   INSERT INTO progress VALUES (1, 0, 0, 0, x'', NULL);
   CREATE TABLE staged (leaf INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;
   CREATE TABLE running (session TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE session_key (session TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE session (
     id TEXT PRIMARY KEY, started_at_ms INTEGER NOT NULL, ended INTEGER NOT NULL, connection TEXT NOT NULL,
     principal_id TEXT NOT NULL, run TEXT, row TEXT NOT NULL) STRICT;
   CREATE INDEX session_order ON session (started_at_ms DESC, id DESC);
   CREATE INDEX session_live ON session (started_at_ms DESC, id DESC) WHERE ended = 0;
   CREATE TABLE event (
     session TEXT NOT NULL, seq INTEGER NOT NULL, leaf INTEGER NOT NULL, end_leaf INTEGER, row TEXT NOT NULL,
     PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID;
   CREATE INDEX event_leaf ON event (leaf);
   CREATE INDEX event_end_leaf ON event (end_leaf) WHERE end_leaf IS NOT NULL;
   CREATE TABLE object (
     session TEXT NOT NULL, n INTEGER NOT NULL, row TEXT NOT NULL,
     PRIMARY KEY (session, n)) STRICT, WITHOUT ROWID`,
  foundMigration,
  `CREATE INDEX session_run ON session (run, started_at_ms DESC, id DESC) WHERE run IS NOT NULL;
   CREATE INDEX session_connection ON session (connection, started_at_ms DESC, id DESC)`,
]

/** Opened once by the sealer, and once by each process that reads. @throws Fault `state.unavailable` */
export function openNodeIndex(dataDir: string): NodeIndex {
  const database = openDatabase(join(dataDir, 'index.sqlite'), migrations)
  try {
    return new NodeIndex(database)
  } catch (error) {
    database.close()
    throw toUnavailable('index', error)
  }
}

type Row = Record<string, unknown>

export class NodeIndex implements SealStore, RecordIndex {
  readonly #database: DatabaseSync
  readonly #found: FoundTable
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#found = new FoundTable(database)
  }

  load(): SealState {
    return this.#answering(() => {
      const progress = this.#one('SELECT * FROM progress')
      const staged = this.#all('SELECT leaf, entry FROM staged ORDER BY leaf')
      const size = Number(progress?.['tree_size'] ?? 0)
      return {
        cursor: Number(progress?.['cursor'] ?? 0),
        payloadsFrom: Number(progress?.['payloads_from'] ?? 0),
        tree: { size, frontier: toBytes(progress?.['frontier']) },
        staged: { first: Number(staged[0]?.['leaf'] ?? size), entries: staged.map((row) => toBytes(row['entry'])) },
        node: toTextOrNull(progress?.['node']),
        running: this.#all('SELECT session, state FROM running').map((row) => ({
          session: String(row['session']),
          state: String(row['state']),
        })),
      }
    })
  }

  commit(round: SealRound): void {
    this.#answering(() => transact(this.#database, () => this.#write(round)))
  }

  sessions(filter: SessionFilter): readonly SessionRow[] {
    return this.#answering(() => {
      const before =
        filter.before === null ? undefined : this.#one('SELECT started_at_ms FROM session WHERE id = ?', filter.before)
      const conditions = conditionsOf(filter, before === undefined ? null : Number(before['started_at_ms']))
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ text }) => text).join(' AND ')}`
      return this.#parsed<SessionRow>(
        `SELECT row FROM session ${where} ORDER BY started_at_ms DESC, id DESC LIMIT ?`,
        ...conditions.flatMap(({ values }) => values),
        filter.limit,
      )
    })
  }

  session(id: string): SessionRow | null {
    const rows = this.#answering(() => this.#parsed<SessionRow>('SELECT row FROM session WHERE id = ?', id))
    return rows[0] ?? null
  }

  events(session: string, after: number, limit: number): readonly EventRow[] {
    const text = 'SELECT row FROM event WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?'
    return this.#answering(() => this.#parsed<EventRow>(text, session, after, limit))
  }

  found(filter: FoundFilter): FoundReport {
    return this.#answering(() => this.#found.report(filter))
  }

  eventOfLeaf(leafIndex: number): EventRow | null {
    const text = 'SELECT row FROM event WHERE leaf = ?1 UNION ALL SELECT row FROM event WHERE end_leaf = ?1'
    return this.#answering(() => this.#parsed<EventRow>(text, leafIndex))[0] ?? null
  }

  objects(session: string, from: number, to: number): readonly ObjectRow[] {
    const text = 'SELECT row FROM object WHERE session = ? AND n BETWEEN ? AND ? ORDER BY n'
    return this.#answering(() => this.#parsed<ObjectRow>(text, session, from, to))
  }

  sessionKey(session: string): Uint8Array | null {
    const row = this.#answering(() => this.#one('SELECT wrapped FROM session_key WHERE session = ?', session))
    return row === undefined ? null : toBytes(row['wrapped'])
  }

  cursor(): number {
    return Number(this.#answering(() => this.#one('SELECT cursor FROM progress'))?.['cursor'] ?? 0)
  }

  close(): void {
    this.#database.close()
  }

  #write(round: SealRound): void {
    const { cursor, payloadsFrom, tree, node, staged } = round
    this.#run(
      'UPDATE progress SET cursor = ?, payloads_from = ?, tree_size = ?, frontier = ?, node = ?',
      cursor,
      payloadsFrom,
      tree.size,
      tree.frontier,
      node,
    )
    this.#run('DELETE FROM staged WHERE leaf < ?', round.stagedFrom)
    staged.entries.forEach((entry, i) => this.#run('INSERT INTO staged VALUES (?, ?)', staged.first + i, entry))
    for (const { session, state } of round.running) {
      if (state === null) this.#run('DELETE FROM running WHERE session = ?', session)
      else this.#run('INSERT OR REPLACE INTO running VALUES (?, ?)', session, state)
    }
    for (const { session, wrapped } of round.keys)
      this.#run('INSERT OR REPLACE INTO session_key VALUES (?, ?)', session, wrapped)
    for (const row of round.sessions) this.#writeSession(row)
    for (const row of round.events) {
      this.#run(
        'INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)',
        row.session,
        row.seq,
        row.leafIndex,
        row.endLeafIndex,
        JSON.stringify(row),
      )
    }
    for (const row of round.found) this.#found.add(row)
    for (const row of round.objects)
      this.#run('INSERT OR REPLACE INTO object VALUES (?, ?, ?)', row.session, row.n, JSON.stringify(row))
  }

  #writeSession(row: SessionRow): void {
    this.#run(
      'INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?, ?)',
      row.id,
      row.startedAtMs,
      row.endedAtMs === null ? 0 : 1,
      row.connection,
      row.principalId,
      row.run,
      JSON.stringify(row),
    )
  }

  #statement(text: string): StatementSync {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      statement = this.#database.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  #run(text: string, ...values: Value[]): void {
    this.#statement(text).run(...values)
  }

  #one(text: string, ...values: Value[]): Row | undefined {
    return this.#statement(text).get(...values)
  }

  #all(text: string, ...values: Value[]): Row[] {
    return this.#statement(text).all(...values)
  }

  /** Rows that only this class writes, so that their shape is known; a damaged file is found when they are no JSON. */
  #parsed<T>(text: string, ...values: Value[]): T[] {
    return this.#all(text, ...values).map((row) => JSON.parse(String(row['row'])) as T)
  }

  #answering<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw toUnavailable('index', error)
    }
  }
}

type Value = string | number | null | Uint8Array

interface Condition {
  readonly text: string
  readonly values: readonly Value[]
}

/** Only what is asked for: SQLite chooses no index for a condition that may hold of everything. */
function conditionsOf(
  { live, connection, principal, run, before }: SessionFilter,
  beforeMs: number | null,
): Condition[] {
  const conditions: Condition[] = []
  if (live !== null) conditions.push({ text: live ? 'ended = 0' : 'ended = 1', values: [] })
  if (connection !== null) conditions.push({ text: 'connection = ?', values: [connection] })
  if (principal !== null) conditions.push({ text: 'principal_id = ?', values: [principal] })
  if (run !== null) conditions.push({ text: 'run = ?', values: [run] })
  if (beforeMs !== null) conditions.push({ text: '(started_at_ms, id) < (?, ?)', values: [beforeMs, before] })
  return conditions
}

function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0)
}

function toTextOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
