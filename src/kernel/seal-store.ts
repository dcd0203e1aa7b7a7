// What the sealer remembers between rounds, and the index of what it sealed. A round is one transaction: it is the commit
// point, and everything after it (tiles, checkpoint) is made again from it. The index serves people; the log is the proof.

import type { EndReason, Position } from './event.ts'
import type { DataClass } from './finding.ts'
import type { PrincipalKind } from './principal.ts'

/** One writer a node. Throws only Fault `state.unavailable`. */
export interface SealStore extends RecordIndex {
  /** What the last committed round left; the empty state (zeros, empty lists, nulls) before the first. */
  load(): SealState
  /** All or nothing, and on disk when it returns. */
  commit(round: SealRound): void
}

export interface SealState {
  /** Events up to here have their entries; 0 before the first. */
  readonly cursor: Position
  /** Events after this one may still be needed from the journal: their payloads are not in an object yet. At most `cursor`. */
  readonly payloadsFrom: Position
  readonly tree: TreeState
  /** Entries of the log kept until their tiles are published: `first` is the index of `entries[0]`; without gaps, up to `tree.size`. */
  readonly staged: StagedEntries
  /** Running state of the node's own chain; the sealer's text, opaque to the store. null before the first round. */
  readonly node: string | null
  /** Running state of every open session; opaque likewise. */
  readonly running: readonly RunningState[]
}

export interface TreeState {
  readonly size: number
  /** 32 bytes a complete subtree, largest first: one for each bit that is set in `size`. */
  readonly frontier: Uint8Array
}

interface StagedEntries {
  readonly first: number
  readonly entries: readonly Uint8Array[]
}

interface RunningState {
  readonly session: string
  readonly state: string
}

export interface SealRound {
  readonly cursor: Position
  readonly payloadsFrom: Position
  readonly tree: TreeState
  /** Appended: `first` is the tree size before this round. */
  readonly staged: StagedEntries
  /** Staged entries below this index may be dropped: their tiles are published. */
  readonly stagedFrom: number
  readonly node: string
  /** Replaced by session; a null state ends it. Only sessions that changed are here. */
  readonly running: readonly { readonly session: string; readonly state: string | null }[]
  /** Wrapped keys of sessions that were opened in this round. */
  readonly keys: readonly SessionKey[]
  /** Replaced by `id`. Only sessions that changed. */
  readonly sessions: readonly SessionRow[]
  /** Replaced by `session` and `seq`: an action's row is written when it was asked and again when it ended. */
  readonly events: readonly EventRow[]
  readonly objects: readonly ObjectRow[]
  /** Added to what was counted before: exactly once, because a round is. */
  readonly found: readonly FoundRow[]
}

/** The key of a session's payloads, wrapped. Lives in a mutable place only, so that deleting it erases the payloads. */
export interface SessionKey {
  readonly session: string
  readonly wrapped: Uint8Array
}

// ── what people look at ──

/** For the API, the console and the command line. Safe to call from another process than the sealer's. */
export interface RecordIndex {
  /** Newest first. */
  sessions(filter: SessionFilter): readonly SessionRow[]
  session(id: string): SessionRow | null
  /** In order, with `seq > after`; -1 for the beginning. `nodeChain` as the session lists the gateway's own. */
  events(session: string, after: number, limit: number): readonly EventRow[]
  /** What was found since an hour, by class, rule, connection, field and side. */
  found(filter: FoundFilter): FoundReport
  /** Which event an entry of the log belongs to; null for seals, payload entries and what is not indexed. */
  eventOfLeaf(leafIndex: number): EventRow | null
  /** Objects of a session with `from <= n <= to`, in order. */
  objects(session: string, from: number, to: number): readonly ObjectRow[]
  /** null when there never was one or it was destroyed. */
  sessionKey(session: string): Uint8Array | null
  /** Position up to which the index is complete. */
  cursor(): Position
}

/** In place of a session's id: events that belong to no session. */
export const nodeChain = ''

export interface SessionFilter {
  /** true: only open ones; false: only ended ones; null: both. */
  readonly live: boolean | null
  readonly connection: string | null
  readonly principal: string | null
  readonly run: string | null
  /** At most this many rows. */
  readonly limit: number
  /** Only sessions that come after this one in the list: the last id of the page before. null for the first page. */
  readonly before: string | null
}

