// What exactly a Messages request asks, as bytes that are the same when a client sends the same intent again: without
// streaming after a broken stream, with fewer betas, with another cache breakpoint. An approval is bound to these (G4), so
// everything that reaches the model stays in, as it was written: numbers and escapes are not normalised.

import { JsonCursor } from './json-cursor.ts'
import { eachElement, eachMember, stringMember } from './json-members.ts'
import type { Prompt } from './prompt.ts'

/** How the answer is delivered, billed or shaped; clients change these by themselves when they try again. */
const delivery = new Set(['stream', 'metadata', 'cache_control', 'max_tokens', 'thinking'])

/** Of the shape of the answer: how hard the model works. Anything else there, such as a schema, is text that it reads. */
const effort = new Set(['effort', 'task_budget'])
/**
 * Edits of the context that only take away, and that go with a beta that clients drop. Others, such as a summary, tell the model
 * what to do, and so may one that is not known here.
 */
const takesAway = new Set(['clear_tool_uses_20250919', 'clear_thinking_20251015'])

const encoder = new TextEncoder()
const nothing = new Uint8Array(0)
const open = { object: encoder.encode('{'), array: encoder.encode('[') }
const close = { object: encoder.encode('}'), array: encoder.encode(']') }
const next = encoder.encode(',')

/** @returns one element a member of the body that counts, key included */
export function toCanonicalBody(body: Uint8Array, prompt: Prompt): Uint8Array[] {
  return prompt.members
    .filter((member) => !delivery.has(member.key))
    .map((member) => {
      const name = body.subarray(member.start, member.value)
      const pieces: Uint8Array[] = []
      const cursor = new JsonCursor().reset(body, member.value, member.end)
      const kind = cursor.kind()
      if (isConversation(member.key)) appendBlocks(cursor, pieces)
      else if (member.key === 'output_config' && kind === 'object') appendOutput(cursor, pieces)
      else if (member.key === 'context_management' && kind === 'object') appendContext(cursor, pieces)
      else pieces.push(body.subarray(member.value, member.end))
      return pieces.length === 0 ? nothing : Buffer.concat([name, ...pieces])
    })
    .filter((member) => member.length > 0)
}

function appendOutput(cursor: JsonCursor, pieces: Uint8Array[]): void {
  eachMember(cursor, (key, keyStart) => {
    if (effort.has(key)) cursor.passOver()
    else appendMember(cursor, pieces, { key, keyStart })
  })
}

function appendContext(cursor: JsonCursor, pieces: Uint8Array[]): void {
  eachMember(cursor, (key, keyStart) => {
    if (key !== 'edits' || cursor.kind() !== 'array') return appendMember(cursor, pieces, { key, keyStart })
    eachElement(cursor, Number.POSITIVE_INFINITY, () => {
      const type = cursor.kind() === 'object' ? stringMember(cursor, cursor.at, 'type') : null
      if (type !== null && takesAway.has(type)) return cursor.passOver()
      appendRaw(cursor, pieces)
      pieces.push(next)
    })
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
  if (member.key === 'cache_control') return cursor.passOver()
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
  cursor.passOver()
  pieces.push(cursor.bytes.subarray(start, cursor.at))
}
