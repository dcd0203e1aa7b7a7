// Reads a whole JSON text and says where its strings lie, so that one string's span can be changed and every other byte
// stays as it came (G6). Builds no values. Duplicate keys and huge numbers pass: they are the target's to judge; bytes
// that are no UTF-8 do not, because two readers would see two texts.

import { isUtf8 } from 'node:buffer'

import { isHexDigit, isShortEscape, unescapeJson } from './text.ts'
import { endsJsonScalar, isJsonPunctuation, isJsonSpace, JsonStructure, malformedJson } from './structure.ts'

export interface JsonVisitor {
  /**
   * A string value; names of members are not shown. `start` and `end` enclose its text without the quotes.
   * @param escaped the text holds escapes: `unescapeJson` before reading it
   * @param key the nearest member around it, also through arrays: for `{"a":[{"b":["x"]}]}` it is `b`
   * @param depth containers around it; 0 when the whole text is one string
   */
  string(start: number, end: number, escaped: boolean, key: string | null, depth: number): void
}

const quote = 0x22
const backslash = 0x5c

/** @throws Fault `request.malformed` when it is no JSON, also after the visitor was called for what came before */
export function scanJson(bytes: Uint8Array, visitor: JsonVisitor): void {
  if (!isUtf8(bytes)) throw malformedJson('encoding', 0)
  const structure = new JsonStructure()
  const end = bytes.length
  for (let at = 0; at < end;) {
    const byte = bytes[at] ?? 0
    if (byte === quote) {
      const close = endOfString(bytes, at + 1)
      const escaped = close < 0
      const to = escaped ? ~close : close
      if (structure.string(at)) structure.named(toKey(bytes, at + 1, to, escaped))
      else visitor.string(at + 1, to, escaped, structure.key, structure.depth)
      at = to + 1
    } else if (isJsonSpace(byte)) at++
    else if (isJsonPunctuation(byte)) structure.punctuation(byte, at++)
    else {
      const start = at
      while (at < end && !endsJsonScalar(bytes[at] ?? 0)) at++
      structure.scalar(toLatin1(bytes, start, at), start)
    }
  }
  if (!structure.isWhole) throw malformedJson('that ends early', end)
}

/** @returns where the closing quote is; its complement when the text before it holds escapes */
function endOfString(bytes: Uint8Array, start: number): number {
  let escaped = false
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return escaped ? ~at : at
    if (byte < 0x20) throw malformedJson('control character', at)
    if (byte !== backslash) continue
    escaped = true
    const letter = bytes[++at] ?? 0
    if (letter === 0x75) {
      for (let i = 0; i < 4; i++) if (!isHexDigit(bytes[++at] ?? 0)) throw malformedJson('escape', at)
    } else if (!isShortEscape(letter)) throw malformedJson('escape', at)
  }
  throw malformedJson('string that ends early', bytes.length)
}

// ── names of members ──

// The same few names come a thousand times in one text, so the last name of each slot is kept and compared by bytes
// before a new string is made. Bounded: 256 names of at most 32 bytes; names are no values.
const maxKeptBytes = 32
const kept: (string | undefined)[] = Array.from({ length: 256 })

function toKey(bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
  if (escaped || end - start > maxKeptBytes)
    return toUtf8(escaped ? unescapeJson(bytes, start, end) : bytes.subarray(start, end))
  let hash = 0
  for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] ?? 0)) | 0
  const slot = hash & 255
  const known = kept[slot]
  if (known !== undefined && isSame(known, bytes, start, end)) return known
  const key = toUtf8(bytes.subarray(start, end))
  if (key.length === end - start) kept[slot] = key
  return key
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return false
  return true
}

function toUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function toLatin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 512)).toString('latin1')
}
