// A session that is open: both directions after the start. It reads the client's frames when they can be understood, lets
// COPY data through while the server reads it, and stops reading a client that is too far ahead.

import { isDenial, type Denial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Passage, Session } from '../../kernel/journey.ts'
import type { Wishes } from '../../kernel/protocol.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import { ClientMessages } from './client-messages.ts'
import { CopyInRecord } from './copy-in.ts'
import type { ColumnCache } from './columns.ts'
import type { SqlDialect } from './dialect.ts'
import type { Ticker } from './hold-notice.ts'
import { frameLength, fromClient, headerBytes, terminateFrame, toCopyFail } from './messages.ts'
import { Pipeline } from './pipeline.ts'
import { Replies } from './replies.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { Segment } from './segment.ts'
import type { ServerState } from './server-state.ts'
import { toCopyAction } from './sql-action.ts'

/** A client that waits is not read beyond this. */
const maxUnreadBytes = 256 * 1024

export interface ConversationParts {
  readonly wishes: Wishes
  readonly session: Session
  readonly dialect: SqlDialect
  readonly ticker: Ticker
  readonly state: ServerState
  readonly carrier: ResponseCarrier
  readonly columns: ColumnCache
  readonly database: string
  readonly impossiblePortal: string
  readonly maxClientFrameBytes: number
  readonly maxTargetFrameBytes: number
  /** Not read yet; shared with the codec that fills it. */
  readonly unread: HeldBytes
}

interface CopyIn {
  readonly segment: Segment
  readonly record: CopyInRecord
  /** CopyDone came: what was copied is being recorded. */
  isEnding: boolean
}

export class Conversation {
  readonly #parts: ConversationParts
  readonly #pipeline: Pipeline
  readonly #messages: ClientMessages
  readonly #replies: Replies
  #copyIn: CopyIn | null = null
  #isReading = false
  #isBlocked = false
  #isPaused = false
  #isOver = false

