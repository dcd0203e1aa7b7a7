// A session that is open: both directions after the start. It reads the client's frames when they can be understood, lets
// COPY data through while the server reads it, and stops reading a client that is too far ahead.

import { Fault } from '../../kernel/fault.ts'
import type { Session } from '../../kernel/journey.ts'
import type { Wishes } from '../../kernel/protocol.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import { ClientMessages } from './client-messages.ts'
import { CopyInStream } from './copy-in-stream.ts'
import type { ColumnCache } from './columns.ts'
import type { SqlDialect } from './dialect.ts'
import type { Ticker } from './hold-notice.ts'
import { frameLength, fromClient, headerBytes, terminateFrame } from './messages.ts'
import { Pipeline } from './pipeline.ts'
import { Replies } from './replies.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { Segment } from './segment.ts'
import type { ServerState } from './server-state.ts'

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

export class Conversation {
  readonly #parts: ConversationParts
  readonly #pipeline: Pipeline
  readonly #messages: ClientMessages
  readonly #replies: Replies
  /** The server reads data. */
  #copyIn: CopyInStream | null = null
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
      copyInStarted: (segment) => this.#startCopy(segment),
      failed: (segment) => {
        if (this.#copyIn?.segment === segment) this.#endCopy()
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
    this.#copyIn?.close()
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
    const copy = this.#copyIn
    const mayRead = copy === null ? this.#messages.mayRead(type, unread.bytes, at, end) : !copy.isEnding
    if (!mayRead) {
      this.#isBlocked = true
      return false
    }
    if (type === fromClient.terminate) this.#terminate(end)
    else if (copy !== null) copy.read(type, end)
    else {
      unread.at = end
      const frame = unread.bytes.subarray(at, end)
      this.#messages.read(unread.isStable ? frame : Buffer.from(frame))
    }
    return true
  }

  #terminate(end: number): void {
    const { wishes, session, unread } = this.#parts
    unread.at = end
    this.#isOver = true
    wishes.tellTarget(terminateFrame, session.passage)
    wishes.close('client-closed')
  }

  #startCopy(segment: Segment): void {
    const { wishes, session, unread, maxClientFrameBytes: maxFrameBytes } = this.#parts
    this.#requireNoCopy()
    const ended = (): void => {
      this.#endCopy()
      this.#pipeline.copyEnded()
      this.advance()
    }
    this.#copyIn = new CopyInStream(segment, { wishes, session, unread, maxFrameBytes, ended })
  }

  #endCopy(): void {
    this.#copyIn?.close()
    this.#copyIn = null
  }

  /** Data that went up is in no record before its CopyDone; so the target may not go on without that. */
  #requireNoCopy(): void {
    if (this.#copyIn !== null) throw new Fault('upstream.protocol', { why: 'a COPY goes on without its end' })
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
