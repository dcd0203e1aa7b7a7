// A session that is not sealed yet: its chain, its payloads and its running figures. Everything but the payload buffer is
// in `running()`, so a crash loses nothing: the buffer is fed again from the journal.

import type { KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { Position } from '../kernel/event.ts'
import type { FindingSummary, PayloadRef, SessionRow } from '../kernel/seal-store.ts'
import { Chain, type ChainNames, type ChainState } from './chain.ts'
import { SessionPayloads } from './session-payloads.ts'
import { CompactRange, parseCompactRange } from './tlog/compact-range.ts'
import { toHex } from './tlog/hash.ts'

/** What the seal says of who and what; pseudonyms and ids only. */
export interface SealedIdentity {
  readonly issuer: string
  readonly subject: string
  readonly kind: string
  readonly act: readonly string[]
  readonly method: string
  readonly token: string
  readonly policy: string
}

export interface SealedApproval {
  readonly leaf: number
  readonly approval: string
  readonly approver: string | null
  readonly binding: string
  readonly decision: string
}

export interface SealedCredential {
  readonly source: string
  readonly kind: string
  readonly fingerprint: string
  readonly firstLeaf: number
  injections: number
}

/** An action between its request and its end. */
export interface OpenAction {
  readonly atMs: number
  readonly upMs: number
  /** Members of its request leaf, until that is written. */
  members: string | null
  /** Commitment to the request. */
  readonly commitment: string
  /** What its row is made of. */
  readonly start: ActionStart
  response: PayloadRef | null
  /** Of its request leaf, once that is written. */
  place: ActionPlace | null
}

export interface ActionPlace {
  readonly seq: number
  readonly leafIndex: number
}

interface ActionStart {
  readonly action: number
  readonly label: string
  readonly policies: readonly string[]
  readonly approval: string | null
  readonly findings: readonly FindingSummary[]
  readonly request: PayloadRef
}

/** Counts that no row of the index has. */
export interface Tally {
  approved: number
  /** Approvals beyond those that are listed. */
  unlisted: number
}

export interface RunningSession {
  readonly names: ChainNames
  readonly identity: SealedIdentity
  readonly row: SessionRow
  readonly chain: ChainState
  readonly tally: Tally
  readonly approvals: readonly SealedApproval[]
  readonly credentials: readonly SealedCredential[]
  readonly objects: { readonly count: number; readonly bytes: number; readonly frontier: string }
  readonly flushedTo: Position
  readonly nextSalt: number
  readonly actions: readonly (readonly [number, OpenAction])[]
}

export const maxListedApprovals = 64
export const maxListedCredentials = 16

type Mutable<T> = { -readonly [name in keyof T]: T[name] }

export class OpenSession {
  readonly names: ChainNames
  readonly identity: SealedIdentity
  readonly key: KeyObject
  readonly chain: Chain
  readonly payloads: SessionPayloads
  readonly tally: Tally
  readonly approvals: SealedApproval[]
  readonly credentials: SealedCredential[]
  readonly actions: Map<number, OpenAction>
  /** Of the session's objects, in order: what the seal commits to. */
  readonly objectRange: CompactRange
  objectBytes: number
  row: Mutable<SessionRow>
  /** Events up to here are in objects. */
  flushedTo: Position
  /** First event whose payload is in the buffer; null when the buffer is empty. Only the flush sets it back. */
  unflushedFrom: Position | null = null
  /** When the buffer got its first payload, on the sealer's monotonic clock. */
  unflushedSinceMs = 0
  /** Of the salts, at the last flush: what the buffer begins with when it is fed again. */
  #saltAtFlush: number

  constructor(
    key: KeyObject,
    start: Pick<RunningSession, 'names' | 'identity' | 'row'>,
    resumed: RunningSession | null,
  ) {
    this.names = start.names
    this.identity = start.identity
    this.row = { ...start.row }
    this.key = key
    this.chain = new Chain(start.names, resumed?.chain ?? null)
    this.tally = { ...(resumed?.tally ?? { approved: 0, unlisted: 0 }) }
    this.approvals = [...(resumed?.approvals ?? [])]
    this.credentials = [...(resumed?.credentials ?? [])]
    this.actions = new Map(resumed?.actions)
    const { count = 0, bytes = 0, frontier = '' } = resumed?.objects ?? {}
    this.objectRange = parseCompactRange(count, Buffer.from(frontier, 'hex')) ?? new CompactRange()
    this.objectBytes = bytes
    this.flushedTo = resumed?.flushedTo ?? 0
    this.#saltAtFlush = resumed?.nextSalt ?? 0
    this.payloads = new SessionPayloads(key, this.#saltAtFlush)
  }

  get id(): string {
    return this.row.id
  }

  /** Number of the object that is being filled. */
  get objectNumber(): number {
    return this.objectRange.size + 1
  }

  flushed(position: Position): void {
    this.payloads.clear()
    this.flushedTo = position
    this.unflushedFrom = null
    this.#saltAtFlush = this.payloads.nextSalt
  }

  running(): string {
    const { names, identity, row, tally, approvals, credentials, flushedTo } = this
    const running: RunningSession = {
      names,
      identity,
      row,
      chain: this.chain.state(),
      tally,
      approvals,
      credentials,
      objects: {
        count: this.objectRange.size,
        bytes: this.objectBytes,
        frontier: toHex(this.objectRange.toBytes()),
      },
      flushedTo,
      nextSalt: this.#saltAtFlush,
      actions: [...this.actions],
    }
    return JSON.stringify(running)
  }
}

/** @throws Fault `record.corrupt` when it is not what `running` wrote */
export function resumeSession(id: string, state: string, key: KeyObject): OpenSession {
  try {
    const running = JSON.parse(state) as RunningSession
    return new OpenSession(key, running, running)
  } catch (error) {
    throw new Fault('record.corrupt', { what: 'running session', session: id }, error)
  }
}

/** Adds a piece in object `n` to where an answer lies. */
export function extendRef(ref: PayloadRef | null, n: number, piece: { offset: number; length: number }): PayloadRef {
  return ref === null
    ? { firstObject: n, lastObject: n, offset: piece.offset, length: piece.length }
    : { ...ref, lastObject: n, length: ref.length + piece.length }
}
