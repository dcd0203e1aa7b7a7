// A value that is JSON, whole or in pieces: string values are looked at one by one, each with its key as its field's name;
// keys, numbers and what holds them together stay as they are. From the first byte on that is not JSON, everything is text:
// a text that only looks like JSON must not hide anything.

import type { FieldContext } from '../../kernel/action.ts'
import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import { joined, type Editor } from '../operators/editor.ts'
import { JsonString, toMeant, type JsonOutput } from './json-string.ts'
import { JsonStructure } from './json-structure.ts'

const empty = new Uint8Array(0)
const quote = 0x22
const backslash = 0x5c
const maxKeyBytes = 256

/** What the stream asks of its masker. */
export interface JsonFields {
  readonly field: FieldContext
  policyOf(name: string | null): FieldPolicy
}

export class JsonStream implements MaskStream, JsonOutput {
  readonly #editor: Editor
  readonly #fields: JsonFields
  #structure = new JsonStructure()
  #mode: 'structure' | 'key' | 'string' | 'named' | 'text' = 'structure'
  readonly #string: JsonString
  /** The bytes of the key that is being read. */
  #key: number[] = []
  /** An escape that is not complete, from its backslash on. */
  #escape: number[] = []
  /** Does the string that its name masks already have its mark? */
  #isMarked = false

  #pieces: Uint8Array[] = []
  #length = 0
  #edits = 0

  constructor(editor: Editor, fields: JsonFields) {
    this.#editor = editor
    this.#fields = fields
    this.#string = new JsonString(editor, fields.policyOf(fields.field.name), this)
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
    const isSame = !held && !this.#isHolding && this.#edits === 0
    const whole = this.#take()
    return isSame ? piece : whole
  }

  end(): Uint8Array {
    if (this.#escape.length > 0) this.#endEscape(Uint8Array.from(this.#escape))
    this.#string.end()
    this.#structure = new JsonStructure()
    this.#mode = 'structure'
    this.#key = []
    return this.#take()
  }

  pass(bytes: Uint8Array, from: number, to: number): void {
    this.put(bytes.subarray(from, to))
  }

  put(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#pieces.push(bytes)
    this.#length += bytes.length
  }

  edited(): void {
    this.#edits++
  }

  get #isHolding(): boolean {
    return this.#string.holds || this.#escape.length > 0
  }

  #take(): Uint8Array {
    const whole = this.#length === 0 ? empty : joined(this.#pieces, this.#length)
    this.#pieces = []
    this.#length = 0
    this.#edits = 0
    return whole
  }

  #outside(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      const place = this.#structure.take(piece[i] ?? 0)
      if (place === 'structure') continue
      if (place === 'broken') {
        this.pass(piece, from, i)
        this.#mode = 'text'
        this.#string.begin(this.#fields.policyOf(this.#fields.field.name), 'none')
        return i
      }
      this.pass(piece, from, i + 1)
      this.#begin(place === 'key')
      return i + 1
    }
    this.pass(piece, from, piece.length)
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
    if (this.#mode === 'string') this.#string.begin(policy, 'json')
  }

  /** In a string: bytes to the next quote or backslash mean themselves. */
  #inside(piece: Uint8Array, from: number): number {
    if (this.#escape.length > 0) return this.#continueEscape(piece, from)
    let i = from
    while (i < piece.length && piece[i] !== quote && piece[i] !== backslash) i++
    this.#plainTo(piece, from, i)
    if (i === piece.length) return i
    if (piece[i] === backslash) {
      this.#escape.push(backslash)
      return i + 1
    }
    if (this.#mode === 'string') this.#string.end()
    if (this.#mode === 'key') this.#structure.endKey(new TextDecoder().decode(Uint8Array.from(this.#key)))
    this.#mode = 'structure'
    this.pass(piece, i, i + 1)
    return i + 1
  }

  #plainTo(piece: Uint8Array, from: number, to: number): number {
    if (this.#mode === 'key') {
      for (let i = from; i < to && this.#key.length < maxKeyBytes; i++) this.#key.push(piece[i] ?? 0)
      this.pass(piece, from, to)
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
      this.put(written)
    } else if (this.#mode === 'named') this.#mark()
    else this.#string.escape(written, meant)
  }

  #mark(): void {
    this.#edits++
    if (this.#isMarked) return
    this.#isMarked = true
    this.put(this.#editor.byName(this.#fields.policyOf(this.#structure.key ?? this.#fields.field.name)))
  }
}
