// A value that is JSON, whole or in pieces: string values are looked at one by one, each with its key as its field's name; so are
// keys that may be more than names, and numbers whose key speaks for it. What holds them together stays as it is. From the first
// byte on that is not JSON, everything is text: a text that only looks like JSON must not hide anything.

import type { FieldContext } from '../../kernel/action.ts'
import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import { copied, type Editor } from '../operators/editor.ts'
import { toJsonText, toMeant } from './json-escapes.ts'
import { JsonKey, maxHeldBytes, mayBeValue } from './json-key.ts'
import { JsonNumber } from './json-number.ts'
import { isScalar, JsonStructure } from './json-structure.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'

const quote = 0x22
const backslash = 0x5c

/** What the stream asks of its masker. */
export interface JsonFields {
  readonly field: FieldContext
  policyOf(name: string | null): FieldPolicy
}

export class JsonStream implements MaskStream {
  readonly #editor: Editor
  readonly #fields: JsonFields
  #structure = new JsonStructure()
  /** `long-key`: it is looked at as it comes. */
  #mode: 'structure' | 'key' | 'long-key' | 'number' | 'string' | 'named' | 'text' = 'structure'
  readonly #output = new Output()
  readonly #string: MappedText
  readonly #key = new JsonKey()
  readonly #number: JsonNumber
  /** An escape that is not complete, from its backslash on. */
  #escape: number[] = []
  /** Does the string that its name masks already have its mark? */
  #isMarked = false

  constructor(editor: Editor, fields: JsonFields) {
    this.#editor = editor
    this.#fields = fields
    this.#number = new JsonNumber(editor)
    this.#string = new MappedText(editor, fields.policyOf(fields.field.name), this.#output)
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    const held = this.#isHolding
    let i = 0
    while (i < piece.length) {
      if (this.#mode === 'structure') i = this.#outside(piece, i)
      else if (this.#mode === 'number') i = this.#inNumber(piece, i)
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
    if (this.#mode === 'key') this.#endKey()
    if (this.#mode === 'number') this.#endNumber()
    this.#string.end()
    this.#structure = new JsonStructure()
    this.#mode = 'structure'
    this.#key.begin()
    return this.#output.take()
  }

  get #isHolding(): boolean {
    return this.#string.holds || this.#escape.length > 0 || !this.#key.isEmpty || !this.#number.isEmpty
  }

  #outside(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      const place = this.#structure.take(piece[i] ?? 0)
      if (place === 'structure') continue
      if (place === 'scalar') {
        if (!this.#number.mayBeLong(piece, i)) continue
        const policy = this.#policyHere()
        if (!policy.speaksFor && !policy.isSecret) continue
        this.#output.pass(piece, from, i)
        this.#mode = 'number'
        this.#number.begin(policy)
        return i
      }
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
      this.#key.begin()
      return
    }
    const policy = this.#policyHere()
    this.#isMarked = false
    this.#mode = this.#editor.masksByName(policy) ? 'named' : 'string'
    if (this.#mode === 'string') this.#string.begin(policy, toJsonText)
  }

  #policyHere(): FieldPolicy {
    return this.#fields.policyOf(this.#structure.key ?? this.#fields.field.name)
  }

  #inNumber(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      // The byte behind it is read again; so is none of a number that is too long to be anybody's.
      if (isScalar[piece[i] ?? 0] !== 1) return this.#endNumber(i)
      if (!this.#number.add(piece[i] ?? 0)) return this.#endNumber(i + 1)
    }
    return piece.length
  }

  #endNumber(next = 0): number {
    const { bytes, isEdited } = this.#number.end()
    if (isEdited) this.#output.isEdited = true
    this.#output.put(bytes)
    this.#mode = 'structure'
    return next
  }

  /** In a string: bytes to the next quote or backslash mean themselves. */
  #inside(piece: Uint8Array, from: number): number {
    if (this.#escape.length > 0) return this.#continueEscape(piece, from)
    let i = from
    while (i < piece.length && piece[i] !== quote && piece[i] !== backslash) i++
    if (piece[i] === quote && this.#mode === 'string') this.#string.last(piece, from, i)
    else if (!this.#wholeKey(piece, from, i)) this.#plainTo(piece, from, i)
    if (i === piece.length) return i
    if (piece[i] === backslash) {
      this.#escape.push(backslash)
      return i + 1
    }
    if (this.#mode === 'long-key') this.#string.end()
    if (this.#mode === 'key') this.#endKey()
    if (this.#mode === 'key' || this.#mode === 'long-key') this.#structure.endKey(this.#key.name)
    this.#mode = 'structure'
    this.#output.pass(piece, i, i + 1)
    return i + 1
  }

  #plainTo(piece: Uint8Array, from: number, to: number): number {
    if (this.#mode === 'key') {
      const bytes = copied(piece, from, to)
      this.#holdKey(bytes, bytes)
    } else if (this.#mode === 'named') {
      if (to > from) this.#mark()
    } else {
      if (this.#mode === 'long-key') this.#key.read(piece, from, to)
      this.#string.plain(piece, from, to)
    }
    return to
  }

  /** Of a key that lies in the piece whole: nearly all do. @returns false for any other */
  #wholeKey(piece: Uint8Array, from: number, to: number): boolean {
    if (this.#mode !== 'key' || !this.#key.isEmpty || to === piece.length || piece[to] !== quote) return false
    if (to - from > maxHeldBytes) return false
    this.#key.read(piece, from, to)
    if (mayBeValue(piece, from, to)) {
      this.#string.begin(this.#fields.policyOf(null), toJsonText)
      this.#string.last(piece, from, to)
    } else this.#output.pass(piece, from, to)
    return true
  }

  #holdKey(written: Uint8Array, meant: Uint8Array): void {
    this.#key.hold(written, meant)
    if (!this.#key.isLong) return
    this.#lookAtKey()
    this.#mode = 'long-key'
  }

  #lookAtKey(): void {
    this.#string.begin(this.#fields.policyOf(null), toJsonText)
    for (const { written, meant } of this.#key.take())
      if (written === meant) this.#string.plain(written, 0, written.length)
      else this.#string.escape(written, meant)
  }

  /** What is held of it; nothing of one that lay in its piece whole. */
  #endKey(): void {
    if (this.#key.isEmpty) return
    if (this.#key.mayBeValue) {
      this.#lookAtKey()
      this.#string.end()
    } else for (const { written } of this.#key.take()) this.#output.put(written)
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
    if (this.#mode === 'key') this.#holdKey(written, meant)
    else if (this.#mode === 'named') this.#mark()
    else {
      if (this.#mode === 'long-key') this.#key.read(meant, 0, meant.length)
      this.#string.escape(written, meant)
    }
  }

  #mark(): void {
    this.#output.isEdited = true
    if (this.#isMarked) return
    this.#isMarked = true
    this.#output.put(this.#editor.byName(this.#policyHere()))
  }
}
