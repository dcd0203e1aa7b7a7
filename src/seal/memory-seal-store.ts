// A SealStore that forgets with its process: for tests, and as the shortest statement of what the port asks for.

import { Fault } from '../kernel/fault.ts'
import type {
  EventRow,
  FoundFilter,
  FoundLine,
  FoundReport,
  FoundRow,
  ObjectRow,
  SealRound,
  SealState,
  SealStore,
  SessionFilter,
  SessionRow,
  TreeState,
} from '../kernel/seal-store.ts'

export class MemorySealStore implements SealStore {
  #cursor = 0
  #payloadsFrom = 0
  #tree: TreeState = { size: 0, frontier: new Uint8Array(0) }
  #staged: { first: number; entries: Uint8Array[] } = { first: 0, entries: [] }
  #node: string | null = null
  readonly #running = new Map<string, string>()
  readonly #keys = new Map<string, Uint8Array>()
  readonly #sessions = new Map<string, SessionRow>()
  readonly #events = new Map<string, Map<number, EventRow>>()
  readonly #objects = new Map<string, ObjectRow[]>()
  readonly #found: FoundRow[] = []
  /** The next commit fails, as a full disk would. */
  failNext = false

  load(): SealState {
    return {
      cursor: this.#cursor,
      payloadsFrom: this.#payloadsFrom,
      tree: this.#tree,
      staged: { first: this.#staged.first, entries: [...this.#staged.entries] },
      node: this.#node,
      running: [...this.#running].map(([session, state]) => ({ session, state })),
    }
  }

  commit(round: SealRound): void {
    if (this.failNext) {
      this.failNext = false
      throw new Fault('state.unavailable', { why: 'told to fail' })
    }
    this.#cursor = round.cursor
    this.#payloadsFrom = round.payloadsFrom
    this.#tree = round.tree
    this.#node = round.node
    this.#stage(round)
    for (const { session, state } of round.running) {
      if (state === null) this.#running.delete(session)
      else this.#running.set(session, state)
    }
    for (const { session, wrapped } of round.keys) this.#keys.set(session, wrapped)
    for (const row of round.sessions) this.#sessions.set(row.id, row)
    this.#found.push(...round.found)
    for (const row of round.events) this.#eventsOf(row.session).set(row.seq, row)
    for (const row of round.objects) this.#objects.set(row.session, [...this.objectsOf(row.session), row])
  }

  /** As shredding does it. */
  destroyKey(session: string): void {
    this.#keys.delete(session)
  }

  sessions(filter: SessionFilter): readonly SessionRow[] {
    const all = [...this.#sessions.values()].sort(byNewest)
    const after = filter.before === null ? -1 : all.findIndex(({ id }) => id === filter.before)
    return all
      .slice(after + 1)
      .filter((row) => isWanted(row, filter))
      .slice(0, filter.limit)
  }

  session(id: string): SessionRow | null {
    return this.#sessions.get(id) ?? null
  }

  events(session: string, after: number, limit: number): readonly EventRow[] {
    const rows = [...this.#eventsOf(session).values()].filter(({ seq }) => seq > after)
    return rows.sort((a, b) => a.seq - b.seq).slice(0, limit)
  }

  found({ sinceHour, principalId, limit }: FoundFilter): FoundReport {
    const lines = new Map<string, { line: FoundLine; sessions: Set<string> }>()
    for (const { session, hour, principalId: who, count, ...place } of this.#found) {
      if (hour < sinceHour) continue
      const own = who === principalId
      const key = JSON.stringify([place, own])
      const before = lines.get(key)
      const sessions = (before?.sessions ?? new Set()).add(session)
      const total = (before?.line.count ?? 0) + count
      lines.set(key, { line: { ...place, own, count: total, sessions: sessions.size }, sessions })
    }
    const sorted = [...lines.values()].map(({ line }) => line).sort((a, b) => b.count - a.count)
    return { lines: sorted.slice(0, limit), fromHour: sinceHour, complete: sorted.length <= limit }
  }

  eventOfLeaf(leafIndex: number): EventRow | null {
    for (const rows of this.#events.values()) {
      for (const row of rows.values()) if (row.leafIndex === leafIndex || row.endLeafIndex === leafIndex) return row
    }
    return null
  }

  objects(session: string, from: number, to: number): readonly ObjectRow[] {
    return this.objectsOf(session).filter(({ n }) => n >= from && n <= to)
  }

  objectsOf(session: string): readonly ObjectRow[] {
    return this.#objects.get(session) ?? []
  }

  sessionKey(session: string): Uint8Array | null {
    return this.#keys.get(session) ?? null
  }

  cursor(): number {
    return this.#cursor
  }

  #stage({ staged, stagedFrom }: SealRound): void {
    const { first, entries } = this.#staged
    if (staged.first !== first + entries.length)
      throw new Fault('record.corrupt', { what: 'staged entries', why: 'gap' })
    const kept = [...entries, ...staged.entries].slice(stagedFrom - first)
    this.#staged = { first: stagedFrom, entries: kept.map((entry) => new Uint8Array(entry)) }
  }

  #eventsOf(session: string): Map<number, EventRow> {
    const rows = this.#events.get(session) ?? new Map<number, EventRow>()
    this.#events.set(session, rows)
    return rows
  }
}

function byNewest(a: SessionRow, b: SessionRow): number {
  return b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1)
}

function isWanted(row: SessionRow, { live, connection, principal, run }: SessionFilter): boolean {
  return (
    (live === null || live === (row.endedAtMs === null)) &&
    (connection === null || connection === row.connection) &&
    (principal === null || principal === row.principalId) &&
    (run === null || run === row.run)
  )
}
