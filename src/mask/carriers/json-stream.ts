// A value that is JSON, whole or in pieces: string values are looked at one by one, each with its key as its field's name, or with what
// stands beside it and names it; so are keys that may be more than names, and numbers whose key speaks for it. What holds them
// together stays as it is. From the first byte on that is not JSON, everything is text: a text that only looks like JSON must not
// hide anything.

import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import { copied, type Editor } from '../operators/editor.ts'
import { toJsonText, toMeant } from './json-escapes.ts'
import { JsonKey, maxHeldBytes, mayBeValue } from './json-key.ts'
import { JsonNumber } from './json-number.ts'
import { JsonPairs, type JsonFields } from './json-pairs.ts'
import { isScalar, JsonStructure } from './json-structure.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'

const quote = 0x22
const backslash = 0x5c

export class JsonStream implements MaskStream {
  readonly #editor: Editor
  readonly #fields: JsonFields
  #structure = new JsonStructure()
  /** `long-key`: it is looked at as it comes. `held`: it is a value or a `document`, which shows when it ends or is long. */
  #mode: 'structure' | 'key' | 'long-key' | 'number' | 'string' | 'held' | 'document' | 'named' | 'text' = 'structure'
  readonly #output = new Output()
  readonly #string: MappedText
  readonly #key = new JsonKey()
  /** A value that is held; most texts have none. */
  #held: JsonKey | null = null
  readonly #number: JsonNumber
  readonly #pairs: JsonPairs
  /** Of the string that is being read. */
  #policy: FieldPolicy
  /** An escape that is not complete, from its backslash on. */
  #escape: number[] = []
  /** Does the string that its name masks already have its mark? */
  #isMarked = false

  constructor(editor: Editor, fields: JsonFields) {
    this.#editor = editor
    this.#fields = fields
    this.#number = new JsonNumber(editor)
    this.#policy = fields.names.policyOf(fields.field.name)
    this.#string = new MappedText(editor, this.#policy, this.#output)
    this.#pairs = new JsonPairs(fields)
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
    if (this.#mode === 'held') this.#endValue()
    if (this.#mode === 'number') this.#endNumber()
    this.#string.end()
    this.#structure = new JsonStructure()
    this.#mode = 'structure'
    this.#key.begin()
    this.#pairs.end()
    return this.#output.take()
  }

  get #isHolding(): boolean {
    return (
      this.#string.holds ||
      this.#escape.length > 0 ||
      !this.#key.isEmpty ||
      this.#held?.isEmpty === false ||
      !this.#number.isEmpty
    )
  }

  #outside(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      const place = this.#structure.take(piece[i] ?? 0)
      if (place === 'structure') continue
      if (place === 'scalar') {
        if (!this.#number.mayBeLong(piece, i)) continue
        const policy = this.#pairs.policyHere(this.#pairs.ownPolicy(this.#structure), this.#structure)
        if (!policy.speaksFor && !policy.isSecret) continue
        this.#output.pass(piece, from, i)
        this.#mode = 'number'
        this.#number.begin(policy)
        return i
      }
      if (place === 'broken') {
        this.#output.pass(piece, from, i)
        this.#mode = 'text'
        this.#string.begin(this.#fields.names.policyOf(this.#fields.field.name), null)
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
    const own = this.#pairs.ownPolicy(this.#structure)
    const policy = this.#pairs.policyHere(own, this.#structure)
    this.#policy = policy
    this.#isMarked = false
    if (own.part === 'text' && policy !== own) {
      this.#mode = 'held'
      this.#held ??= new JsonKey()
      this.#held.begin()
      return
    }
    this.#mode = this.#editor.masksByName(policy) ? 'named' : 'string'
    if (this.#mode === 'named') return
    this.#string.begin(policy, toJsonText)
    this.#pairs.begin(own.part, this.#structure)
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
    this.#pairs.read(piece, from, i)
    if (piece[i] === quote && this.#mode === 'string') this.#string.last(piece, from, i)
    else if (!this.#wholeKey(piece, from, i)) this.#plainTo(piece, from, i)
    if (i === piece.length) return i
    if (piece[i] === backslash) {
      this.#escape.push(backslash)
      return i + 1
    }
    if (this.#mode === 'long-key' || this.#mode === 'document') this.#string.end()
    this.#pairs.end()
    if (this.#mode === 'held') this.#endValue()
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
    } else if (this.#mode === 'held') {
      const bytes = copied(piece, from, to)
      this.#holdValue(bytes, bytes)
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
      this.#string.begin(this.#fields.names.policyOf(null), toJsonText)
      this.#string.last(piece, from, to)
    } else this.#output.pass(piece, from, to)
    return true
  }

  #holdKey(written: Uint8Array, meant: Uint8Array): void {
    this.#key.hold(written, meant)
    if (!this.#key.isLong) return
    this.#lookAtKey(false)
    this.#mode = 'long-key'
  }

  #lookAtKey(isAll: boolean): void {
    this.#lookAt(this.#key, this.#fields.names.policyOf(null), isAll)
  }

  /** At what is held of a key or a value. @param isAll it has ended; else more of it may come */
  #lookAt(held: JsonKey, policy: FieldPolicy, isAll: boolean): void {
    this.#string.begin(policy, toJsonText)
    const pieces = held.take()
    const [only] = pieces
    if (isAll && pieces.length === 1 && only?.written === only?.meant && only !== undefined) {
      this.#string.last(only.written, 0, only.written.length)
      return
    }
    for (const { written, meant } of pieces)
      if (written === meant) this.#string.plain(written, 0, written.length)
      else this.#string.escape(written, meant)
    if (isAll) this.#string.end()
  }

  /** What is held of it; nothing of one that lay in its piece whole. */
  #endKey(): void {
    if (this.#key.isEmpty) return
    if (this.#key.mayBeValue) this.#lookAtKey(true)
    else for (const { written } of this.#key.take()) this.#output.put(written)
  }

  #holdValue(written: Uint8Array, meant: Uint8Array): void {
    const held = this.#held
    if (held === null) return
    held.hold(written, meant)
    if (!held.isDocument) return
    // Its own words speak in it; what names it would speak for all of it.
    this.#mode = 'document'
    this.#lookAt(held, this.#pairs.ownPolicy(this.#structure), false)
  }

  #endValue(): void {
    const held = this.#held
    if (held === null || held.isEmpty) return
    if (held.isWord && this.#editor.masksByName(this.#policy)) {
      held.begin()
      this.#mark()
      return
    }
    this.#lookAt(held, this.#policy, true)
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
    this.#pairs.read(meant, 0, meant.length)
    if (this.#mode === 'key') this.#holdKey(written, meant)
    else if (this.#mode === 'held') this.#holdValue(written, meant)
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
    this.#output.put(this.#editor.byName(this.#policy))
  }
}
