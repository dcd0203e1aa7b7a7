// Statements about the session, the transaction and the server: settings, cursors, prepared statements, upkeep.

import type { StatementName, Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, literalOf, textOf, toWrapped } from './tree.ts'
import type { Rule } from './rule-makers.ts'
import { opaque, plain } from './rule-makers.ts'
import type { Walk } from './walk.ts'

export const sessionRules = {
  VariableSetStmt: {
    label: (fields) => (textOf(fields['kind']).startsWith('VAR_RESET') ? 'RESET' : 'SET'),
    run(fields, walk) {
      walk.effect('set')
      noteSettings(fields, walk)
      walk.parts('VariableSetStmt', fields)
    },
  },
  VariableShowStmt: plain('SHOW', ['show']),
  ConstraintsSetStmt: plain('SET CONSTRAINTS', ['set']),
  DiscardStmt: {
    label: 'DISCARD',
    run(fields, walk) {
      walk.effect('set')
      if (fields['target'] === 'DISCARD_ALL') walk.setting('*')
    },
  },
  AlterSystemStmt: {
    label: 'ALTER SYSTEM',
    run(fields, walk) {
      walk.effect('security')
      walk.parts('AlterSystemStmt', fields)
    },
  },

  TransactionStmt: {
    label(fields) {
      const words = textOf(fields['kind']).replace('TRANS_STMT_', '').replaceAll('_', ' ')
      return words === 'START' || words === 'PREPARE' ? `${words} TRANSACTION` : words
    },
    run(fields, walk) {
      walk.effect('transaction')
      // A prepared transaction outlives its session, and any session of the account may end it.
      if (/PREPARE/.test(textOf(fields['kind']))) walk.effect('security')
      for (const option of listOf(fields['options'])) walk.setting(textOf(fieldsOf(option, 'DefElem')?.['defname']))
    },
  },
  LockStmt: plain('LOCK TABLE', ['lock']),

  ExplainStmt: {
    label: (fields) => (isAnalyze(fields) ? 'EXPLAIN ANALYZE' : 'EXPLAIN'),
    run(fields, walk) {
      walk.effect('explain')
      if (isAnalyze(fields)) walk.any(fields['query'])
      else {
        walk.describe(() => walk.any(fields['query']))
        // The plan tells of the data what reading it would tell.
        walk.effect('select')
      }
    },
  },

  PrepareStmt: plain('PREPARE', ['execute']),
  ExecuteStmt: opaque('EXECUTE', ['execute'], 'it runs a statement that was prepared before'),
  DeallocateStmt: plain('DEALLOCATE', ['set']),

  DeclareCursorStmt: plain('DECLARE CURSOR', ['cursor']),
  FetchStmt: plain((fields) => (fields['ismove'] === true ? 'MOVE' : 'FETCH'), ['cursor']),
  ClosePortalStmt: plain('CLOSE', ['cursor']),

  ListenStmt: plain('LISTEN', ['listen']),
  // Ends what the session asked for itself.
  UnlistenStmt: plain('UNLISTEN', ['set']),
  NotifyStmt: plain('NOTIFY', ['listen']),

  CallStmt: opaque('CALL', ['call'], 'it runs a procedure, which may do anything'),
  DoStmt: opaque('DO', ['call'], 'it runs a block of code, which may do anything'),
  LoadStmt: plain('LOAD', ['load']),

  VacuumStmt: {
    label: (fields) => (fields['is_vacuumcmd'] === true ? 'VACUUM' : 'ANALYZE'),
    run(fields, walk) {
      walk.effect('maintenance')
      walk.parts('VacuumStmt', fields)
    },
  },
  ClusterStmt: plain('CLUSTER', ['maintenance'], 'relation'),
  ReindexStmt: plain('REINDEX', ['maintenance'], 'relation'),
  CheckPointStmt: plain('CHECKPOINT', ['maintenance']),
  RefreshMatViewStmt: plain('REFRESH MATERIALIZED VIEW', ['maintenance'], 'relation'),
} satisfies Partial<Record<StatementName, Rule>>

function noteSettings(fields: Fields, walk: Walk): void {
  walk.literalsMatter()
  const kind = textOf(fields['kind'])
  const values = listOf(fields['args'])
  if (kind === 'VAR_RESET_ALL') return walk.setting('*')
  if (kind !== 'VAR_SET_MULTI')
    return walk.change(textOf(fields['name']), values.length === 1 ? literalOf(values[0]) : null)
  for (const value of values) {
    const option = fieldsOf(value, 'DefElem')
    walk.setting(textOf(option === null ? fields['name'] : option['defname']))
  }
}

const off = new Set(['false', 'off', '0', 'no'])

/** Any ANALYZE that is not plainly off counts, wherever it stands in the list. */
function isAnalyze(fields: Fields): boolean {
  return listOf(fields['options']).some((item) => {
    const option = fieldsOf(item, 'DefElem') ?? {}
    if (textOf(option['defname']).toLowerCase() !== 'analyze') return false
    const value = toWrapped(option['arg'])
    if (value?.name === 'String') return !off.has(textOf(value.fields['sval']).toLowerCase())
    if (value?.name === 'Boolean') return value.fields['boolval'] === true
    return value?.name !== 'Integer' || (isFields(value.fields) && (value.fields['ival'] ?? 0) !== 0)
  })
}
