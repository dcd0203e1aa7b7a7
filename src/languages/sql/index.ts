// SQL text → facts, by the real grammar of its dialect. A dialect is a folder; one that is not here is not understood,
// and what is not understood could do anything (G3).

import { refuse } from './facts.ts'
import type { SqlFacts, Verdict } from './facts.ts'
import { classifyText } from './postgres/classify.ts'
import { loadParser } from './postgres/parse.ts'
import { StatementCache } from './statement-cache.ts'

export { sqlEffects } from './facts.ts'
export type { SqlFacts } from './facts.ts'

export const dialects: readonly string[] = ['postgres']

/** Before the first `classify`: until then nothing is understood. */
export async function loadSql(): Promise<void> {
  await loadParser()
}

/** Never throws. Costs a parse each time; `statementCache` is for traffic. */
export function classify(dialect: string, sql: string): SqlFacts {
  return read(dialect, sql).facts
}

/** @returns a cache for the texts of one dialect; equal texts get the same object from it */
export function statementCache(dialect: string): StatementCache {
  return new StatementCache((sql) => read(dialect, sql))
}

function read(dialect: string, sql: string): Verdict {
  return dialect === 'postgres' ? classifyText(sql) : refuse('the dialect is not known')
}
