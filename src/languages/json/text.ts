// Between the text of a JSON string and its bytes on the wire (RFC 8259 §7). Text is UTF-8, except that a lone surrogate,
// which JSON can write and UTF-8 cannot, keeps its value as three bytes (WTF-8), so that it comes back as the same escape.

import { Buffer, isUtf8 } from 'node:buffer'

const quote = 0x22
const backslash = 0x5c
const letterU = 0x75

/** What a letter after a backslash stands for; 0 where it stands for nothing. */
const meaning = new Uint8Array(256)
/** The letter that shortens a control character; 0 where there is none. */
const shorthand = new Uint8Array(32)
for (const [letter, byte] of [
  ['"', quote],
  ['\\', backslash],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const) {
  meaning[letter.charCodeAt(0)] = byte
  if (byte < 32) shorthand[byte] = letter.charCodeAt(0)
}

/** A few bytes cost less one by one than a call of the runtime or a view of them does. */
const fewBytes = 32
const worthCalling = 128
const surrogateLead = 0xed
/** How many bytes an escape of this one adds at most; 0 for what stands in a string as it is. */
const mostExtra = new Uint8Array(256)
for (let byte = 0; byte < 0x20; byte++) mostExtra[byte] = shorthand[byte] === 0 ? 5 : 1
mostExtra[quote] = 1
mostExtra[backslash] = 1
mostExtra[surrogateLead] = 3

/** Value of a hexadecimal digit, or 255. */
const digitValue = new Uint8Array(256).fill(255)
for (let i = 0; i < 16; i++) {
  digitValue[i.toString(16).charCodeAt(0)] = i
  digitValue[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

/** May this letter follow a backslash, apart from `u`? */
export function isShortEscape(letter: number): boolean {
  return meaning[letter] !== 0
}

export function isHexDigit(byte: number): boolean {
  return digitValue[byte] !== 255
}

/** The UTF-16 unit of the four digits at `at`, which were checked before. */
function toUnit(bytes: Uint8Array, at: number): number {
  let unit = 0
  for (let i = at; i < at + 4; i++) unit = (unit << 4) | (digitValue[bytes[i] ?? 0] ?? 0)
  return unit
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/**
 * @param bytes valid JSON string text between `start` and `end`, without its quotes
 * @returns a view of `bytes` when nothing was escaped, else new bytes
 */
export function unescapeJson(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const text = bytes.subarray(start, end)
  let at = text.indexOf(backslash)
  if (at === -1) return text
  // An escape is never shorter than what it stands for: 2 bytes become 1, 6 become at most 3, 12 become 4.
  const out = new Uint8Array(text.length)
  let length = 0
  let from = 0
  for (; at !== -1; at = nextBackslash(text, from)) {
    length = putRun(out, length, text, from, at)
    const letter = text[++at] ?? 0
    from = at + 1
    if (letter !== letterU) {
      out[length++] = meaning[letter] ?? 0
      continue
    }
    let point = toUnit(text, from)
    from += 4
    if (isHighSurrogate(point) && from + 5 < text.length && text[from] === backslash && text[from + 1] === letterU) {
      const low = toUnit(text, from + 2)
      if (isLowSurrogate(low)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
        from += 6
      }
    }
    length = putPoint(out, length, point)
  }
  return out.subarray(0, putRun(out, length, text, from, text.length))
}

/** @returns the same object when nothing needs an escape; never quotes around it */
export function escapeJson(text: Uint8Array): Uint8Array {
  return text.length >= worthCalling && isUtf8(text) ? escapedByRuntime(text) : escapedByHand(text)
}

/** What is UTF-8 has no lone surrogates, and then ECMAScript's escapes are the ones below. */
function escapedByRuntime(text: Uint8Array): Uint8Array {
  const value = Buffer.from(text.buffer, text.byteOffset, text.length).toString()
  const written = JSON.stringify(value)
  return written.length === value.length + 2 ? text : Buffer.from(written).subarray(1, -1)
}

function escapedByHand(text: Uint8Array): Uint8Array {
  let extra = 0
  for (let at = 0; at < text.length; at++) extra += mostExtra[text[at] ?? 0] ?? 0
  if (extra === 0) return text
  const out = new Uint8Array(text.length + extra)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] ?? 0
    if (byte < 0x20) length = putControl(out, length, byte)
    else if (isLoneSurrogate(text, at)) {
      length = putEscapedUnit(out, length, 0xd000 | (((text[at + 1] ?? 0) & 0x3f) << 6) | ((text[at + 2] ?? 0) & 0x3f))
      at += 2
    } else {
      if (byte === quote || byte === backslash) out[length++] = backslash
      out[length++] = byte
    }
  }
  // Letters of Korean begin like a surrogate.
  return length === text.length ? text : out.subarray(0, length)
}

/** -1 when there is none. */
function nextBackslash(text: Uint8Array, from: number): number {
  // Where one stands, the next is often near.
  const near = Math.min(text.length, from + fewBytes)
  for (let at = from; at < near; at++) if (text[at] === backslash) return at
  return near === text.length ? -1 : text.indexOf(backslash, near)
}

/** @returns where `out` goes on */
function putRun(out: Uint8Array, to: number, bytes: Uint8Array, from: number, end: number): number {
  if (end - from > fewBytes) out.set(bytes.subarray(from, end), to)
  else for (let i = from; i < end; i++) out[to + i - from] = bytes[i] ?? 0
  return to + end - from
}

function isLoneSurrogate(text: Uint8Array, at: number): boolean {
  return text[at] === surrogateLead && (text[at + 1] ?? 0) >= 0xa0 && at + 2 < text.length
}

function putControl(out: Uint8Array, at: number, byte: number): number {
  const letter = shorthand[byte] ?? 0
  if (letter === 0) return putEscapedUnit(out, at, byte)
  out[at] = backslash
  out[at + 1] = letter
  return at + 2
}

function putEscapedUnit(out: Uint8Array, at: number, unit: number): number {
  out[at] = backslash
  out[at + 1] = letterU
  for (let i = 0; i < 4; i++) {
    const digit = (unit >> (12 - 4 * i)) & 15
    out[at + 2 + i] = digit < 10 ? 0x30 + digit : 0x57 + digit
  }
  return at + 6
}

function putPoint(out: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    out[at] = point
    return at + 1
  }
  if (point < 0x800) {
    out[at] = 0xc0 | (point >> 6)
    out[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    out[at] = 0xe0 | (point >> 12)
    out[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    out[at + 2] = 0x80 | (point & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (point >> 18)
  out[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  out[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  out[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}
