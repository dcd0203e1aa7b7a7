// COPY OUT in binary ("COPY", File Formats): a signature, flags, an extension; then tuples, each a count and the fields with
// their lengths; then -1. Types are not told, so a field may be anything.

import { plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { maskCell, nullCell } from './cells.ts'
import { undescribed, type Column } from './columns.ts'
import type { CopyForm } from './copy-out.ts'
import type { Masking } from './masking.ts'
import { beginRow } from './rows.ts'

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags, length of the extension. */
const headBytes = signature.length + 8
const maxExtensionBytes = 65_536
const lastTuple = 0xffff
const empty = new Uint8Array(0)

export class BinaryCopy implements CopyForm {
  readonly #columns: readonly Column[]
  #isBegun = false
  #isOver = false
  /** What waits is not whole before it has this many bytes: a field of megabytes is not walked to again at every message. */
  #needed = 0

  /** @param columns as far as they are known */
  constructor(columns: readonly Column[]) {
    this.#columns = columns
  }

  wholeEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number {
    if (fresh > start && end - start < this.#needed) return start
    let at = start
    if (!this.#isBegun) {
      at = headerEnd(bytes, start, end)
      if (at > end) return this.#waitFor(start, at)
    }
    while (at < end) {
      const next = tupleEnd(bytes, at, end)
      if (next > end) return this.#waitFor(at, next)
      at = next
    }
    return at
  }

  mask(bytes: Uint8Array, start: number, end: number, masking: Masking): void {
    let at = start
    if (!this.#isBegun && end > start) {
      this.#isBegun = true
      at = maskHeader(bytes, start, end, masking)
    }
    while (end - at >= 2) {
      const count = countAt(bytes, at)
      if (count !== lastTuple) beginRow(bytes, at, end, this.#columns, masking.masker)
      at += 2
      if (this.#isOver) throw new Fault('upstream.protocol', { why: 'bytes after the end of a binary COPY' })
      if (count === lastTuple) this.#isOver = true
      else for (let i = 0; i < count && at < end; i++) at = maskField(bytes, at, end, this.#columns[i], masking)
    }
  }

  /** @returns `whole`; what lies behind it must reach to `end` */
  #waitFor(whole: number, end: number): number {
    this.#needed = end - whole
    return whole
  }
}

function countAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** @returns a place beyond `end` when it is not all there */
function headerEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < headBytes) return start + headBytes
  const extension = readInt32(bytes, start + headBytes - 4)
  if (extension < 0 || extension > maxExtensionBytes || !signature.every((byte, i) => bytes[start + i] === byte))
    throw new Fault('upstream.protocol', { why: 'not the head of a binary COPY' })
  return start + headBytes + extension
}

/** @returns the end of the tuple as far as it is known: beyond `end` when it is not all there */
function tupleEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 2
  if (at > end) return at
  const count = countAt(bytes, start)
  if (count === lastTuple) return at
  for (let i = 0; i < count; i++) {
    if (end - at < 4) return at + 4
    const length = readInt32(bytes, at)
    if (length < -1) throw new Fault('upstream.protocol', { why: 'a field of impossible length in a binary COPY' })
    at += 4 + Math.max(0, length)
    if (at > end) return at
  }
  return at
}

/** Nobody has put an extension there yet, so it may be anything; so may a head that breaks off. */
function maskHeader(bytes: Uint8Array, start: number, end: number, { masker, splice }: Masking): number {
  if (end - start < headBytes) {
    const masked = masker.value(bytes, start, end, plainText)
    if (masked !== null) splice.replace(start, end, masked)
    return end
  }
  const at = Math.min(end, headerEnd(bytes, start, end))
  const extension = start + headBytes
  const masked = at > extension ? masker.value(bytes, extension, at, plainText) : null
  if (masked !== null) splice.replaceCounted(extension - 4, at, masked)
  return at
}

/** @returns where the next field begins. A COPY that breaks off ends in a field: what came of it is looked at as well. */
function maskField(
  bytes: Uint8Array,
  at: number,
  end: number,
  column: Column | undefined,
  { masker, splice }: Masking,
): number {
  const start = at + 4
  if (start > end) return end
  const length = readInt32(bytes, at)
  if (length <= 0) return start
  const stop = Math.min(end, start + length)
  const masked = maskCell(bytes, start, stop, column ?? undescribed, masker)
  if (masked !== null) splice.replaceCounted(at, stop, masked === nullCell ? empty : masked)
  return stop
}
