// A form as it is sent in a body (application/x-www-form-urlencoded, URL Standard §5.1), whole or in pieces: names and values are
// looked at as they are meant, each value with its name as its field's name. `&` and the first `=` of a pair hold it together
// and stay. An escape that is none is text, and so is a body that only claims to be a form: it is one long name.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../../kernel/action.ts'
import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import { toHex } from './sequences.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'

const ampersand = 0x26
const equals = 0x3d
const plus = 0x2b
const percent = 0x25
const space = Uint8Array.of(0x20)
const maxNameBytes = 256

/** What the stream asks of its masker. */
export interface FormFields {
  readonly field: FieldContext
  policyOf(name: string | null): FieldPolicy
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
    this.#unnamed = fields.policyOf(fields.field.name)
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
    if (byte === percent) {
      this.#escape.push(byte)
      return i + 1
    }
    if (byte === plus) {
      this.#mean(Uint8Array.of(byte), space)
      return i + 1
    }
    let to = i + 1
    while (to < piece.length && !isSpecial(piece[to] ?? 0, this.#mode === 'name')) to++
    this.#plain(piece, i, to)
    return to
  }

  #plain(piece: Uint8Array, from: number, to: number): void {
    if (this.#mode === 'named') {
      this.#mark()
      return
    }
    if (this.#mode === 'name')
      for (let i = from; i < to && this.#name.length < maxNameBytes; i++) this.#name.push(piece[i] ?? 0)
    this.#text.plain(piece, from, to)
  }

  #mean(written: Uint8Array, meant: Uint8Array): void {
    if (this.#mode === 'named') {
      this.#mark()
      return
    }
    if (this.#mode === 'name' && this.#name.length < maxNameBytes) this.#name.push(meant[0] ?? 0)
    this.#text.escape(written, meant)
  }

  #continueEscape(byte: number, i: number): number {
    const digit = toHex(byte)
    // The byte that makes it none is read again.
    if (digit < 0) {
      this.#endEscape()
      return i
    }
    this.#escape.push(byte)
    if (this.#escape.length === 3) {
      const meant = Uint8Array.of(toHex(this.#escape[1] ?? 0) * 16 + digit)
      const written = Uint8Array.from(this.#escape)
      this.#escape = []
      this.#mean(written, meant)
    }
    return i + 1
  }

  /** What was begun is no escape. */
  #endEscape(): void {
    const written = Uint8Array.from(this.#escape)
    this.#escape = []
    if (written.length > 0) this.#plain(written, 0, written.length)
  }

  #beginName(): void {
    this.#mode = 'name'
    this.#name = []
    this.#text.begin(this.#unnamed, toFormText)
  }

  #beginValue(): void {
    const hasName = this.#name.length > 0
    this.#policy = hasName ? this.#fields.policyOf(Buffer.from(this.#name).toString('utf8')) : this.#unnamed
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

function isSpecial(byte: number, inName: boolean): boolean {
  return byte === ampersand || byte === percent || byte === plus || (inName && byte === equals)
}

/** The application/x-www-form-urlencoded percent-encode set. The same object when nothing must be escaped. */
function toFormText(bytes: Uint8Array): Uint8Array {
  let text = ''
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte)
    if (/[A-Za-z0-9*._-]/.test(letter)) text += letter
    else text += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text.length === bytes.length && !text.includes('+') ? bytes : new TextEncoder().encode(text)
}
