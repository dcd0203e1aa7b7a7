// The plug-in's words for policies: actions by what a statement does, in four groups, and what else a rule may read of it.

import type { CedarFragment, CredentialKind } from '../../kernel/protocol.ts'

export const protocolId = 'postgres'

const read = { memberOf: ['sql:read'] }
const write = { memberOf: ['sql:write'] }
const ddl = { memberOf: ['sql:ddl'] }
const admin = { memberOf: ['sql:admin'] }

const actions = {
  'sql:select': read,
  'sql:copy-out': read,
  'sql:show': read,
  'sql:explain': read,
  'sql:cursor': read,
  'sql:transaction': read,
  /** Harmless settings of the session; see settings.ts. */
  'sql:session': read,
  /** Parse and Describe without Execute, of a statement that is not denied. */
  'sql:prepare': read,
  'sql:insert': write,
  'sql:update': write,
  'sql:delete': write,
  'sql:merge': write,
  'sql:copy-in': write,
  'sql:lock': write,
  'sql:call': write,
  'sql:execute': write,
  'sql:listen': write,
  'sql:create': ddl,
  'sql:alter': ddl,
  'sql:drop': ddl,
  // It needs no DROP, but what it leaves is the same.
  'sql:truncate': { memberOf: ['sql:ddl', 'sql:write'] },
  'sql:grant': admin,
  'sql:security': admin,
  'sql:load': admin,
  'sql:copy-file': admin,
  'sql:copy-program': admin,
  'sql:maintenance': admin,
  'sql:unknown': admin,
} as const

export const cedar: CedarFragment = {
  contextKey: 'sql',
  attributes: {
    unfiltered: { type: 'Boolean', required: true, doc: 'An UPDATE or DELETE without a real WHERE, or a TRUNCATE.' },
    complete: {
      type: 'Boolean',
      required: true,
      doc: 'False when something was not understood; then every action is asked for.',
    },
    statements: { type: 'Long', required: true, doc: 'How many statements were sent as one.' },
    effects: { type: 'Set<String>', required: true, doc: 'What it does: select, update, create, …' },
    relations: {
      type: 'Set<String>',
      required: true,
      doc: 'Tables and views it names, as written: `customers`, `crm.customers`. To permit: the same table has several.',
    },
    writes: { type: 'Set<String>', required: true, doc: 'Those of them that it changes.' },
    tables: {
      type: 'Set<String>',
      required: true,
      doc: 'The same without schema and database: `customers` however it was written. To forbid.',
    },
    tableWrites: { type: 'Set<String>', required: true, doc: 'Those of them that it changes.' },
    functions: { type: 'Set<String>', required: true, doc: 'Functions it calls by name.' },
    settings: { type: 'Set<String>', required: true, doc: 'Settings it changes.' },
  },
  actions,
}

/** What an action is when nobody can say what it would do (G3). */
export const everyAction: readonly string[] = Object.keys(actions)

/** @returns the action of an effect; an effect without one is unknown, and unknown is every action */
export function actionOf(effect: string): string | null {
  const id = `sql:${effect}`
  return Object.hasOwn(actions, id) ? id : null
}

export const credentialKinds: readonly CredentialKind[] = [
  { name: 'password', fields: ['user', 'password'], header: null },
]
