// Where text lies in what a target sends: rows, errors, notices, notifications, reported settings, COPY. Fed whole frames in
// order, as many as came in one read; every message that is not named here has no room for text and passes as it is.

import { Fault } from '../../kernel/fault.ts'
import type { Carrier, Masker, ValueMasker } from '../../kernel/masker.ts'
import type { SqlCopy } from '../../languages/sql/facts.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { Splice } from '../../wire/splice.ts'
import { ValueList } from '../../wire/value-list.ts'
import { CopyOut, putCopyData, type CopyTold } from './copy-out.ts'
import { toCopyColumns, type Column, type ColumnCache } from './columns.ts'
import { maskErrorFields, maskNotification, maskParameterStatus } from './error-fields.ts'
import type { Masking } from './masking.ts'
import { fromTarget, headerBytes } from './messages.ts'
import { listRow, maskRow } from './rows.ts'

const empty = new Uint8Array(0)
const maxCopyRowBytes = 64 * 1024 * 1024
/** Fewer bytes are not worth a look at all of them. */
const surveyedBytes = 512
/** Of whoever carries now: it is filled and used before anything else can happen. */
const values = new ValueList()

export class ResponseCarrier implements Carrier {
  readonly #cache: ColumnCache
  readonly #splice = new Splice()
  #columns: readonly Column[] = []
  /** Of the COPYs to come, in order. */
  #copies: readonly SqlCopy[] = []
  #copiesBegun = 0
  #copy: CopyOut | null = null

  constructor(cache: ColumnCache) {
    this.#cache = cache
  }

  /** A description that the client did not ask for and does not see. */
  describe(frame: Uint8Array): void {
    this.#columns = this.#cache.columnsOf(frame)
  }

  /** The same, of something that has no rows. */
  describeNothing(): void {
    this.#columns = []
  }

  /** What each COPY of the statement that sends something sends, as far as its text tells. */
  describeCopies(copies: readonly SqlCopy[]): void {
    this.#copies = copies
    this.#copiesBegun = 0
  }

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    const splice = this.#splice
    splice.open(chunk)
    const masking: Masking = { masker: this.#over(chunk, masker), splice }
    let at = 0
    while (at < chunk.length) {
      const end = at + 1 + readInt32(chunk, at + 1)
      if (end > chunk.length || end < at + headerBytes)
        throw new Fault('internal', { why: 'a carrier was fed a frame that is not whole' })
      const type = chunk[at] ?? 0
      if (type === fromTarget.dataRow) maskRow(chunk, at, end, this.#columns, masking)
      else if (type === fromTarget.copyData) this.#copyData(chunk, at, end, masking)
      else this.#mask(chunk, at, end, masking)
      at = end
    }
    return splice.done(chunk.length)
  }

  finish(masker: Masker): Uint8Array {
    if (this.#copy === null) return empty
    const splice = this.#splice
    splice.open(empty)
    this.#endCopy({ masker, splice })
    return splice.done(0)
  }

  /** The masker for the rows in these frames, when there are enough of them. */
  #over(chunk: Uint8Array, masker: Masker): ValueMasker {
    if (masker.over === undefined || chunk.length < surveyedBytes) return masker
    values.clear()
    for (let at = 0; at < chunk.length; at += 1 + readInt32(chunk, at + 1)) {
      const end = at + 1 + readInt32(chunk, at + 1)
      if (end > chunk.length || end < at + headerBytes) break
      if (chunk[at] === fromTarget.dataRow) listRow(chunk, at, end, this.#columns, values)
      else if (chunk[at] === fromTarget.copyData) this.#copy?.list(chunk, at + headerBytes, end, values)
    }
    return values.count === 0 ? masker : masker.over(chunk, values)
  }

  #mask(chunk: Uint8Array, at: number, end: number, masking: Masking): void {
    switch (chunk[at] ?? 0) {
      case fromTarget.rowDescription:
        this.#columns = this.#cache.columnsOf(chunk.subarray(at, end))
        return
      case fromTarget.noData:
        this.#columns = []
        return
      case fromTarget.error:
        // A COPY that breaks off: the line it broke in is not shown.
        this.#copy = null
        return replaceFrame(maskErrorFields, chunk, at, end, masking)
      case fromTarget.notice:
        return replaceFrame(maskErrorFields, chunk, at, end, masking)
      case fromTarget.notification:
        return replaceFrame(maskNotification, chunk, at, end, masking)
      case fromTarget.parameterStatus:
        return replaceFrame(maskParameterStatus, chunk, at, end, masking)
      case fromTarget.copyOut:
        this.#copy = new CopyOut(chunk[at + headerBytes] === 1, maxCopyRowBytes, this.#nextCopy())
        return
      case fromTarget.copyDone:
        if (this.#copy?.isHolding !== true) this.#copy = null
        else {
          masking.splice.copyTo(at)
          this.#endCopy(masking)
        }
    }
  }

  #nextCopy(): CopyTold | undefined {
    const told = this.#copies[this.#copiesBegun++]
    return told === undefined ? undefined : { columns: toCopyColumns(told.columns), lines: told.lines }
  }

  #copyData(chunk: Uint8Array, at: number, end: number, masking: Masking): void {
    if (this.#copy === null) throw new Fault('upstream.protocol', { why: 'COPY data without a COPY' })
    this.#copy.carry(chunk, at, end, masking)
  }

  #endCopy({ masker, splice }: Masking): void {
    const rest = this.#copy?.end(masker) ?? empty
    this.#copy = null
    putCopyData(splice, rest)
  }
}

type MaskFrame = (frame: Uint8Array, masker: ValueMasker) => Uint8Array | null

function replaceFrame(mask: MaskFrame, chunk: Uint8Array, at: number, end: number, { masker, splice }: Masking): void {
  const masked = mask(chunk.subarray(at, end), masker)
  if (masked !== null) splice.replace(at, end, masked)
}
