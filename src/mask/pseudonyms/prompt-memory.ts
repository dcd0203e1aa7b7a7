// What texts of earlier requests came to. A client sends its whole conversation with every turn, and what a text becomes depends on
// nothing but itself, the texts before it and who may see what: so it is computed once, and found again by a digest of all
// that. What is kept is masked; of the values only where they stood in a text that the next turn brings along.

import { hash } from 'node:crypto'
import type { DataClass } from '../../kernel/finding.ts'
import type { FieldContext } from '../../kernel/action.ts'

/** Of all conversations together; the oldest are forgotten, and computed again. */
const maxBytes = 32 * 1024 * 1024
const [entryBytes, keptBytes] = [256, 96]

/** A value that was seen for the first time in a text, as offsets from the text's beginning. */
export interface FirstSeen {
  readonly token: string
  readonly dataClass: DataClass
  readonly start: number
  readonly end: number
}

export interface Remembered {
  /** null: nothing of it was replaced. */
  readonly masked: Uint8Array | null
  readonly firstSeen: readonly FirstSeen[]
}

export class PromptMemory {
  readonly #texts = new Map<string, Remembered>()
  #bytes = 0

  get(key: string): Remembered | undefined {
    const known = this.#texts.get(key)
    if (known === undefined) return undefined
    // The last in order is the one that was used last.
    this.#texts.delete(key)
    this.#texts.set(key, known)
    return known
  }

  /** @param masked nobody writes to it any more */
  keep(key: string, remembered: Remembered): void {
    const before = this.#texts.get(key)
    this.#bytes += sizeOf(remembered) - (before === undefined ? 0 : sizeOf(before))
    this.#texts.set(key, remembered)
    for (const [oldest, one] of this.#texts) {
      if (this.#bytes <= maxBytes) break
      this.#texts.delete(oldest)
      this.#bytes -= sizeOf(one)
    }
  }
}

function sizeOf({ masked, firstSeen }: Remembered): number {
  return entryBytes + (masked?.length ?? 0) + firstSeen.length * keptBytes
}

/** The texts of one request so far, and by whose rules they are masked, as one digest. */
export class Conversation {
  #digest: string

  /** @param rules whatever decides what becomes of a text, besides the texts */
  constructor(rules: string) {
    this.#digest = hash('sha256', rules, 'latin1')
  }

  /** @returns the key of this text behind all the others */
  follow(text: Uint8Array, { name, content }: FieldContext): string {
    const field = `${content}${name === null ? '' : `:${name}`}`
    this.#digest = hash('sha256', `${this.#digest}${hash('sha256', text, 'latin1')}${field}`, 'latin1')
    return this.#digest
  }
}