/** Rows are listed by `startedAtMs`, then by `id`, both descending. */
export interface SessionRow {
  readonly id: string
  readonly connection: string
  readonly protocol: string
  readonly principalId: string
  readonly principalDisplay: string
  readonly principalKind: PrincipalKind
  readonly run: string | null
  /** What the client says it is. */
  readonly client: string | null
  readonly peerAddress: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly endReason: EndReason | null
  /** Actions that were allowed. */
  readonly requests: number
  readonly refused: number
  /** Actions that waited for a human. */
  readonly held: number
  /** Values that were masked on the way back. */
  readonly maskedFields: number
  readonly responseBytes: number
  /** Findings that a rule of the operator let through. Absent, like `coverage`, in rows that are older than they are. */
  readonly ignoredFields?: number
  readonly coverage?: SessionCoverage
  /** Index of its first and its last entry so far; others' entries lie between. */
  readonly firstLeaf: number
  readonly lastLeaf: number
  /** Index of its seal; null while it is open. */
  readonly sealLeaf: number | null
}

/** How much of the answers was looked at, and what not and why; bytes, over all actions that have ended. */
export interface SessionCoverage {
  readonly scannedBytes: number
  /** Not looked at: of a type that cannot hold text. */
  readonly opaqueBytes: number
  /** Base64 that was not decoded: too long and too much unlike text. */
  readonly encodedBytes: number
  /** Of `scannedBytes`: looked at for fewer classes, because permission discloses the others. */
  readonly disclosedBytes: number
  /** Of what was released: not kept in the record, beyond the limit of the capture. */
  readonly uncapturedBytes: number
}

/** One line of a session's timeline. */
export interface EventRow {
  /** `nodeChain` for the gateway's own. */
  readonly session: string
  /** Dense within its session, payload entries and the like included, so rows have holes. */
  readonly seq: number
  readonly atMs: number
  /** The type of its entry: `request`, `decision` (a refusal), `approval.requested`, `session.open`, `gw.start`, … */
  readonly t: string
  readonly action: number | null
  readonly label: string
  /** `completed`, `failed`, `cut`; `denied`, `held`, `approved`, …; null while an action is open. */
  readonly outcome: string | null
  readonly code: string | null
  /** From the request to its end. */
  readonly durationMs: number | null
  readonly policies: readonly string[]
  readonly approval: string | null
  readonly findings: readonly FindingSummary[]
  readonly responseBytes: number
  readonly rows: number | null
  readonly leafIndex: number
  /** Index of the entry that ended the action, when that is another one. */
  readonly endLeafIndex: number | null
  readonly request: PayloadRef | null
  readonly response: PayloadRef | null
}

export interface FindingSummary {
  readonly class: DataClass
  readonly side: 'request' | 'response'
  readonly count: number
  /** The rule by which they were not masked. */
  readonly ignoredBy?: string
}

/** What was found in one hour of one session by one rule in one field: what reports are made of. Never a value. */
export interface FoundRow {
  readonly session: string
  readonly connection: string
  readonly principalId: string
  /** Hours since the epoch. */
  readonly hour: number
  readonly class: DataClass
  readonly rule: string
  readonly field: string | null
  readonly side: FindingSummary['side']
  readonly ignoredBy: string | null
  readonly count: number
}

/** Which rules fired most, over sessions. */
export interface FoundFilter {
  /** From this hour on. */
  readonly sinceHour: number
  /** Sessions of this principal are told apart. */
  readonly principalId: string
  /** At most so many rows are looked through, the newest first. */
  readonly maxRows: number
  /** At most so many lines, those that fired most first. */
  readonly limit: number
}

export interface FoundLine extends Omit<FoundRow, 'session' | 'principalId' | 'hour'> {
  /** Of `principalId`. */
  readonly own: boolean
  readonly sessions: number
}

export interface FoundReport {
  readonly lines: readonly FoundLine[]
  /** Later than asked when there was more than `maxRows`. */
  readonly fromHour: number
  /** False when something since the hour that was asked for is not counted. */
  readonly complete: boolean
}

/** Where a payload lies in its session's objects. A long answer continues in the objects up to `lastObject`. */
export interface PayloadRef {
  readonly firstObject: number
  readonly lastObject: number
  /** Of the record in the first object, after decryption and decompression. */
  readonly offset: number
  /** Payload bytes over all objects. */
  readonly length: number
}

/** An encrypted object with payloads of one session. */
export interface ObjectRow {
  readonly session: string
  /** From 1, dense within its session. */
  readonly n: number
  /** In the object store. */
  readonly key: string
  /** SHA-256 of the object's bytes, hexadecimal. */
  readonly ct: string
  readonly bytes: number
  readonly plainBytes: number
  /** Index of the entry that commits to it. */
  readonly leafIndex: number
}
