// Arrays, composites and ranges as text ("Arrays", Array Input and Output Syntax; "Composite Types", Composite Type Input and
// Output Syntax): elements between commas, quoted where they must be. Elements are masked one by one, because what stands
// beside a value is another value and not a part of it.

import { ByteBuilder } from '../../wire/byte-builder.ts'

const quote = 0x22
const backslash = 0x5c
/** `{`, `(` and `[`. */
const openings = new Set([0x7b, 0x28, 0x5b])
const separators = new Uint8Array(256)
for (const byte of Buffer.from('{}()[],;')) separators[byte] = 1
/** Structures in structures: deeper ones are looked at as they are. */
const maxDepth = 8

/** @returns what replaces the value; null when it passes */
export type MaskValue = (value: Uint8Array) => Uint8Array | null

export function beginsStructure(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 2 && openings.has(bytes[start] ?? 0)
}

/** @returns null when no element changes */
export function maskStructure(text: Uint8Array, mask: MaskValue, depth = 0): Uint8Array | null {
  let builder: ByteBuilder | null = null
  let copied = 0
  for (let at = 0; at < text.length;) {
    if (separators[text[at] ?? 0] === 1) {
      at++
      continue
    }
    const isQuoted = text[at] === quote
    const end = isQuoted ? quotedEnd(text, at) : bareEnd(text, at)
    const element = isQuoted ? unquoted(text, at + 1, end) : text.subarray(at, end)
    const masked = maskElement(element, mask, depth)
    if (masked !== null) {
      builder ??= new ByteBuilder(text.length + 64)
      builder.bytes(text.subarray(copied, at))
      if (isQuoted || masked.some(isSpecial)) putQuoted(builder, masked)
      else builder.bytes(masked)
      copied = end
    }
    at = end
  }
  return builder === null ? null : builder.bytes(text.subarray(copied)).done()
}

function maskElement(element: Uint8Array, mask: MaskValue, depth: number): Uint8Array | null {
  if (element.length === 0) return null
  if (depth < maxDepth && beginsStructure(element, 0, element.length)) {
    const inner = maskStructure(element, mask, depth + 1)
    return inner === null ? mask(element) : (mask(inner) ?? inner)
  }
  // bytea, as the server writes it.
  if (element[0] === backslash && element[1] === 0x78) {
    const masked = mask(Buffer.from(Buffer.from(element.subarray(2)).toString('latin1'), 'hex'))
    return masked === null ? null : Buffer.from(`\\x${Buffer.from(masked).toString('hex')}`, 'latin1')
  }
  return mask(element)
}

function bareEnd(text: Uint8Array, start: number): number {
  let at = start
  while (at < text.length && separators[text[at] ?? 0] === 0 && (text[at] !== quote || at === start)) at++
  return at
}

/** @returns the place behind the closing quote; the end when there is none */
function quotedEnd(text: Uint8Array, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === backslash) at++
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1
      at++
    }
  }
  return text.length
}

function unquoted(text: Uint8Array, start: number, end: number): Uint8Array {
  const builder = new ByteBuilder(end - start)
  for (let at = start; at < end; at++) {
    const byte = text[at] ?? 0
    if ((byte === backslash || byte === quote) && at + 1 < end) builder.uint8(text[++at] ?? 0)
    else if (byte !== quote) builder.uint8(byte)
  }
  return builder.done()
}

function isSpecial(byte: number): boolean {
  return byte <= 0x20 || byte === quote || byte === backslash || separators[byte] === 1
}

function putQuoted(builder: ByteBuilder, value: Uint8Array): void {
  builder.uint8(quote)
  for (const byte of value) {
    if (byte === quote || byte === backslash) builder.uint8(backslash)
    builder.uint8(byte)
  }
  builder.uint8(quote)
}
