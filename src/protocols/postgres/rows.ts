// DataRow: count of columns, then length and value each. A row passes as the object it came in unless a cell changes; then
// it is framed again with lengths that fit.

import { Fault } from '../../kernel/fault.ts'
import type { Masker } from '../../kernel/masker.ts'
import { readInt32, writeInt32 } from '../../wire/byte-cursor.ts'
import { maskCell, nullCell } from './cells.ts'
import { undescribed, type Column } from './columns.ts'
import { headerBytes } from './messages.ts'

const empty = new Uint8Array(0)

/**
 * The row that lies in `bytes[start..end)`, header included.
 * @returns the row that replaces it; null when it passes as it is
 * @throws Fault `upstream.protocol` when its lengths do not add up: nobody can say then where its values lie
 */
export function maskRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: readonly Column[],
  masker: Masker,
): Uint8Array | null {
  const count = ((bytes[start + headerBytes] ?? 0) << 8) | (bytes[start + headerBytes + 1] ?? 0)
  let at = start + headerBytes + 2
  let changed: Uint8Array[] | null = null
  let copied = start
  for (let index = 0; index < count; index++) {
    if (end - at < 4) throw broken(index)
    const length = readInt32(bytes, at)
    at += 4
    if (length === -1) continue
    if (length < 0 || length > end - at) throw broken(index)
    const masked = maskCell(bytes, at, at + length, columns[index] ?? undescribed, masker)
    if (masked !== null) {
      changed ??= []
      changed.push(
        bytes.subarray(copied, at - 4),
        toCell(masked === nullCell ? null : masked),
        masked === nullCell ? empty : masked,
      )
      copied = at + length
    }
    at += length
  }
  if (at !== end) throw broken(count)
  if (changed === null) return null
  changed.push(bytes.subarray(copied, end))
  const row = Buffer.concat(changed)
  writeInt32(row, 1, row.length - 1)
  return row
}

function toCell(value: Uint8Array | null): Uint8Array {
  const length = new Uint8Array(4)
  writeInt32(length, 0, value === null ? -1 : value.length)
  return length
}

function broken(column: number): Fault {
  return new Fault('upstream.protocol', { why: 'the lengths of a row do not add up', column })
}
