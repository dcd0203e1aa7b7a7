// Masks JSON that arrives in pieces: the input of a tool, written by the model a few characters at a time. Only the text
// inside strings is shown to the masker, decoded; everything else passes as it came. Whatever is no JSON any more is
// masked as running text from there on.

import type { FieldContext } from '../../kernel/action.ts'
import { plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Masker, MaskStream } from '../../kernel/masker.ts'
import { escapeJson, unescapeJson } from '../../languages/json.ts'
import { toField } from './fields.ts'

const quote = 0x22
const backslash = 0x5c
const maxDepth = 256
const maxKeyBytes = 128
const nothing = new Uint8Array(0)
const validEscape = /^(?:\\["\\/bfnrt]|(?:\\u[0-9a-fA-F]{4}){1,2})$/

export class PartialJson implements MaskStream {
  readonly #masker: Masker
  /** `{` or `[` of every container that is open. */
  readonly #open: number[] = []
  /** `broken`: no JSON, so text from here on. */
  #state: 'outside' | 'string' | 'broken' = 'outside'
  #isKey = false
  /** The last key read at this place; what a value without its own is called. */
  #key: number[] = []
  #field: FieldContext = plainText
  #expectsKey = false
  #stream: MaskStream | null = null
  #streamField: FieldContext = plainText
  /** An escape, or the first half of a pair of them, that is not complete; at most 12 bytes. */
  #escape: number[] = []
  // Of the piece being read:
  #piece: Uint8Array = nothing
  #from = 0
  #out: Uint8Array[] = []

  constructor(masker: Masker) {
    this.#masker = masker
  }

  push(piece: Uint8Array): Uint8Array {
    this.#piece = piece
    this.#from = 0
    this.#out = []
    let at = 0
    while (at < piece.length) {
      if (this.#state === 'string') at = this.#inString(at)
      else if (this.#state === 'outside') at = this.#outside(at)
      else {
        this.#show(at, piece.length)
        at = piece.length
      }
    }
    if (this.#out.length === 0 && this.#from === 0) return piece
    this.#emitRaw(piece.length)
    const out = this.#joined()
    return out.length === piece.length && Buffer.compare(out, piece) === 0 ? piece : out
  }

  end(): Uint8Array {
    this.#piece = nothing
    this.#from = 0
    this.#out = []
    if (this.#stream !== null && this.#state !== 'outside') this.#emit(this.#encoded(this.#stream.end()))
    if (this.#escape.length > 0) this.#emit(Uint8Array.from(this.#escape))
    this.#escape = []
    return this.#joined()
  }

  // ── outside strings ──

  #outside(at: number): number {
    const byte = this.#piece[at] as number
    if (byte === quote) {
      this.#beginString()
      return at + 1
    }
    if (byte === 0x7b || byte === 0x5b) this.#openContainer(byte)
    else if (byte === 0x7d || byte === 0x5d) this.#closeContainer()
    else if (byte === 0x2c) this.#expectsKey = this.#open.at(-1) === 0x7b
    else if (byte === 0x3a) this.#expectsKey = false
    else if (!isScalarOrSpace(byte)) {
      this.#state = 'broken'
      this.#use(plainText)
      return at
    }
    return at + 1
  }

  #openContainer(byte: number): void {
    if (this.#open.length >= maxDepth) throw new Fault('upstream.protocol', { why: 'tool input nested too deep' })
    this.#open.push(byte)
    this.#expectsKey = byte === 0x7b
  }

  #closeContainer(): void {
    this.#open.pop()
    this.#expectsKey = false
  }

  #beginString(): void {
    this.#state = 'string'
    this.#isKey = this.#expectsKey
    if (this.#isKey) this.#key = []
    this.#use(this.#isKey ? plainText : this.#field)
  }

  #use(field: FieldContext): void {
    if (this.#stream !== null && this.#streamField === field) return
    this.#stream = this.#masker.stream(field)
    this.#streamField = field
  }

  // ── inside strings ──

  #inString(start: number): number {
    const piece = this.#piece
    if (this.#escape.length > 0) return this.#inEscape(start)
    let at = start
    while (at < piece.length && piece[at] !== quote && piece[at] !== backslash) at++
    if (at > start) this.#show(start, at)
    if (piece[at] === quote) this.#endString(at)
    else if (piece[at] === backslash) this.#escape.push(backslash)
    else return at
    // The beginning of an escape is held until it is whole.
    if (this.#escape.length > 0) this.#holdFrom(at)
    return at + 1
  }

  /** Collects one escape; the first half of a surrogate pair waits for what follows it. */
  #inEscape(at: number): number {
    const byte = this.#piece[at] as number
    const held = this.#escape
    if (held.length === 6 && byte !== backslash) return this.#decodeEscape(at)
    if (held.length === 7 && byte !== 0x75) {
      // Not a pair: the first half goes alone, and another escape has begun.
      this.#escape = held.slice(0, 6)
      this.#decodeEscape(at)
      this.#escape = [backslash]
      return at
    }
    held.push(byte)
    this.#from = at + 1
    if (isWhole(held)) this.#decodeEscape(at + 1)
    return at + 1
  }

  #decodeEscape(at: number): number {
    const raw = Uint8Array.from(this.#escape)
    this.#escape = []
    if (!validEscape.test(String.fromCharCode(...raw))) {
      this.#break(raw)
      return at
    }
    const decoded = unescapeJson(raw, 0, raw.length)
    if (this.#isKey) this.#note(decoded, 0, decoded.length)
    const shown = (this.#stream as MaskStream).push(decoded)
    this.#emit(shown === decoded ? raw : this.#encoded(shown))
    return at
  }

  /** No JSON string has such an escape: what was held goes out, the rest is text. */
  #break(raw: Uint8Array): void {
    this.#emit(this.#encoded((this.#stream as MaskStream).end()))
    this.#state = 'broken'
    this.#use(plainText)
    this.#emit((this.#stream as MaskStream).push(raw))
  }

  #endString(at: number): void {
    const rest = (this.#stream as MaskStream).end()
    if (rest.length > 0) {
      this.#emitRaw(at)
      this.#emit(this.#encoded(rest))
    }
    if (this.#isKey) this.#field = toField(Buffer.from(this.#key).toString('utf8'))
    this.#state = 'outside'
    this.#expectsKey = false
  }

  /** Shows a run of plain text to the masker; what comes back unchanged stays raw. */
  #show(start: number, end: number): void {
    const run = start === 0 && end === this.#piece.length ? this.#piece : this.#piece.subarray(start, end)
    if (this.#isKey) this.#note(run, 0, run.length)
    const shown = (this.#stream as MaskStream).push(run)
    if (shown === run) return
    this.#emitRaw(start)
    this.#emit(this.#encoded(shown))
    this.#from = end
  }

  #note(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end && this.#key.length <= maxKeyBytes; i++) this.#key.push(bytes[i] as number)
  }

  // ── what goes out ──

  #encoded(bytes: Uint8Array): Uint8Array {
    return this.#state === 'broken' ? bytes : escapeJson(bytes)
  }

  #holdFrom(at: number): void {
    this.#emitRaw(at)
    this.#from = at + 1
  }

  #emitRaw(end: number): void {
    if (end > this.#from) this.#out.push(this.#piece.subarray(this.#from, end))
    this.#from = end
  }

  #emit(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#out.push(bytes)
  }

  #joined(): Uint8Array {
    const [only, ...more] = this.#out
    if (only === undefined) return nothing
    return more.length === 0 ? only : Buffer.concat(this.#out)
  }
}

/** Whether the bytes are an escape that nothing can follow. */
function isWhole(escape: readonly number[]): boolean {
  if (escape[1] !== 0x75) return escape.length === 2
  if (escape.length === 6) return !isHighSurrogate(escape)
  return escape.length === 12
}

function isHighSurrogate(escape: readonly number[]): boolean {
  const digits = String.fromCharCode(...escape.slice(2, 6))
  return /^d[89ab]/i.test(digits)
}

/** White space, numbers, `true`, `false`, `null`. */
function isScalarOrSpace(byte: number): boolean {
  if (byte >= 0x30 && byte <= 0x39) return true
  if (byte >= 0x61 && byte <= 0x7a) return true
  return (
    byte === 0x20 ||
    byte === 0x0a ||
    byte === 0x0d ||
    byte === 0x09 ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  )
}
