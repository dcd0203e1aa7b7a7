// What this folder needs to know about a statement's text. languages/ says it; index.ts introduces the two, so that a test
// can put words in its mouth.

/** One frozen object for equal text: what is made of it is cached by identity. */
export interface SqlFacts {
  readonly statements: number
  readonly effects: readonly string[]
  readonly relations: readonly { readonly name: string; readonly access: 'read' | 'write' }[]
  readonly functions: readonly string[]
  readonly unfiltered: boolean
  /** False when something of it was not understood: then it could do anything. */
  readonly complete: boolean
  /** First words of each statement: `SELECT`, `CREATE TABLE`. */
  readonly labels: readonly string[]
  /** Why it is not complete. */
  readonly reason: string | null
  /** Names of settings it changes. */
  readonly settings: readonly string[]
}

export interface SqlDialect {
  load(): Promise<void>
  /** Synchronous once loaded. Never throws: what it cannot read is not complete. */
  classify(sql: string): SqlFacts
}
