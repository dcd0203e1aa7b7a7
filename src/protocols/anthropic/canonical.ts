// What exactly a Messages request asks, as bytes that are the same when a client sends the same intent again: without
// streaming after a broken stream, with fewer betas, with another cache breakpoint. An approval is bound to these (G4), so
// everything that reaches the model stays in, as it was written: numbers and escapes are not normalised.

import { eachElement, eachMember, JsonCursor } from './json-cursor.ts'
import type { Prompt } from './prompt.ts'

/** How the answer is delivered, billed or shaped; clients change these by themselves when they try again. */
const delivery = new Set([
  'stream',
  'metadata',
  'cache_control',
  'max_tokens',
  'thinking',
  'context_management',
  'output_config',
])

const encoder = new TextEncoder()
const open = { object: encoder.encode('{'), array: encoder.encode('[') }
const close = { object: encoder.encode('}'), array: encoder.encode(']') }
const next = encoder.encode(',')

/** @returns one element a member of the body that counts, key included */
export function toCanonicalBody(body: Uint8Array, prompt: Prompt): Uint8Array[] {
  return prompt.members
    .filter((member) => !delivery.has(member.key))
    .map((member) => {
      const pieces: Uint8Array[] = [body.subarray(member.start, member.value)]
      const cursor = new JsonCursor().reset(body, member.value, member.end)
      if (isConversation(member.key)) appendBlocks(cursor, pieces)
      else pieces.push(body.subarray(member.value, member.end))
      return Buffer.concat(pieces)
    })
}

function isConversation(key: string): boolean {
  return key === 'messages' || key === 'system' || key === 'tools'
}

/** A message, block or tool, or a list of them: cache breakpoints are left out, at these levels and nowhere deeper. */
function appendBlocks(cursor: JsonCursor, pieces: Uint8Array[]): void {
  const kind = cursor.kind()
  if (kind === 'array') {
    pieces.push(open.array)
    eachElement(cursor, Number.POSITIVE_INFINITY, () => {
      appendBlocks(cursor, pieces)
      pieces.push(next)
    })
    pieces.push(close.array)
  } else if (kind === 'object') {
    pieces.push(open.object)
    eachMember(cursor, (key, keyStart) => appendMember(cursor, pieces, { key, keyStart }))
    pieces.push(close.object)
  } else appendRaw(cursor, pieces)
}

function appendMember(cursor: JsonCursor, pieces: Uint8Array[], member: { key: string; keyStart: number }): void {
  if (member.key === 'cache_control') return cursor.skip()
  cursor.kind()
  pieces.push(cursor.bytes.subarray(member.keyStart, cursor.at))
  // A tool's result holds blocks again; a tool's input is data, whatever its keys are called.
  if (member.key === 'content') appendBlocks(cursor, pieces)
  else appendRaw(cursor, pieces)
  pieces.push(next)
}

function appendRaw(cursor: JsonCursor, pieces: Uint8Array[]): void {
  cursor.kind()
  const start = cursor.at
  cursor.skip()
  pieces.push(cursor.bytes.subarray(start, cursor.at))
}
