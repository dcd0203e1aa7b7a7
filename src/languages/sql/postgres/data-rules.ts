// Statements that read and write rows.

import type { Body, Fields, StatementName } from './tree.ts'
import { fieldsOf, isFields, listOf, textOf, toWrapped } from './tree.ts'
import { copyColumns, copyLines } from './copy-columns.ts'
import { toFilter } from './filter.ts'
import type { Rule } from './rule-makers.ts'
import { plain } from './rule-makers.ts'
import type { Walk } from './walk.ts'

/** A rule that knows the fields of its statement. */
function typed<K extends StatementName>(label: string, run: (fields: Body<K>, walk: Walk, all: Fields) => void): Rule {
  return { label, run: (fields, walk) => run(fields as Body<K>, walk, fields) }
}

export const dataRules = {
  SelectStmt: typed<'SelectStmt'>('SELECT', (select, walk, all) => {
    walk.effect('select')
    if (listOf(select.lockingClause).length > 0) walk.effect('lock')
    selectParts(select, walk, all)
  }),

  InsertStmt: typed<'InsertStmt'>('INSERT', (insert, walk, all) => {
    walk.effect('insert')
    if (insert.onConflictClause?.action === 'ONCONFLICT_UPDATE') walk.effect('update')
    writeRows(insert.relation, walk)
    walk.within(insert.withClause, () => {
      // A list of VALUES reads nothing by itself, so it is no `select`.
      const source = fieldsOf(insert.selectStmt, 'SelectStmt')
      const values = source !== null && listOf(source['valuesLists']).length > 0 ? source : null
      if (values !== null) selectParts(values, walk, values)
      walk.parts('InsertStmt', all, 'relation', 'withClause', 'returningClause', values === null ? '' : 'selectStmt')
      returning(all, walk)
    })
  }),

  UpdateStmt: typed<'UpdateStmt'>('UPDATE', (update, walk, all) => {
    walk.effect('update')
    writeRows(update.relation, walk)
    reach(all, update.whereClause, walk)
    walk.within(update.withClause, () => {
      walk.parts('UpdateStmt', all, 'relation', 'withClause', 'returningClause')
      returning(all, walk)
    })
    if (isSettingsView(update.relation)) {
      walk.effect('set')
      walk.hides('it changes settings through a view')
    }
  }),

  DeleteStmt: typed<'DeleteStmt'>('DELETE', (remove, walk, all) => {
    walk.effect('delete')
    writeRows(remove.relation, walk)
    reach(all, remove.whereClause, walk)
    walk.within(remove.withClause, () => {
      walk.parts('DeleteStmt', all, 'relation', 'withClause', 'returningClause')
      returning(all, walk)
    })
  }),

  MergeStmt: typed<'MergeStmt'>('MERGE', (merge, walk, all) => {
    walk.effect('merge')
    writeRows(merge.relation, walk)
    for (const clause of listOf(merge.mergeWhenClauses))
      mergeClause(merge, fieldsOf(clause, 'MergeWhenClause') ?? {}, walk)
    walk.within(merge.withClause, () => {
      walk.parts('MergeStmt', all, 'relation', 'withClause', 'returningClause')
      returning(all, walk)
    })
  }),

  TruncateStmt: {
    label: 'TRUNCATE',
    run(fields, walk) {
      walk.unfiltered()
      plain('', ['truncate', 'delete'], 'relations').run(fields, walk)
    },
  },

  CopyStmt: typed<'CopyStmt'>('COPY', (copy, walk, all) => {
    const isIn = copy.is_from === true
    walk.literalsMatter()
    walk.effect(isIn ? 'copy-in' : 'copy-out')
    walk.effect(isIn ? 'insert' : 'select')
    if (copy.is_program === true) walk.effect('copy-program')
    else if (copy.filename !== undefined) walk.effect('copy-file')
    const piped = isIn ? 'stdin' : 'stdout'
    const kind = copy.is_program === true ? 'program' : copy.filename === undefined ? piped : 'file'
    if (isIn) walk.copies({ direction: 'in', kind, columns: [], lines: null })
    else walk.copies({ direction: 'out', kind, columns: copyColumns(all), lines: copyLines(all) })
    if (isIn) writeRows(copy.relation, walk)
    walk.parts('CopyStmt', all, isIn ? 'relation' : '')
  }),
} satisfies Partial<Record<StatementName, Rule>>

/** Everything of a SELECT but the effect itself. */
function selectParts(select: Body<'SelectStmt'>, walk: Walk, all: Fields): void {
  const into = select.intoClause
  if (into !== undefined) {
    walk.effect('create')
    walk.writeTo(into.rel)
  }
  // FOR UPDATE OF names what FROM named.
  walk.within(select.withClause, () => walk.parts('SelectStmt', all, 'withClause', 'lockingClause', 'intoClause'))
}

/** RETURNING reads what was written, as SELECT does and with the same privilege. */
function returning(fields: Fields, walk: Walk): void {
  if (fields['returningClause'] === undefined) return
  walk.effect('select')
  if (isFields(fields['returningClause'])) walk.node('ReturningClause', fields['returningClause'])
}

/** Rows of the target's own catalog are its settings, its roles and its code. */
function writeRows(relation: Body<'RangeVar'> | undefined, walk: Walk): void {
  walk.writeTo(relation)
  const schema = relation?.schemaname
  if (schema === 'pg_catalog' || (schema === undefined && relation?.relname?.startsWith('pg_') === true))
    walk.effect('security')
}

function isSettingsView(relation: Body<'RangeVar'> | undefined): boolean {
  return relation?.relname === 'pg_settings' && (relation.schemaname ?? 'pg_catalog') === 'pg_catalog'
}

function reach(fields: Fields, condition: unknown, walk: Walk): void {
  const relation = isFields(fields['relation']) ? fields['relation'] : {}
  const { open, looksAtLiterals } = toFilter(condition, relation)
  if (open) walk.unfiltered()
  if (looksAtLiterals) walk.literalsMatter()
}

const mergeEffects = { CMD_INSERT: 'insert', CMD_UPDATE: 'update', CMD_DELETE: 'delete' } as const

function mergeClause(merge: Body<'MergeStmt'>, clause: Fields, walk: Walk): void {
  const command = textOf(clause['commandType'])
  if (command === 'CMD_NOTHING') return
  const effect = Object.entries(mergeEffects).find(([name]) => name === command)?.[1]
  if (effect === undefined) return walk.hides('it contains what the gateway does not know')
  walk.effect(effect)
  if (effect === 'insert') return
  const all = { relation: merge.relation ?? {} }
  const own = clause['condition']
  // Rows without a counterpart: the join excludes the others only, so the clause's own condition must filter.
  if (clause['matchKind'] === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') return reach(all, own, walk)
  const both = [merge.joinCondition, own].filter((part) => toWrapped(part) !== null)
  reach(all, { BoolExpr: { boolop: 'AND_EXPR', args: both } }, walk)
}
