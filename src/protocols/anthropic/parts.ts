// What is recorded of a request. A conversation is resent every turn, so each message, system block and tool list is a
// part of its own under its digest and is stored once in a session.

import { hash } from 'node:crypto'
import { plainText, opaque, type FieldContext, type Part } from '../../kernel/action.ts'
import { patchSpans, type Edit } from '../../wire/patch.ts'
import { JsonCursor } from './json-cursor.ts'
import { eachElement, eachMember } from './json-members.ts'
import type { Message, Prompt } from './prompt.ts'
import { toPrintable, type ApiRequest } from './request.ts'
import { valuesOf } from './request-headers.ts'

const jsonField: FieldContext = Object.freeze({ name: null, content: 'json' })
const [opening, comma, closing] = ['{', ',', '}'].map((sign) => Buffer.from(sign)) as [Buffer, Buffer, Buffer]
const notRecorded = Buffer.from('"[not recorded]"')
const separate = new Set(['messages', 'system', 'tools'])

/** A longer conversation is recorded with its beginning as one part: parts cost memory, too. */
const maxMessageParts = 4096
const maxCallsNamed = 8

/** Method, path and the headers that change what is asked; who asks is in the session. */
export function toHeadPart(request: ApiRequest): Part {
  const lines = [`${request.method} ${request.route.path}${request.query}`]
  for (let i = 0; i + 1 < request.headers.length; i += 2) {
    const name = request.headers[i]?.toLowerCase() ?? ''
    if (name.startsWith('anthropic-') || name.startsWith('x-claude-code-') || name === 'content-type')
      lines.push(`${name}: ${request.headers[i + 1] ?? ''}`)
  }
  return toPart('request', plainText, Buffer.from(lines.join('\n')))
}

/** A request whose body is not looked into. */
export function toPlainParts(request: ApiRequest): Part[] {
  const head = toHeadPart(request)
  if (request.body.length === 0) return [head]
  return [head, toPart('body', bodyField(request.headers), request.body)]
}

export function toPromptParts(request: ApiRequest, prompt: Prompt): Part[] {
  const { body } = request
  const parts = [toHeadPart(request), toPart('parameters', jsonField, toParameters(body, prompt))]
  prompt.system.forEach(({ start, end }, i) => {
    parts.push(toPart(`system ${String(i + 1)}`, jsonField, body.subarray(start, end)))
  })
  const tools = prompt.members.find((member) => member.key === 'tools')
  if (tools !== undefined) parts.push(toPart('tools', jsonField, body.subarray(tools.value, tools.end)))
  const { messages } = prompt
  const first = Math.max(0, messages.length - maxMessageParts)
  if (first > 0) {
    const earlier = body.subarray(messages[0]?.start ?? 0, messages[first - 1]?.end ?? 0)
    parts.push(toPart(`messages 1 to ${String(first)}`, jsonField, earlier))
  }
  for (let i = first; i < messages.length; i++) parts.push(toMessagePart(body, prompt, i))
  return parts
}

function toMessagePart(body: Uint8Array, prompt: Prompt, i: number): Part {
  const message = prompt.messages[i] as Message
  const isNew = i >= prompt.newFrom
  const role = `message ${String(i + 1)} ${toPrintable(message.role)}${isNew ? ' new' : ''}`
  // Calls are named where they are news: in what the model said last and in what answers it.
  const calls = i >= prompt.newFrom - 1 ? toCalls(body, message) : []
  return toPart([role, ...calls].join(' '), jsonField, body.subarray(message.start, message.end))
}

/** `tool_use Bash toolu_1`, `tool_result toolu_1`: joins what the model asked for to what came of it. */
function toCalls(body: Uint8Array, message: Message): string[] {
  const calls: string[] = []
  const cursor = new JsonCursor().reset(body, message.start, message.end)
  eachMember(cursor, (key) => {
    if (key !== 'content' || cursor.kind() !== 'array') return cursor.passOver()
    eachElement(cursor, Number.POSITIVE_INFINITY, () => {
      const named = { type: '', name: '', id: '', tool_use_id: '' }
      eachMember(cursor, (member) => {
        if (member in named && cursor.kind() === 'string') {
          cursor.string()
          named[member as keyof typeof named] = toPrintable(cursor.text())
        } else cursor.passOver()
      })
      const words = [named.type, named.name, named.id, named.tool_use_id].filter((word) => word !== '')
      if (named.type.includes('tool_') && calls.length < maxCallsNamed) calls.push(words.join(' '))
    })
  })
  return calls
}

/** The members that are not recorded as parts of their own, as a body again. */
function toParameters(body: Uint8Array, prompt: Prompt): Uint8Array {
  const pieces: Uint8Array[] = []
  for (const member of prompt.members) {
    if (separate.has(member.key)) continue
    pieces.push(pieces.length === 0 ? opening : comma)
    const bytes = body.subarray(member.start, member.end)
    pieces.push(member.key === 'mcp_servers' ? withoutTokens(bytes, member.value - member.start) : bytes)
  }
  if (pieces.length === 0) pieces.push(opening)
  pieces.push(closing)
  return Buffer.concat(pieces)
}

/** A server's credential goes to the API and nowhere else. */
function withoutTokens(bytes: Uint8Array, value: number): Uint8Array {
  const cursor = new JsonCursor().reset(bytes, value, bytes.length)
  if (cursor.kind() !== 'array') return bytes
  const edits: Edit[] = []
  eachElement(cursor, Number.POSITIVE_INFINITY, () => {
    eachMember(cursor, (key) => {
      cursor.kind()
      const start = cursor.at
      cursor.passOver()
      if (key === 'authorization_token') edits.push({ start, end: cursor.at, with: notRecorded })
    })
  })
  return patchSpans(bytes, edits)
}

function bodyField(headers: readonly string[]): FieldContext {
  const type = valuesOf(headers, 'content-type')[0]?.toLowerCase() ?? ''
  if (type.includes('json')) return jsonField
  return type.startsWith('application/octet-stream') ? opaque : plainText
}

function toPart(role: string, field: FieldContext, bytes: Uint8Array): Part {
  return { role, field, bytes, digest: hash('sha256', bytes, 'hex') }
}
