// One string value inside JSON. Detectors see what the string means, the client gets what was written: escapes that are not
// part of a finding go out as they came, and what replaces a finding is escaped again.

import { joined, type Editor } from '../operators/editor.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Scanner } from '../engine/scanner.ts'

const empty = new Uint8Array(0)

/** Where edited text goes. `pass` for what is as it came, `put` for what is not from the piece. */
export interface JsonOutput {
  pass(bytes: Uint8Array, from: number, to: number): void
  put(bytes: Uint8Array): void
  edited(): void
}

/** In text that is not JSON nothing is escaped. */
export type Escaping = 'json' | 'none'

export class JsonString {
  readonly #editor: Editor
  readonly #output: JsonOutput
  readonly #scanner: Scanner
  #policy: FieldPolicy
  #escaping: Escaping = 'json'
  /** As it was written, of what the scanner holds back. Bounded by it: six bytes written for one meant. */
  #written: Uint8Array = empty
  /** Written bytes of each byte that is held; null when each is written as itself. */
  #lengths: Uint8Array | null = null

  constructor(editor: Editor, policy: FieldPolicy, output: JsonOutput) {
    this.#editor = editor
    this.#policy = policy
    this.#scanner = editor.newScanner(policy)
    this.#output = output
  }

  /** The next string; the one before has ended. */
  begin(policy: FieldPolicy, escaping: Escaping): void {
    this.#policy = policy
    this.#escaping = escaping
    this.#scanner.reuse(policy)
  }

  get holds(): boolean {
    return this.#written.length > 0
  }

  /** `bytes[from..to)` that mean themselves. */
  plain(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    if (this.#written.length > 0) {
      this.#feed(bytes.subarray(from, to), bytes.subarray(from, to), null, false)
      return
    }
    const scanner = this.#scanner
    scanner.feed(bytes, from, to, false)
    let at = from
    for (const span of scanner.spans) {
      this.#output.pass(bytes, at, span.start)
      this.#replace(this.#editor.replacement(span, bytes, this.#policy))
      at = span.end
    }
    this.#output.pass(bytes, at, scanner.safe)
    if (scanner.safe < to) this.#written = bytes.slice(scanner.safe, to)
  }

  /** An escape: `written` stands for `meant`. */
  escape(written: Uint8Array, meant: Uint8Array): void {
    const lengths = new Uint8Array(meant.length)
    lengths[0] = written.length
    this.#feed(meant, written, lengths, false)
  }

  end(): void {
    this.#feed(empty, empty, null, true)
  }

  #feed(meant: Uint8Array, written: Uint8Array, lengths: Uint8Array | null, final: boolean): void {
    const all =
      this.#written.length === 0 ? written : joined([this.#written, written], this.#written.length + written.length)
    const held = this.#lengths ?? (lengths === null ? null : new Uint8Array(this.#written.length).fill(1))
    const added = lengths ?? (held === null ? null : new Uint8Array(meant.length).fill(1))
    const map = held === null || added === null ? null : joined([held, added], held.length + added.length)
    const scanner = this.#scanner
    scanner.feed(meant, 0, meant.length, final)
    let read = 0
    let at = 0
    const skipTo = (offset: number): number => {
      if (map === null) at += offset - read
      else for (let i = read; i < offset; i++) at += map[i] ?? 0
      read = offset
      return at
    }
    for (const span of scanner.spans) {
      this.#output.put(all.subarray(at, skipTo(span.start)))
      this.#replace(this.#editor.replacement(span, scanner.bytes, this.#policy))
      skipTo(span.end)
    }
    this.#output.put(all.subarray(at, skipTo(scanner.safe)))
    this.#written = at < all.length ? all.slice(at) : empty
    this.#lengths = map === null || at >= all.length ? null : map.slice(scanner.safe)
  }

  #replace(bytes: Uint8Array): void {
    this.#output.edited()
    this.#output.put(this.#escaping === 'json' ? toJsonText(bytes) : bytes)
  }
}

/** RFC 8259 §7. The same object when nothing must be escaped. */
export function toJsonText(bytes: Uint8Array): Uint8Array {
  if (!bytes.some((byte) => byte === 0x22 || byte === 0x5c || byte < 0x20)) return bytes
  const text: number[] = []
  for (const byte of bytes) {
    if (byte >= 0x20 && byte !== 0x22 && byte !== 0x5c) text.push(byte)
    else if (byte >= 0x20) text.push(0x5c, byte)
    else text.push(...Array.from(`\\u00${byte.toString(16).padStart(2, '0')}`, (digit) => digit.charCodeAt(0)))
  }
  return Uint8Array.from(text)
}

const simple: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x5c: 0x5c,
  0x2f: 0x2f,
  0x62: 8,
  0x66: 12,
  0x6e: 10,
  0x72: 13,
  0x74: 9,
}

/**
 * @param written from the backslash on
 * @returns what it means as UTF-8 (a surrogate as three bytes of its own); null when more bytes are needed. What is no
 *   escape means itself, so that it is looked at like all the rest.
 */
export function toMeant(written: readonly number[]): Uint8Array | null {
  const kind = written[1]
  if (kind === undefined) return null
  const known = simple[kind]
  if (known !== undefined) return Uint8Array.of(known)
  if (kind !== 0x75) return Uint8Array.from(written)
  const hex = String.fromCharCode(...written.slice(2))
  if (!/^[0-9A-Fa-f]*$/.test(hex)) return Uint8Array.from(written)
  if (hex.length < 4) return null
  const code = Number.parseInt(hex, 16)
  if (code < 0x80) return Uint8Array.of(code)
  if (code < 0x800) return Uint8Array.of(0xc0 | (code >> 6), 0x80 | (code & 63))
  return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
}
