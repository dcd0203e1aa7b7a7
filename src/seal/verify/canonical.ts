// Is it canonical JSON (RFC 8785)? Bounded in depth before anything walks it: the text may be anybody's.

import { isUtf8 } from 'node:buffer'
import { toJcs, type JsonValue } from '../tlog/jcs.ts'

/** Deeper than anything that a sealer writes. */
const maxDepth = 32
const quote = 0x22
const escape = 0x5c
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/** @returns undefined for what is not canonical, or not JSON at all */
export function parseCanonical(bytes: Uint8Array): JsonValue | undefined {
  if (!isUtf8(bytes) || !isShallow(bytes)) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  try {
    const value = JSON.parse(text) as JsonValue
    return isCanonical(value, text) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Nearly all there is, is what JavaScript writes as well and has its members in order: that is found out sooner. */
function isCanonical(value: JsonValue, text: string): boolean {
  const isPlain = !text.includes(String.raw`\ud`) && JSON.stringify(value) === text
  return (isPlain && isSorted(value)) || toJcs(value) === text
}

function isSorted(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isSorted)
  let before = ''
  const members = value as { readonly [name: string]: JsonValue }
  for (const name of Object.keys(members)) {
    if (name < before || !isSorted(members[name] ?? null)) return false
    before = name
  }
  return true
}

/** Knows as much of JSON as it takes to leave out strings. */
function isShallow(text: Uint8Array): boolean {
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (byte === quote) isString = !isString
    else if (isString) at += byte === escape ? 1 : 0
    else if (byte === openList || byte === openObject) depth++
    else if (byte === closeList || byte === closeObject) depth--
    if (depth > maxDepth) return false
  }
  return true
}
