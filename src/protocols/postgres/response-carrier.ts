// Where text lies in what a target sends: rows, errors, notices, notifications, reported settings, COPY. Fed whole frames in
// order; every other message has no room for text and passes as it is. Runs without a change pass as the object they came in.

import { Fault } from '../../kernel/fault.ts'
import type { Carrier, Masker } from '../../kernel/masker.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { startCopyOut, type CopyMask } from './copy-out.ts'
import { type Column, type ColumnCache } from './columns.ts'
import { maskErrorFields, maskNotification, maskParameterStatus } from './error-fields.ts'
import { fromTarget, headerBytes, toFrame } from './messages.ts'
import { maskRow } from './rows.ts'

const empty = new Uint8Array(0)
const maxCopyRowBytes = 64 * 1024 * 1024

export class ResponseCarrier implements Carrier {
  readonly #cache: ColumnCache
  #columns: readonly Column[] = []
  #copy: CopyMask | null = null

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

  carry(chunk: Uint8Array, masker: Masker): Uint8Array {
    let pieces: Uint8Array[] | null = null
    let copied = 0
    let at = 0
    while (at < chunk.length) {
      const end = at + 1 + readInt32(chunk, at + 1)
      if (end > chunk.length || end < at + headerBytes)
        throw new Fault('internal', { why: 'a carrier was fed a frame that is not whole' })
      const changed = this.#mask(chunk, at, end, masker)
      if (changed !== null) {
        pieces ??= []
        pieces.push(chunk.subarray(copied, at), changed)
        copied = end
      }
      at = end
    }
    if (pieces === null) return chunk
    pieces.push(chunk.subarray(copied))
    return Buffer.concat(pieces)
  }

  finish(masker: Masker): Uint8Array {
    return this.#endCopy(masker) ?? empty
  }

  /** @returns the bytes that replace the frame, empty ones too; null when it passes */
  #mask(chunk: Uint8Array, at: number, end: number, masker: Masker): Uint8Array | null {
    switch (chunk[at] ?? 0) {
      case fromTarget.dataRow:
        return maskRow(chunk, at, end, this.#columns, masker)
      case fromTarget.rowDescription:
        this.#columns = this.#cache.columnsOf(chunk.subarray(at, end))
        return null
      case fromTarget.noData:
        this.#columns = []
        return null
      case fromTarget.error: {
        // A COPY that breaks off: the line it broke in is not shown.
        this.#copy = null
        return maskErrorFields(chunk.subarray(at, end), masker)
      }
      case fromTarget.notice:
        return maskErrorFields(chunk.subarray(at, end), masker)
      case fromTarget.notification:
        return maskNotification(chunk.subarray(at, end), masker)
      case fromTarget.parameterStatus:
        return maskParameterStatus(chunk.subarray(at, end), masker)
      case fromTarget.copyOut:
        this.#copy = startCopyOut(chunk[at + headerBytes] === 1, maxCopyRowBytes)
        return null
      case fromTarget.copyData:
        return this.#maskCopy(chunk.subarray(at + headerBytes, end), masker)
      case fromTarget.copyDone: {
        const rest = this.#endCopy(masker)
        return rest === null ? null : Buffer.concat([rest, chunk.subarray(at, end)])
      }
      default:
        return null
    }
  }

  #maskCopy(payload: Uint8Array, masker: Masker): Uint8Array | null {
    if (this.#copy === null) throw new Fault('upstream.protocol', { why: 'COPY data without a COPY' })
    const masked = this.#copy.push(payload, masker)
    return masked === payload ? null : toCopyData(masked)
  }

  #endCopy(masker: Masker): Uint8Array | null {
    const rest = this.#copy?.end(masker) ?? empty
    this.#copy = null
    return rest.length === 0 ? null : toCopyData(rest)
  }
}

function toCopyData(payload: Uint8Array): Uint8Array {
  return payload.length === 0 ? empty : toFrame(fromTarget.copyData, (body) => body.bytes(payload))
}
