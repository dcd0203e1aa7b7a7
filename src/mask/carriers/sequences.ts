// One sign that is written with several bytes: a character of UTF-8, an escape of JSON (RFC 8259 §7), a character reference of
// HTML (§13.5), a byte of an address (RFC 3986 §2.1). Only what hides a sign that matters to a detector; all else is itself.

import { itself, meaningOf, nothing, pairs } from './signs.ts'

export { itself, nothing } from './signs.ts'

/** The bytes at hand end inside of what may be a sequence. */
export const incomplete = -2

/** Which escapes of JSON are read: in a text that begins as JSON all, in others those that hide a sign. */
export type Escapes = 'hiding' | 'all'

const [backslash, ampersand, percent] = [0x5c, 0x26, 0x25]
const [letterU, hash, letterX, semicolon] = [0x75, 0x23, 0x78, 0x3b]
const longestReference = 12

/** Kinds of bytes that may begin a sequence: the first of a character beyond ASCII, or a sign of ASCII. */
export const beyondAscii = 1
const inAscii = 2
/** By byte; 0 for what begins nothing. */
export const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === backslash || byte === ampersand || byte === percent) return inAscii
  return pairs.subarray(byte << 8, (byte + 1) << 8).includes(1) ? beyondAscii : 0
})

function codesOf(meanings: Readonly<Record<string, number>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(meanings).map(([letter, byte]) => [letter.charCodeAt(0), byte]))
}

const hidingEscapes = codesOf({ '"': 0x22, '/': 0x2f, n: 10, r: 13, t: 9 })
const allEscapes = codesOf({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 })

const references: Readonly<Record<string, number>> = {
  amp: 0x26, apos: 0x27, quot: 0x22, lt: 0x3c, gt: 0x3e, nbsp: 0x20, ensp: 0x20, emsp: 0x20, thinsp: 0x20, commat: 0x40, period: 0x2e,
  hyphen: 0x2d, dash: 0x2d, ndash: 0x2d, mdash: 0x2d, minus: 0x2d, colon: 0x3a, equals: 0x3d, lowbar: 0x5f, plus: 0x2b, sol: 0x2f,
  shy: nothing, zwj: nothing, zwnj: nothing, Tab: 9, NewLine: 10,
} // prettier-ignore

/**
 * What a byte of an address means once it is read. A slash stays as it is written: where it matters, in a password or in Base64,
 * the written form is what detectors know. So does `%`, or two layers would be read as one.
 */
const bytesOfAddress = new Int16Array(256).fill(itself)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@.-_~+:,;=!*()&"$ {}[]|^`\\\n\r\t')
  bytesOfAddress[sign.charCodeAt(0)] = sign.charCodeAt(0)
// What ends an address for a detector is a sign of no meaning in it.
for (const sign of "?#'<>") bytesOfAddress[sign.charCodeAt(0)] = 0x21

/** @returns the length times 256 and what it means, or `itself`, or `incomplete` */
export function readSequence(bytes: Uint8Array, at: number, end: number, escapes: Escapes): number {
  const first = bytes[at] ?? 0
  if (first === backslash) return readEscape(bytes, at, end, escapes)
  if (first === percent) return readByteOfAddress(bytes, at, end)
  if (first === ampersand) return readReference(bytes, at, end)
  return readCharacter(bytes, at, end)
}

function readCharacter(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  let code = first & (0xff >> (length + 1))
  for (let i = at + 1; i < at + length; i++) {
    if (i >= end) return incomplete
    const byte = bytes[i] ?? 0
    if ((byte & 0xc0) !== 0x80) return itself
    code = (code << 6) | (byte & 0x3f)
  }
  return toRead(meaningOf(code), length)
}

function readEscape(bytes: Uint8Array, at: number, end: number, escapes: Escapes): number {
  if (at + 1 >= end) return incomplete
  const kind = bytes[at + 1] ?? 0
  if (kind !== letterU) return toRead((escapes === 'all' ? allEscapes : hidingEscapes).get(kind) ?? itself, 2)
  let code = 0
  for (let i = at + 2; i < at + 6; i++) {
    if (i >= end) return incomplete
    const digit = toHex(bytes[i] ?? 0)
    if (digit < 0) return itself
    code = code * 16 + digit
  }
  return toRead(code < 0x80 ? code || itself : meaningOf(code), 6)
}

function readByteOfAddress(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return incomplete
  const high = toHex(bytes[at + 1] ?? 0)
  if (high < 0) return itself
  if (at + 2 >= end) return incomplete
  const low = toHex(bytes[at + 2] ?? 0)
  return low < 0 ? itself : toRead(bytesOfAddress[high * 16 + low] ?? itself, 3)
}

function readReference(bytes: Uint8Array, at: number, end: number): number {
  let name = ''
  for (let i = at + 1; i < at + longestReference; i++) {
    if (i >= end) return incomplete
    const byte = bytes[i] ?? 0
    if (byte === semicolon) return toRead(meaningOfReference(name), i + 1 - at)
    if (!isInReference(byte) && !(byte === hash && name === '')) return itself
    name += String.fromCharCode(byte)
  }
  return itself
}

function isInReference(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
}

function meaningOfReference(name: string): number {
  if (name.charCodeAt(0) !== hash) return Object.hasOwn(references, name) ? (references[name] ?? itself) : itself
  const isHex = (name.charCodeAt(1) | 0x20) === letterX
  const digits = name.slice(isHex ? 2 : 1)
  if (!(isHex ? /^[0-9A-Fa-f]+$/ : /^[0-9]+$/).test(digits)) return itself
  const code = Number.parseInt(digits, isHex ? 16 : 10)
  return code < 0x80 ? code || itself : meaningOf(code)
}

function toRead(meaning: number, length: number): number {
  return meaning === itself ? itself : length * 256 + meaning
}

/** @returns -1 for what is no hexadecimal digit */
export function toHex(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
