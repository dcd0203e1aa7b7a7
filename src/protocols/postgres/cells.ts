// One value of a row, by its column's type and format → what replaces it. Text is masked where it lies; arrays and
// composites in binary are opened, masked element by element and closed again with lengths that fit.

import { opaque, type FieldContext } from '../../kernel/action.ts'
import type { ValueMasker } from '../../kernel/masker.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { toColumn, type Column } from './columns.ts'
import { numericToText } from './numeric.ts'
import { beginsStructure, maskStructure } from './text-structure.ts'
import { oids } from './types.ts'

/** Composites in arrays in composites: deeper ones are looked at as text. */
const maxDepth = 8

/** Stands for NULL: a number or an address that must not be shown has no text that its driver could read. */
export const nullCell: unique symbol = Symbol('null')

export type Masked = Uint8Array | typeof nullCell | null

/** @returns null when the cell passes as it is */
export function maskCell(
  bytes: Uint8Array,
  start: number,
  end: number,
  column: Column,
  masker: ValueMasker,
  depth = 0,
): Masked {
  const { form, field } = column
  if (form === 'plain' || form === 'opaque') return masker.value(bytes, start, end, field)
  if (form === 'structure') return maskText(bytes, start, end, field, masker)
  if (form === 'versioned') return maskVersioned(bytes, start, end, column, masker)
  if (form === 'hex') return maskHex(bytes, start, end, field, masker)
  if (form === 'unknown') {
    return isPlainBinary(bytes, start, end)
      ? masker.value(bytes, start, end, field)
      : maskUnknown(bytes.subarray(start, end), field, masker, depth)
  }
  return maskScalar(bytes.subarray(start, end), column, masker)
}

/** Element by element, and then as one: a word in one element may tell what the next one is. What was masked stays as it is. */
function maskText(bytes: Uint8Array, start: number, end: number, field: FieldContext, masker: ValueMasker): Masked {
  const mask = (value: Uint8Array): Uint8Array | null => masker.value(value, 0, value.length, field)
  const elements = beginsStructure(bytes, start, end) ? maskStructure(bytes.subarray(start, end), mask) : null
  return elements === null ? masker.value(bytes, start, end, field) : (mask(elements) ?? elements)
}

function maskVersioned(bytes: Uint8Array, start: number, end: number, column: Column, masker: ValueMasker): Masked {
  if (end === start) return null
  const masked = masker.value(bytes, start + 1, end, column.field)
  return masked === null ? null : Buffer.concat([bytes.subarray(start, start + 1), masked])
}

/** `\x68616c6c6f` (bytea_output = hex); the older `escape` form is text with its special bytes escaped. */
function maskHex(bytes: Uint8Array, start: number, end: number, field: FieldContext, masker: ValueMasker): Masked {
  if (bytes[start] !== 0x5c || bytes[start + 1] !== 0x78) return masker.value(bytes, start, end, field)
  const decoded = Buffer.from(Buffer.from(bytes.subarray(start + 2, end)).toString('latin1'), 'hex')
  const masked = masker.value(decoded, 0, decoded.length, field)
  return masked === null ? null : Buffer.from(`\\x${Buffer.from(masked).toString('hex')}`, 'latin1')
}

function maskScalar(cell: Uint8Array, column: Column, masker: ValueMasker): Masked {
  const text = column.isBinary ? scalarToText(cell, column.oid) : Buffer.from(cell)
  // Not what its type says: looked at as it is.
  const looked = text ?? Buffer.from(cell)
  return masker.value(looked, 0, looked.length, column.field) === null ? null : nullCell
}

function scalarToText(cell: Uint8Array, oid: number): Buffer | null {
  if (oid === oids.int8) return cell.length === 8 ? Buffer.from(String(Buffer.from(cell).readBigInt64BE())) : null
  if (oid === oids.numeric) {
    const text = numericToText(cell)
    return text === null ? null : Buffer.from(text)
  }
  return addressToText(cell)
}

