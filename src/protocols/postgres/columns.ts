// RowDescription → how each column's cells are looked at. One FieldContext a column, made once: the masker's caches hang on
// it, so descriptions that come again (every execution of a prepared statement) are recognized by their bytes.

import type { FieldContext } from '../../kernel/action.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import { headerBytes } from './messages.ts'
import { isJsonType, isNumberType, isOpaqueType, isTextType, oids } from './types.ts'

/**
 * How a cell is read. `plain`: its bytes are the value. `structure`: they are, or they are an array's or a row's. `versioned`:
 * after one version byte (jsonb). `hex`: bytea as text.
 * `number` and `address`: not text to a driver, so a masked one becomes NULL. `unknown`: binary of any structure.
 */
export type CellForm = 'opaque' | 'plain' | 'structure' | 'versioned' | 'hex' | 'number' | 'address' | 'unknown'

export interface Column {
  readonly field: FieldContext
  readonly form: CellForm
  readonly oid: number
  readonly isBinary: boolean
}

/** Column names under which people keep numbers that are personal. Other bigint columns are ids and amounts. */
const telling =
  /card|\bpan\b|_pan|pan_|cc_?(?:num|no)|acc(?:oun)?t|iban|ssn|social|tax|phone|mobile|\btel|fax|msisdn|passport|licen|\bnid\b|national|imei/i

export function parseColumns(frame: Uint8Array): readonly Column[] {
  const cursor = new ByteCursor(frame, headerBytes, frame.length, 'upstream.protocol')
  const count = cursor.int16()
  const columns: Column[] = []
  for (let i = 0; i < count; i++) {
    const name = Buffer.from(cursor.untilNul()).toString('utf8')
    cursor.passOver(6)
    const oid = cursor.uint32()
    cursor.passOver(6)
    columns.push(toColumn(name, oid, cursor.int16() === 1))
  }
  cursor.requireEnd()
  return columns
}

export function toColumn(name: string | null, oid: number, isBinary: boolean): Column {
  const form = toForm(name, oid, isBinary)
  const content = form === 'opaque' ? 'opaque' : isJsonType(oid) ? 'json' : 'text'
  return { field: Object.freeze({ name, content }), form, oid, isBinary }
}

function toForm(name: string | null, oid: number, isBinary: boolean): CellForm {
  if (isOpaqueType(oid)) return 'opaque'
  if (isNumberType(oid)) return name !== null && telling.test(name) ? 'number' : 'opaque'
  if (oid === oids.inet || oid === oids.cidr) return 'address'
  if (oid === oids.bytea) return isBinary ? 'plain' : 'hex'
  if (isTextType(oid) || oid === oids.json) return 'plain'
  if (!isBinary) return oid === oids.jsonb ? 'plain' : 'structure'
  return oid === oids.jsonb ? 'versioned' : 'unknown'
}

/** A cell beyond what was described, or of rows that were not: anything. */
export const undescribed: Column = toColumn(null, 0, true)

const maxKnown = 32
/** Thousands of columns are not remembered: a target would decide how much memory that is. */
const maxKnownBytes = 64 * 1024

/** Descriptions seen in this session, by their bytes. */
export class ColumnCache {
  #known: { readonly frame: Buffer; readonly columns: readonly Column[] }[] = []

  columnsOf(frame: Uint8Array): readonly Column[] {
    const index = this.#known.findIndex((one) => one.frame.equals(frame))
    const found = this.#known[index]
    if (found !== undefined) {
      if (index > 0) {
        this.#known.splice(index, 1)
        this.#known.unshift(found)
      }
      return found.columns
    }
    const columns = parseColumns(frame)
    if (frame.length > maxKnownBytes) return columns
    this.#known.unshift({ frame: Buffer.from(frame), columns })
    if (this.#known.length > maxKnown) this.#known.pop()
    return columns
  }
}

/** By what a statement says of its COPY; facts are shared and frozen. */
const copyColumns = new WeakMap<readonly (string | null)[], readonly Column[]>()

/** Columns of a COPY, as far as the statement names them: of any type. */
export function toCopyColumns(names: readonly (string | null)[]): readonly Column[] {
  let columns = copyColumns.get(names)
  if (columns === undefined) copyColumns.set(names, (columns = names.map((name) => toColumn(name, 0, true))))
  return columns
}
