// An action on its way: judged and recorded, it may go upstream, and its answer may come back. The only maker of Passage
// and of Released bytes.
//
// G1, in order: the request is recorded (begin) → first byte upstream → response bytes are appended → they are written and
// the request is on disk → they are released. Dying between any two leaves a record of more than happened, never of less.

import { createHash, type Hash } from 'node:crypto'
import type { Needles } from '../dial/needles.ts'
import { passageMark, type Released } from '../kernel/decision.ts'
import type { Journal, Position } from '../kernel/event.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Outcome, Passage } from '../kernel/journey.ts'
import type { Carrier, Masker, Pseudonyms } from '../kernel/masker.ts'
import type { Capture } from '../kernel/connection.ts'
import type { Downstream } from './downstream.ts'

const nothing = new Uint8Array(0) as Released

export interface PassageParts {
  readonly session: string
  readonly action: number
  /** Where the request stands in the journal. */
  readonly began: Position
  readonly journal: Journal
  readonly clock: Clock
  readonly durability: 'standard' | 'full'
  readonly capture: Capture
  readonly downstream: Downstream
  readonly newPseudonyms: () => Pseudonyms
  /** Masks for everybody. */
  readonly newRecordMasker: () => Masker
  /** Bytes that went to the client: the session's statement counts them. */
  readonly released: (bytes: number) => void
  readonly ended: () => void
}

export class LivePassage implements Passage {
  readonly [passageMark] = true
  readonly action: number
  readonly #parts: PassageParts
  #responseBytes = 0
  #capturedBytes = 0
  #beyondCapture: Hash | null = null
  #ended = false
  #pseudonyms: Pseudonyms | null = null
  #recording: Masker | null = null

  constructor(parts: PassageParts) {
    this.#parts = parts
    this.action = parts.action
  }

  outward(): Masker {
    const { downstream, newPseudonyms } = this.#parts
    if (this.#pseudonyms === null) {
      this.#pseudonyms = newPseudonyms()
      downstream.restore(this.#pseudonyms)
    }
    return this.#pseudonyms.outward
  }

  /** The action takes this credential to its target, so its answer is looked through for it, from the first byte on. */
  carries(needles: Needles): void {
    this.#parts.downstream.scanFor(needles)
  }

  respond(chunk: Uint8Array, carrier: Carrier): Released | Promise<Released> {
    const { downstream } = this.#parts
    const bytes = downstream.scan(downstream.mask(chunk, carrier))
    const recorded = carrier.toRecord?.(bytes, this.#recordMasker) ?? bytes
    return this.#release(bytes, recorded)
  }

  finish(carrier: Carrier): Released | Promise<Released> {
    const { downstream } = this.#parts
    const last = downstream.scan(downstream.maskRest(carrier))
    const held = downstream.flush()
    const rest = held.length === 0 ? last : Buffer.concat([last, held])
    const recorded = carrier.toRecord?.(rest, this.#recordMasker) ?? rest
    const more = carrier.finishRecord?.(this.#recordMasker) ?? nothing
    return this.#release(rest, more.length === 0 ? recorded : Buffer.concat([recorded, more]))
  }

  end(outcome: Outcome): void {
    if (this.#ended) return
    this.#ended = true
    const { journal, clock, session, downstream, ended } = this.#parts
    ended()
    const { findings, coverage } = downstream.masker.drain()
    journal.append({
      t: 'done',
      session,
      action: this.action,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      ...outcome,
      responseBytes: this.#responseBytes,
      capturedBytes: this.#capturedBytes,
      responseDigest: this.#beyondCapture?.digest('hex') ?? null,
      findings,
      coverage,
    })
  }

  /** @param bytes may lie in a buffer of the target's socket or of the carrier, which is used again after this */
  #release(bytes: Uint8Array, recorded: Uint8Array): Released | Promise<Released> {
    if (bytes.length === 0 && recorded.length === 0) return nothing
    const position = this.#capture(recorded)
    // Of the answer as the record has it, so that what is missing there can be told.
    this.#responseBytes += recorded.length
    this.#parts.released(bytes.length)
    const waiting = this.#recorded(position)
    if (waiting === undefined) return bytes as Released
    const kept: Uint8Array = Buffer.from(bytes)
    return waiting.then(() => kept as Released)
  }

  /** For text that only the record does not get: one for the whole answer, as it may be cut anywhere. */
  readonly #recordMasker = (): Masker => {
    this.#recording ??= this.#parts.newRecordMasker()
    return this.#recording
  }

  /** undefined when the journal has it all already. */
  #recorded(position: Position): undefined | Promise<void> {
    const { journal, began, durability } = this.#parts
    if (durability === 'full') return journal.durable(position)
    const request = journal.durable(began)
    if (request === undefined) return journal.written(position)
    // The request's sync was asked for after these bytes were queued, so they are written by then.
    return request.then(() => journal.written(position))
  }

  #capture(bytes: Uint8Array): Position {
    const { journal, capture, clock, session, began } = this.#parts
    const room = capture.mode === 'full' ? capture.bytesPerAction - this.#capturedBytes : 0
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(0, room))
    if (kept.length < bytes.length) {
      this.#beyondCapture ??= createHash('sha256')
      this.#beyondCapture.update(bytes.subarray(kept.length))
    }
    if (kept.length === 0) return began
    this.#capturedBytes += kept.length
    return journal.append({
      t: 'response',
      session,
      action: this.action,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      bytes: kept,
    })
  }
}
