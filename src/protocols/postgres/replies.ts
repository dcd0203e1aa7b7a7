// What a target sends, told to the client under the passage that asked for it. One pass: frames that go on untouched are told
// as one run; nothing is looked at here but types, order, and what the session must know. Text is the carrier's business.

import { Fault } from '../../kernel/fault.ts'
import type { Session } from '../../kernel/journey.ts'
import type { Wishes } from '../../kernel/protocol.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import { readParameterStatus, readParameterTypes, readRowCount } from './answer-fields.ts'
import { readErrorField } from './error-fields.ts'
import { frameLength, fromTarget, headerBytes } from './messages.ts'
import type { Pipeline } from './pipeline.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import type { Reply, Segment } from './segment.ts'
import type { ServerState } from './server-state.ts'

export interface RepliesParts {
  readonly wishes: Wishes
  readonly session: Session
  readonly carrier: ResponseCarrier
  readonly pipeline: Pipeline
  readonly state: ServerState
  readonly maxFrameBytes: number
  /** The server reads CopyData now. */
  readonly copyInStarted: (segment: Segment) => void
  readonly failed: (segment: Segment) => void
  readonly answered: (segment: Segment) => void
  readonly transactionEnded: () => void
}

export class Replies {
  readonly #parts: RepliesParts
  #bytes: Uint8Array = new Uint8Array(0)
  /** Frames from here on are not told yet. */
  #runStart = 0
  /** Whose the run is; null: the session's. */
  #runOwner: Segment | null = null
  /** The target's last words; a second "it is over" would only confuse. */
  #saidGoodbye = false

  constructor(parts: RepliesParts) {
    this.#parts = parts
  }

  get saidGoodbye(): boolean {
    return this.#saidGoodbye
  }

  fromTarget(held: HeldBytes): void {
    const { pipeline, maxFrameBytes } = this.#parts
    this.#bytes = held.bytes
    this.#runStart = held.at
    while (held.left >= headerBytes) {
      const at = held.at
      const length = frameLength(held.bytes, at, maxFrameBytes, 'upstream.protocol')
      if (held.left < length) break
      held.at = at + length
      const head = pipeline.sent[0] ?? null
      if (head !== this.#runOwner) this.#changeOwner(head, at)
      const type = held.bytes[at] ?? 0
      if (type === fromTarget.dataRow) this.#row(head)
      else if (type === fromTarget.copyData) requireResult(type, head?.next)
      else this.#frame(type, at, held.at, head)
    }
    this.#tellRun(held.at)
    this.#bytes = held.bytes.subarray(0, 0)
    pipeline.pump()
  }

  #row(head: Segment | null): void {
    requireResult(fromTarget.dataRow, head?.next)
    if (head !== null) head.commandRows++
  }

  #frame(type: number, at: number, end: number, head: Segment | null): void {
    if (type === fromTarget.notice || type === fromTarget.notification) return
    if (type === fromTarget.parameterStatus) readParameterStatus(this.#bytes, at, end, this.#parts.state)
    else if (type === fromTarget.error) this.#error(at, end, head)
    else if (head === null) throw unexpected(type, undefined)
    else this.#answer(type, at, end, head)
  }

  #answer(type: number, at: number, end: number, head: Segment): void {
    const { next } = head
    switch (type) {
      case fromTarget.readyForQuery:
        if (next !== 'ready' && next !== 'query') throw unexpected(type, next)
        this.#ready(this.#bytes[at + headerBytes] ?? 0)
        break
      case fromTarget.rowDescription:
      case fromTarget.noData:
        this.#description(type, at, end, head)
        return
      case fromTarget.commandComplete:
        if (next !== 'query' && next !== 'result') throw unexpected(type, next)
        countRows(head, readRowCount(this.#bytes, at, end))
        if (next === 'query') return
        break
      case fromTarget.emptyQuery:
        if (next === 'query') return
        if (next !== 'result') throw unexpected(type, next)
        break
      case fromTarget.copyIn:
        if (next !== 'query' && next !== 'result') throw unexpected(type, next)
        this.#copyIn(end, head)
        return
      case fromTarget.copyOut:
      case fromTarget.copyDone:
        requireResult(type, next)
        return
      default:
        this.#small(type, at, end, head)
    }
    head.at++
    this.#endIfAnswered(head, end)
  }

  /** Acknowledgements: nothing in them but their type, and the types of parameters. */
  #small(type: number, at: number, end: number, head: Segment): void {
    const { next } = head
    if (type === fromTarget.parseComplete && next === 'parsed') head.confirm()
    else if (type === fromTarget.bindComplete && next === 'bound') head.confirm()
    else if (type === fromTarget.closeComplete && next === 'closed') head.confirm()
    else if (type === fromTarget.parameterDescription && next === 'parameters') this.#nameParameters(at, end, head)
    else if (type === fromTarget.portalSuspended && next === 'result') head.countRows(head.commandRows)
    else throw unexpected(type, next)
  }

