// Statements as actions: what people read in a list, what is recorded, and exactly what an approval is bound to (G4).

import { plainText, type Action, type Facts, type Part } from '../../kernel/action.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { toFacts, toPrepareFacts } from './facts.ts'
import { fieldOf, toReadable, toRole, type BoundValue } from './parameters.ts'
import type { Statement } from './statement.ts'

/** One statement and its values, as they were when the client bound them. */
export interface Bound {
  readonly statement: Statement
  readonly values: readonly BoundValue[]
  /** Of the Bind message; empty for a simple query. */
  readonly bytes: Uint8Array
}

const nothing = new Uint8Array(0)

export function toSimple(statement: Statement): Bound {
  return { statement, values: [], bytes: nothing }
}

/** Running it: the same whether it came as Query or through Parse and Bind. */
export function toRunAction(bound: Bound, database: string): Action {
  return new SqlAction(bound.statement.label, toFacts(bound.statement.sql), [bound], 'run', database)
}

/** Preparing and binding without running. @param isAllowed running them is not denied, so this is not either */
export function toPrepareAction(bounds: readonly Bound[], database: string, isAllowed: boolean): Action {
  const [first] = bounds
  if (first === undefined) throw new RangeError('nothing is prepared')
  const { sql, label } = first.statement
  const facts = isAllowed ? toPrepareFacts(sql) : toFacts(sql)
  return new SqlAction(`PREPARE ${label}`.slice(0, 200), facts, bounds, 'prepare', database)
}

/** The end of a COPY in: what came, before the server takes it. */
export function toCopyAction(statement: Statement, parts: readonly Part[], digest: Uint8Array): Action {
  const facts: Facts = { ...toPrepareFacts(statement.sql), effectful: true }
  return {
    label: `COPY data ${statement.label}`.slice(0, 200),
    facts,
    parts,
    canonical: () => [statement.text, digest],
  }
}

class SqlAction implements Action {
  readonly label: string
  readonly facts: Facts
  readonly #bounds: readonly Bound[]
  readonly #purpose: 'run' | 'prepare'
  readonly #database: string

  constructor(label: string, facts: Facts, bounds: readonly Bound[], purpose: 'run' | 'prepare', database: string) {
    this.label = label
    this.facts = facts
    this.#bounds = bounds
    this.#purpose = purpose
    this.#database = database
  }

  get parts(): readonly Part[] {
    const parts: Part[] = []
    for (const bound of this.#bounds) pushParts(parts, bound)
    return parts
  }

  /** Each field with its length before it: no two requests give the same bytes. */
  canonical(): readonly Uint8Array[] {
    const builder = new ByteBuilder(1024)
    const put = (bytes: Uint8Array): void => {
      builder.int32(bytes.length).bytes(bytes)
    }
    put(Buffer.from(this.#purpose))
    put(Buffer.from(this.#database))
    builder.int32(this.#bounds.length)
    for (const { statement, bytes } of this.#bounds) {
      put(statement.text)
      put(bytes)
      builder.int32(statement.declaredTypes.length)
      for (const oid of statement.declaredTypes) builder.int32(oid)
    }
    return [builder.done()]
  }
}

function pushParts(parts: Part[], { statement, values }: Bound): void {
  parts.push({ role: 'sql', field: plainText, bytes: statement.text, digest: statement.digest })
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === undefined) continue
    const oid = statement.parameterTypes[i] ?? 0
    parts.push({ role: toRole(i, oid, value), field: fieldOf(oid), bytes: toReadable(value, oid), digest: null })
  }
}
