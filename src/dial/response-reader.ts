// Reads the answers of one connection to a target (RFC 9112): status, headers, and where the body ends. Strict, because whoever
// reads an end where the target meant none would take the rest of one client's answer for the beginning of another's: what can be
// read in two ways is a fault, and the connection is not used again. Pure; it knows no socket.

import { Buffer } from 'node:buffer'
import { Fault } from '../kernel/fault.ts'
import { ChunkedBody } from './chunked-body.ts'
import { toFraming, toResponseHead } from './response-head.ts'

export interface ResponseEvents {
  head(status: number, headers: readonly string[]): void
  /** All that one read holds of the body, in one piece; valid during the call only. */
  data(bytes: Uint8Array): void
  /** @param idleMs how long the connection may wait for its next request; 0 when it is not to be used again */
  end(idleMs: number): void
}

const maxHeadBytes = 64 * 1024
/** Answers before the answer: 100, 103. */
const maxInterim = 8
const none = Buffer.alloc(0)
const blankLine = Buffer.from('\r\n\r\n')

type State = 'idle' | 'head' | 'length' | 'chunks' | 'close'

export class ResponseReader {
  readonly #events: ResponseEvents
  readonly #chunked = new ChunkedBody()
  #state: State = 'idle'
  #toHead = false
  #interim = 0
  /** A head that is not whole yet; never longer than the maximum. */
  #held: Buffer = none
  /** Bytes of the body that are still to come. */
  #left = 0
  #idleMs = 0

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  /** Nothing is expected: a byte that comes now belongs to no request. */
  get isIdle(): boolean {
    return this.#state === 'idle'
  }

  /** A request was sent. @param toHead it was HEAD, whose answer has no body whatever it says */
  expect(toHead: boolean): void {
    this.#state = 'head'
    this.#toHead = toHead
    this.#interim = 0
  }

  /**
   * @param bytes the reader's to change during the call: the framing between pieces of a body is taken out in place
   * @throws Fault `upstream.protocol`
   */
  read(bytes: Buffer): void {
    let at = 0
    // A head may follow another one in the same bytes (1xx), and its body begins there.
    while (this.#state === 'head' && at < bytes.length) at = this.#readHead(bytes, at)
    if (this.#state === 'length' && this.#left === 0) this.#end(bytes.length - at)
    if (at === bytes.length) return
    const rest = at === 0 ? bytes : bytes.subarray(at)
    if (this.#state === 'length') this.#readLength(rest)
    else if (this.#state === 'chunks') this.#readChunks(rest)
    else if (this.#state === 'close') this.#events.data(rest)
    else throw excess()
  }

  /** The target closed. @throws Fault `upstream.closed` when its answer was not whole */
  closed(): void {
    const wasWhole = this.#state === 'close'
    const wasIdle = this.#state === 'idle'
    this.#state = 'idle'
    if (wasWhole) this.#events.end(0)
    else if (!wasIdle) throw new Fault('upstream.closed', { phase: 'answer' })
  }

  // ── the steps ──

  /** @returns where the head ends; the length of the bytes when it does not */
  #readHead(bytes: Buffer, from: number): number {
    // Its end may be cut: three bytes of it may be held.
    const before = this.#held.length
    const all = before === 0 ? bytes.subarray(from) : Buffer.concat([this.#held, bytes.subarray(from)])
    const end = all.indexOf(blankLine, Math.max(0, before - 3))
    if ((end === -1 ? all.length : end) > maxHeadBytes)
      throw new Fault('upstream.protocol', { why: 'a head that is too long', maxHeadBytes })
    if (end === -1) {
      this.#held = before === 0 ? Buffer.from(all) : all
      return bytes.length
    }
    this.#held = none
    this.#begin(all.toString('latin1', 0, end))
    return from + end + blankLine.length - before
  }

  #begin(text: string): void {
    const head = toResponseHead(text)
    if (head.status < 200) {
      if (head.status === 101 || ++this.#interim > maxInterim)
        throw new Fault('upstream.protocol', { why: 'an answer that is none', status: head.status })
      return
    }
    const framing = toFraming(head, this.#toHead)
    this.#idleMs = framing.idleMs
    this.#left = framing.length
    this.#state = framing.body
    if (this.#state === 'chunks') this.#chunked.begin()
    this.#events.head(head.status, head.headers)
  }

  #readLength(bytes: Buffer): void {
    if (bytes.length > this.#left) throw excess()
    this.#left -= bytes.length
    this.#events.data(bytes)
    if (this.#left === 0) this.#end(0)
  }

  #readChunks(bytes: Buffer): void {
    const body = this.#chunked.take(bytes)
    if (body.length > 0) this.#events.data(body)
    if (this.#chunked.isOver) this.#end(0)
  }

  /** Told only when nothing is left: whoever asks next on this connection must not be answered by what came before. */
  #end(rest: number): void {
    if (rest > 0) throw excess()
    this.#state = 'idle'
    this.#events.end(this.#idleMs)
  }
}

function excess(): Fault {
  return new Fault('upstream.protocol', { why: 'bytes that nobody asked for' })
}
