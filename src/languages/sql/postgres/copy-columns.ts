// What the columns of a COPY … TO are called, as far as its text tells: the server sends no description of them. Names come
// from the list of the command or, for a query, from its outputs ("SELECT", SELECT List).

import type { Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, namesOf, textOf } from './tree.ts'

/** @returns the first columns' names, null for one that the text does not name; null when nobody can say where columns begin */
export function copyColumns(copy: Fields): readonly (string | null)[] | null {
  if (!listOf(copy['options']).every(keepsSeparators)) return null
  const query = copy['query']
  return query === undefined ? namesOf(copy['attlist']) : outputNames(fieldsOf(query, 'SelectStmt'))
}

/** Under `csv`, another delimiter or a header a line is not what it is by default. */
function keepsSeparators(option: unknown): boolean {
  const { defname, arg } = fieldsOf(option, 'DefElem') ?? {}
  const format = textOf(fieldsOf(arg, 'String')?.['sval'])
  return defname === 'format' && (format === 'text' || format === 'binary')
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