  #nameParameters(at: number, end: number, head: Segment): void {
    const types = readParameterTypes(this.#bytes, at, end)
    const statement = head.described.shift()
    if (statement !== null && statement !== undefined) statement.parameterTypes = types
  }

  #description(type: number, at: number, end: number, head: Segment): void {
    const { next } = head
    if (next === 'query') return
    if (next === 'description') head.at++
    else if (next === 'hidden-description') {
      this.#tellRun(at)
      this.#runStart = end
      if (type === fromTarget.rowDescription) head.carrier.describe(this.#bytes.subarray(at, end))
      else head.carrier.describeNothing()
      head.at++
    } else throw unexpected(type, next)
    this.#endIfAnswered(head, end)
  }

  #ready(transaction: number): void {
    this.#parts.pipeline.transaction = transaction
    // Portals end with their transaction, also when it failed.
    if (String.fromCharCode(transaction) !== 'T') this.#parts.transactionEnded()
  }

  #copyIn(end: number, head: Segment): void {
    const { pipeline } = this.#parts
    // Nothing may be behind it: the server would read our next message as data.
    if (
      head.unsettles?.copyIn !== true ||
      pipeline.sent.length > 1 ||
      (head.next === 'result' && head.at < head.replies.length - 1)
    ) {
      throw new Fault('upstream.protocol', { why: 'COPY in by a statement that is none' })
    }
    this.#tellRun(end)
    this.#parts.copyInStarted(head)
  }

  #error(at: number, end: number, head: Segment | null): void {
    const frame = this.#bytes.subarray(at, end)
    const sqlstate = readErrorField(frame, 'C') ?? 'XX000'
    const severity = readErrorField(frame, 'V') ?? readErrorField(frame, 'S') ?? ''
    const isLast = severity === 'FATAL' || severity === 'PANIC'
    if (isLast) this.#saidGoodbye = true
    if (head === null) {
      if (!isLast) throw unexpected(fromTarget.error, undefined)
      return
    }
    if (isLast) {
      head.sqlstate = sqlstate
      return
    }
    const { next } = head
    if (next === undefined) throw unexpected(fromTarget.error, next)
    if (next === 'refusal') {
      this.#tellRun(at)
      this.#runStart = end
      if (head.words !== null) this.#parts.wishes.say(head.words)
      head.at++
    } else if (next === 'query' || next === 'ready') {
      // Also of a Sync: what a transaction defers to its end fails there.
      head.sqlstate = sqlstate
    } else this.#parts.pipeline.fail(head, sqlstate)
    this.#parts.failed(head)
    this.#endIfAnswered(head, end)
  }

  #endIfAnswered(head: Segment, end: number): void {
    const { pipeline } = this.#parts
    if (head.at < head.replies.length) return
    this.#end(head, end)
    // What the server skipped after an error was answered with it.
    for (let next = pipeline.sent[0]; next !== undefined && next.at >= next.replies.length; next = pipeline.sent[0]) {
      this.#end(next, end)
    }
  }

  #end(segment: Segment, end: number): void {
    const { wishes, pipeline } = this.#parts
    pipeline.sent.shift()
    segment.state = 'over'
    const isNext = this.#runOwner === segment
    const next = pipeline.sent[0] ?? null
    // Runs of the session's own go on: there is nothing to end.
    if (isNext && !segment.isSession) this.#tellRun(end)
    if (!segment.isSession && segment.passage !== null) {
      wishes.endResponse(segment.passage, segment.carrier, {
        outcome: segment.sqlstate === null ? 'completed' : 'failed',
        code: segment.sqlstate,
        rows: segment.rows,
      })
    }
    this.#changeOwner(next, end)
    this.#parts.answered(segment)
  }

  /** @param at where the frames of the new owner begin */
  #changeOwner(owner: Segment | null, at: number): void {
    const isSame = isSessions(owner) && isSessions(this.#runOwner)
    if (!isSame) this.#tellRun(at)
    this.#runOwner = owner
  }

  #tellRun(end: number): void {
    if (end <= this.#runStart) return
    const run = this.#bytes.subarray(this.#runStart, end)
    this.#runStart = end
    const { wishes, session, carrier } = this.#parts
    const owner = this.#runOwner
    if (owner === null || owner.passage === null) wishes.tellClient(run, session.passage, carrier)
    else wishes.tellClient(run, owner.passage, owner.carrier)
  }
}

/** A cursor's rows may have come in pieces, and the server counts the last piece only. */
function countRows(head: Segment, count: number | null): void {
  if (count !== null) head.countRows(Math.max(count, head.commandRows))
}

function isSessions(owner: Segment | null): boolean {
  return owner === null || owner.isSession
}

function requireResult(type: number, next: Reply | undefined): void {
  if (next !== 'result' && next !== 'query') throw unexpected(type, next)
}

function unexpected(type: number, next: Reply | undefined): Fault {
  const letter = type >= 0x20 && type < 0x7f ? String.fromCharCode(type) : String(type)
  return new Fault('upstream.protocol', {
    why: 'a message that was not asked for',
    type: letter,
    awaited: next ?? 'nothing',
  })
}
