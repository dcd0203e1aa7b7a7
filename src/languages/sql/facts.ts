// What a statement would do, in the words that policies use. A closed vocabulary for every dialect; who may do what is
// decided elsewhere, and nothing here knows of it.

export const sqlEffects = [
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'truncate',
  'copy-in',
  'copy-out',
  'copy-file',
  'copy-program',
  'create',
  'alter',
  'drop',
  'grant',
  'call',
  'execute',
  'set',
  'show',
  'explain',
  'transaction',
  'lock',
  'listen',
  'maintenance',
  'cursor',
  'security',
  'load',
  'unknown',
] as const

export type SqlEffect = (typeof sqlEffects)[number]

export interface SqlRelation {
  /**
   * As the target would name it (folded, unquoted), qualified only when it was written so: `t` and `public.t` may be the
   * same relation. An identifier that itself holds a dot or a quote is written in quotes.
   */
  readonly name: string
  /** A relation that is written and read comes twice. */
  readonly access: 'read' | 'write'
}

export interface SqlCopy {
  readonly direction: 'in' | 'out'
  readonly kind: 'stdin' | 'stdout' | 'file' | 'program'
  /** Of what goes out: the first columns' names, in order, as far as the text tells; null where it names none. */
  readonly columns: readonly (string | null)[]
  /** How what goes out is written; null for the binary form, and when the text does not tell. */
  readonly lines: CopyLines | null
}

/** Lines of text or csv. Each sign is one ASCII character; text has no quotes. */
export interface CopyLines {
  readonly isCsv: boolean
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
}

/** Deep-frozen: caches key on its identity. */
export interface SqlFacts {
  /** Statements in the text; 0 when it has none, or could not be read at all. */
  readonly statements: number
  /** The outermost first. Every effect there is when `complete` is false; none for a text without statements. */
  readonly effects: readonly SqlEffect[]
  readonly relations: readonly SqlRelation[]
  /** Called by name, `schema.name` when written so and the schema is not `pg_catalog`. */
  readonly functions: readonly string[]
  /** A write that reaches every row: no condition, or one that excludes none. */
  readonly unfiltered: boolean
  /** False when it does, or might do, what the text does not show. */
  readonly complete: boolean
  /** First words of each statement: `SELECT`, `CREATE TABLE`. */
  readonly labels: readonly string[]
  /** Why it is not complete, in fixed words that quote nothing of the text. */
  readonly reason: string | null
  /**
   * Lower-case names of settings it changes; `*` is every setting back to its start. Absent: a change of
   * `client_encoding` or `standard_conforming_strings` to the value they must have anyway.
   */
  readonly settings: readonly string[]
  /** Every COPY of the text, in order. */
  readonly copies: readonly SqlCopy[]
}

export interface Verdict {
  readonly facts: SqlFacts
  /** The same text with other numbers and strings in the same places has the same facts. */
  readonly literalFree: boolean
  /** False when asking again later may give another answer. */
  readonly lasting: boolean
}

const none: readonly never[] = Object.freeze([])
const every: readonly SqlEffect[] = Object.freeze([...sqlEffects])

/** Unknown means it could do anything (G3). */
export function toEverything(reason: string, known: Partial<SqlFacts> = {}): SqlFacts {
  return toFrozen({
    statements: 0,
    relations: none,
    functions: none,
    labels: none,
    settings: none,
    copies: none,
    ...known,
    effects: every,
    unfiltered: true,
    complete: false,
    reason,
  })
}

export function toFrozen(facts: SqlFacts): SqlFacts {
  for (const relation of facts.relations) Object.freeze(relation)
  for (const copy of facts.copies) {
    Object.freeze(copy.columns)
    Object.freeze(copy.lines)
    Object.freeze(copy)
  }
  for (const part of [facts.effects, facts.relations, facts.functions, facts.labels, facts.settings, facts.copies])
    Object.freeze(part)
  return Object.freeze(facts)
}

export function refuse(reason: string, lasting = true): Verdict {
  return { facts: toEverything(reason), literalFree: false, lasting }
}
