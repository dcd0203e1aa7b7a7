// The permanent corpus: texts that would hide what they do, and texts that only look as if they did. A row stays for ever.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'

import { classify, loadSql, sqlEffects, statementCache } from './index.ts'

interface Row {
  readonly input: string
  readonly expected: {
    /** All of them, in any order; every effect when `complete` is false. */
    readonly effects?: readonly string[]
    readonly writes?: readonly string[]
    readonly reads?: readonly string[]
    readonly settings?: readonly string[]
    readonly unfiltered?: boolean
    readonly complete?: false
  }
  readonly why: string
}

before(loadSql)

function rowsOf(folder: 'bypass' | 'innocent'): readonly Row[] {
  const file = new URL(`../../../corpus/${folder}/sql-postgres.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Row[]
}

for (const folder of ['bypass', 'innocent'] as const)
  test(`every row of ${folder} is what it says`, () => {
    const rows = rowsOf(folder)
    assert.ok(rows.length > 15)
    const cache = statementCache('postgres')
    for (const { input, expected, why } of rows) {
      const facts = classify('postgres', input)
      const told = `${input} – ${why}`
      const named = (access: string) => facts.relations.filter((one) => one.access === access).map(({ name }) => name)
      assert.equal(facts.complete, expected.complete ?? true, told)
      assert.deepEqual(
        new Set(facts.effects),
        new Set(expected.complete === false ? sqlEffects : expected.effects),
        told,
      )
      if (expected.writes !== undefined) assert.deepEqual(named('write'), expected.writes, told)
      if (expected.reads !== undefined) assert.deepEqual(named('read'), expected.reads, told)
      if (expected.settings !== undefined) assert.deepEqual(facts.settings, expected.settings, told)
      if (expected.complete !== false) assert.equal(facts.unfiltered, expected.unfiltered ?? false, told)
      // The cache says the same, first and again.
      assert.deepEqual(cache.classify(input), facts, told)
      assert.deepEqual(cache.classify(input), facts, told)
    }
  })
