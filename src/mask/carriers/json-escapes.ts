// Escapes of strings in JSON (RFC 8259 §7): what one means, and text written with them.

import { toHex } from './sequences.ts'

const backslash = 0x5c

/** The same object when nothing must be escaped. */
export function toJsonText(bytes: Uint8Array): Uint8Array {
  if (isPlain(bytes)) return bytes
  const text: number[] = []
  for (const byte of bytes) {
    if (byte >= 0x20 && byte !== 0x22 && byte !== backslash) text.push(byte)
    else if (byte >= 0x20) text.push(backslash, byte)
    else text.push(...Array.from(`\\u00${byte.toString(16).padStart(2, '0')}`, (digit) => digit.charCodeAt(0)))
  }
  return Uint8Array.from(text)
}

function isPlain(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte === 0x22 || byte === backslash || byte < 0x20) return false
  return true
}

const simple: Readonly<Record<number, Uint8Array>> = Object.fromEntries(
  [[0x22, 0x22], [0x5c, 0x5c], [0x2f, 0x2f], [0x62, 8], [0x66, 12], [0x6e, 10], [0x72, 13], [0x74, 9]].map(
    ([letter = 0, byte = 0]) => [letter, Uint8Array.of(byte)],
  ),
) // prettier-ignore

/**
 * @param written from the backslash on
 * @returns what it means as UTF-8 (a surrogate as three bytes of its own); null when more bytes are needed. What is no
 *   escape means itself, so that it is looked at like all the rest.
 */
export function toMeant(written: readonly number[]): Uint8Array | null {
  const kind = written[1]
  if (kind === undefined) return null
  const known = simple[kind]
  if (known !== undefined) return known
  const last = written.length - 1
  if (kind !== 0x75 || (last > 1 && toHex(written[last] ?? 0) < 0)) return Uint8Array.from(written)
  if (last < 5) return null
  let code = 0
  for (let i = 2; i < 6; i++) code = code * 16 + toHex(written[i] ?? 0)
  if (code < 0x80) return Uint8Array.of(code)
  if (code < 0x800) return Uint8Array.of(0xc0 | (code >> 6), 0x80 | (code & 63))
  return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
}
