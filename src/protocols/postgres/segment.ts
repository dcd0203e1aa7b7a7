// A stretch of a client's messages that goes upstream as one, under one passage: a Query; everything up to an Execute; what is
// prepared without being run; or what concerns only the session (Sync, Close, Describe). And the answers that it owes.

import type { Denial } from '../../kernel/decision.ts'
import type { Passage } from '../../kernel/journey.ts'
import type { HoldNotice } from './hold-notice.ts'
import type { NameEntry } from './names.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import type { Bound } from './sql-action.ts'
import type { Statement, Unsettles } from './statement.ts'

/** An answer that the target owes, in the order of the messages. */
export type Reply =
  | 'parsed'
  | 'bound'
  | 'closed'
  | 'parameters'
  | 'description'
  /** Of a Describe that we put in: the client does not see the answer. */
  | 'hidden-description'
  | 'result'
  /** Everything that a simple query answers, up to ReadyForQuery. */
  | 'query'
  | 'ready'
  /** The error of a message that cannot succeed; the client sees our refusal in its place. */
  | 'refusal'

export type SegmentState = 'judging' | 'held' | 'granted' | 'denied' | 'dropped' | 'sent' | 'over'

export class Segment {
  readonly batch: number
  readonly bytes: Uint8Array[] = []
  readonly replies: Reply[] = []
  /** The answer that comes next. */
  at = 0
  readonly changes: NameEntry<unknown>[] = []
  #confirmed = 0
  /** Prepared statements whose parameter types will be told, in order. */
  readonly described: (Statement | null)[] = []
  hasSync = false
  state: SegmentState = 'judging'
  /** null: the session's own. */
  bound: Bound | null = null
  unsettles: Unsettles | null = null
  passage: Passage | null = null
  /** The session's passage is not ended with a segment. */
  isSession = false
  carrier: ResponseCarrier
  denial: Denial | null = null
  /** Said in place of the target's error. */
  words: Uint8Array | null = null
  notice: HoldNotice | null = null
  sqlstate: string | null = null
  rows: number | null = null
  /** Rows of the command that is being answered. */
  commandRows = 0
  /** Why its statement is not understood, when it is not. */
  reason: string | null = null
  /** SQLSTATE of the name that its statement was asked for by and that stands for nothing. */
  missing: string | null = null

  constructor(batch: number, carrier: ResponseCarrier) {
    this.batch = batch
    this.carrier = carrier
  }

  get next(): Reply | undefined {
    return this.replies[this.at]
  }

  get isQuery(): boolean {
    return this.replies[0] === 'query'
  }

  /** A ReadyForQuery ends it. */
  get isSynced(): boolean {
    return this.hasSync || this.isQuery
  }

  sync(frame: Uint8Array): void {
    this.bytes.push(frame)
    this.replies.push('ready')
    this.hasSync = true
  }

  countRows(count: number): void {
    this.rows = (this.rows ?? 0) + count
    this.commandRows = 0
  }

  confirm(): void {
    const entry = this.changes[this.#confirmed++]
    entry?.table.confirm(entry)
  }

  /** The server skipped what it has not confirmed. */
  undo(): void {
    for (let i = this.changes.length - 1; i >= this.#confirmed; i--) {
      const entry = this.changes[i]
      entry?.table.undo(entry)
    }
    this.changes.length = Math.min(this.changes.length, this.#confirmed)
  }

  /** After an error the server answers nothing until Sync. */
  skipToSync(): void {
    this.at = this.hasSync ? this.replies.length - 1 : this.replies.length
  }
}
