// A text → its facts. The table says of every statement of the grammar what it does; the compiler refuses a table in
// which one is missing, and a statement that a later grammar adds could do anything until it is written down here.

import { refuse } from '../facts.ts'
import type { Verdict } from '../facts.ts'
import { dataRules } from './data-rules.ts'
import { definitionRules } from './definition-rules.ts'
import { parse } from './parse.ts'
import type { Rule } from './rule-makers.ts'
import { sessionRules } from './session-rules.ts'
import type { StatementName } from './tree.ts'
import { toWrapped } from './tree.ts'
import type { StatementRule } from './walk.ts'
import { Walk } from './walk.ts'

/** Not statements of a client: wrappers, results of analysis, and parts of function bodies, which go through as they are. */
type NoStatement = 'RawStmt' | 'SetOperationStmt' | 'PLAssignStmt' | 'ReturnStmt'

const statements: { readonly [K in Exclude<StatementName, NoStatement>]: Rule } = {
  ...dataRules,
  ...sessionRules,
  ...definitionRules,
}

/** `RETURN x`, the body of a SQL function. */
const returnRule: StatementRule = (fields, walk) => walk.parts('ReturnStmt', fields)

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(statements))
const runs: ReadonlyMap<string, StatementRule> = new Map([
  ...Object.entries(statements).map(([name, rule]): [string, StatementRule] => [name, rule.run]),
  ['ReturnStmt', returnRule],
])

/** What literals cannot change, whatever the statement: nothing else was looked at for it. */
const rowStatements = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'TransactionStmt'])

/** Never throws. */
export function classifyText(sql: string): Verdict {
  const parsed = parse(sql)
  if ('refused' in parsed) return refuse(parsed.refused, parsed.lasting)
  const walk = new Walk(runs)
  try {
    for (const raw of parsed.statements) {
      const statement = toWrapped(raw.stmt)
      if (statement === null) return refuse('the text does not parse')
      const rule = rules.get(statement.name)
      const label = rule?.label ?? 'UNKNOWN'
      walk.label(typeof label === 'string' ? label : label(statement.fields))
      if (!rowStatements.has(statement.name)) walk.literalsMatter()
      walk.node(statement.name, statement.fields)
    }
    return walk.verdict()
  } catch {
    // The stack of a deep caller, or a tree of another shape than its types say: both mean that it was not understood.
    return refuse('the gateway failed to read the text', false)
  }
}
