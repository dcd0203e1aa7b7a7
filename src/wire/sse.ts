// Server-sent events on bytes (WHATWG HTML §9.2): where each event begins and ends, and where its data lies. It knows
// nothing of what an event means and never decodes text: bytes it does not understand pass through it unchanged.
//
// Lines end in LF, CR or CRLF. A CR ends its line at once, so an event is seen as soon as its blank line is; the LF of a
// CRLF that arrives later is handed on as an event of its own, without fields.

import { Fault } from '../kernel/fault.ts'

const LF = 0x0a
const CR = 0x0d

/** `bytes[start..end)` is one whole event with its blank line; valid during the call only. */
export type OnEvent = (bytes: Uint8Array, start: number, end: number) => void

/**
 * Looks whether the event that begins at `start` is one whose bytes are known, and takes it if it is: then it is not searched for
 * its end. @returns where it ends, its blank line included; -1 when it is not known, or not all of it is there
 */
export type TakeKnown = (bytes: Uint8Array, start: number) => number

const takesNone: TakeKnown = () => -1

export class SseFramer {
  readonly #maxEventBytes: number
  /** The beginning of an event whose end has not arrived; `#heldBytes` of it are used, never more than the maximum. */
  #held: Uint8Array = new Uint8Array(0)
  #heldBytes = 0
  /** Whether the line being read has a byte yet. */
  #inLine = false
  #afterCr = false

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes
  }

  /** Bytes that wait for the end of their event. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Calls back for every event that ends in this chunk, in order. `bytes` is the chunk itself unless the event began in
   * an earlier one. `takeKnown` is asked at the beginning of each that begins in this chunk.
   * @returns where in the chunk the bytes begin that are held now; the chunk's length when none are
   * @throws Fault `upstream.protocol` when an event is longer than the maximum
   */
  push(chunk: Uint8Array, onEvent: OnEvent, takeKnown: TakeKnown = takesNone): number {
    let from = 0
    let inLine = this.#inLine
    let afterCr = this.#afterCr
    for (let at = 0; at < chunk.length; at++) {
      if (at === from && this.#heldBytes === 0) {
        for (let end = takeKnown(chunk, from); end > from; end = takeKnown(chunk, from)) from = end
        at = from
        if (at === chunk.length) break
      }
      const byte = chunk[at]
      if (byte !== LF && byte !== CR) {
        inLine = true
        afterCr = false
        continue
      }
      const second = byte === LF && afterCr
      afterCr = byte === CR
      // The LF of a CRLF ends nothing, except that after an event it must not become the beginning of the next.
      const endsEvent = second ? at === from && this.#heldBytes === 0 : !inLine
      inLine = false
      if (!endsEvent) continue
      this.#emit(chunk, from, at + 1, onEvent)
      from = at + 1
    }
    this.#inLine = inLine
    this.#afterCr = afterCr
    if (from < chunk.length) this.#hold(chunk, from, chunk.length)
    return from
  }

  /** The stream is over: an event without its blank line, if there is one. */
  finish(onEvent: OnEvent): void {
    if (this.#heldBytes > 0) this.#emitHeld(onEvent)
  }

  #emit(chunk: Uint8Array, from: number, to: number, onEvent: OnEvent): void {
    if (this.#heldBytes > 0) {
      this.#hold(chunk, from, to)
      this.#emitHeld(onEvent)
      return
    }
    if (to - from > this.#maxEventBytes) throw tooLarge(to - from, this.#maxEventBytes)
    onEvent(chunk, from, to)
  }

  #emitHeld(onEvent: OnEvent): void {
    const end = this.#heldBytes
    this.#heldBytes = 0
    onEvent(this.#held, 0, end)
  }

  #hold(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.#heldBytes + to - from
    if (needed > this.#maxEventBytes) throw tooLarge(needed, this.#maxEventBytes)
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.min(this.#maxEventBytes, Math.max(needed, this.#held.length * 2, 1024)))
      grown.set(this.#held.subarray(0, this.#heldBytes))
      this.#held = grown
    }
    this.#held.set(chunk.subarray(from, to), this.#heldBytes)
    this.#heldBytes = needed
  }
}

/** A line of an event: `bytes[start..end)` without its line end; the value begins at `value`, or is empty at `end`. */
export interface SseLine {
  readonly field: 'data' | 'event' | 'other' | 'blank'
  readonly start: number
  readonly value: number
  readonly end: number
}

/** Each costs an object; an event of the API has three. */
const maxLines = 10_000

const bom = [0xef, 0xbb, 0xbf] as const
const names = { data: Buffer.from('data'), event: Buffer.from('event') }

/**
 * The lines of one event. A byte order mark is skipped wherever an event begins: looking at too much is the safe side.
 * @throws Fault `upstream.protocol` for too many of them
 */
export function readSseLines(bytes: Uint8Array, start: number, end: number): SseLine[] {
  const lines: SseLine[] = []
  // What lies behind the end is of another event, or of none any more.
  const hasMark = end - start >= bom.length && bom.every((byte, i) => bytes[start + i] === byte)
  let at = hasMark ? start + bom.length : start
  while (at < end) {
    let stop = at
    while (stop < end && bytes[stop] !== LF && bytes[stop] !== CR) stop++
    if (lines.length >= maxLines) throw new Fault('upstream.protocol', { why: 'an event of too many lines', maxLines })
    lines.push(toLine(bytes, at, stop))
    at = stop + (bytes[stop] === CR && stop + 1 < end && bytes[stop + 1] === LF ? 2 : 1)
  }
  return lines
}

function toLine(bytes: Uint8Array, start: number, end: number): SseLine {
  if (start === end) return { field: 'blank', start, value: end, end }
  const field = hasName(bytes, start, end, names.data)
    ? 'data'
    : hasName(bytes, start, end, names.event)
      ? 'event'
      : 'other'
  if (field === 'other') return { field, start, value: start, end }
  const colon = start + names[field].length
  const value = colon >= end ? end : bytes[colon + 1] === 0x20 && colon + 1 < end ? colon + 2 : colon + 1
  return { field, start, value, end }
}

function hasName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start < name.length) return false
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false
  return end - start === name.length || bytes[start + name.length] === 0x3a
}

function tooLarge(bytes: number, maxEventBytes: number): Fault {
  return new Fault('upstream.protocol', { why: 'an event that does not end', bytes, maxEventBytes })
}
