// What a statement does, in the words of policies. One Facts object for one SqlFacts object, so that authorize/ can key its
// cache by identity; made once, however often the statement runs.

import type { Facts } from '../../kernel/action.ts'
import type { SqlFacts } from '../../languages/sql/facts.ts'
import { isPureFunction } from './pure-functions.ts'
import { isHarmlessSetting } from './settings.ts'
import { actionOf, everyAction } from './vocabulary.ts'

/** Effects that leave nothing behind at the target. */
const withoutEffect: ReadonlySet<string> = new Set([
  'select',
  'copy-out',
  'show',
  'explain',
  'cursor',
  'transaction',
  'set',
])

const maxNames = 1000

const full = new WeakMap<SqlFacts, Facts>()
const prepared = new WeakMap<SqlFacts, Facts>()

/** Of running it. */
export function toFacts(sql: SqlFacts): Facts {
  const known = full.get(sql)
  if (known !== undefined) return known
  const facts = freeze(sql, toActions(sql))
  full.set(sql, facts)
  return facts
}

/** Of preparing it, when running it is not denied: what it would do is asked when it runs. */
export function toPrepareFacts(sql: SqlFacts): Facts {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  const facts = freeze(sql, sql.complete ? ['sql:prepare'] : everyAction)
  prepared.set(sql, facts)
  return facts
}

function toActions(sql: SqlFacts): readonly string[] {
  if (!isUnderstood(sql)) return everyAction
  const actions = new Set<string>()
  for (const effect of sql.effects) {
    const action = effect === 'set' ? toSettingAction(sql) : actionOf(effect)
    if (action === null) return everyAction
    actions.add(action)
  }
  // set_config() reports its setting and no `set`.
  if (sql.settings.length > 0) actions.add(toSettingAction(sql))
  // A text of comments only does nothing.
  return actions.size === 0 ? ['sql:show'] : [...actions].sort()
}

function toSettingAction(sql: SqlFacts): string {
  return sql.settings.every(isHarmlessSetting) ? 'sql:session' : 'sql:security'
}

function isUnderstood(sql: SqlFacts): boolean {
  return sql.complete && sql.effects.every((effect) => actionOf(effect) !== null || effect === 'set') && !isHuge(sql)
}

/** More names than a policy should be asked about; nobody writes such a statement. */
function isHuge(sql: SqlFacts): boolean {
  return sql.relations.length > maxNames || sql.functions.length > maxNames || sql.settings.length > maxNames
}

function freeze(sql: SqlFacts, actions: readonly string[]): Facts {
  const complete = isUnderstood(sql)
  const names = isHuge(sql) ? [] : sql.relations
  const written = names.filter(({ access }) => access === 'write')
  const context = {
    sql: Object.freeze({
      unfiltered: sql.unfiltered || !complete,
      complete,
      statements: sql.statements,
      effects: unique(sql.effects),
      relations: unique(names.map(({ name }) => name)),
      writes: unique(written.map(({ name }) => name)),
      tables: unique(names.map(({ name }) => toTable(name))),
      tableWrites: unique(written.map(({ name }) => toTable(name))),
      functions: isHuge(sql) ? [] : unique(sql.functions),
      settings: isHuge(sql) ? [] : unique(sql.settings.map((name) => name.toLowerCase())),
    }),
  }
  return Object.freeze({
    actions,
    effectful: !complete || mayChangeSomething(sql),
    complete,
    context: Object.freeze(context),
    key: JSON.stringify([actions, context]),
  })
}

/** `crm.customers` → `customers`; see `SqlRelation.name`. */
function toTable(name: string): string {
  const last = /(?:[^."]|"(?:[^"]|"")*")*$/.exec(name)?.[0] ?? name
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last
}

function mayChangeSomething(sql: SqlFacts): boolean {
  return !sql.effects.every((effect) => withoutEffect.has(effect)) || !sql.functions.every(isPureFunction)
}

function unique(names: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(names)].sort())
}
