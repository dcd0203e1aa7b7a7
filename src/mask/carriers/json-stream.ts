// A value that is JSON, whole or in pieces: string values are looked at one by one, each with its key as its field's name;
// keys, numbers and what holds them together stay as they are. From the first byte on that is not JSON, everything is text:
// a text that only looks like JSON must not hide anything.

import type { FieldContext } from '../../kernel/action.ts'
import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import { toJsonText, toMeant } from './json-escapes.ts'
import { JsonStructure } from './json-structure.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'

const quote = 0x22
const backslash = 0x5c
const maxKeyBytes = 256

/** What the stream asks of its masker. */
export interface JsonFields {
  readonly field: FieldContext
  policyOf(name: string | null): FieldPolicy
}

export class JsonStream implements MaskStream {
  readonly #editor: Editor
  readonly #fields: JsonFields
  #structure = new JsonStructure()
  #mode: 'structure' | 'key' | 'string' | 'named' | 'text' = 'structure'
  readonly #output = new Output()
  readonly #string: MappedText
  /** The bytes of the key that is being read. */
  #key: number[] = []
  /** An escape that is not complete, from its backslash on. */
  #escape: number[] = []
  /** Does the string that its name masks already have its mark? */
  #isMarked = false

  constructor(editor: Editor, fields: JsonFields) {
    this.#editor = editor
    this.#fields = fields
    this.#string = new MappedText(editor, fields.policyOf(fields.field.name), this.#output)
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    const held = this.#isHolding
    let i = 0
    while (i < piece.length) {
      if (this.#mode === 'structure') i = this.#outside(piece, i)
      else if (this.#mode === 'text') i = this.#plainTo(piece, i, piece.length)
      else i = this.#inside(piece, i)
    }
    this.#string.flush()
    if (held || this.#isHolding || this.#output.isEdited) return this.#output.take()
    this.#output.drop()
    return piece
  }

  end(): Uint8Array {
    if (this.#escape.length > 0) this.#endEscape(Uint8Array.from(this.#escape))
    this.#string.end()
    this.#structure = new JsonStructure()
    this.#mode = 'structure'
    this.#key = []
    return this.#output.take()
  }

  get #isHolding(): boolean {
    return this.#string.holds || this.#escape.length > 0
  }

  #outside(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      const place = this.#structure.take(piece[i] ?? 0)
      if (place === 'structure') continue
      if (place === 'broken') {
        this.#output.pass(piece, from, i)
        this.#mode = 'text'
        this.#string.begin(this.#fields.policyOf(this.#fields.field.name), null)
        return i
      }
      this.#output.pass(piece, from, i + 1)
      this.#begin(place === 'key')
      return i + 1
    }
    this.#output.pass(piece, from, piece.length)
    return piece.length
  }

  #begin(isKey: boolean): void {
    if (isKey) {
      this.#mode = 'key'
      this.#key = []
      return
    }
    const policy = this.#fields.policyOf(this.#structure.key ?? this.#fields.field.name)
    this.#isMarked = false
    this.#mode = this.#editor.masksByName(policy) ? 'named' : 'string'
    if (this.#mode === 'string') this.#string.begin(policy, toJsonText)
  }

  /** In a string: bytes to the next quote or backslash mean themselves. */
  #inside(piece: Uint8Array, from: number): number {
    if (this.#escape.length > 0) return this.#continueEscape(piece, from)
    let i = from
    while (i < piece.length && piece[i] !== quote && piece[i] !== backslash) i++
    if (piece[i] === quote && this.#mode === 'string') this.#string.last(piece, from, i)
    else this.#plainTo(piece, from, i)
    if (i === piece.length) return i
    if (piece[i] === backslash) {
      this.#escape.push(backslash)
      return i + 1
    }
    if (this.#mode === 'key') this.#structure.endKey(new TextDecoder().decode(Uint8Array.from(this.#key)))
    this.#mode = 'structure'
    this.#output.pass(piece, i, i + 1)
    return i + 1
  }

  #plainTo(piece: Uint8Array, from: number, to: number): number {
    if (this.#mode === 'key') {
      for (let i = from; i < to && this.#key.length < maxKeyBytes; i++) this.#key.push(piece[i] ?? 0)
      this.#output.pass(piece, from, to)
    } else if (this.#mode === 'named') {
      if (to > from) this.#mark()
    } else this.#string.plain(piece, from, to)
    return to
  }

  #continueEscape(piece: Uint8Array, from: number): number {
    this.#escape.push(piece[from] ?? 0)
    const meant = toMeant(this.#escape)
    if (meant !== null) this.#endEscape(meant)
    return from + 1
  }

  #endEscape(meant: Uint8Array): void {
    const written = Uint8Array.from(this.#escape)
    this.#escape = []
    if (this.#mode === 'key') {
      if (this.#key.length < maxKeyBytes) this.#key.push(...meant)
      this.#output.put(written)
    } else if (this.#mode === 'named') this.#mark()
    else this.#string.escape(written, meant)
  }

  #mark(): void {
    this.#output.isEdited = true
    if (this.#isMarked) return
    this.#isMarked = true
    this.#output.put(this.#editor.byName(this.#fields.policyOf(this.#structure.key ?? this.#fields.field.name)))
  }
}
