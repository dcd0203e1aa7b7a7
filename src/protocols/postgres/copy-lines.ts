// COPY OUT in text ("COPY", File Formats): lines of fields with a delimiter between them. Lines of which nothing is known are
// read as text with tabs that may be csv.

import { plainText, type FieldContext } from '../../kernel/action.ts'
import type { CopyLines } from '../../languages/sql/facts.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import type { ValueList } from '../../wire/value-list.ts'
import type { Column } from './columns.ts'
import type { CopyForm } from './copy-out.ts'
import type { Masking } from './masking.ts'

const newline = 0x0a
const tab = 0x09
const quote = 0x22
const backslash = 0x5c

/** How one kind of lines is read. */
interface Signs {
  readonly delimiter: number
  /** 1 for bytes that mean something; one look-up for all the others. */
  readonly kinds: Uint8Array
  readonly separators: Uint8Array
}

/** By delimiter; -1 for lines of which nothing is known. */
const knownSigns = new Map<number, Signs>()

function signsOf(lines: CopyLines | null): Signs {
  const key = lines === null ? -1 : lines.delimiter.charCodeAt(0)
  let signs = knownSigns.get(key)
  if (signs === undefined) {
    const delimiter = lines === null ? tab : key
    const separators = toTable([newline, delimiter])
    // In lines that may be csv a newline inside quotes is a field's own.
    const kinds = toTable([newline, delimiter, backslash, ...(lines === null ? [quote] : [])])
    knownSigns.set(key, (signs = { delimiter, kinds, separators }))
  }
  return signs
}

function toTable(bytes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of bytes) table[byte] = 1
  return table
}

export class LineCopy implements CopyForm {
  readonly #columns: readonly Column[]
  readonly #signs: Signs
  /** Of the line that is walked over, and of the field that was walked over last. */
  #isQuoted = false
  #hasEscape = false
  #endsLine = false

  /** @param columns as far as they are known. @param lines how they are written; null when nobody knows */
  constructor(columns: readonly Column[], lines: CopyLines | null) {
    this.#columns = columns
    this.#signs = signsOf(lines)
  }

  /** The server sends a row a message and ends it with a newline; a csv field may hold more of them inside. */
  wholeEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number {
    return lastLineEnd(bytes, start, end, fresh)
  }

  /** What stands between separators; a field that has one inside is not among them. */
  list(bytes: Uint8Array, from: number, end: number, values: ValueList): void {
    const { separators } = this.#signs
    let start = from
    for (let at = nextSign(separators, bytes, from, end); at < end; at = nextSign(separators, bytes, start, end)) {
      if (at > start) values.add(start, at)
      start = at + 1
    }
    if (end > start) values.add(start, end)
  }

  mask(bytes: Uint8Array, from: number, end: number, masking: Masking): void {
    let index = 0
    this.#isQuoted = false
    for (let start = from; start < end;) {
      if (index === 0) this.#beginRow(bytes, start, end, masking)
      const at = this.#walk(bytes, start, end)
      const field = this.#columns[index]?.field ?? plainText
      if (at > start && this.#hasEscape) this.#maskEscaped(bytes, start, at, field, masking)
      else if (at > start) this.#maskField(bytes, start, at, field, masking)
      start = at + 1
      index = this.#endsLine ? 0 : index + 1
    }
  }

  /** The field that begins at `start`. @returns where it ends */
  #walk(bytes: Uint8Array, start: number, end: number): number {
    const { delimiter, kinds } = this.#signs
    this.#hasEscape = false
    this.#endsLine = false
    for (let at = nextSign(kinds, bytes, start, end); at < end; at = nextSign(kinds, bytes, at + 1, end)) {
      const byte = bytes[at]
      if (byte === backslash) {
        this.#hasEscape = true
        // The byte after it belongs to it, whatever it is.
        at++
      } else if (byte === quote && byte !== delimiter) this.#isQuoted = !this.#isQuoted
      else if (byte === delimiter || !this.#isQuoted) {
        this.#endsLine = byte !== delimiter
        return at
      }
    }
    return end
  }

  #beginRow(bytes: Uint8Array, from: number, end: number, { masker }: Masking): void {
    const names = masker.row?.(this.#columns) ?? null
    if (names === null) return
    let [start, index] = [from, 0]
    for (const column of names.columns) {
      for (; index <= column && start < end; index++) {
        const at = this.#walk(bytes, start, end)
        const name = this.#hasEscape ? unescape(bytes, start, at) : bytes.subarray(start, at)
        if (index === column && name.length > 0) names.tell(column, name, 0, name.length)
        start = this.#endsLine ? end : at + 1
      }
    }
    this.#isQuoted = false
  }

  #maskField(bytes: Uint8Array, start: number, end: number, field: FieldContext, masking: Masking): void {
    const masked = masking.masker.value(bytes, start, end, field)
    if (masked !== null) masking.splice.replace(start, end, this.#shielded(masked))
  }

  /** What replaces a value is written with no escapes, and a delimiter of its own may be part of it. */
  #shielded(masked: Uint8Array): Uint8Array {
    const { delimiter } = this.#signs
    if (delimiter === tab || !masked.includes(delimiter)) return masked
    return Buffer.concat([...masked].map((byte) => (byte === delimiter ? Buffer.of(backslash, byte) : Buffer.of(byte))))
  }

  #maskEscaped(bytes: Uint8Array, start: number, end: number, field: FieldContext, masking: Masking): void {
    const decoded = unescape(bytes, start, end)
    const masked = masking.masker.value(decoded, 0, decoded.length, field)
    if (masked !== null) masking.splice.replace(start, end, this.#shielded(escape(masked)))
    // In csv a backslash is a backslash: `\4111…` is no octal number there.
    else this.#maskField(bytes, start, end, field, masking)
  }
}

/** @returns where the last line ends; `start` when there is none behind `fresh` */
export function lastLineEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number {
  for (let at = end; at > fresh; at--) if (bytes[at - 1] === newline) return at
  return start
}

/** @returns where a byte lies that means something; `end` or more when there is none */
function nextSign(kinds: Uint8Array, bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && kinds[bytes[at] ?? 0] === 0) at++
  return at
}

/** Letter after a backslash → the byte it stands for. */
const decodedEscapes: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x76, 0x0b],
])
const encodedEscapes = new Map([...decodedEscapes].map(([letter, byte]) => [byte, letter]))

/** `\t`, `\101`, `\x41`, `\\`; NULL (`\N`) looks like a letter here, and passes like one. */
function unescape(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  const decoded = text.replaceAll(
    /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([^]))/g,
    (_all, octal?: string, hex?: string, other?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      const byte = (other ?? '').charCodeAt(0)
      return String.fromCharCode(decodedEscapes.get(byte) ?? byte)
    },
  )
  return Buffer.from(decoded, 'latin1')
}

function escape(bytes: Uint8Array): Uint8Array {
  const builder = new ByteBuilder(bytes.length + 16)
  for (const byte of bytes) {
    const letter = encodedEscapes.get(byte) ?? (byte === backslash ? backslash : null)
    if (letter !== null) builder.uint8(backslash)
    builder.uint8(letter ?? byte)
  }
  return builder.done()
}