/** inet_send: family (2 or 3), prefix bits, is_cidr, length, address. */
function addressToText(cell: Uint8Array): Buffer | null {
  const [family = 0, , , length = 0] = cell
  if (cell.length !== 4 + length) return null
  if (family === 2 && length === 4) return Buffer.from([...cell.subarray(4)].join('.'))
  if (family !== 3 || length !== 16) return null
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((cell[4 + 2 * i] ?? 0) << 8) | (cell[5 + 2 * i] ?? 0)).toString(16),
  )
  return Buffer.from(groups.join(':'))
}

/**
 * Neither an array nor a composite: both begin with a count, in four bytes, and have at least eight bytes for each that they
 * count. Text does not, and is most of what comes.
 */
function isPlainBinary(bytes: Uint8Array, start: number, end: number): boolean {
  const count = end - start < 4 ? -1 : readInt32(bytes, start)
  return count < 0 || count > (end - start) / 8
}

function maskUnknown(cell: Uint8Array, field: FieldContext, masker: ValueMasker, depth: number): Masked {
  const elements = depth < maxDepth ? (arrayElements(cell) ?? compositeElements(cell)) : null
  if (elements === null) return masker.value(cell, 0, cell.length, field)
  return maskElements(cell, elements, field, masker, depth)
}

interface Element {
  readonly oid: number
  /** Of the length field, and of the end of the value. */
  readonly lengthAt: number
  readonly end: number
}

/** array_send: dimensions, has-nulls, element type, (size, lower bound) each, then length and value each. Exact or null. */
function arrayElements(cell: Uint8Array): Element[] | null {
  if (cell.length < 12) return null
  const dimensions = readInt32(cell, 0)
  const flags = readInt32(cell, 4)
  if (dimensions < 0 || dimensions > 6 || flags < 0 || flags > 1 || cell.length < 12 + 8 * dimensions) return null
  const oid = readInt32(cell, 8) >>> 0
  const elements: Element[] = []
  let at = 12 + 8 * dimensions
  while (at < cell.length) {
    const end = elementEnd(cell, at)
    if (end === null) return null
    elements.push({ oid, lengthAt: at, end })
    at = end
  }
  let count = dimensions === 0 ? 0 : 1
  for (let i = 0; i < dimensions; i++) count *= readInt32(cell, 12 + 8 * i)
  return count === elements.length ? elements : null
}

/** record_send: count of fields, then type, length and value each. Exact or null. */
function compositeElements(cell: Uint8Array): Element[] | null {
  if (cell.length < 4) return null
  const count = readInt32(cell, 0)
  const elements: Element[] = []
  let at = 4
  while (at < cell.length) {
    const end = cell.length - at < 8 ? null : elementEnd(cell, at + 4)
    if (end === null) return null
    elements.push({ oid: readInt32(cell, at) >>> 0, lengthAt: at + 4, end })
    at = end
  }
  return count === elements.length ? elements : null
}

function elementEnd(cell: Uint8Array, lengthAt: number): number | null {
  if (cell.length - lengthAt < 4) return null
  const length = readInt32(cell, lengthAt)
  if (length === -1) return lengthAt + 4
  return length < 0 || length > cell.length - lengthAt - 4 ? null : lengthAt + 4 + length
}

function maskElements(
  cell: Uint8Array,
  elements: readonly Element[],
  field: FieldContext,
  masker: ValueMasker,
  depth: number,
): Masked {
  let builder: ByteBuilder | null = null
  let copied = 0
  for (const { oid, lengthAt, end } of elements) {
    if (end === lengthAt + 4) continue
    const column = elementColumn(oid, field)
    const masked = maskCell(cell, lengthAt + 4, end, column, masker, depth + 1)
    if (masked === null) continue
    builder ??= new ByteBuilder(cell.length + 64)
    builder.bytes(cell.subarray(copied, lengthAt))
    // A NULL where the header says there is none would not be readable: the value becomes empty instead.
    const replaced = masked === nullCell ? new Uint8Array(0) : masked
    builder.int32(replaced.length).bytes(replaced)
    copied = end
  }
  return builder === null ? null : builder.bytes(cell.subarray(copied)).done()
}

/** The column's own context where the element is text, so that its name still counts. */
function elementColumn(oid: number, field: FieldContext): Column {
  const column = toColumn(field.name, oid, true)
  if (column.form === 'opaque') return { ...column, field: opaque }
  return column.field.content === field.content ? { ...column, field } : column
}
