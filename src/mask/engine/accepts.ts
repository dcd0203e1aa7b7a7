// What ends together: sets of parts, each once, with what may stand behind them. Most ends of a run have a byte behind them that
// none of the parts allows, so what may follow is a table that is asked before anything else (`promises`).

import type { AutomatonPart } from './automaton-part.ts'
import { anything, edge, type ByteSet } from './byte-set.ts'

/** Parts that end at one place, in the order given, but for those that enclose. One object for the same parts, wherever they end together. */
export interface Accepts {
  readonly parts: readonly number[]
  /** Those that need no word. */
  readonly plain: readonly number[]
  /** Those whose last end alone is tried. */
  readonly whole: readonly number[]
  /** What may follow any of them. */
  readonly right: ByteSet
  /** What may follow something that no match begins inside of, when one ends here. */
  readonly encloses: ByteSet | null
  readonly isUrgent: boolean
  /** Where its row of `promises` begins. */
  readonly row: number
}

/** What an end promises, by the byte behind it. */
const promisesNothing = 0
/** Only parts that need a word end here. */
export const promisesWithWord = 1
export const promises = 2
/** Added to the others: something ends here that no match begins inside of. */
export const encloses = 4

/** The row for what is not known: anything. The row before is that of no end. */
const allRow = 256
/** So many rows there may be: more than any real set of patterns has. */
export const maxAccepts = 4_096

export const noAccepts: Accepts = {
  parts: [],
  plain: [],
  whole: [],
  right: anything,
  encloses: null,
  isUrgent: false,
  row: 0,
}

export class AcceptSets {
  /** `promises[accepts.row + byte]`. Replaced when it grows. */
  promises: Uint8Array = new Uint8Array(64 * 256).fill(promises, allRow, allRow + 256)

  readonly #parts: readonly AutomatonPart[]
  readonly #known = new Map<string, Accepts>()

  constructor(parts: readonly AutomatonPart[]) {
    this.#parts = parts
  }

  /** @param ending numbers of parts, rising */
  of(ending: readonly number[]): Accepts {
    if (ending.length === 0) return noAccepts
    const key = ending.join()
    let accepts = this.#known.get(key)
    if (accepts === undefined) {
      const parts = ending.filter((part) => this.#parts[part]?.encloses !== true)
      const enclosing = ending.filter((part) => !parts.includes(part))
      const isUrgent = parts.some((part) => this.#parts[part]?.isUrgent === true)
      const whole = parts.filter((part) => this.#parts[part]?.wholeRun === true)
      const plain = parts.filter((part) => this.#parts[part]?.needsWord !== true)
      const right = this.#rightOf(parts)
      const behind = enclosing.length === 0 ? null : this.#rightOf(enclosing)
      const row = this.#toRow(right, isUrgent ? anything : this.#rightOf(plain), behind)
      this.#known.set(key, (accepts = { parts, plain, whole, right, encloses: behind, isUrgent, row }))
    }
    return accepts
  }

  #rightOf(parts: readonly number[]): ByteSet {
    const right = new Uint8Array(edge + 1)
    for (const part of parts)
      (this.#parts[part]?.right ?? anything).forEach((is, byte) => (right[byte] = (right[byte] ?? 0) | is))
    return right
  }

  #toRow(right: ByteSet, plain: ByteSet, enclosing: ByteSet | null): number {
    const row = (this.#known.size + 2) * 256
    if (row >= maxAccepts * 256) return allRow
    if (row + 256 > this.promises.length) {
      const larger = new Uint8Array(this.promises.length * 2)
      larger.set(this.promises)
      this.promises = larger
    }
    for (let byte = 0; byte < 256; byte++) {
      const promised = plain[byte] === 1 ? promises : right[byte] === 1 ? promisesWithWord : promisesNothing
      this.promises[row + byte] = promised + (enclosing?.[byte] === 1 ? encloses : 0)
    }
    return row
  }
}
