// The target's own parser (libpg-query, PostgreSQL 18 grammar, in WASM). A text becomes a tree or a reason why not.
// A trap inside WASM leaves its stack and memory as they were at that moment: after some thirty of them the instance
// answered nonsense. So an instance that trapped is never asked again; while its successor loads, nothing is understood.

import { createRequire } from 'node:module'

import type * as LibPgQuery from 'libpg-query'

import { refusalOf } from './guard.ts'

type Parser = typeof LibPgQuery

export type Parsed =
  | { readonly statements: readonly LibPgQuery.RawStmt[] }
  /** `lasting`: the same text will be refused again. */
  | { readonly refused: string; readonly lasting: boolean }

let parser: Parser | null = null
let loading: Promise<void> | null = null

/** About 30 ms. Resolves at once when it is loaded. */
export async function loadParser(): Promise<void> {
  if (parser !== null) return
  loading ??= loadFresh()
  try {
    await loading
  } finally {
    loading = null
  }
}

async function loadFresh(): Promise<void> {
  // A `require` of our own each time: its module would otherwise keep every instance that it ever loaded alive.
  const require = createRequire(import.meta.url)
  delete require.cache[require.resolve('libpg-query')]
  const fresh = require('libpg-query') as Parser
  await fresh.loadModule()
  parser = fresh
}

/** Never throws; at most about 0.3 s for the worst text of the allowed length, 10 µs for a common one. */
export function parse(sql: string): Parsed {
  if (parser === null) return { refused: 'the parser is not loaded', lasting: false }
  const refused = refusalOf(sql)
  if (refused !== null) return { refused, lasting: true }
  try {
    return { statements: parser.parseSync(sql).stmts ?? [] }
  } catch (thrown) {
    // Its message quotes the text, so it goes no further.
    if (thrown instanceof Error && thrown.name === 'SqlError')
      return { refused: 'the text does not parse', lasting: true }
    parser = null
    // When this fails too, the parser stays absent: everything is refused, and loadParser says why when asked.
    loadParser().catch(() => (parser = null))
    return { refused: 'the parser failed on this text', lasting: true }
  }
}
