// One walk over the tree of a text, collecting its facts. It goes through every field of every node, so that nothing is
// missed because nobody thought of the place; what it meets and does not know makes the facts incomplete.

import type { RangeVar, WithClause } from 'libpg-query'

import { toEverything, toFrozen } from '../facts.ts'
import type { SqlCopy, SqlEffect, SqlFacts, SqlRelation, Verdict } from '../facts.ts'
import { FromFunctions, giverOf, indirectionCalls } from './dotted-calls.ts'
import { catalogEffect, ruleOf } from './functions.ts'
import type { Fields } from './tree.ts'
import { bareTypes, fieldsOf, isFields, listOf, literalOf, namesOf, textOf, toName, toWrapped } from './tree.ts'

/** Some three stack frames each; the honest texts that nest deeper are chains of a thousand operators. */
const maxDepth = 1000

/** Says what a statement does and goes on into its parts. */
export type StatementRule = (fields: Fields, walk: Walk) => void

export class Walk {
  readonly #rules: ReadonlyMap<string, StatementRule>
  readonly #effects = new Set<SqlEffect>()
  readonly #relations = new Map<string, SqlRelation>()
  readonly #functions = new Set<string>()
  readonly #settings = new Set<string>()
  readonly #labels: string[] = []
  readonly #fromFunctions = new FromFunctions()
  /** Names behind a value that are fields if the text calls the function that gives them. */
  readonly #fields = new Set<string>()
  /** Names that stand for a WITH query here, the innermost last. */
  readonly #scopes: Set<string>[] = []
  #depth = 0
  /** Above 0 inside what is described, not run: the statement of an EXPLAIN, the body of a rule. */
  #described = 0
  #hidden: string | null = null
  #unfiltered = false
  readonly #copies: SqlCopy[] = []
  /** A number or a string was looked at, or may matter to somebody. */
  #literalsMatter = false

  constructor(rules: ReadonlyMap<string, StatementRule>) {
    this.#rules = rules
  }

