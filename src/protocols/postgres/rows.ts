// DataRow: count of columns, then length and value each. A row in which no cell changes is not touched; of another one the
// cells are replaced where they lie, and its lengths are set right.

import { Fault } from '../../kernel/fault.ts'
import type { ValueMasker } from '../../kernel/masker.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import type { ValueList } from '../../wire/value-list.ts'
import { maskCell, nullCell } from './cells.ts'
import { undescribed, type Column } from './columns.ts'
import type { Masking } from './masking.ts'
import { headerBytes } from './messages.ts'
import { beginsStructure } from './text-structure.ts'

/**
 * The row that lies in `bytes[start..end)`, header included.
 * @throws Fault `upstream.protocol` when its lengths do not add up: nobody can say then where its values lie
 */
export function maskRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: readonly Column[],
  { masker, splice }: Masking,
): void {
  const count = ((bytes[start + headerBytes] ?? 0) << 8) | (bytes[start + headerBytes + 1] ?? 0)
  let at = start + headerBytes + 2
  beginRow(bytes, start + headerBytes, end, columns, masker)
  splice.enter(start + 1)
  for (let index = 0; index < count; index++) {
    if (end - at < 4) throw broken(index)
    const length = readInt32(bytes, at)
    at += 4
    if (length === -1) continue
    if (length < 0 || length > end - at) throw broken(index)
    const masked = maskCell(bytes, at, at + length, columns[index] ?? undescribed, masker)
    if (masked !== null) splice.replaceCounted(at - 4, at + length, masked === nullCell ? null : masked)
    at += length
  }
  if (at !== end) throw broken(count)
  splice.leave(end)
}

/**
 * Says that a row begins, and what its values name each other.
 * @param start of its count of columns; length and value of each follow, as far as they are there. Also the tuple of a binary COPY
 */
export function beginRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: readonly Column[],
  masker: ValueMasker,
): void {
  const names = masker.row?.(columns) ?? null
  if (names === null) return
  const count = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)
  let at = start + 2
  let index = 0
  for (const column of names.columns) {
    for (; index <= column; index++) {
      if (index >= count || end - at < 4) return
      const length = Math.max(0, readInt32(bytes, at))
      at += 4
      if (length > end - at) return
      if (index === column && length > 0) names.tell(column, bytes, at, at + length)
      at += length
    }
  }
}

/** Where the row's values lie that are text; as far as its lengths are those of a row. */
export function listRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: readonly Column[],
  values: ValueList,
): void {
  let at = start + headerBytes + 2
  for (let index = 0; end - at >= 4; index++) {
    const length = readInt32(bytes, at)
    at += 4
    if (length > end - at) return
    if (length <= 0) continue
    const form = columns[index]?.form
    const isOneValue = form === 'structure' && !beginsStructure(bytes, at, at + length)
    if (form === 'plain' || form === undefined || isOneValue) values.add(at, at + length)
    at += length
  }
}

function broken(column: number): Fault {
  return new Fault('upstream.protocol', { why: 'the lengths of a row do not add up', column })
}
