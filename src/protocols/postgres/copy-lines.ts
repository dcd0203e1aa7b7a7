// COPY OUT in text and csv ("COPY", File Formats): lines of fields. A tab is the separator that the text form has unless told
// otherwise; under another one a whole row is one text, which finds no less.

import { plainText, type FieldContext } from '../../kernel/action.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import type { ValueList } from '../../wire/value-list.ts'
import type { Column } from './columns.ts'
import type { CopyForm } from './copy-out.ts'
import type { Masking } from './masking.ts'

const newline = 0x0a
const tab = 0x09
const quote = 0x22
const backslash = 0x5c

/** 1 for bytes that mean something; one look-up for all the others. */
const kinds = new Uint8Array(256)
for (const byte of [newline, tab, quote, backslash]) kinds[byte] = 1
const separators = new Uint8Array(256)
for (const byte of [newline, tab]) separators[byte] = 1

export class LineCopy implements CopyForm {
  readonly #columns: readonly Column[]

  /** @param columns as far as they are known */
  constructor(columns: readonly Column[]) {
    this.#columns = columns
  }

  /** The server sends a row a message and ends it with a newline; a csv field may hold more of them inside. */
  wholeEnd(bytes: Uint8Array, start: number, end: number, fresh: number): number {
    for (let at = end; at > fresh; at--) if (bytes[at - 1] === newline) return at
    return start
  }

  /** What stands between separators; a field that has one inside is not among them. */
  list(bytes: Uint8Array, from: number, end: number, values: ValueList): void {
    let start = from
    for (let at = from; at < end; at++) {
      if (separators[bytes[at] ?? 0] === 0) continue
      if (at > start) values.add(start, at)
      start = at + 1
    }
    if (end > start) values.add(start, end)
  }

  mask(bytes: Uint8Array, from: number, end: number, masking: Masking): void {
    const columns = this.#columns
    let index = 0
    let start = from
    let hasEscape = false
    let isQuoted = false
    // A newline inside quotes is a csv field's own.
    for (let at = nextSign(bytes, from, end); at < end; at = nextSign(bytes, at + 1, end)) {
      const byte = bytes[at]
      if (byte === backslash) {
        hasEscape = true
        // The byte after it belongs to it, whatever it is.
        at++
      } else if (byte === quote) isQuoted = !isQuoted
      else if (byte === tab || !isQuoted) {
        const field = columns[index]?.field ?? plainText
        if (at > start && hasEscape) maskEscaped(bytes, start, at, field, masking)
        else if (at > start) maskField(bytes, start, at, field, masking)
        start = at + 1
        hasEscape = false
        index = byte === tab ? index + 1 : 0
      }
    }
    const field = columns[index]?.field ?? plainText
    if (end > start && hasEscape) maskEscaped(bytes, start, end, field, masking)
    else if (end > start) maskField(bytes, start, end, field, masking)
  }
}

/** @returns where a byte lies that means something; `end` or more when there is none */
function nextSign(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && kinds[bytes[at] ?? 0] === 0) at++
  return at
}

function maskField(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: FieldContext,
  { masker, splice }: Masking,
): void {
  const masked = masker.value(bytes, start, end, field)
  if (masked !== null) splice.replace(start, end, masked)
}

function maskEscaped(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: FieldContext,
  { masker, splice }: Masking,
): void {
  const decoded = unescape(bytes, start, end)
  const masked = masker.value(decoded, 0, decoded.length, field)
  if (masked !== null) splice.replace(start, end, escape(masked))
  // In csv a backslash is a backslash: `\4111…` is no octal number there.
  else maskField(bytes, start, end, field, { masker, splice })
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
