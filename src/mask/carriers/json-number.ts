// A number of JSON that its key speaks for: a card or a tax number that somebody keeps as one. What takes its place is a number
// again, or null: what reads the text expects one. Numbers without such a key are ids, counts and times, and pass.

import { Buffer } from 'node:buffer'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import { TextFinder } from './text-finder.ts'

/** Shorter ones are nobody's; longer ones are no number of anybody. */
const [leastDigits, maxBytes] = [9, 40]
const leastSecretDigits = 8

const [zero, none] = [Buffer.from('0'), Buffer.from('null')]

export class JsonNumber {
  readonly #editor: Editor
  #finder: TextFinder | null = null
  #bytes: number[] = []
  #policy: FieldPolicy | null = null

  constructor(editor: Editor) {
    this.#editor = editor
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  /** Is what begins there a number that may be long enough? Most are not, and their key need not be asked. */
  mayBeLong(piece: Uint8Array, at: number): boolean {
    const to = Math.min(piece.length, at + leastSecretDigits)
    for (let i = at; i < to; i++) if ((piece[i] ?? 0) < 0x30 || (piece[i] ?? 0) > 0x39) return false
    return true
  }

  begin(policy: FieldPolicy): void {
    this.#policy = policy
    this.#bytes = []
  }

  /** @returns false when it is too long to be one that matters: what was read of it is given back by `end` */
  add(byte: number): boolean {
    this.#bytes.push(byte)
    return this.#bytes.length <= maxBytes
  }

  /** The number is over. @returns what stands in its place, or its own bytes and false */
  end(): { readonly bytes: Uint8Array; readonly isEdited: boolean } {
    const bytes = Uint8Array.from(this.#bytes)
    const policy = this.#policy
    this.#bytes = []
    const isWhole = bytes.length <= maxBytes && bytes.every((byte) => byte >= 0x30 && byte <= 0x39)
    if (policy === null || !isWhole) return { bytes, isEdited: false }
    if (bytes.length >= leastSecretDigits && this.#editor.masksByName(policy))
      return { bytes: toNumber(this.#editor.byName(policy)), isEdited: true }
    if (bytes.length < leastDigits) return { bytes, isEdited: false }
    const finder = (this.#finder ??= new TextFinder(this.#editor, policy))
    finder.reuse(policy)
    finder.feed(bytes, 0, bytes.length, true)
    const [found] = finder.spans
    return found === undefined ? { bytes, isEdited: false } : { bytes: toNumber(finder.replacement(0)), isEdited: true }
  }
}

function toNumber(replacement: Uint8Array): Uint8Array {
  if (replacement.length === 0) return none
  return /^[1-9][0-9]*$/.test(Buffer.from(replacement).toString('latin1')) ? replacement : zero
}
