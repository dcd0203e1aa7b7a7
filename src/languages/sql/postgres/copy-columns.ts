// What a COPY … TO sends, as far as its text tells: the server sends no description of it. How lines are put together is in
// the options of the command; names come from its list or, for a query, from its outputs ("COPY"; "SELECT", SELECT List).

import type { CopyLines } from '../facts.ts'
import type { Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, namesOf, textOf } from './tree.ts'

/** @returns the first columns' names, null for one that the text does not name */
export function copyColumns(copy: Fields): readonly (string | null)[] {
  const query = copy['query']
  return query === undefined ? namesOf(copy['attlist']) : outputNames(fieldsOf(query, 'SelectStmt'))
}

/** @returns null for the binary form, and when an option is none that is known */
export function copyLines(copy: Fields): CopyLines | null {
  const told = new Map<string, string>()
  for (const option of listOf(copy['options'])) {
    const { defname, arg } = fieldsOf(option, 'DefElem') ?? {}
    const name = textOf(defname)
    if (withoutSigns.has(name)) continue
    const value = wordOf(arg)
    if (value === null || !['format', 'delimiter', 'quote', 'escape'].includes(name)) return null
    told.set(name, value)
  }
  const format = told.get('format') ?? 'text'
  const isCsv = format === 'csv'
  if (!isCsv && format !== 'text') return null
  const quote = told.get('quote') ?? '"'
  const lines = { delimiter: told.get('delimiter') ?? (isCsv ? ',' : '\t'), quote, escape: told.get('escape') ?? quote }
  // The server takes nothing but single bytes.
  return Object.values(lines).every(isSign) ? { isCsv, ...lines } : null
}

function isSign(sign: string): boolean {
  return sign.length === 1 && sign.charCodeAt(0) > 0 && sign.charCodeAt(0) < 128
}

/** Options that do not change where a value begins and ends. */
const withoutSigns: ReadonlySet<string> = new Set([
  'convert_selectively',
  'default',
  'encoding',
  'force_array',
  'force_not_null',
  'force_null',
  'force_quote',
  'freeze',
  'header',
  'log_verbosity',
  'null',
  'oids',
  'on_error',
  'reject_limit',
])

/** `DELIMITER 1` is the sign `1`. */
function wordOf(arg: unknown): string | null {
  const string = fieldsOf(arg, 'String')
  if (string !== null) return textOf(string['sval'])
  const integer = fieldsOf(arg, 'Integer')
  const value = integer?.['ival'] ?? 0
  return integer === null || typeof value !== 'number' ? null : value.toString()
}

function outputNames(select: Fields | null): (string | null)[] {
  let first = select
  // The names of a UNION are those of its first SELECT.
  while (first !== null && isFields(first['larg'])) first = first['larg']
  const names: (string | null)[] = []
  for (const item of listOf(first?.['targetList'])) {
    const target = fieldsOf(item, 'ResTarget') ?? {}
    const column = listOf(fieldsOf(withoutCasts(target['val']), 'ColumnRef')?.['fields'])
    // `*` is any number of columns: of what follows the place is not known.
    if (column.some((part) => fieldsOf(part, 'A_Star') !== null)) break
    names.push(textOf(target['name']) || (namesOf(column).at(-1) ?? null))
  }
  return names
}

function withoutCasts(value: unknown): unknown {
  let inner = value
  for (let cast = fieldsOf(inner, 'TypeCast'); cast !== null; cast = fieldsOf(inner, 'TypeCast')) inner = cast['arg']
  return inner
}
