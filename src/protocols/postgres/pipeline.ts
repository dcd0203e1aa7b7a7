// Segments on their way: judged in the order the client sent them, sent in that order as each one's passage is there, answered
// in that order. When one is denied, or fails at the server, what the server would skip is skipped here.

import { isDenial, type Denial } from '../../kernel/decision.ts'
import type { Action } from '../../kernel/action.ts'
import type { Passage, Session } from '../../kernel/journey.ts'
import type { Wishes } from '../../kernel/protocol.ts'
import { queryCanceled, toDenialFrame, toErrorFrame } from './errors.ts'
import { HoldNotice, type Ticker } from './hold-notice.ts'
import { flushFrame, fromClient, idle, readyWhenIdle, syncFrame, toExecute } from './messages.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import { Segment } from './segment.ts'

const maxWaiting = 256
const maxWaitingBytes = 4 * 1024 * 1024
const maxSent = 1024

const canceled = toErrorFrame({
  severity: 'ERROR',
  sqlstate: queryCanceled,
  message: 'canceling statement due to user request',
})

export interface PipelineParts {
  readonly wishes: Wishes
  readonly session: Session
  /** For what belongs to no action. */
  readonly carrier: ResponseCarrier
  readonly ticker: Ticker
  /** A portal that cannot exist: its Execute makes the server fail, so that its transaction is in the state it reports. */
  readonly impossiblePortal: string
  /** The rest of this batch, up to Sync, goes nowhere. `local`: nor does its Sync, which is answered here. */
  readonly batchFailed: (batch: number, sync: 'answered' | 'local' | 'server') => void
  /** Something moved: the next message may be understood now. */
  readonly moved: () => void
}

