// Between the text of a JSON string and its bytes on the wire (RFC 8259 §7). Text is UTF-8, except that a lone surrogate,
// which JSON can write and UTF-8 cannot, keeps its value as three bytes (WTF-8), so that it comes back as the same escape.

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
  let from = start
  while (from < end && bytes[from] !== backslash) from++
  if (from === end) return bytes.subarray(start, end)
  // An escape is never shorter than what it stands for: 2 bytes become 1, 6 become at most 3, 12 become 4.
  const out = new Uint8Array(end - start)
  out.set(bytes.subarray(start, from))
  let length = from - start
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte !== backslash) {
      out[length++] = byte
      continue
    }
    const letter = bytes[++at] ?? 0
    if (letter !== letterU) {
      out[length++] = meaning[letter] ?? 0
      continue
    }
    let point = toUnit(bytes, at + 1)
    at += 4
    if (isHighSurrogate(point) && at + 6 < end && bytes[at + 1] === backslash && bytes[at + 2] === letterU) {
      const low = toUnit(bytes, at + 3)
      if (isLowSurrogate(low)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
        at += 6
      }
    }
    length = putPoint(out, length, point)
  }
  return out.subarray(0, length)
}

/** @returns the same object when nothing needs an escape; never quotes around it */
export function escapeJson(text: Uint8Array): Uint8Array {
  let extra = 0
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] ?? 0
    if (byte < 0x20) extra += shorthand[byte] === 0 ? 5 : 1
    else if (byte === quote || byte === backslash) extra++
    else if (isLoneSurrogate(text, at)) extra += 3
  }
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
  return out
}

function isLoneSurrogate(text: Uint8Array, at: number): boolean {
  return text[at] === 0xed && (text[at + 1] ?? 0) >= 0xa0 && at + 2 < text.length
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
