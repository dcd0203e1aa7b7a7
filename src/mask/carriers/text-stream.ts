// One value of text in pieces. Pieces without findings go through as they are; what may yet become a finding waits.

import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import type { Scanner } from '../engine/scanner.ts'

const empty = new Uint8Array(0)

export class TextStream implements MaskStream {
  readonly #editor: Editor
  readonly #policy: FieldPolicy
  readonly #scanner: Scanner

  constructor(editor: Editor, policy: FieldPolicy) {
    this.#editor = editor
    this.#policy = policy
    this.#scanner = editor.newScanner(policy)
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    return this.#feed(piece, false)
  }

  end(): Uint8Array {
    return this.#feed(empty, true)
  }

  #feed(piece: Uint8Array, final: boolean): Uint8Array {
    const scanner = this.#scanner
    scanner.feed(piece, 0, piece.length, final)
    const { spans, bytes, safe } = scanner
    if (spans.length > 0) return this.#editor.edit(spans, bytes, scanner.from, safe, this.#policy)
    if (bytes === piece && safe === piece.length) return piece
    return safe === 0 ? empty : bytes.subarray(0, safe)
  }
}

/** The whole value is masked by its field's name: one mark for it at its first byte, nothing after. */
export class NamedStream implements MaskStream {
  readonly #editor: Editor
  readonly #policy: FieldPolicy
  #hasBegun = false

  constructor(editor: Editor, policy: FieldPolicy) {
    this.#editor = editor
    this.#policy = policy
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    if (piece.length === 0 || this.#hasBegun) return empty
    this.#hasBegun = true
    return this.#editor.byName(this.#policy)
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
