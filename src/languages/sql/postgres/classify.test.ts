// What holds for every statement: over all the statements in the tables of this folder's tests.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { before, test } from 'node:test'

import { loadSql, sqlEffects } from '../index.ts'
import { classifyText } from './classify.ts'
import { dataRules } from './data-rules.ts'
import { definitionRules } from './definition-rules.ts'
import { parse } from './parse.ts'
import { sessionRules } from './session-rules.ts'
import type { Fields } from './tree.ts'
import { isFields, namesOf, toName, toWrapped } from './tree.ts'
import { Walk } from './walk.ts'

before(loadSql)

/** The statements in front of the `⇒` in the tables beside this file. */
function readStatements(): readonly string[] {
  const all: string[] = []
  for (const file of readdirSync(import.meta.dirname))
    if (file.endsWith('.test.ts') && file !== 'classify.test.ts')
      for (const line of readFileSync(`${import.meta.dirname}/${file}`, 'utf8').split('\n'))
        if (line.includes('⇒')) all.push(line.slice(0, line.indexOf('⇒')).trim())
  assert.ok(all.length > 250)
  return all
}

/** Every object of a tree, with the name of the node or field it stands in. */
function visit(value: unknown, place: string, see: (place: string, fields: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, place, see)
  if (!isFields(value)) return
  const wrapped = toWrapped(value)
  if (wrapped !== null) return visit(wrapped.fields, wrapped.name, see)
  see(place, value)
  for (const field in value) visit(value[field], field, see)
}

const statements = readStatements()
const trees = new Map<string, unknown>()

function treeOf(sql: string): unknown {
  const parsed = trees.has(sql) ? { statements: trees.get(sql) } : parse(sql)
  const tree = 'statements' in parsed ? parsed.statements : []
  trees.set(sql, tree)
  return tree
}

test('every rule is tried by some statement', () => {
  const seen = new Set<string>()
  for (const sql of statements)
    visit(treeOf(sql), '', (place) => {
      seen.add(place)
    })
  // Those that stand bare, by their field.
  const bare = new Map([
    ['action', 'GrantStmt'],
    ['base', 'CreateStmt'],
    ['setstmt', 'VariableSetStmt'],
  ])
  for (const name of bare.keys()) if (seen.has(name)) seen.add(bare.get(name) ?? '')
  const rules = Object.keys({ ...dataRules, ...sessionRules, ...definitionRules })
  assert.deepEqual(
    rules.filter((name) => !seen.has(name)),
    [],
  )
})

test('no relation in a tree goes unnoticed, wherever it stands', () => {
  // FOR UPDATE OF names what FROM named; a type is no relation; another server's tables are not the target's.
  const elsewhere = new Set(['typevar', 'IMPORT', 'ALTER TYPE'])
  let checked = 0
  for (const sql of statements) {
    if ([...elsewhere].some((start) => sql.startsWith(start))) continue
    const queries = new Set<unknown>()
    visit(treeOf(sql), '', (place, fields) => {
      if (place === 'CommonTableExpr') queries.add(fields['ctename'])
    })
    const { relations } = classifyText(sql).facts
    visit(treeOf(sql), '', (place, fields) => {
      if (typeof fields['relname'] !== 'string' || place === 'typevar' || queries.has(fields['relname'])) return
      const parts = namesOf(
        ['catalogname', 'schemaname', 'relname'].map((part) => ({ String: { sval: fields[part] ?? '' } })),
      )
      const name = toName(parts)
      checked++
      assert.ok(
        relations.some((relation) => relation.name === name),
        `${sql}: ${name}`,
      )
    })
  }
  assert.ok(checked > 150)
})

test('what the table or the tree does not know could do anything', () => {
  const later = (name: string, fields: Fields) => {
    const walk = new Walk(new Map([['SelectStmt', (select, inner) => inner.parts('SelectStmt', select)]]))
    walk.node(name, fields)
    return walk.verdict().facts
  }
  // What a later grammar may add: a statement, a bare node in a new field, a node that is neither bare nor wrapped.
  assert.equal(later('QuiesceStmt', {}).reason, 'it contains a statement that the gateway does not know')
  const unknown = 'it contains what the gateway does not know'
  assert.equal(later('SelectStmt', { quiesceClause: { relname: 't' } }).reason, unknown)
  assert.equal(later('SelectStmt', { targetList: [{ relname: 't', schemaname: 's' }] }).reason, unknown)
  assert.equal(later('SelectStmt', { targetList: [{ ColumnRef: { fields: [] } }] }).complete, true)
  let deep: Fields = { ColumnRef: {} }
  for (let i = 0; i < 1100; i++) deep = { A_Expr: { lexpr: deep } }
  assert.equal(later('SelectStmt', { targetList: [deep] }).reason, 'the text is nested too deep')
})

test('statements together have the effects of each', () => {
  const all = statements.filter((sql) => classifyText(sql).facts.complete)
  for (let i = 0; i + 7 < all.length; i += 5) {
    const [a = '', b = ''] = [all[i], all[i + 7]]
    const both = classifyText(`${a};\n${b}`).facts
    for (const one of [classifyText(a).facts, classifyText(b).facts]) {
      for (const effect of one.effects) assert.ok(both.effects.includes(effect), `${a}; ${b}`)
      for (const relation of one.relations)
        assert.ok(both.relations.some(({ name, access }) => name === relation.name && access === relation.access))
      assert.ok(both.unfiltered || !one.unfiltered)
    }
    assert.equal(both.statements, classifyText(a).facts.statements + classifyText(b).facts.statements)
  }
  const hidden = classifyText('SELECT 1; CALL p(); SELECT 2').facts
  assert.deepEqual([hidden.complete, hidden.effects, hidden.statements], [false, sqlEffects, 3])
})
