// A statement's text and what is known of it: what it does, what it upsets in the session, how it is recorded. Made once
// for a prepared statement, used by every execution of it.

import { createHash } from 'node:crypto'
import { isAscii, isUtf8 } from 'node:buffer'
import { toEverything, type SqlEffect, type SqlFacts } from '../../languages/sql/facts.ts'
import type { SqlDialect } from './dialect.ts'

const backslash = 0x5c
const maxLabelChars = 200
const maxNamedRelations = 3
const nothing = new Uint8Array(0)

export interface Statement {
  /** Its own copy, without the NUL. */
  readonly text: Uint8Array
  readonly sql: SqlFacts
  readonly label: string
  /** Of the parameters, as the client said: part of what is asked. */
  declaredTypes: readonly number[]
  /** The same, as far as the client or the server said; 0 is unknown. */
  parameterTypes: readonly number[]
  readonly unsettles: Unsettles | null
  /** SHA-256 of the text, for a statement that has a name and so is likely to come again. */
  readonly digest: string | null
  /** SQLSTATE of the name that stands for nothing, in whose place this is. */
  readonly missing: string | null
}

/** What must have happened before the next message can be understood. */
export interface Unsettles {
  /** Portals may end with it or be made by it. */
  readonly portals: boolean
  /** Prepared statements that may end with it or be made by it. */
  readonly statements: 'all' | 'none' | { readonly name: string }
  /** The server may go on to read CopyData, and nothing else but that. */
  readonly copyIn: boolean
}

export function toStatement(
  dialect: SqlDialect,
  text: Uint8Array,
  problem: string | null,
  isNamed: boolean,
): Statement {
  const sql = problem === null ? classify(dialect, text) : toEverything(problem)
  const { label, unsettles } = readingOf(sql)
  return {
    text,
    sql,
    label,
    declaredTypes: [],
    parameterTypes: [],
    unsettles: unsettles === 'by its text' ? toUnsettles(sql, text) : unsettles,
    digest: isNamed ? createHash('sha256').update(text).digest('hex') : null,
    missing: null,
  }
}

/** What facts say by themselves: the same for all texts that differ in their numbers and strings only. */
interface Reading {
  readonly label: string
  readonly unsettles: Unsettles | null | 'by its text'
}

/** Facts are frozen and shared by their author; a reading lives as long as they do. */
const readings = new WeakMap<SqlFacts, Reading>()

function readingOf(sql: SqlFacts): Reading {
  let reading = readings.get(sql)
  if (reading === undefined) {
    const unsettles = namesStatements(sql) ? 'by its text' : toUnsettles(sql, nothing)
    readings.set(sql, (reading = { label: toLabel(sql), unsettles }))
  }
  return reading
}

/** Read alike under every client encoding and either setting of standard_conforming_strings. */
export function isPlain(text: Uint8Array): boolean {
  return isAscii(text) && !text.includes(backslash)
}

function classify(dialect: SqlDialect, text: Uint8Array): SqlFacts {
  // No statement at all is no text to a parser, and a sign of life to drivers (JDBC's isValid); the server answers it so.
  if (text.length === 0) return dialect.classify(' ')
  if (!isAscii(text) && !isUtf8(text)) return toEverything('The statement is not UTF-8.')
  return dialect.classify(toString(text))
}

function toString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

/** `UPDATE orders`: first words and relations, names only. */
function toLabel(sql: SqlFacts): string {
  if (sql.labels.length === 0) return sql.complete ? 'SQL without a statement' : 'SQL that is not understood'
  const relations = sql.relations.slice(0, maxNamedRelations).map(({ name }) => name)
  const more = sql.relations.length > maxNamedRelations ? ', …' : ''
  const words = `${sql.labels.join('; ')} ${relations.join(', ')}${more}`
  return words
    .replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
    .trim()
    .slice(0, maxLabelChars)
}

const upsetting: ReadonlySet<SqlEffect> = new Set<SqlEffect>([
  'cursor',
  'call',
  'execute',
  'set',
  'security',
  'load',
  'unknown',
  'copy-in',
])
/** Begins something and ends nothing. */
const harmlessTransaction = /^(?:BEGIN|START TRANSACTION|SAVEPOINT|RELEASE)\b/i

function toUnsettles(sql: SqlFacts, text: Uint8Array): Unsettles | null {
  const endsTransaction =
    sql.effects.includes('transaction') && !sql.labels.every((label) => harmlessTransaction.test(label))
  const isUpsetting =
    !sql.complete || endsTransaction || sql.settings.length > 0 || sql.effects.some((e) => upsetting.has(e))
  const statements = toStatementsUnsettled(sql, text)
  if (!isUpsetting && statements === 'none') return null
  return {
    portals:
      endsTransaction || !sql.complete || sql.effects.some((e) => e === 'cursor' || e === 'call' || e === 'unknown'),
    statements,
    copyIn: !sql.complete || sql.effects.some((e) => e === 'copy-in' || e === 'unknown'),
  }
}

function namesStatements(sql: SqlFacts): boolean {
  return sql.labels.some((label) => /^(?:PREPARE|DEALLOCATE|DISCARD)\b/i.test(label))
}

function toStatementsUnsettled(sql: SqlFacts, text: Uint8Array): Unsettles['statements'] {
  if (!sql.complete) return 'all'
  if (!namesStatements(sql)) return 'none'
  const one = /^\s*deallocate\s+(?:prepare\s+)?(?:"([^"]+)"|([a-z_][a-z0-9_$]*))\s*;?\s*$/i.exec(toString(text))
  const name = one?.[1] ?? one?.[2]?.toLowerCase()
  return name === undefined || name === 'all' ? 'all' : { name: Buffer.from(name).toString('latin1') }
}
