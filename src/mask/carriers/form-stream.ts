// A form as it is sent in a body (application/x-www-form-urlencoded, URL Standard §5.1), whole or in pieces: names and values are
// looked at as they are meant, each value with its name as its field's name. `&` and the first `=` of a pair hold it together
// and stay. An escape that is none is text, and so is a body that only claims to be a form: it is one long name.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../../kernel/action.ts'
import type { MaskStream } from '../../kernel/masker.ts'
import { bytesOf } from '../engine/byte-set.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import { toHex } from './sequences.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'

const ampersand = 0x26
const equals = 0x3d
const plus = 0x2b
const percent = 0x25
const space = 0x20
const maxNameBytes = 256

/** What the stream asks of its masker. */
export interface FormFields {
  readonly field: FieldContext
  readonly names: { policyOf(name: string | null): FieldPolicy }
}

export class FormStream implements MaskStream {
  readonly #editor: Editor
  readonly #fields: FormFields
  readonly #output = new Output()
  readonly #text: MappedText
  #mode: 'name' | 'value' | 'named' = 'name'
  /** The bytes of the name that is being read, as they are meant. */
  #name: number[] = []
  /** An escape that is not complete, from its `%` on. */
  #escape: number[] = []
  /** Of names, and of values without one. */
  readonly #unnamed: FieldPolicy
  #policy: FieldPolicy
  /** Does the value that its name masks already have its mark? */
  #isMarked = false

  constructor(editor: Editor, fields: FormFields) {
    this.#editor = editor
    this.#fields = fields
    this.#unnamed = fields.names.policyOf(fields.field.name)
    this.#policy = this.#unnamed
    this.#text = new MappedText(editor, this.#policy, this.#output)
    this.#text.begin(this.#policy, toFormText)
  }

  push(piece: Uint8Array): Uint8Array {
    this.#editor.found.scanned(piece.length)
    const held = this.#isHolding
    for (let i = 0; i < piece.length;) i = this.#step(piece, i)
    this.#text.flush()
    if (held || this.#isHolding || this.#output.isEdited) return this.#output.take()
    this.#output.drop()
    return piece
  }

  end(): Uint8Array {
    this.#endEscape()
    this.#text.end()
    this.#beginName()
    return this.#output.take()
  }

  get #isHolding(): boolean {
    return this.#text.holds || this.#escape.length > 0
  }

  #step(piece: Uint8Array, i: number): number {
    const byte = piece[i] ?? 0
    if (this.#escape.length > 0) return this.#continueEscape(byte, i)
    if (byte === ampersand || (byte === equals && this.#mode === 'name')) {
      this.#text.end()
      this.#output.pass(piece, i, i + 1)
      if (byte === equals) this.#beginValue()
      else this.#beginName()
      return i + 1
    }
    if (byte === plus) {
      this.#mean(piece, i, i + 1, space)
      return i + 1
    }
    const escaped = byte === percent ? readEscape(piece, i) : none
    if (escaped >= 0) {
      this.#mean(piece, i, i + escapeBytes, escaped)
      return i + escapeBytes
    }
    if (escaped === incomplete) {
      this.#escape.push(byte)
      return i + 1
    }
    const inName = this.#mode === 'name'
    let to = i + 1
    while (to < piece.length && !isSpecial(piece, to, inName)) to++
    const after = piece[to]
    this.#plain(piece, i, to, after === ampersand || (inName && after === equals))
    return to
  }

  /** @param isLast the name or value ends at `to` */
  #plain(piece: Uint8Array, from: number, to: number, isLast: boolean): void {
    if (this.#mode === 'named') {
      this.#mark()
      return
    }
    if (this.#mode === 'name')
      for (let i = from; i < to && this.#name.length < maxNameBytes; i++) this.#name.push(piece[i] ?? 0)
    if (isLast) this.#text.last(piece, from, to)
    else this.#text.plain(piece, from, to)
  }

  #mean(bytes: Uint8Array, from: number, to: number, meant: number): void {
    if (this.#mode === 'named') {
      this.#mark()
      return
    }
    if (this.#mode === 'name' && this.#name.length < maxNameBytes) this.#name.push(meant)
    this.#text.sign(bytes, from, to, meant)
  }

  #continueEscape(byte: number, i: number): number {
    const digit = toHex(byte)
    // The byte that makes it none is read again.
    if (digit < 0) {
      this.#endEscape()
      return i
    }
    this.#escape.push(byte)
    if (this.#escape.length === escapeBytes) {
      const written = Uint8Array.from(this.#escape)
      this.#escape = []
      this.#mean(written, 0, escapeBytes, readEscape(written, 0))
    }
    return i + 1
  }

  /** What was begun is no escape. */
  #endEscape(): void {
    const written = Uint8Array.from(this.#escape)
    this.#escape = []
    if (written.length > 0) this.#plain(written, 0, written.length, false)
  }

  #beginName(): void {
    this.#mode = 'name'
    this.#name = []
    this.#text.begin(this.#unnamed, toFormText)
  }

  #beginValue(): void {
    const hasName = this.#name.length > 0
    this.#policy = hasName ? this.#fields.names.policyOf(nameOf(this.#name)) : this.#unnamed
    this.#isMarked = false
    this.#mode = this.#editor.masksByName(this.#policy) ? 'named' : 'value'
    this.#text.begin(this.#policy, toFormText)
  }

  #mark(): void {
    this.#output.isEdited = true
    if (this.#isMarked) return
    this.#isMarked = true
    this.#output.put(toFormText(this.#editor.byName(this.#policy)))
  }
}

/** Nearly every name is of ASCII, which needs no copy to become a text. */
function nameOf(bytes: readonly number[]): string {
  return bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : Buffer.from(bytes).toString('utf8')
}

/** An escape, `%` and two digits. */
const escapeBytes = 3
const none = -1
const incomplete = -2

/** @returns what the escape at the place means, `none`, or `incomplete` when the piece ends in it */
function readEscape(piece: Uint8Array, at: number): number {
  if (at + 1 >= piece.length) return incomplete
  const high = toHex(piece[at + 1] ?? 0)
  if (high < 0) return none
  if (at + 2 >= piece.length) return incomplete
  const low = toHex(piece[at + 2] ?? 0)
  return low < 0 ? none : high * 16 + low
}

function isSpecial(piece: Uint8Array, at: number, inName: boolean): boolean {
  const byte = piece[at]
  if (byte === percent) return readEscape(piece, at) !== none
  return byte === ampersand || byte === plus || (inName && byte === equals)
}

const isUnescaped = bytesOf('A-Za-z0-9*._-')

/** The application/x-www-form-urlencoded percent-encode set. The same object when nothing must be escaped. */
function toFormText(bytes: Uint8Array): Uint8Array {
  let text = ''
  let isSame = true
  for (const byte of bytes) {
    const isPlain = isUnescaped[byte] === 1
    isSame = isSame && isPlain
    if (isPlain) text += String.fromCharCode(byte)
    else text += byte === space ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return isSame ? bytes : Buffer.from(text, 'latin1')
}
