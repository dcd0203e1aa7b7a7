// One value of text in pieces. Pieces without findings go through as they are; what may yet become a finding waits.

import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import { copied, joined, type Editor } from '../operators/editor.ts'
import { toJsonText } from './json-escapes.ts'
import { Scratch } from './scratch.ts'
import { TextFinder } from './text-finder.ts'

const empty = new Uint8Array(0)
const quote = Uint8Array.of(0x22)

export class TextStream implements MaskStream {
  readonly #editor: Editor
  readonly #finder: TextFinder

  constructor(editor: Editor, policy: FieldPolicy) {
    this.#editor = editor
    this.#finder = new TextFinder(editor, policy)
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    return this.#feed(piece, false)
  }

  end(): Uint8Array {
    return this.#feed(empty, true)
  }

  #feed(piece: Uint8Array, final: boolean): Uint8Array {
    const finder = this.#finder
    finder.feed(piece, 0, piece.length, final)
    if (finder.spans.length > 0) return edited(finder)
    const { bytes, from, safe } = finder
    if (safe === from) return empty
    if (bytes !== piece) return copied(bytes, from, safe)
    return safe === piece.length ? piece : bytes.subarray(from, safe)
  }
}

/** What is decided, with what was found in it replaced. */
export function edited(finder: TextFinder): Uint8Array {
  const [only] = finder.spans
  // Many a value is nothing but what was found in it.
  if (finder.spans.length === 1 && only?.start === finder.from && only.end === finder.safe) return finder.replacement(0)
  const { bytes, from, safe } = finder
  const text = new Scratch(safe - from)
  let at = from
  for (const [i, span] of finder.spans.entries()) {
    text.range(bytes, at, span.start)
    text.add(finder.replacement(i))
    at = span.end
  }
  text.range(bytes, at, safe)
  return text.take()
}

/** The whole value is masked by its field's name: one mark for it at its first byte, nothing after. */
export class NamedStream implements MaskStream {
  readonly #editor: Editor
  readonly #policy: FieldPolicy
  readonly #isJson: boolean
  #hasBegun = false

  /** @param isJson whoever gets it reads JSON, and would break at anything else */
  constructor(editor: Editor, policy: FieldPolicy, isJson = false) {
    this.#editor = editor
    this.#policy = policy
    this.#isJson = isJson
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    if (piece.length === 0 || this.#hasBegun) return empty
    this.#hasBegun = true
    const mark = this.#editor.byName(this.#policy)
    if (!this.#isJson) return mark
    const text = toJsonText(mark)
    return joined([quote, text, quote], text.length + 2)
  }

  end(): Uint8Array {
    this.#hasBegun = false
    return empty
  }
}

/** What cannot hold text. */
export class OpaqueStream implements MaskStream {
  readonly #editor: Editor

  constructor(editor: Editor) {
    this.#editor = editor
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.skipped(piece.length)
    return piece
  }

  end(): Uint8Array {
    return empty
  }
}
