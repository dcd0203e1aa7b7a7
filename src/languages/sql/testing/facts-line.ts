// Facts of a statement on one line, so that a test is a table of statements and lines.

import assert from 'node:assert/strict'

import { classifyText } from '../postgres/classify.ts'

/**
 * `update+select w:t r:u f:now s:role UNFILTERED`; an incomplete one begins with `?` and leaves out its effects, which
 * are all there are.
 */
export function toLine(sql: string): string {
  const { facts } = classifyText(sql)
  const parts = [facts.complete ? facts.effects.join('+') : `? ${facts.reason}:`]
  for (const { name, access } of facts.relations) parts.push(`${access === 'write' ? 'w' : 'r'}:${name}`)
  for (const name of facts.functions) parts.push(`f:${name}`)
  for (const name of facts.settings) parts.push(`s:${name}`)
  for (const { direction, kind } of facts.copies) parts.push(`${direction}:${kind}`)
  if (facts.complete && facts.unfiltered) parts.push('UNFILTERED')
  return parts.join(' ')
}

/** The first words of each statement of a text. */
export function toLabels(sql: string): string {
  return classifyText(sql).facts.labels.join('; ')
}

/** Each line of the table is a statement, `⇒`, and what `show` makes of it. */
export function checkTable(table: string, show: (sql: string) => string): void {
  const rows = table.split('\n').filter((row) => row.trim() !== '')
  assert.ok(rows.length > 0)
  for (const row of rows) {
    const [sql = '', expected] = row.split('⇒').map((part) => part.trim())
    assert.equal(show(sql), expected, sql)
  }
}
