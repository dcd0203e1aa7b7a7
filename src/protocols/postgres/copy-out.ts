// COPY OUT: rows without descriptions, so every field is looked at as text, under the name that the statement gave it if it
// did. Where the server cuts its messages means nothing to a reader of the data; as a rule a message is a row, and then its
// fields are masked where they lie. What is not a whole line or tuple yet is held, and framed again with what completes it.

import { Fault } from '../../kernel/fault.ts'
import type { ValueMasker } from '../../kernel/masker.ts'
import type { CopyLines } from '../../languages/sql/facts.ts'
import { HeldBytes } from '../../wire/held-bytes.ts'
import { Splice } from '../../wire/splice.ts'
import type { ValueList } from '../../wire/value-list.ts'
import { BinaryCopy } from './copy-binary.ts'
import type { Column } from './columns.ts'
import { CsvCopy } from './copy-csv.ts'
import { LineCopy } from './copy-lines.ts'
import type { Masking } from './masking.ts'
import { fromTarget, headerBytes } from './messages.ts'

const empty = new Uint8Array(0)
/** A message behind a row that has no end yet. */
const maxMessageBytes = 64 * 1024 * 1024

/** How rows lie in the data. */
export interface CopyForm {
  /**
   * Up to where `bytes[start..end)` can be looked at now: the end of the last whole row in it. Stateful where a row's end
   * is. @param fresh what lies before it was there, and had no end, the last time
   */
  wholeEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number
  /** Where the fields of whole rows lie that are masked where they lie, in rising order. */
  list?(bytes: Uint8Array, start: number, end: number, values: ValueList): void
  /** Masks the fields of whole rows. */
  mask(bytes: Uint8Array, start: number, end: number, masking: Masking): void
}

/** What the statement says of its data. */
export interface CopyTold {
  /** The first ones. */
  readonly columns: readonly Column[]
  readonly lines: CopyLines | null
}

const nothingTold: CopyTold = { columns: [], lines: null }

function toForm(isBinary: boolean, { columns, lines }: CopyTold): CopyForm {
  if (isBinary) return new BinaryCopy(columns)
  return lines?.isCsv === true ? new CsvCopy(columns, lines) : new LineCopy(columns, lines)
}

export class CopyOut {
  readonly #form: CopyForm
  readonly #maxHeldBytes: number
  /** Rows that are not whole yet. */
  readonly #held: HeldBytes
  /** For what is masked out of its place. */
  readonly #own = new Splice()

  /** @param maxHeldBytes longest line or tuple. @param told as far as it is known */
  constructor(isBinary: boolean, maxHeldBytes: number, told: CopyTold = nothingTold) {
    this.#form = toForm(isBinary, told)
    this.#maxHeldBytes = maxHeldBytes
    this.#held = new HeldBytes({ maxBytes: maxHeldBytes + maxMessageBytes, code: 'upstream.protocol' })
  }

  /** A row has begun and not ended. */
  get isHolding(): boolean {
    return this.#held.left > 0
  }

  /** Where values lie in the data of a message. */
  list(bytes: Uint8Array, start: number, end: number, values: ValueList): void {
    this.#form.list?.(bytes, start, end, values)
  }

  /** The CopyData message in `chunk[at..end)`. @throws Fault `upstream.protocol` */
  carry(chunk: Uint8Array, at: number, end: number, masking: Masking): void {
    const { splice } = masking
    const start = at + headerBytes
    if (this.#held.left === 0 && this.#form.wholeEnd(chunk, start, end, start) === end) {
      splice.enter(at + 1)
      this.#form.mask(chunk, start, end, masking)
      splice.leave(end)
      return
    }
    const masked = this.push(chunk.subarray(start, end), masking.masker)
    splice.copyTo(at)
    putCopyData(splice, masked)
    splice.skipTo(end)
  }

  /** @returns what of the data can go on, valid until the next call; the same object when nothing changed and nothing was held */
  push(payload: Uint8Array, masker: ValueMasker): Uint8Array {
    const held = this.#held
    const before = held.left
    held.push(payload)
    const whole = this.#form.wholeEnd(held.bytes, held.at, held.end, held.at + before)
    if (held.end - whole > this.#maxHeldBytes)
      throw new Fault('upstream.protocol', { why: 'a row of COPY has no end', heldBytes: held.end - whole })
    const masked = this.#mask(held, whole, masker)
    held.at = whole
    held.settle()
    return masked
  }

  /** The copy is over: what was held. */
  end(masker: ValueMasker): Uint8Array {
    const held = this.#held
    if (held.left === 0) return empty
    const masked = this.#mask(held, held.end, masker)
    held.at = held.end
    return masked
  }

  #mask(held: HeldBytes, end: number, masker: ValueMasker): Uint8Array {
    if (end === held.at) return empty
    const splice = this.#own
    splice.open(held.bytes, held.at)
    this.#form.mask(held.bytes, held.at, end, { masker, splice })
    return splice.done(end)
  }
}

/** Nothing for an empty payload: the message it was in has been emptied by us. */
export function putCopyData(splice: Splice, payload: Uint8Array): void {
  if (payload.length === 0) return
  splice.uint8(fromTarget.copyData)
  splice.int32(payload.length + 4)
  splice.bytes(payload)
}
