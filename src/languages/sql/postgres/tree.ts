// The parser's tree as JSON. A node stands either wrapped, `{"SelectStmt": {…}}`, or bare where only one type can stand:
// `InsertStmt.relation` is a RangeVar without the word. Who looks for the word misses the table that is written.

import type { Node } from 'libpg-query'

type KeyOf<T> = T extends unknown ? keyof T : never
type NodeName = KeyOf<Node>
/** What the grammar calls a statement. */
export type StatementName = Extract<NodeName, `${string}Stmt`>
type Unwrapped<K, T> = T extends unknown ? (K extends keyof T ? T[K] : never) : never
export type Body<K extends NodeName> = Unwrapped<K, Node>

/** A node's fields, when its type is not known to the compiler. */
export type Fields = Readonly<Record<string, unknown>>

export interface Wrapped {
  readonly name: string
  readonly fields: Fields
}

/** @returns null for anything but an object with a node's name as its only key; names begin with a capital, fields never do */
export function toWrapped(value: unknown): Wrapped | null {
  if (!isFields(value)) return null
  let name = ''
  for (const key in value) {
    if (name !== '') return null
    name = key
  }
  const first = name.charCodeAt(0)
  const fields = value[name]
  return first >= 0x41 && first <= 0x5a && isFields(fields) ? { name, fields } : null
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of a node of this name; null when it is another node or none. */
export function fieldsOf(value: unknown, name: string): Fields | null {
  return isFields(value) && isFields(value[name]) ? value[name] : null
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The strings in a list of String nodes: a name and its qualifiers. Anything else in it, such as `*`, is left out. */
export function namesOf(list: unknown): string[] {
  const names: string[] = []
  for (const item of listOf(list)) {
    const name = fieldsOf(item, 'String')
    if (name !== null) names.push(textOf(name['sval']))
  }
  return names
}

/** As `SqlRelation.name` says: dotted, and quoted where a dot or a quote would lie about the parts. */
export function toName(parts: readonly (string | undefined)[]): string {
  const named = parts.filter((part) => part !== undefined && part !== '')
  return named.map((part) => (/[."]/.test(part ?? '') ? `"${part?.replaceAll('"', '""')}"` : part)).join('.')
}

/** The string of a constant; null when it is computed or no string. */
export function literalOf(value: unknown): string | null {
  const constant = fieldsOf(value, 'A_Const')
  if (constant === null || !isFields(constant['sval'])) return null
  return textOf(constant['sval']['sval'])
}

/** Types of the fields that hold a bare node, by field, or by `Type.field` where a field's type differs. */
export const bareTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    action: 'GrantStmt',
    alias: 'Alias',
    'JsonObjectAgg.arg': 'JsonKeyValue',
    'JsonArrayAgg.arg': 'JsonValueExpr',
    argType: 'TypeName',
    authrole: 'RoleSpec',
    base: 'CreateStmt',
    boolval: 'Boolean',
    bound: 'PartitionBoundSpec',
    bsval: 'BitString',
    collClause: 'CollateClause',
    constrrel: 'RangeVar',
    constructor: 'JsonAggConstructor',
    context_item: 'JsonValueExpr',
    cycle_clause: 'CTECycleClause',
    datatype: 'TypeName',
    expr: 'JsonValueExpr',
    extname: 'String',
    format: 'JsonFormat',
    fromsql: 'ObjectWithArgs',
    func: 'ObjectWithArgs',
    funccall: 'FuncCall',
    fval: 'Float',
    grantor: 'RoleSpec',
    identitySequence: 'RangeVar',
    infer: 'InferClause',
    into: 'IntoClause',
    intoClause: 'IntoClause',
    ival: 'Integer',
    join_using_alias: 'Alias',
    larg: 'SelectStmt',
    'CreateOpClassItem.name': 'ObjectWithArgs',
    'PartitionCmd.name': 'RangeVar',
    newowner: 'RoleSpec',
    newrole: 'RoleSpec',
    ofTypename: 'TypeName',
    on_empty: 'JsonBehavior',
    on_error: 'JsonBehavior',
    onConflictClause: 'OnConflictClause',
    opername: 'ObjectWithArgs',
    output: 'JsonOutput',
    over: 'WindowDef',
    owner: 'RoleSpec',
    partbound: 'PartitionBoundSpec',
    partspec: 'PartitionSpec',
    pathspec: 'JsonTablePathSpec',
    pktable: 'RangeVar',
    pubtable: 'PublicationTable',
    rarg: 'SelectStmt',
    rel: 'RangeVar',
    relation: 'RangeVar',
    returnType: 'TypeName',
    returning: 'JsonReturning',
    returningClause: 'ReturningClause',
    role: 'RoleSpec',
    search_clause: 'CTESearchClause',
    sequence: 'RangeVar',
    setstmt: 'VariableSetStmt',
    sourcetype: 'TypeName',
    storedtype: 'TypeName',
    sval: 'String',
    table: 'RangeVar',
    targettype: 'TypeName',
    tosql: 'ObjectWithArgs',
    typeName: 'TypeName',
    type_name: 'TypeName',
    typevar: 'RangeVar',
    user: 'RoleSpec',
    'JsonArgument.val': 'JsonValueExpr',
    'PLAssignStmt.val': 'SelectStmt',
    value: 'JsonValueExpr',
    view: 'RangeVar',
    withClause: 'WithClause',
  }),
)
