// COPY OUT: rows without descriptions, so every field is looked at as text. The text and csv forms are lines; the binary form
// is a signature, then tuples ("COPY", File Formats). Where the server cuts its messages means nothing: what is not a whole
// line or tuple yet is held, and framed again with what completes it.

import { plainText } from '../../kernel/action.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Masker } from '../../kernel/masker.ts'
import { readInt32 } from '../../wire/byte-cursor.ts'
import { ByteBuilder } from '../../wire/byte-builder.ts'
import { maskCell, nullCell } from './cells.ts'
import { undescribed } from './columns.ts'

const empty = new Uint8Array(0)
const newline = 0x0a
const tab = 0x09
const quote = 0x22
const backslash = 0x5c
const signatureBytes = 19

export interface CopyMask {
  /** @returns the same object when nothing changed and nothing was held */
  push(payload: Uint8Array, masker: Masker): Uint8Array
  /** The copy is over: what was held. */
  end(masker: Masker): Uint8Array
}

/** @param maxHeldBytes longest line or tuple */
export function startCopyOut(isBinary: boolean, maxHeldBytes: number): CopyMask {
  let held: Uint8Array = empty
  const mask = isBinary ? new BinaryCopy() : lines
  return {
    push(payload, masker) {
      const all = held.length === 0 ? payload : Buffer.concat([held, payload])
      const whole = mask.wholeBytes(all)
      if (all.length - whole > maxHeldBytes) {
        throw new Fault('upstream.protocol', { why: 'a row of COPY has no end', heldBytes: all.length - whole })
      }
      const masked = mask.mask(all, whole, masker)
      held = whole === all.length ? empty : Buffer.from(all.subarray(whole))
      return masked
    },
    end(masker) {
      const rest = held
      held = empty
      return rest.length === 0 ? rest : mask.mask(rest, rest.length, masker)
    },
  }
}

interface Form {
  /** How many bytes of these can be looked at now. */
  wholeBytes(bytes: Uint8Array): number
  mask(bytes: Uint8Array, end: number, masker: Masker): Uint8Array
}

const lines: Form = {
  // The server sends a row a message and ends it with a newline; a csv field may hold more of them inside.
  wholeBytes: (bytes) => (bytes[bytes.length - 1] === newline ? bytes.length : bytes.lastIndexOf(newline) + 1),
  mask(bytes, end, masker) {
    const edits = new Edits(bytes)
    let start = 0
    let hasEscape = false
    let isQuoted = false
    // A tab is the separator that text form has unless told otherwise; under another one a whole row is one text, which
    // finds no less. A newline inside quotes is a csv field's own.
    for (let at = 0; at < end; at++) {
      const byte = bytes[at]
      if (byte === backslash) {
        hasEscape = true
        // The byte after it belongs to it, whatever it is.
        at++
      } else if (byte === quote) isQuoted = !isQuoted
      else if (byte === tab || (byte === newline && !isQuoted)) {
        maskField(bytes, start, at, hasEscape, edits, masker)
        start = at + 1
        hasEscape = false
      }
    }
    maskField(bytes, start, end, hasEscape, edits, masker)
    return edits.applied(end)
  },
}

function maskField(
  bytes: Uint8Array,
  start: number,
  end: number,
  hasEscape: boolean,
  edits: Edits,
  masker: Masker,
): void {
  if (end <= start) return
  if (!hasEscape) {
    const masked = masker.value(bytes, start, end, plainText)
    if (masked !== null) edits.replace(start, end, masked)
    return
  }
  const decoded = unescape(bytes, start, end)
  const masked = masker.value(decoded, 0, decoded.length, plainText)
  if (masked !== null) edits.replace(start, end, escape(masked))
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
  const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
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

class BinaryCopy implements Form {
  #isBegun = false
  #isOver = false

  wholeBytes(bytes: Uint8Array): number {
    let at = this.#isBegun ? 0 : headerEnd(bytes)
    if (at === null) return 0
    for (;;) {
      const end = tupleEnd(bytes, at)
      if (end === null) return at
      at = end
    }
  }

  mask(bytes: Uint8Array, end: number, masker: Masker): Uint8Array {
    const edits = new Edits(bytes)
    let at = this.#isBegun || end === 0 ? 0 : (headerEnd(bytes) ?? end)
    if (end > 0) this.#isBegun = true
    while (end - at >= 2) {
      const count = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
      at += 2
      if (this.#isOver) throw new Fault('upstream.protocol', { why: 'bytes after the end of a binary COPY' })
      if (count === 0xffff) this.#isOver = true
      else for (let i = 0; i < count; i++) at = maskBinaryField(bytes, at, edits, masker)
    }
    return edits.applied(end)
  }
}

function maskBinaryField(bytes: Uint8Array, at: number, edits: Edits, masker: Masker): number {
  const start = at + 4
  const length = readInt32(bytes, at)
  if (length <= 0) return start
  const masked = maskCell(bytes, start, start + length, undescribed, masker)
  if (masked !== null) {
    const value = masked === nullCell ? empty : masked
    edits.replace(at, start + length, new ByteBuilder(value.length + 4).int32(value.length).bytes(value).done())
  }
  return start + length
}

/** Signature, flags, extension with its length. */
function headerEnd(bytes: Uint8Array): number | null {
  if (bytes.length < signatureBytes) return null
  const extension = readInt32(bytes, signatureBytes - 4)
  if (extension < 0 || extension > 65_536)
    throw new Fault('upstream.protocol', { why: 'not the head of a binary COPY' })
  return bytes.length < signatureBytes + extension ? null : signatureBytes + extension
}

function tupleEnd(bytes: Uint8Array, start: number): number | null {
  if (bytes.length - start < 2) return null
  const count = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)
  let at = start + 2
  if (count === 0xffff) return at
  for (let i = 0; i < count; i++) {
    if (bytes.length - at < 4) return null
    const length = readInt32(bytes, at)
    if (length < -1) throw new Fault('upstream.protocol', { why: 'a field of impossible length in a binary COPY' })
    at += 4 + Math.max(0, length)
    if (at > bytes.length) return null
  }
  return at
}

/** Replacements in order, applied once; without any the bytes are returned as they are. */
class Edits {
  readonly #bytes: Uint8Array
  #pieces: Uint8Array[] | null = null
  #copied = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  replace(start: number, end: number, by: Uint8Array): void {
    this.#pieces ??= []
    this.#pieces.push(this.#bytes.subarray(this.#copied, start), by)
    this.#copied = end
  }

  applied(end: number): Uint8Array {
    if (this.#pieces !== null) return Buffer.concat([...this.#pieces, this.#bytes.subarray(this.#copied, end)])
    return end === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, end)
  }
}
