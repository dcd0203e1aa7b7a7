// A COPY in under way, from the moment the server reads data to its end: data goes to the server as it comes, and its end
// goes when the record of the data is written.

import { isDenial, type Denial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Passage, Session } from '../../kernel/journey.ts'
import type { Wishes } from '../../kernel/protocol.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import { CopyInRecord } from './copy-in.ts'
import { fromClient, headerBytes, toCopyFail } from './messages.ts'
import type { Segment } from './segment.ts'
import { toCopyAction } from './sql-action.ts'

export interface CopyInParts {
  readonly wishes: Wishes
  readonly session: Session
  /** The client's bytes; what is read here is consumed. */
  readonly unread: HeldBytes
  readonly maxFrameBytes: number
  /** The COPY is over for the client: what it sends next is no data. */
  readonly ended: () => void
}

export class CopyInStream {
  readonly segment: Segment
  readonly #parts: CopyInParts
  readonly #record = new CopyInRecord()
  #state: 'data' | 'ending' | 'over' = 'data'

  constructor(segment: Segment, parts: CopyInParts) {
    this.segment = segment
    this.#parts = parts
  }

  /** CopyDone came, and what was copied is being recorded: nothing more is read before that is done. */
  get isEnding(): boolean {
    return this.#state === 'ending'
  }

  /** The server gave up, or the session is over. */
  close(): void {
    this.#state = 'over'
  }

  /** The client's whole frame at `unread.at`, and the data that lies behind it. @throws Fault `frame.malformed` */
  read(type: number, end: number): void {
    const { unread, wishes, ended } = this.#parts
    const { passage } = this.segment
    if (passage !== null && type === fromClient.copyData) {
      this.#readData(passage)
      return
    }
    const frame = unread.bytes.subarray(unread.at, end)
    unread.at = end
    if (passage === null) return
    if (type === fromClient.copyFail) {
      this.close()
      wishes.tellTarget(frame, passage)
      ended()
    } else if (type === fromClient.copyDone) this.#end(Buffer.from(frame), passage)
    else if (type !== fromClient.sync && type !== fromClient.flush) {
      throw new Fault('frame.malformed', { why: 'a message inside COPY data', type: String.fromCharCode(type) })
    }
  }

  /** Messages of data that lie behind each other go up as one piece. */
  #readData(passage: Passage): void {
    const { unread, wishes, maxFrameBytes } = this.#parts
    const { bytes, at: start } = unread
    while (unread.left >= headerBytes && bytes[unread.at] === fromClient.copyData) {
      const length = readInt32(bytes, unread.at + 1) + 1
      // Not whole, or not possible: for the first of a run to say.
      if (length < headerBytes || length > unread.left || length > maxFrameBytes) break
      this.#record.add(bytes, unread.at + headerBytes, unread.at + length)
      unread.at += length
    }
    wishes.tellTarget(bytes.subarray(start, unread.at), passage)
  }

  /** The server keeps nothing before CopyDone; so the record of the data comes first. */
  #end(copyDone: Uint8Array, passage: Passage): void {
    const { wishes, session, ended } = this.#parts
    const statement = this.segment.bound?.statement
    if (statement === undefined) return
    this.#state = 'ending'
    const { parts, digest } = this.#record.end()
    wishes.judge(
      session,
      toCopyAction(statement, parts, digest),
      () => undefined,
      (outcome: Passage | Denial) => {
        if (this.#state === 'over') {
          if (!isDenial(outcome)) outcome.end({ outcome: 'cut', code: null, rows: null })
          return
        }
        this.close()
        if (isDenial(outcome)) wishes.tellTarget(toCopyFail(outcome.reason), passage)
        else {
          wishes.tellTarget(copyDone, outcome)
          outcome.end({ outcome: 'completed', code: null, rows: null })
        }
        ended()
      },
    )
  }
}
