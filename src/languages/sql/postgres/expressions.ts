// What the text of an expression says of columns, and whether two expressions are the same one. It refuses to know what an
// expression is for and what it comes to.

import type { Fields, Wrapped } from './tree.ts'
import { fieldsOf, isFields, listOf, namesOf, toWrapped } from './tree.ts'

/** What comparing has met on its way. */
export interface Comparison {
  /** A number or a string was looked at: with another one the answer may be another. */
  literals: boolean
}

export function columnOf(value: unknown): string {
  return namesOf(fieldsOf(value, 'ColumnRef')?.['fields']).at(-1) ?? ''
}

export function isSystemColumn(value: unknown): boolean {
  return ['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'].includes(columnOf(value))
}

/** May it speak of the table that is written? A column without a table may. */
export function touches(value: unknown, target: string): boolean {
  return some(value, (node) => {
    if (!isColumn(node)) return false
    const parts = listOf(node.fields['fields'])
    return parts.length < 2 || namesOf(parts.slice(0, -1)).at(-1) === target
  })
}

export function mentionsColumn(value: unknown): boolean {
  return some(value, isColumn)
}

/** `*` alone is of a sub-select, never of the table that is written. */
function isColumn({ name, fields }: Wrapped): boolean {
  if (name !== 'ColumnRef') return false
  const parts = listOf(fields['fields'])
  return parts.length > 1 || fieldsOf(parts[0], 'A_Star') === null
}

function some(value: unknown, test: (node: Wrapped) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => some(item, test))
  if (!isFields(value)) return false
  const node = toWrapped(value)
  if (node !== null && test(node)) return true
  for (const field in value) if (some(value[field], test)) return true
  return false
}

/** `t.a` and `a`: a name without its table means the one table that has it, or the server refuses it as ambiguous. */
function isSameColumn(a: Fields, b: Fields): boolean {
  const [one, other] = [columnNamesOf(a), columnNamesOf(b)]
  const isEitherBare = one.length === 1 || other.length === 1
  return isEitherBare && one.length > 0 && one.at(-1) === other.at(-1)
}

/** Empty for anything but a column that is written out. */
function columnNamesOf(node: Fields): readonly (string | undefined)[] {
  const names = listOf(fieldsOf(node, 'ColumnRef')?.['fields']).map((part) => fieldsOf(part, 'String')?.['sval'])
  return names.every((name) => typeof name === 'string') ? names : []
}

/**
 * The same text, whatever white space lies in it and wherever the two stand. A volatile function would make two of them differ:
 * never mind.
 */
export function isSame(a: unknown, b: unknown, seen: Comparison): boolean {
  if (!isFields(a) || !isFields(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return a === b
    return a.length === b.length && a.every((item, i) => isSame(item, b[i], seen))
  }
  if (fieldsOf(a, 'A_Const') !== null && fieldsOf(b, 'A_Const') !== null) seen.literals = true
  if (isSameColumn(a, b)) return true
  const keys = Object.keys(a).filter((key) => key !== 'location')
  if (keys.length !== Object.keys(b).filter((key) => key !== 'location').length) return false
  return keys.every((key) => isSame(a[key], b[key], seen))
}
