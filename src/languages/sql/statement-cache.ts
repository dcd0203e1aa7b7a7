// Facts of texts that were seen before, so that the parser is asked once. Equal texts get the same object. Looked up by
// the exact text, then by its shape; a shape holds facts only when the parse proved that literals cannot change them.

import type { SqlFacts, Verdict } from './facts.ts'
import { toShape } from './literals.ts'

export interface StatementCacheLimits {
  /** Texts and shapes together; the real number may be a little lower. */
  readonly maxEntries: number
  /** Of the texts that are kept as keys. */
  readonly maxBytes: number
  /** A longer text is parsed each time. */
  readonly maxKeyChars: number
}

export const defaultLimits: StatementCacheLimits = { maxEntries: 8192, maxBytes: 16 * 1024 * 1024, maxKeyChars: 16_384 }

/** One for a process: facts do not depend on who asks. Not for texts of several dialects. */
export class StatementCache {
  readonly #read: (sql: string) => Verdict
  readonly #limits: StatementCacheLimits
  readonly #texts: Generations
  readonly #shapes: Generations

  /** @param read what a text means, by its dialect */
  constructor(read: (sql: string) => Verdict, limits: StatementCacheLimits = defaultLimits) {
    this.#read = read
    this.#limits = limits
    this.#texts = new Generations(limits.maxEntries / 2, limits.maxBytes / 2)
    this.#shapes = new Generations(limits.maxEntries / 2, limits.maxBytes / 2)
  }

  /** Never throws. Synchronous: a miss costs a parse. */
  classify(sql: string): SqlFacts {
    if (sql.length > this.#limits.maxKeyChars) return this.#read(sql).facts
    const known = this.#texts.find(sql)
    if (known !== undefined) return known
    const shape = toShape(sql)
    const alike = shape === null ? undefined : this.#shapes.find(shape)
    if (alike !== undefined) return alike
    const { facts, literalFree, lasting } = this.#read(sql)
    if (shape !== null && literalFree && facts.complete) this.#shapes.keep(shape, facts)
    else if (lasting) this.#texts.keep(sql, facts)
    return facts
  }

  get size(): number {
    return this.#texts.size + this.#shapes.size
  }
}

/**
 * Least recently used, roughly, at the price of one look-up: what is used while the young generation fills survives its
 * becoming the old one; what is not is dropped with the old one.
 */
class Generations {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #young = new Map<string, SqlFacts>()
  #old = new Map<string, SqlFacts>()
  #youngBytes = 0

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = Math.max(1, Math.floor(maxEntries / 2))
    this.#maxBytes = maxBytes / 2
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  find(key: string): SqlFacts | undefined {
    const facts = this.#young.get(key)
    if (facts !== undefined) return facts
    const older = this.#old.get(key)
    if (older !== undefined) {
      this.#old.delete(key)
      this.keep(key, older)
    }
    return older
  }

  keep(key: string, facts: SqlFacts): void {
    const bytes = key.length * 2
    if (this.#young.size >= this.#maxEntries || this.#youngBytes + bytes > this.#maxBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    if (bytes > this.#maxBytes) return
    this.#young.set(key, facts)
    this.#youngBytes += bytes
  }
}
