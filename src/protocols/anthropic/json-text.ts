// Between the text of a JSON string and its bytes on the wire (RFC 8259 §7). Lone surrogates, which a stream cut between
// two escapes leaves behind, keep their value as three bytes (WTF-8), so that they come back as the same escape.

const backslash = 0x5c
const short: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x5c: 0x5c,
  0x2f: 0x2f,
  0x62: 0x08,
  0x66: 0x0c,
  0x6e: 0x0a,
  0x72: 0x0d,
  0x74: 0x09,
}

/** @param bytes a valid string between `start` and `end`, without its quotes */
export function unescapeJson(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // Never longer than it was: two bytes become one, six become three at most, twelve four.
  const out = new Uint8Array(end - start)
  let length = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte !== backslash) {
      out[length++] = byte
      continue
    }
    const letter = bytes[++at] as number
    const plain = short[letter]
    if (plain !== undefined) {
      out[length++] = plain
      continue
    }
    let unit = toUnit(bytes, at + 1)
    at += 4
    if (isHigh(unit) && at + 6 < end && bytes[at + 1] === backslash && bytes[at + 2] === 0x75) {
      const low = toUnit(bytes, at + 3)
      if (low >= 0xdc00 && low <= 0xdfff) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
        at += 6
      }
    }
    length = appendUtf8(out, length, unit)
  }
  return out.subarray(0, length)
}

/** @returns the same object when nothing needs an escape */
export function escapeJson(text: Uint8Array): Uint8Array {
  if (!needsEscape(text)) return text
  const out: number[] = []
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number
    if (byte === 0xed && (text[at + 1] as number) >= 0xa0) {
      const unit = 0xd000 | (((text[at + 1] as number) & 0x3f) << 6) | ((text[at + 2] as number) & 0x3f)
      out.push(...Buffer.from(`\\u${unit.toString(16)}`))
      at += 2
    } else if (byte === 0x22 || byte === backslash) out.push(backslash, byte)
    else if (byte < 0x20) out.push(...Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)))
    else out.push(byte)
  }
  return Uint8Array.from(out)
}

function needsEscape(text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number
    if (byte < 0x20 || byte === 0x22 || byte === backslash) return true
    if (byte === 0xed && (text[at + 1] ?? 0) >= 0xa0) return true
  }
  return false
}

function toUnit(bytes: Uint8Array, at: number): number {
  return Number.parseInt(String.fromCharCode(...bytes.subarray(at, at + 4)), 16)
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function appendUtf8(out: Uint8Array, length: number, point: number): number {
  if (point < 0x80) out[length++] = point
  else if (point < 0x800) {
    out[length++] = 0xc0 | (point >> 6)
    out[length++] = 0x80 | (point & 0x3f)
  } else if (point < 0x10000) {
    out[length++] = 0xe0 | (point >> 12)
    out[length++] = 0x80 | ((point >> 6) & 0x3f)
    out[length++] = 0x80 | (point & 0x3f)
  } else {
    out[length++] = 0xf0 | (point >> 18)
    out[length++] = 0x80 | ((point >> 12) & 0x3f)
    out[length++] = 0x80 | ((point >> 6) & 0x3f)
    out[length++] = 0x80 | (point & 0x3f)
  }
  return length
}
