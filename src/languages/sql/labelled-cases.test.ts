// Statements labelled by hand, with what the real parser says of them. Never less than the label or the oracle.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'

import { classify, loadSql, sqlEffects } from './index.ts'
import type { SqlFacts } from './index.ts'

interface Case {
  readonly dialect: string
  readonly sql: string
  readonly expected: {
    readonly complete?: boolean
    readonly reason_present?: boolean
    readonly operation?: string
    readonly operation_in_vocabulary?: boolean
    readonly writes?: boolean
    readonly statement_count?: number
    readonly statements?: readonly ({ readonly operation: string; readonly tables: readonly string[] } | null)[]
    readonly tables?: readonly string[]
    readonly write_relations?: readonly string[]
    readonly read_relations?: readonly string[]
    readonly effects_contains?: readonly string[]
    readonly write_contains?: readonly string[]
    readonly read_contains?: readonly string[]
    readonly write_excludes?: readonly string[]
    readonly policy?: { readonly deny_operations: readonly string[]; readonly denied: boolean }
    readonly either?: readonly { readonly complete: boolean; readonly write_relations_sorted?: readonly string[] }[]
    readonly not_complete_without_effects_if_first_word_in?: readonly string[]
    readonly no_crash?: boolean
  }
  readonly oracle?: {
    readonly parses: boolean
    readonly statement_count?: number
    readonly write_relations?: readonly string[]
  }
}

const cases = JSON.parse(readFileSync(new URL('labelled-cases.json', import.meta.url), 'utf8')) as readonly Case[]

before(loadSql)

function names(facts: SqlFacts, access: 'read' | 'write'): string[] {
  return facts.relations.filter((relation) => relation.access === access).map((relation) => relation.name)
}

const sorted = (list: readonly string[]) => [...list].sort()
const effectsOf = (facts: SqlFacts): readonly string[] => facts.effects

test('every labelled statement is understood at least as its label says', () => {
  assert.equal(cases.length, 140)
  for (const { dialect, sql, expected } of cases) {
    const facts = classify(dialect, sql)
    // Another dialect is not understood, and then every effect answers every label.
    if (dialect === 'postgres') checkNames(sql, facts, expected)
    checkEffects(sql, facts, expected)
    if (expected.complete !== undefined) assert.equal(facts.complete, expected.complete, sql)
    if (expected.reason_present === true) assert.notEqual(facts.reason, null, sql)
    const first = sql.trim().split(/\s/)[0]?.toLowerCase() ?? ''
    if (expected.not_complete_without_effects_if_first_word_in?.includes(first) === true)
      assert.ok(!facts.complete || facts.effects.length > 0, sql)
  }
})

function checkNames(sql: string, facts: SqlFacts, expected: Case['expected']): void {
  const writes = names(facts, 'write')
  const reads = names(facts, 'read')
  if (expected.write_relations !== undefined) assert.deepEqual(sorted(writes), sorted(expected.write_relations), sql)
  if (expected.read_relations !== undefined) assert.deepEqual(sorted(reads), sorted(expected.read_relations), sql)
  for (const name of expected.write_contains ?? []) assert.ok(writes.includes(name), sql)
  for (const name of expected.read_contains ?? []) assert.ok(reads.includes(name), sql)
  for (const name of expected.write_excludes ?? []) assert.ok(!writes.includes(name), sql)
  if (expected.writes !== undefined) assert.equal(writes.length > 0, expected.writes, sql)
  if (expected.statement_count !== undefined) assert.equal(facts.statements, expected.statement_count, sql)
  // The labels fold quoted names as well, which the target does not.
  const all = [...new Set([...writes, ...reads])].map((name) => name.toLowerCase())
  if (expected.tables !== undefined) assert.deepEqual(sorted(all), sorted(expected.tables), sql)
  for (const one of expected.statements ?? [])
    for (const table of one?.tables ?? []) assert.ok(all.includes(table), sql)
}

function checkEffects(sql: string, facts: SqlFacts, expected: Case['expected']): void {
  for (const effect of expected.effects_contains ?? []) assert.ok(effectsOf(facts).includes(effect), sql)
  if (expected.operation !== undefined && facts.complete) assert.equal(facts.effects[0], expected.operation, sql)
  if (expected.operation !== undefined) assert.ok(effectsOf(facts).includes(expected.operation), sql)
  if (expected.operation_in_vocabulary === true)
    for (const effect of facts.effects) assert.ok(sqlEffects.includes(effect))
  if (expected.policy !== undefined) {
    const { deny_operations: denied, denied: isDenied } = expected.policy
    assert.equal(
      facts.effects.some((effect) => denied.includes(effect)),
      isDenied,
      sql,
    )
  }
  if (expected.either === undefined) return
  const fits = expected.either.some(
    ({ complete, write_relations_sorted: writes }) =>
      complete === facts.complete &&
      (writes === undefined || JSON.stringify(writes) === JSON.stringify(sorted(names(facts, 'write')))),
  )
  assert.ok(fits, sql)
}

test('never less than the oracle: the same statements, every relation it sees written', () => {
  for (const { dialect, sql, oracle } of cases) {
    if (oracle === undefined || sql.includes('\0')) continue
    const facts = classify(dialect, sql)
    if (!oracle.parses) {
      assert.equal(facts.complete, false, sql)
      assert.deepEqual(facts.effects, sqlEffects, sql)
      continue
    }
    assert.equal(facts.statements, oracle.statement_count, sql)
    assert.deepEqual(sorted(names(facts, 'write')), sorted(oracle.write_relations ?? []), sql)
  }
})

test('a text with a NUL byte is refused, although the parser alone would stop before it', () => {
  const withNul = cases.filter(({ dialect, sql }) => dialect === 'postgres' && sql.includes('\0'))
  assert.ok(withNul.length > 0)
  for (const { sql } of withNul) assert.equal(classify('postgres', sql).reason, 'the text contains a NUL byte')
})
