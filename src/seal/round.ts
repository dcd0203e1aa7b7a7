// One round in the making: everything that will be committed in one transaction, and the objects that must be durable
// before it. Thrown away whole when anything fails; the next attempt starts from what was committed.

import type { Finding } from '../kernel/finding.ts'
import type {
  EventRow,
  FindingSummary,
  FoundRow,
  ObjectRow,
  SealRound,
  SessionKey,
  SessionRow,
  TreeState,
} from '../kernel/seal-store.ts'
import type { EntrySink } from './chain.ts'
import type { CompactRange } from './tlog/compact-range.ts'

export class Round implements EntrySink {
  readonly #tree: CompactRange
  readonly #first: number
  readonly entries: Uint8Array[] = []
  readonly leafHashes: Uint8Array[] = []
  /** Roots of the tiles that became full, in the order in which their last leaf came. */
  readonly fullTiles: Uint8Array[] = []
  readonly running = new Map<string, string | null>()
  readonly keys: SessionKey[] = []
  readonly sessions = new Map<string, SessionRow>()
  readonly #events: EventRow[] = []
  readonly objects: ObjectRow[] = []
  readonly #found = new Map<string, FoundRow>()
  /** Objects being written. */
  readonly puts: { readonly key: string; readonly bytes: Uint8Array }[] = []

  readonly #full = (node: Uint8Array): void => {
    this.fullTiles.push(node)
  }

  /** Appends to `tree`, which belongs to the sealer. */
  constructor(tree: CompactRange) {
    this.#tree = tree
    this.#first = tree.size
  }

  append(entry: Uint8Array, leafHash: Uint8Array): number {
    this.entries.push(entry)
    this.leafHashes.push(leafHash)
    this.#tree.append(leafHash, this.#full)
    return this.#tree.size - 1
  }

  /** The later row of an event replaces the earlier one. */
  index(row: EventRow): void {
    this.#events.push(row)
  }

  /** What was found in an action of the session, as reports count it. */
  count(session: SessionRow, findings: readonly Finding[], side: FindingSummary['side'], atMs: number): void {
    const hour = Math.floor(atMs / 3_600_000)
    for (const finding of findings) {
      const { class: name, rule, field, ignoredBy = null } = finding
      const key = JSON.stringify([session.id, hour, name, rule, field, side, ignoredBy])
      const before = this.#found.get(key)?.count ?? 0
      const { id, connection, principalId } = session
      const place = { session: id, connection, principalId, hour }
      this.#found.set(key, { ...place, class: name, rule, field, side, ignoredBy, count: before + finding.count })
    }
  }

  tree(): TreeState {
    return { size: this.#tree.size, frontier: this.#tree.toBytes() }
  }

  finish(rest: Pick<SealRound, 'cursor' | 'payloadsFrom' | 'stagedFrom' | 'node'>): SealRound {
    return {
      ...rest,
      tree: this.tree(),
      staged: { first: this.#first, entries: this.entries },
      running: [...this.running].map(([session, state]) => ({ session, state })),
      keys: this.keys,
      sessions: [...this.sessions.values()],
      events: this.#events,
      objects: this.objects,
      found: [...this.#found.values()],
    }
  }
}
