// Recorded response bytes → tables, notices, errors and counts. The bytes are a target's, cut anywhere by the capture limit:
// a frame that does not read ends the rendering and not the reader.

import { Fault } from '../../kernel/fault.ts'
import { ByteCursor, readInt32 } from '../../wire/byte-cursor.ts'
import { parseColumns, type Column } from './columns.ts'
import { readErrorField } from './error-fields.ts'
import { fromTarget, headerBytes } from './messages.ts'
import { toReadable } from './parameters.ts'
import { toCellText, toPrintable } from './render-text.ts'

const maxRows = 1_000
const maxColumns = 200
const maxCellChars = 120

interface Table {
  readonly columns: readonly Column[]
  readonly rows: string[][]
  /** Rows that were there and are not shown. */
  more: number
}

export function toAnswerText(response: Uint8Array): string {
  const out: string[] = []
  let table: Table = { columns: [], rows: [], more: 0 }
  const endTable = (): void => {
    if (table.rows.length > 0 || table.columns.length > 0) out.push(toTableText(table))
    table = { columns: [], rows: [], more: 0 }
  }
  for (const frame of framesOf(response)) {
    if (frame === null) {
      out.push('(what follows is not a whole message)\n')
      break
    }
    const type = frame[0]
    if (type === fromTarget.rowDescription) {
      endTable()
      table = { columns: parseColumns(frame), rows: [], more: 0 }
    } else if (type === fromTarget.dataRow) addRow(table, frame)
    else {
      const words = toWords(frame)
      if (words === null) continue
      if (type !== fromTarget.copyData) endTable()
      out.push(words)
    }
  }
  endTable()
  return out.join('')
}

/** Whole frames; null for what does not read as one. */
function* framesOf(bytes: Uint8Array): Generator<Uint8Array | null> {
  let at = 0
  while (at < bytes.length) {
    const length = bytes.length - at < headerBytes ? -1 : readInt32(bytes, at + 1)
    if (length < 4 || length >= bytes.length - at) {
      yield null
      return
    }
    const frame = bytes.subarray(at, at + 1 + length)
    yield isReadable(frame) ? frame : null
    at += 1 + length
  }
}

function isReadable(frame: Uint8Array): boolean {
  try {
    if (frame[0] === fromTarget.rowDescription) parseColumns(frame)
    else if (frame[0] === fromTarget.dataRow) cellsOf(frame)
    // To its end: no field is called by the byte that ends them.
    else if (frame[0] === fromTarget.error || frame[0] === fromTarget.notice) readErrorField(frame, '\0')
    else if (frame[0] === fromTarget.commandComplete) bodyOf(frame).untilNul()
    return true
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}

function bodyOf(frame: Uint8Array): ByteCursor {
  return new ByteCursor(frame, headerBytes, frame.length, 'upstream.protocol')
}

function cellsOf(frame: Uint8Array): (Uint8Array | null)[] {
  const cursor = bodyOf(frame)
  const count = cursor.int16() & 0xffff
  const cells: (Uint8Array | null)[] = []
  for (let i = 0; i < count; i++) {
    const length = cursor.int32()
    cells.push(length === -1 ? null : cursor.take(length))
  }
  return cells
}

function addRow(table: Table, frame: Uint8Array): void {
  if (table.rows.length >= maxRows) {
    table.more++
    return
  }
  const cells = cellsOf(frame).slice(0, maxColumns)
  table.rows.push(
    cells.map((bytes, index) => {
      if (bytes === null) return 'NULL'
      const column = table.columns[index]
      const readable = toReadable({ bytes, isBinary: column?.isBinary ?? false }, column?.oid ?? 0)
      return toCellText(Buffer.from(readable).toString('utf8'), maxCellChars)
    }),
  )
}

function toWords(frame: Uint8Array): string | null {
  switch (frame[0] ?? 0) {
    case fromTarget.commandComplete:
      return `${textOf(bodyOf(frame).untilNul())}\n`
    case fromTarget.error:
    case fromTarget.notice:
      return toMessage(frame)
    case fromTarget.copyData:
      return textOf(frame.subarray(headerBytes))
    case fromTarget.portalSuspended:
      return '(more rows were left at the server)\n'
    default:
      return null
  }
}

function toMessage(frame: Uint8Array): string {
  const field = (letter: string): string => {
    const value = readErrorField(frame, letter)
    return value === null ? '' : toPrintable(Buffer.from(value, 'latin1').toString('utf8'))
  }
  const [detail, hint] = [field('D'), field('H')]
  const lines = [`${field('S')} ${field('C')}: ${field('M')}`]
  if (detail !== '') lines.push(`DETAIL: ${detail}`)
  if (hint !== '') lines.push(`HINT: ${hint}`)
  return `${lines.join('\n')}\n`
}

function textOf(bytes: Uint8Array): string {
  return toPrintable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
}

function toTableText({ columns, rows, more }: Table): string {
  const width = Math.max(columns.length, ...rows.map((row) => row.length))
  const names = Array.from({ length: Math.min(width, maxColumns) }, (_, i) =>
    toCellText(columns[i]?.field.name ?? `column ${i + 1}`, maxCellChars),
  )
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(' | ')
      .trimEnd()
  const rule = widths.map((count) => '-'.repeat(count)).join('-+-')
  const note = more === 0 ? '' : `(${more} more rows)\n`
  return `${[toLine(names), rule, ...rows.map(toLine)].join('\n')}\n${note}`
}