export class Pipeline {
  readonly #parts: PipelineParts
  readonly #refusingExecute: Uint8Array
  /** Not sent yet; oldest first. */
  readonly waiting: Segment[] = []
  /** Sent and not wholly answered; oldest first. */
  readonly sent: Segment[] = []
  #waitingBytes = 0
  /** Messages of an unfinished batch went up: the server is inside an implicit transaction. */
  #isUpstreamOpen = false
  #isFlushed = false
  transaction = idle

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.#refusingExecute = toExecute(parts.impossiblePortal)
  }

  get isQuiet(): boolean {
    return this.waiting.length === 0 && this.sent.length === 0
  }

  /** So much was sent that answers must come first, and the server may keep them back. */
  get isFarAhead(): boolean {
    return this.sent.length >= maxSent
  }

  /** Enough waits to be sent, or a human is asked: what follows waits. */
  get isFull(): boolean {
    return (
      this.waiting.length >= maxWaiting ||
      this.#waitingBytes >= maxWaitingBytes ||
      this.waiting.some((segment) => segment.state === 'held')
    )
  }

  /** @param action null for what concerns the session only */
  add(segment: Segment, action: Action | null): void {
    const { wishes, session } = this.#parts
    this.waiting.push(segment)
    this.#waitingBytes += sizeOf(segment)
    if (action === null) this.#grant(segment, session.passage, true)
    else {
      wishes.judge(
        session,
        action,
        (hold) => {
          if (segment.state !== 'judging') return
          segment.state = 'held'
          segment.notice = new HoldNotice((bytes) => wishes.say(bytes), this.#parts.ticker)
          segment.notice.start(hold)
        },
        (outcome) => this.#judged(segment, outcome),
      )
    }
    this.pump()
  }

  /** Puts a Sync or Flush behind what waits last, when that is of the same batch. @returns whether it could */
  glue(frame: Uint8Array, batch: number, isSync: boolean): boolean {
    const last = this.waiting.at(-1)
    if (last === undefined || last.batch !== batch || last.isSynced || last.unsettles?.copyIn === true) return false
    if (isSync) last.sync(frame)
    // Asked for twice, the answers come once.
    else if (last.bytes.at(-1)?.[0] === fromClient.flush) return true
    else last.bytes.push(frame)
    this.#waitingBytes += frame.length
    return true
  }

  /** Has the server answer what it keeps back until Flush or Sync: somebody waits for it. */
  flush(): void {
    if (this.sent.length === 0 || !this.#isUpstreamOpen || this.#isFlushed) return
    this.#isFlushed = true
    this.#parts.wishes.tellTarget(flushFrame, this.#parts.session.passage)
  }

  /** A COPY in was ended: its result is kept back like any other, and a Flush that came before was passed over inside the data. */
  copyEnded(): void {
    this.#isFlushed = false
  }

  /** The client cancelled. @returns false when nobody is asked for approval: then it is the server's to cancel */
  cancelHeld(): boolean {
    const held = this.waiting.find((segment) => segment.state === 'held')
    if (held === undefined) return false
    held.notice?.stop()
    held.words = canceled
    held.state = 'denied'
    this.pump()
    return true
  }

  /** Sends what may go; ends what must not. */
  pump(): void {
    for (let head = this.waiting[0]; head !== undefined; head = this.waiting[0]) {
      if (head.state === 'judging' || head.state === 'held') break
      if (head.state === 'granted' && this.isFarAhead) break
      this.waiting.shift()
      this.#waitingBytes = this.waiting.length === 0 ? 0 : this.#waitingBytes - sizeOf(head)
      if (head.state === 'denied') this.#refuse(head)
      else this.#send(head)
    }
    this.#parts.moved()
  }

  /** The target's error for the oldest sent segment: the server skips the rest of its batch, and so do we. */
  fail(head: Segment, sqlstate: string): void {
    const later = this.sent.slice(1).filter(({ batch }) => batch === head.batch)
    const dropped = this.#takeWaiting(head.batch)
    for (const segment of [head, ...later, ...dropped].toReversed()) segment.undo()
    head.sqlstate = sqlstate
    head.skipToSync()
    for (const segment of later) {
      segment.sqlstate = sqlstate
      segment.skipToSync()
    }
    for (const segment of dropped) drop(segment)
    if (head.hasSync || later.some(({ hasSync }) => hasSync)) this.#parts.batchFailed(head.batch, 'answered')
    else if (dropped.some(({ hasSync }) => hasSync)) {
      this.#sendOwn(head.batch, null, true)
      this.#parts.batchFailed(head.batch, 'answered')
    } else this.#parts.batchFailed(head.batch, 'server')
  }

  /** The gateway's words as the error of a message; `isSynced` when a ReadyForQuery must follow. */
  refuseWith(words: Uint8Array, batch: number, isSynced: boolean): void {
    if (this.sent.length === 0 && !this.#isUpstreamOpen && this.transaction === idle) {
      this.#parts.wishes.say(words)
      if (isSynced) this.#parts.wishes.say(readyWhenIdle)
      this.#parts.batchFailed(batch, isSynced ? 'answered' : 'local')
      return
    }
    this.#sendOwn(batch, words, isSynced)
    this.#parts.batchFailed(batch, isSynced ? 'answered' : 'server')
  }

  /** Both sides are closing: what passed and did not end was cut. */
  cut(code: string | null): void {
    for (const segment of [...this.sent, ...this.waiting]) {
      segment.notice?.stop()
      if (!segment.isSession) segment.passage?.end({ outcome: 'cut', code, rows: null })
      segment.state = 'dropped'
    }
    this.sent.length = 0
    this.waiting.length = 0
  }

  #judged(segment: Segment, outcome: Passage | Denial): void {
    segment.notice?.stop()
    if (segment.state !== 'judging' && segment.state !== 'held') {
      // Cancelled or skipped meanwhile: it was judged and did not run.
      if (!isDenial(outcome)) outcome.end({ outcome: 'cut', code: null, rows: null })
      return
    }
    if (isDenial(outcome)) {
      segment.denial = outcome
      segment.state = 'denied'
    } else this.#grant(segment, outcome, false)
    this.pump()
  }

  #grant(segment: Segment, passage: Passage, isSession: boolean): void {
    segment.passage = passage
    segment.isSession = isSession
    segment.state = 'granted'
  }

  #send(segment: Segment): void {
    const { passage } = segment
    if (passage === null) return
    const bytes = joined(segment.bytes)
    if (bytes !== null) this.#parts.wishes.tellTarget(bytes, passage)
    segment.bytes.length = 0
    segment.state = 'sent'
    this.#isFlushed = false
    if (segment.isSynced) this.#isUpstreamOpen = false
    else if (segment.replies.length > 0) this.#isUpstreamOpen = true
    if (segment.replies.length > 0) this.sent.push(segment)
  }

  #refuse(segment: Segment): void {
    const dropped = this.#takeWaiting(segment.batch)
    for (const one of [segment, ...dropped].toReversed()) one.undo()
    for (const one of dropped) drop(one)
    const { denial, reason, missing } = segment
    const words = segment.words ?? (denial === null ? canceled : toDenialFrame(denial, reason, missing))
    this.refuseWith(words, segment.batch, segment.isSynced || dropped.some(({ hasSync }) => hasSync))
  }

  /** @param words in place of the error that the server is made to give; null for a Sync alone */
  #sendOwn(batch: number, words: Uint8Array | null, isSynced: boolean): void {
    const own = new Segment(batch, this.#parts.carrier)
    this.#grant(own, this.#parts.session.passage, true)
    if (words !== null) {
      own.words = words
      own.bytes.push(this.#refusingExecute)
      own.replies.push('refusal')
    }
    if (isSynced) own.sync(syncFrame)
    this.#send(own)
  }

  #takeWaiting(batch: number): Segment[] {
    const taken = this.waiting.filter((segment) => segment.batch === batch)
    if (taken.length === 0) return taken
    const rest = this.waiting.filter((segment) => segment.batch !== batch)
    this.waiting.splice(0, this.waiting.length, ...rest)
    this.#waitingBytes = rest.reduce((sum, segment) => sum + sizeOf(segment), 0)
    return taken
  }
}

function drop(segment: Segment): void {
  segment.notice?.stop()
  if (segment.state === 'granted' && !segment.isSession)
    segment.passage?.end({ outcome: 'cut', code: null, rows: null })
  segment.state = 'dropped'
}

/** One piece: messages that came in one read lie behind each other already. */
function joined(pieces: readonly Uint8Array[]): Uint8Array | null {
  const [first] = pieces
  if (first === undefined || pieces.length === 1) return first ?? null
  let end = first.byteOffset
  for (const piece of pieces) {
    if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(pieces)
    end += piece.length
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset)
}

function sizeOf(segment: Segment): number {
  let size = 0
  for (const piece of segment.bytes) size += piece.length
  return size
}