  constructor(parts: ConversationParts) {
    this.#parts = parts
    const { wishes, session, carrier, ticker, state, dialect, database, impossiblePortal } = parts
    const newCarrier = (): ResponseCarrier => new ResponseCarrier(parts.columns)
    this.#pipeline = new Pipeline({
      wishes,
      session,
      carrier,
      ticker,
      impossiblePortal,
      batchFailed: (batch, sync) => this.#messages.batchFailed(batch, sync),
      moved: () => this.advance(),
    })
    const say = (bytes: Uint8Array): void => wishes.say(bytes)
    this.#messages = new ClientMessages({
      session,
      dialect,
      pipeline: this.#pipeline,
      state,
      database,
      newCarrier,
      say,
    })
    this.#replies = new Replies({
      wishes,
      session,
      carrier,
      pipeline: this.#pipeline,
      state,
      maxFrameBytes: parts.maxTargetFrameBytes,
      copyInStarted: (segment) => {
        this.#requireNoCopy()
        this.#copyIn = { segment, record: new CopyInRecord(), isEnding: false }
      },
      failed: (segment) => {
        if (this.#copyIn?.segment === segment) this.#copyIn = null
      },
      answered: (segment) => {
        if (this.#copyIn?.segment === segment) this.#requireNoCopy()
        this.#messages.names.settled(segment.unsettles)
      },
      transactionEnded: () => this.#messages.names.transactionEnded(),
    })
  }

  get saidGoodbye(): boolean {
    return this.#replies.saidGoodbye
  }

  /** The start-up of the server ends with a ReadyForQuery, which is owed like that of a Sync. */
  expectReady(): void {
    const greeting = new Segment(0, this.#parts.carrier)
    greeting.replies.push('ready')
    greeting.isSession = true
    greeting.passage = this.#parts.session.passage
    this.#pipeline.sent.push(greeting)
  }

  /** The server reads data: nothing of what comes is kept. */
  get isCopying(): boolean {
    return this.#copyIn !== null
  }

  /** A client's frame was cut in the middle; frames that wait are not. */
  get isIncomplete(): boolean {
    return this.#parts.unread.left > 0 && !this.#isBlocked
  }

  fromTarget(held: HeldBytes): void {
    this.#replies.fromTarget(held)
  }

  /** Reads what can be understood now. Called again whenever something moved. */
  advance(): void {
    if (this.#isReading || this.#isOver) return
    this.#isReading = true
    try {
      this.#isBlocked = false
      while (!this.#isOver && this.#readFrame());
    } finally {
      this.#isReading = false
    }
    this.#holdBack()
  }

  /** The client asks to stop what runs. @returns false when it is the server's to stop */
  cancelHeld(): boolean {
    return this.#pipeline.cancelHeld()
  }

  close(code: string | null): void {
    this.#isOver = true
    this.#pipeline.cut(code)
  }

  /** @returns false when nothing more can be read now */
  #readFrame(): boolean {
    const { unread, maxClientFrameBytes } = this.#parts
    if (unread.left < headerBytes) return false
    const at = unread.at
    const type = unread.bytes[at] ?? 0
    const length = frameLength(unread.bytes, at, maxClientFrameBytes, 'frame.malformed')
    if (unread.left < length) return false
    const end = at + length
    if (this.#copyIn !== null) return this.#copying(this.#copyIn, type, at, end)
    if (!this.#messages.mayRead(type, unread.bytes, at, end)) {
      this.#isBlocked = true
      return false
    }
    unread.at = end
    if (type === fromClient.terminate) this.#terminate()
    else {
      const frame = unread.bytes.subarray(at, end)
      this.#messages.read(unread.isStable ? frame : Buffer.from(frame))
    }
    return true
  }

  #terminate(): void {
    const { wishes, session } = this.#parts
    this.#isOver = true
    wishes.tellTarget(terminateFrame, session.passage)
    wishes.close('client-closed')
  }

  // ── COPY in ──

  /** Data that went up is in no record before its CopyDone; so the target may not go on without that. */
  #requireNoCopy(): void {
    if (this.#copyIn !== null) throw new Fault('upstream.protocol', { why: 'a COPY goes on without its end' })
  }

  #copying(copy: CopyIn, type: number, at: number, end: number): boolean {
    const { unread, wishes } = this.#parts
    if (copy.isEnding) {
      this.#isBlocked = true
      return false
    }
    const { passage } = copy.segment
    if (passage !== null && type === fromClient.copyData) {
      this.#copyRun(copy, passage)
      return true
    }
    unread.at = end
    if (passage === null) return true
    if (type === fromClient.copyFail) {
      this.#copyIn = null
      wishes.tellTarget(unread.bytes.subarray(at, end), passage)
    } else if (type === fromClient.copyDone) this.#endCopy(copy, Buffer.from(unread.bytes.subarray(at, end)), passage)
    else if (type === fromClient.terminate) this.#terminate()
    else if (type !== fromClient.sync && type !== fromClient.flush) {
      throw new Fault('frame.malformed', { why: 'a message inside COPY data', type: String.fromCharCode(type) })
    }
    return true
  }

  /** Messages of data that lie behind each other go up as one piece. */
  #copyRun(copy: CopyIn, passage: Passage): void {
    const { unread, wishes, maxClientFrameBytes } = this.#parts
    const { bytes, at: start } = unread
    while (unread.left >= headerBytes && bytes[unread.at] === fromClient.copyData) {
      const length = readInt32(bytes, unread.at + 1) + 1
      // Not whole, or not possible: for the first of a run to say.
      if (length < headerBytes || length > unread.left || length > maxClientFrameBytes) break
      copy.record.add(bytes, unread.at + headerBytes, unread.at + length)
      unread.at += length
    }
    wishes.tellTarget(bytes.subarray(start, unread.at), passage)
  }

  /** The server keeps nothing before CopyDone; so the record of the data comes first. */
  #endCopy(copy: CopyIn, copyDone: Uint8Array, passage: Passage): void {
    const { wishes, session } = this.#parts
    const statement = copy.segment.bound?.statement
    if (statement === undefined) return
    copy.isEnding = true
    const { parts, digest } = copy.record.end()
    wishes.judge(
      session,
      toCopyAction(statement, parts, digest),
      () => undefined,
      (outcome: Passage | Denial) => {
        if (this.#copyIn !== copy || this.#isOver) {
          if (!isDenial(outcome)) outcome.end({ outcome: 'cut', code: null, rows: null })
          return
        }
        this.#copyIn = null
        if (isDenial(outcome)) wishes.tellTarget(toCopyFail(outcome.reason), passage)
        else {
          wishes.tellTarget(copyDone, outcome)
          this.#pipeline.copyEnded()
          outcome.end({ outcome: 'completed', code: null, rows: null })
        }
        this.advance()
      },
    )
  }

  #holdBack(): void {
    const { wishes, unread } = this.#parts
    const isTooFar = this.#isBlocked && unread.left > maxUnreadBytes
    if (isTooFar === this.#isPaused || this.#isOver) return
    this.#isPaused = isTooFar
    if (isTooFar) wishes.pauseClient()
    else wishes.resumeClient()
  }
}