  verdict(): Verdict {
    for (const name of this.#fields) if (!this.#functions.has(giverOf(name) ?? '')) this.#dottedCall(name)
    const known = {
      statements: this.#labels.length,
      relations: [...this.#relations.values()],
      functions: [...this.#functions],
      labels: this.#labels,
      settings: [...this.#settings],
      copies: this.#copies,
    }
    if (this.#hidden !== null) return { facts: toEverything(this.#hidden, known), literalFree: false, lasting: true }
    const effects = [...this.#effects]
    const facts: SqlFacts = { ...known, effects, unfiltered: this.#unfiltered, complete: true, reason: null }
    return { facts: toFrozen(facts), literalFree: !this.#literalsMatter, lasting: true }
  }

  // ── what rules say ──

  label(label: string): void {
    this.#labels.push(label)
  }

  effect(...effects: readonly SqlEffect[]): void {
    if (this.#described === 0) for (const effect of effects) this.#effects.add(effect)
  }

  /** Also inside what is described only: the planner may run a function to make its plan. */
  effectAnyway(...effects: readonly SqlEffect[]): void {
    for (const effect of effects) this.#effects.add(effect)
  }

  read(name: string): void {
    this.#relations.set(`r${name}`, { name, access: 'read' })
    this.#effects.add('select')
  }

  write(name: string): void {
    if (name === '') return
    if (this.#described > 0) this.read(name)
    else this.#relations.set(`w${name}`, { name, access: 'write' })
  }

  writeTo(relation: RangeVar | undefined): void {
    if (relation !== undefined) this.write(nameOf(relation))
  }

  setting(name: string): void {
    if (this.#described === 0) this.#settings.add(name.toLowerCase())
  }

  unfiltered(): void {
    if (this.#described === 0) this.#unfiltered = true
  }

  copies(copy: SqlCopy): void {
    this.#copies.push(copy)
  }

  /** It does, or may do, what the text does not show. The first reason is kept. */
  hides(reason: string): void {
    this.#hidden ??= reason
  }

  literalsMatter(): void {
    this.#literalsMatter = true
  }

  // ── going on ──

  /** What `enter` goes through is not run by this text. */
  describe(enter: () => void): void {
    this.#described++
    enter()
    this.#described--
  }

  /** `enter` sees the WITH queries of this clause by name; a query itself sees those before it, or all if it is recursive. */
  within(clause: WithClause | undefined, enter: () => void): void {
    if (clause === undefined) return enter()
    const names = new Set<string>()
    this.#scopes.push(names)
    const queries = listOf(clause.ctes).map((query) => fieldsOf(query, 'CommonTableExpr') ?? {})
    if (clause.recursive === true) for (const query of queries) names.add(textOf(query['ctename']))
    for (const query of queries) {
      this.node('CommonTableExpr', query)
      names.add(textOf(query['ctename']))
    }
    enter()
    this.#scopes.pop()
  }

  /** A wrapped node, a list, or nothing. */
  any(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.any(item)
    else if (isFields(value)) {
      const wrapped = toWrapped(value)
      if (wrapped !== null) this.node(wrapped.name, wrapped.fields)
      // An empty item of a list, such as the missing bound of `a[:2]`.
      else if (Object.keys(value).length > 0) this.hides('it contains what the gateway does not know')
    }
  }

  node(name: string, fields: Fields): void {
    if (this.#depth === maxDepth) return this.hides('the text is nested too deep')
    this.#depth++
    if (name === 'RangeVar') this.#rangeVar(fields)
    else if (name === 'FuncCall') this.#call(fields)
    else if (name.endsWith('Stmt')) this.#statement(name, fields)
    else if (name === 'ColumnRef') this.#fromFunctions.column(fields, this.#dottedCall)
    else if (name !== 'A_Const') {
      this.#operator(name, fields)
      if (name === 'A_Indirection') indirectionCalls(fields, this.#fieldOrCall)
      // A rounding of `float(n)` is checked by the grammar itself, and only the grammar sees the number.
      if (name === 'TypeName' && /^float[48]$/.test(namesOf(fields['names']).at(-1) ?? '')) this.#literalsMatter = true
      this.parts(name, fields)
    }
    this.#depth--
  }

  /** Every part of a node except the fields in `but`. */
  parts(name: string, fields: Fields, ...but: readonly string[]): void {
    for (const field in fields) {
      const value = fields[field]
      if (typeof value !== 'object' || value === null || but.includes(field)) continue
      if (Array.isArray(value) || toWrapped(value) !== null) this.any(value)
      else {
        const type = bareTypes.get(`${name}.${field}`) ?? bareTypes.get(field)
        if (type === undefined || !isFields(value)) this.hides('it contains what the gateway does not know')
        else this.node(type, value)
      }
    }
  }

  #statement(name: string, fields: Fields): void {
    const rule = this.#rules.get(name)
    this.#fromFunctions.enter(fields)
    if (rule === undefined) {
      this.hides('it contains a statement that the gateway does not know')
      this.parts(name, fields)
    } else rule(fields, this)
    this.#fromFunctions.leave()
  }

  #rangeVar(relation: RangeVar): void {
    const { relname = '', schemaname = null } = relation
    if (schemaname === null) for (const scope of this.#scopes) if (scope.has(relname)) return
    const effect = catalogEffect(schemaname, relname)
    if (effect !== null) this.effectAnyway(effect)
    this.read(nameOf(relation))
  }

  #call(fields: Fields): void {
    const parts = namesOf(fields['funcname'])
    if (parts.length > 1 && parts[0] === 'pg_catalog') parts.shift()
    const name = toName(parts)
    const values = listOf(fields['args'])
    const { effects, hidden } = ruleOf(name, values.length)
    this.#functions.add(name)
    this.effectAnyway(...effects)
    if (hidden !== null) this.hides(hidden)
    if (parts.at(-1) === 'set_config') this.#setConfig(values)
    this.parts('FuncCall', fields, 'funcname')
  }

  readonly #fieldOrCall = (name: string): void => {
    if (giverOf(name) === null) this.#dottedCall(name)
    else this.#fields.add(name)
  }

  /** A name behind a dot; one that is harmless as a function is likely to be a field. */
  readonly #dottedCall = (name: string): void => {
    const called = toName([name])
    const { effects, hidden } = ruleOf(called, 1)
    if (effects.length === 0 && hidden === null) return
    this.#functions.add(called)
    this.effectAnyway(...effects)
    if (hidden !== null) this.hides(hidden)
  }

  #setConfig(values: readonly unknown[]): void {
    this.#literalsMatter = true
    const name = literalOf(values[0])
    if (name === null) return this.hides('it changes a setting whose name is computed')
    this.change(name, literalOf(values[1]))
  }

  /** @param value null when it is computed, a default or no string */
  change(name: string, value: string | null): void {
    const lower = name.toLowerCase()
    if (isHeldAnyway(lower, value?.toLowerCase() ?? '')) return
    this.setting(lower)
    if (lower === 'role' || lower === 'session_authorization') this.effectAnyway('security')
  }

  /** An operator that names its schema is whatever function stands behind it. */
  #operator(name: string, fields: Fields): void {
    const field = name === 'A_Expr' ? 'name' : name === 'SubLink' ? 'operName' : name === 'SortBy' ? 'useOp' : ''
    if (field === '' || listOf(fields[field]).length < 2) return
    const parts = namesOf(fields[field])
    if (parts[0] === 'pg_catalog') return
    this.#functions.add(toName(parts))
    this.effectAnyway('call')
  }
}

function nameOf(relation: RangeVar): string {
  return toName([relation.catalogname, relation.schemaname, relation.relname])
}

function isHeldAnyway(name: string, value: string): boolean {
  if (name === 'client_encoding') return value === 'utf8' || value === 'utf-8' || value === 'unicode'
  return name === 'standard_conforming_strings' && (value === 'on' || value === 'true')
}
