// A function of one argument may be called with a dot (PostgreSQL documentation, "Using Composite Types in Queries"):
// `(t.id).purge` and `g.purge FROM generate_series(1, 3) g` run purge(). A field of a composite value is written the same
// way, and only the target's catalog can tell. So a name that is not known here is a call, unless the value before the dot
// is plainly a row: a function that takes whole rows may still hide behind it, as it may behind `table.column`.

import type { Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, namesOf, textOf, toWrapped } from './tree.ts'

/** Functions of pg_catalog that return rows in each of their forms (`pg_proc.prorettype`). */
const rowFunctions: ReadonlySet<string> = new Set(
  `aclexplode information_schema._pg_expandarray json_each json_each_text json_populate_record json_populate_recordset
  json_to_record json_to_recordset jsonb_each jsonb_each_text jsonb_populate_record jsonb_populate_recordset
  jsonb_to_record jsonb_to_recordset pg_available_extension_versions pg_available_extensions pg_config pg_cursor
  pg_event_trigger_ddl_commands pg_event_trigger_dropped_objects pg_extension_update_paths pg_get_catalog_foreign_keys
  pg_get_keywords pg_get_object_address pg_get_publication_tables pg_get_replication_slots pg_get_wait_events
  pg_identify_object pg_identify_object_as_address pg_input_error_info pg_last_committed_xact pg_lock_status
  pg_mcv_list_items pg_options_to_table pg_partition_tree pg_prepared_statement pg_prepared_xact
  pg_sequence_parameters pg_show_all_settings pg_stat_get_activity pg_stat_get_archiver pg_stat_get_backend_io
  pg_stat_get_io pg_stat_get_progress_info pg_stat_get_replication_slot pg_stat_get_slru pg_stat_get_subscription
  pg_stat_get_subscription_stats pg_stat_get_wal pg_stat_get_wal_receiver pg_stat_get_wal_senders
  pg_timezone_abbrevs_abbrevs pg_timezone_abbrevs_zone pg_timezone_names pg_walfile_name_offset ts_debug ts_parse ts_token_type`
    .trim()
    .split(/\s+/),
)

/** What drivers and consoles read of rows that came through a sub-select: fields, with the function that gives such rows. */
const givers: ReadonlyMap<string, string> = new Map([
  ...['n', 'x'].map((name): [string, string] => [name, 'information_schema._pg_expandarray']),
  ...['grantor', 'grantee', 'privilege_type', 'is_grantable'].map((name): [string, string] => [name, 'aclexplode']),
])

/** @returns the function of which the name is a field; where a text calls it, a name behind a value is that field */
export function giverOf(name: string): string | null {
  return givers.get(name) ?? null
}

/** @param call told of each name behind a dot that may be a function */
export type Told = (name: string) => void

/** `(value).name`, `(value)[1].name`: each name is applied to what stands before it. */
export function indirectionCalls(fields: Fields, call: Told): void {
  let isRow = isRowValue(fields['arg'])
  for (const step of listOf(fields['indirection'])) {
    const field = fieldsOf(step, 'String')
    if (field === null) continue
    const name = textOf(field['sval'])
    if (!isRow) call(name)
    // Of what type a row's field is nobody can say.
    isRow = false
  }
}

function isRowValue(value: unknown): boolean {
  const node = toWrapped(value)
  if (node?.name === 'RowExpr') return true
  return node?.name === 'FuncCall' && rowFunctions.has(functionName(node.fields))
}

function functionName(call: Fields): string {
  const parts = namesOf(call['funcname'])
  return (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.')
}

/** Column names that such a function gives by itself. */
const ownColumns: ReadonlyMap<string, readonly string[]> = new Map([
  ...['json_array_elements', 'json_array_elements_text', 'jsonb_array_elements', 'jsonb_array_elements_text'].map(
    (name): [string, readonly string[]] => [name, ['value']],
  ),
  ['pg_partition_ancestors', ['relid']],
  ['unnest', ['lexeme', 'positions', 'weights']],
])

/** Of one FROM: by alias, the names that are columns for sure. */
type Scope = Map<string, ReadonlySet<string>>

/** What stands for a name that is not known here: the server makes one for a cast or a COALESCE. */
const anyAlias = ''

/**
 * A function in FROM that gives one value a row is that value under its alias, so `alias.name` may be a call with it. All
 * statements around a column are asked, not only the nearest that has the alias: which of them a column of FROM itself may
 * see depends on where it stands.
 */
export class FromFunctions {
  /** Of the statements around, the innermost last; null for one without such functions. */
  readonly #scopes: (Scope | null)[] = []

  enter(statement: Fields): void {
    const scope: Scope = new Map()
    for (const field of ['fromClause', 'usingClause', 'sourceRelation']) addItems(statement[field], scope)
    this.#scopes.push(scope.size === 0 ? null : scope)
  }

  leave(): void {
    this.#scopes.pop()
  }

  column(fields: Fields, call: Told): void {
    if (!this.#scopes.some((scope) => scope !== null)) return
    const [table, column, ...more] = namesOf(fields['fields'])
    if (table === undefined || column === undefined || more.length > 0) return
    for (const scope of this.#scopes) {
      const known = scope?.get(table) ?? scope?.get(anyAlias)
      if (known !== undefined && !known.has(column)) return call(column)
    }
  }
}

function addItems(value: unknown, scope: Scope): void {
  if (Array.isArray(value)) {
    for (const item of value) addItems(item, scope)
    return
  }
  const item = toWrapped(value)
  if (item?.name === 'RangeFunction') addFunction(item.fields, scope)
  // Under an alias a join is a row, and what is inside it cannot be seen.
  else if (item?.name === 'JoinExpr' && item.fields['alias'] === undefined) {
    addItems(item.fields['larg'], scope)
    addItems(item.fields['rarg'], scope)
  }
}

function addFunction(fields: Fields, scope: Scope): void {
  const functions = listOf(fields['functions'])
  // Several, or an ordinal number, make a row of it.
  if (functions.length !== 1 || fields['ordinality'] === true) return
  const value = toWrapped(listOf(fieldsOf(functions[0], 'List')?.['items'])[0])
  const name = value?.name === 'FuncCall' ? functionName(value.fields) : ''
  if (rowFunctions.has(name)) return
  const alias = isFields(fields['alias']) ? fields['alias'] : {}
  const called = textOf(alias['aliasname']) || name.slice(name.lastIndexOf('.') + 1)
  const columns = [...namesOf(alias['colnames']), ...definedColumns(fields['coldeflist'])]
  scope.set(called, new Set([called, ...columns, ...(ownColumns.get(name) ?? [])]))
}

function definedColumns(list: unknown): string[] {
  return listOf(list).map((item) => textOf(fieldsOf(item, 'ColumnDef')?.['colname']))
}
