// Who says what a statement does. languages/ does; index.ts introduces the two, so that a test can put words in its mouth.

import type { SqlFacts } from '../../languages/sql/facts.ts'

export interface SqlDialect {
  load(): Promise<void>
  /** One frozen object for equal text. Synchronous once loaded. Never throws: what it cannot read is not complete. */
  classify(sql: string): SqlFacts
}
