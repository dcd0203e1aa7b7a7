// Messages and content blocks as text.

import { JsonCursor } from './json-cursor.ts'
import { isMalformedJson } from './malformed-json.ts'

interface Fields {
  readonly [key: string]: unknown
}

/** A message, a list of blocks, one block or a string. */
export function toConversation(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((element: unknown) => toConversation(element)).join('\n')
  if (!isFields(value)) return JSON.stringify(value) ?? ''
  if (typeof value['role'] === 'string') return toConversation(value['content'])
  return toBlockText(value)
}

function toBlockText(block: Fields): string {
  const type = text(block['type'])
  if (type === 'text') return text(block['text'])
  if (type === 'thinking') return `[thinking] ${text(block['thinking'])}`
  if (type === 'redacted_thinking') return '[thinking, encrypted]'
  if (type.endsWith('tool_use'))
    return `[${type} ${text(block['name'])} ${text(block['id'])}]\n${JSON.stringify(block['input'], null, 2) ?? ''}`
  if (type.endsWith('tool_result')) {
    const failed = block['is_error'] === true ? ' failed' : ''
    return `[${type} ${text(block['tool_use_id'])}${failed}]\n${toConversation(block['content'] ?? '')}`
  }
  if (type === 'image' || type === 'document') return `[${type}]`
  return JSON.stringify(block, null, 2)
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** @returns undefined when it is no JSON, or nested deeper than anything should be */
export function toJson(json: string): unknown {
  const bytes = Buffer.from(json)
  const cursor = new JsonCursor().reset(bytes, 0, bytes.length)
  try {
    cursor.passOver()
    cursor.requireEnd()
  } catch (error) {
    if (isMalformedJson(error)) return undefined
    throw error
  }
  return JSON.parse(json) as unknown
}
