// Bind: which statement with which values. Values are recorded as people read them, with their types; what is bound to an
// approval is the bytes themselves.

import { opaque, plainText, type FieldContext } from '../../kernel/action.ts'
import type { ByteCursor } from '../../wire/byte-cursor.ts'
import { readName } from './names.ts'
import { numericToText } from './numeric.ts'
import { isOpaqueType, isTextType, oids, toTypeName } from './types.ts'

export interface Binding {
  readonly portal: string
  readonly statement: string
  readonly values: readonly BoundValue[]
  /** Everything after the names: formats, values, result formats. A view. */
  readonly bytes: Uint8Array
}

export interface BoundValue {
  readonly isBinary: boolean
  /** null is NULL. A view. */
  readonly bytes: Uint8Array | null
}

/** @throws Fault `frame.malformed` */
export function parseBind(cursor: ByteCursor): Binding {
  const portal = readName(cursor)
  const statement = readName(cursor)
  const from = cursor.offset
  const formats = readFormats(cursor)
  const count = cursor.int16() & 0xffff
  if (formats.length > 1 && formats.length !== count) throw cursor.malformed('formats and values do not match')
  const values: BoundValue[] = []
  for (let i = 0; i < count; i++) {
    const length = cursor.int32()
    if (length < -1) throw cursor.malformed('a value of negative length')
    const format = formats.length === 1 ? formats[0] : formats[i]
    values.push({ isBinary: (format ?? 0) === 1, bytes: length === -1 ? null : cursor.take(length) })
  }
  readFormats(cursor)
  cursor.requireEnd()
  return { portal, statement, values, bytes: cursor.bytes.subarray(from, cursor.offset) }
}

const none: readonly number[] = []

function readFormats(cursor: ByteCursor): readonly number[] {
  const count = cursor.int16() & 0xffff
  if (count === 0) return none
  const formats: number[] = []
  for (let i = 0; i < count; i++) {
    const format = cursor.int16()
    if (format !== 0 && format !== 1) throw cursor.malformed('a format that is neither text nor binary')
    formats.push(format)
  }
  return formats
}

export function fieldOf(oid: number): FieldContext {
  return isOpaqueType(oid) ? opaque : plainText
}

const nullText = Buffer.from('NULL')

/** As a person reads it. Text stays the bytes that came. */
export function toReadable(value: BoundValue, oid: number): Uint8Array {
  if (value.bytes === null) return nullText
  if (!value.isBinary || isTextType(oid)) return value.bytes
  return Buffer.from(binaryToText(value.bytes, oid) ?? `\\x${Buffer.from(value.bytes).toString('hex')}`)
}

/** The role of a value in the record: `parameter $1 int4`. */
export function toRole(index: number, oid: number, value: BoundValue): string {
  return `parameter $${index + 1} ${value.bytes === null ? 'null' : toTypeName(oid)}`
}

/** Microseconds from the Unix epoch to 2000-01-01, from which the server counts. */
const epochUs = 946_684_800_000_000n
const dayMs = 86_400_000

function binaryToText(bytes: Uint8Array, oid: number): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  switch (oid) {
    case oids.bool:
      return buffer.length === 1 ? (buffer[0] === 0 ? 'false' : 'true') : null
    case oids.int2:
      return buffer.length === 2 ? String(buffer.readInt16BE()) : null
    case oids.int4:
      return buffer.length === 4 ? String(buffer.readInt32BE()) : null
    case oids.oid:
      return buffer.length === 4 ? String(buffer.readUInt32BE()) : null
    case oids.int8:
      return buffer.length === 8 ? String(buffer.readBigInt64BE()) : null
    case oids.float4:
      return buffer.length === 4 ? String(Math.fround(buffer.readFloatBE())) : null
    case oids.float8:
      return buffer.length === 8 ? String(buffer.readDoubleBE()) : null
    case oids.numeric:
      return numericToText(bytes)
    case oids.uuid:
      return buffer.length === 16 ? toUuid(buffer.toString('hex')) : null
    case oids.date:
      return buffer.length === 4 ? toDate(buffer.readInt32BE()) : null
    case oids.timestamp:
    case oids.timestamptz:
      return buffer.length === 8 ? toTimestamp(buffer.readBigInt64BE(), oid === oids.timestamptz) : null
    case oids.jsonb:
      return buffer.length > 0 ? buffer.toString('utf8', 1) : null
    case oids.json:
      return buffer.toString('utf8')
    default:
      return null
  }
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function toDate(days: number): string {
  if (days === 0x7fffffff) return 'infinity'
  if (days === -0x80000000) return '-infinity'
  return toIso(Number(epochUs / 1000n) + days * dayMs)?.slice(0, 10) ?? `${days} days from 2000-01-01`
}

function toTimestamp(us: bigint, hasZone: boolean): string {
  if (us === 0x7fffffffffffffffn) return 'infinity'
  if (us === -0x8000000000000000n) return '-infinity'
  const since = us + epochUs
  const fraction = ((since % 1_000_000n) + 1_000_000n) % 1_000_000n
  const iso = toIso(Number((since - fraction) / 1000n))
  if (iso === null) return `${us} microseconds from 2000-01-01`
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `${iso.slice(0, 19).replace('T', ' ')}${digits}${hasZone ? '+00' : ''}`
}

/** @returns null outside the years that a Date can print in four digits */
function toIso(ms: number): string | null {
  return ms >= -62_135_596_800_000 && ms < 253_402_300_800_000 ? new Date(ms).toISOString() : null
}
