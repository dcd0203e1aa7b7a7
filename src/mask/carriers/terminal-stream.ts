// What a program writes to a terminal (ECMA-48, and what xterm does), whole or in pieces. Detectors see the text that stands on
// the screen; sequences that colour or configure are taken out of it and keep their order, inside a finding, too. What moves the
// cursor ends a word. Texts inside sequences (titles, links, the clipboard) are looked at by themselves.
//
// A screen that is painted in pieces, or over itself, is not put together: the bytes are gone before it is complete.

import type { MaskStream } from '../../kernel/masker.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Editor } from '../operators/editor.ts'
import { MappedText } from './mapped-text.ts'
import { Output } from './output.ts'
import { SequenceReader, type Sequence } from './terminal-sequence.ts'
import { TextFinder } from './text-finder.ts'
import { edited } from './text-stream.ts'

const empty = new Uint8Array(0)
const lineFeedByte = 0x0a
const lineFeed = Uint8Array.of(lineFeedByte)
const space = Uint8Array.of(0x20)
const carriageReturn = 0x0d
const loneReturn = Uint8Array.of(carriageReturn)
const lineEnd = Uint8Array.of(carriageReturn, 0x0a)

/** More bytes of sequences between two letters end a word, so that what waits with a letter is bounded. */
const maxAsideBytes = 1_024

export class TerminalStream implements MaskStream {
  readonly #editor: Editor
  readonly #output = new Output()
  readonly #text: MappedText
  /** For the texts inside sequences. */
  readonly #inner: TextFinder
  readonly #reader = new SequenceReader()
  /** A carriage return whose next byte is not known: with a line feed it is the end of a line. */
  #hasReturn = false
  #asideBytes = 0

  constructor(editor: Editor, policy: FieldPolicy) {
    this.#editor = editor
    this.#text = new MappedText(editor, policy, this.#output)
    this.#inner = new TextFinder(editor, policy)
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
    if (this.#hasReturn) this.#loneReturn()
    const rest = this.#reader.end()
    if (rest.length > 0) this.#broken(rest)
    this.#text.end()
    this.#asideBytes = 0
    return this.#output.take()
  }

  get #isHolding(): boolean {
    return this.#text.holds || this.#hasReturn || this.#reader.isInside
  }

  #step(piece: Uint8Array, i: number): number {
    const byte = piece[i] ?? 0
    if (this.#reader.isInside) {
      const sequence = this.#reader.take(byte)
      if (sequence === null) return i + 1
      this.#sequence(sequence)
      return sequence.hasTaken ? i + 1 : i
    }
    if (this.#hasReturn) return this.#afterReturn(byte, i)
    if (isControl(byte)) {
      this.#control(piece, i)
      return i + 1
    }
    let to = i + 1
    while (to < piece.length && !isControl(piece[to] ?? 0)) to++
    this.#asideBytes = 0
    this.#text.plain(piece, i, to)
    return to
  }

  #control(piece: Uint8Array, i: number): void {
    const byte = piece[i]
    if (byte === 0x1b) this.#reader.begin()
    else if (byte === carriageReturn) this.#hasReturn = true
    else if (byte === 0x08) this.#text.sign(piece, i, i + 1, lineFeedByte)
    else this.#aside(piece.subarray(i, i + 1))
  }

  #afterReturn(byte: number, i: number): number {
    if (byte !== 0x0a) {
      this.#loneReturn()
      return i
    }
    this.#hasReturn = false
    this.#asideBytes = 0
    this.#text.escape(lineEnd, lineFeed)
    return i + 1
  }

  #loneReturn(): void {
    this.#hasReturn = false
    this.#asideBytes = 0
    this.#text.escape(loneReturn, lineFeed)
  }

  #sequence({ kind, bytes, textFrom, textTo }: Sequence): void {
    if (kind === 'broken') this.#broken(bytes)
    else if (kind === 'text') this.#aside(this.#masked(bytes, textFrom, textTo))
    else this.#aside(bytes)
    if (kind === 'moves') this.#mean(lineFeed)
    else if (kind === 'forward') this.#mean(space)
  }

  /** What is no sequence that ends is text, but for what announced it: that ends a word. */
  #broken(bytes: Uint8Array): void {
    this.#asideBytes = 0
    this.#text.sign(bytes, 0, 1, lineFeedByte)
    this.#text.plain(bytes, 1, bytes.length)
  }

  #masked(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const finder = this.#inner
    finder.feed(bytes, from, to, true)
    if (finder.spans.length === 0) return bytes
    this.#output.isEdited = true
    const text = edited(finder)
    return Uint8Array.from([...bytes.subarray(0, from), ...text, ...bytes.subarray(to)])
  }

  #aside(bytes: Uint8Array): void {
    this.#asideBytes += bytes.length
    if (this.#asideBytes > maxAsideBytes) this.#mean(lineFeed)
    this.#text.aside(bytes)
  }

  /** Something that is not written stands there on the screen. */
  #mean(meant: Uint8Array): void {
    this.#asideBytes = 0
    this.#text.escape(empty, meant)
  }
}

/** Other than tab and line feed; vertical tab and form feed go a line down, too. */
function isControl(byte: number): boolean {
  return byte < 0x20 ? byte < 0x09 || byte > 0x0c : byte === 0x7f
}
