// How a rule of the statement table is written down: most statements are an effect and the relations they write.

import type { RangeVar } from 'libpg-query'

import type { SqlEffect } from '../facts.ts'
import type { Fields } from './tree.ts'
import { fieldsOf, isFields, listOf, namesOf, textOf, toName } from './tree.ts'
import type { Walk } from './walk.ts'

export interface Rule {
  /** First words of the statement. */
  readonly label: string | ((fields: Fields) => string)
  readonly run: (fields: Fields, walk: Walk) => void
}

/** @param writes fields that name a relation which is written, one or a list */
export function plain(label: Rule['label'], effects: readonly SqlEffect[], ...writes: readonly string[]): Rule {
  return {
    label,
    run(fields, walk) {
      walk.effect(...effects)
      for (const field of writes) writeAll(fields[field], walk)
      walk.parts('', fields, ...writes)
    },
  }
}

/** Made now, run later or never: its body is described only. */
export function definition(label: Rule['label'], effects: readonly SqlEffect[], ...writes: readonly string[]): Rule {
  return {
    label,
    run(fields, walk) {
      walk.effect(...effects)
      for (const field of writes) writeAll(fields[field], walk)
      walk.describe(() => walk.parts('', fields, ...writes))
    },
  }
}

/** Runs what the text does not show. */
export function opaque(label: string, effects: readonly SqlEffect[], reason: string): Rule {
  return {
    label,
    run(fields, walk) {
      walk.effect(...effects)
      walk.hides(reason)
      walk.parts('', fields)
    },
  }
}

function writeAll(value: unknown, walk: Walk): void {
  for (const item of Array.isArray(value) ? listOf(value) : [value]) {
    const relation: RangeVar | null = fieldsOf(item, 'RangeVar') ?? (isFields(item) ? item : null)
    if (relation !== null) walk.writeTo(relation)
  }
}

const relationKinds = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'INDEX', 'SEQUENCE', 'FOREIGN TABLE'])
/** Things of a table: their name follows the table's. */
const memberKinds = new Set(['COLUMN', 'TRIGGER', 'RULE', 'POLICY', 'TABLE CONSTRAINT'])
const kindWords = new Map([
  ['MATVIEW', 'MATERIALIZED VIEW'],
  ['TABCONSTRAINT', 'TABLE CONSTRAINT'],
  ['DOMCONSTRAINT', 'DOMAIN CONSTRAINT'],
  ['STATISTIC EXT', 'STATISTICS'],
  ['FDW', 'FOREIGN DATA WRAPPER'],
  ['FOREIGN SERVER', 'SERVER'],
  ['TSCONFIGURATION', 'TEXT SEARCH CONFIGURATION'],
  ['TSDICTIONARY', 'TEXT SEARCH DICTIONARY'],
  ['TSPARSER', 'TEXT SEARCH PARSER'],
  ['TSTEMPLATE', 'TEXT SEARCH TEMPLATE'],
  ['OPCLASS', 'OPERATOR CLASS'],
  ['OPFAMILY', 'OPERATOR FAMILY'],
  ['LARGEOBJECT', 'LARGE OBJECT'],
])

/** `OBJECT_FOREIGN_TABLE` → `FOREIGN TABLE` */
export function toKind(objectType: unknown): string {
  const words = textOf(objectType).replace('OBJECT_', '').replaceAll('_', ' ')
  return kindWords.get(words) ?? words
}

/** Notes the relation that a dotted name of this kind of object is or belongs to. */
export function writeNamed(kind: string, object: unknown, walk: Walk): void {
  const parts = namesOf(fieldsOf(object, 'List')?.['items'])
  if (memberKinds.has(kind)) parts.pop()
  else if (!relationKinds.has(kind)) return
  walk.write(toName(parts))
}
