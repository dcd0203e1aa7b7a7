// Collects a client's messages into segments: up to an Execute, which runs something; up to a Sync, a Flush or another
// statement, which only prepared. Each is judged for what it is.

import type { Session } from '../../kernel/journey.ts'
import { syncFrame } from './messages.ts'
import type { Pipeline } from './pipeline.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import { Segment, type Reply } from './segment.ts'
import { toPrepareAction, toRunAction, type Bound } from './sql-action.ts'
import type { Unsettles } from './statement.ts'

/** A client that prepares without end is judged in between. */
const maxOpenReplies = 500

export interface CollectorParts {
  readonly session: Session
  readonly pipeline: Pipeline
  readonly database: string
  readonly newCarrier: () => ResponseCarrier
}

/** What was collected until something decides what it was for. */
export interface Open {
  readonly segment: Segment
  /** Prepared or bound here, in order. */
  readonly bounds: Bound[]
  /** Portal that was described last, after it was bound. */
  described: string | null
}

export class Collector {
  readonly #parts: CollectorParts
  #batch = 1
  #open: Open | null = null
  #isBegun = false

  constructor(parts: CollectorParts) {
    this.#parts = parts
  }

  /** Messages between two Syncs share its number. */
  get batch(): number {
    return this.#batch
  }

  /** Extended messages came since the last Sync. */
  get isBegun(): boolean {
    return this.#isBegun
  }

  get open(): Open | null {
    return this.#open
  }

  /** @param frame ours to keep, like all that come here */
  append(frame: Uint8Array, reply: Reply): Open {
    if (this.#open !== null && this.#open.segment.replies.length >= maxOpenReplies) this.close()
    this.#open ??= { segment: this.#newSegment(), bounds: [], described: null }
    this.#isBegun = true
    this.#open.segment.bytes.push(frame)
    this.#open.segment.replies.push(reply)
    return this.#open
  }

  /** Its Execute was appended. @returns what it upsets */
  run(bound: Bound): Unsettles | null {
    const segment = this.#open?.segment
    this.#open = null
    return segment === undefined ? null : this.#run(segment, bound)
  }

  /** A simple query is a batch of its own. */
  query(frame: Uint8Array, bound: Bound): Unsettles | null {
    this.endBatch()
    const segment = this.#newSegment()
    segment.replies.push('query')
    segment.bytes.push(frame)
    this.endBatch()
    return this.#run(segment, bound)
  }

  sync(frame: Uint8Array): void {
    const { pipeline } = this.#parts
    if (this.#open !== null) {
      this.#open.segment.sync(frame)
      this.close()
    } else if (!pipeline.glue(frame, this.#batch, true)) this.syncAlone()
    this.endBatch()
  }

  syncAlone(): void {
    const segment = this.#newSegment()
    segment.sync(syncFrame)
    this.#parts.pipeline.add(segment, null)
  }

  flush(frame: Uint8Array): void {
    const { pipeline } = this.#parts
    if (this.#open !== null) {
      this.#open.segment.bytes.push(frame)
      this.close()
    } else if (!pipeline.glue(frame, this.#batch, false)) {
      const segment = this.#newSegment()
      segment.bytes.push(frame)
      pipeline.add(segment, null)
    }
  }

  /** What was collected runs nothing: it is judged as preparing, or is the session's own when it prepares nothing either. */
  close(): void {
    const open = this.#open
    if (open === null) return
    this.#open = null
    const { session, pipeline, database } = this.#parts
    if (open.bounds.length === 0) {
      pipeline.add(open.segment, null)
      return
    }
    const denied = open.bounds.find((bound) => session.consider(toPrepareAction([bound], database, false)) !== null)
    open.segment.reason = denied?.statement.sql.reason ?? null
    open.segment.missing = denied?.statement.missing ?? null
    const bounds = denied === undefined ? open.bounds : [denied]
    pipeline.add(open.segment, toPrepareAction(bounds, database, denied === undefined))
  }

  /** The server skips what this batch still has. */
  discard(batch: number): void {
    if (this.#open?.segment.batch !== batch) return
    this.#open.segment.undo()
    this.#open = null
  }

  endBatch(): void {
    this.#batch++
    this.#isBegun = false
  }

  #run(segment: Segment, bound: Bound): Unsettles | null {
    const { statement } = bound
    segment.bound = bound
    segment.reason = statement.sql.reason
    segment.missing = statement.missing
    segment.unsettles = statement.unsettles
    const { copies } = statement.sql
    if (copies.length > 0) segment.carrier.describeCopies(copies.filter(({ kind }) => kind === 'stdout'))
    this.#parts.pipeline.add(segment, toRunAction(bound, this.#parts.database))
    return statement.unsettles
  }

  #newSegment(): Segment {
    return new Segment(this.#batch, this.#parts.newCarrier())
  }
}
