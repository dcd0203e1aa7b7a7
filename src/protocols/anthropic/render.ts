// A recorded request and its answer as a conversation that a person reads. Everything in here was written by a model, its
// tools or its users: nothing of it may reach a terminal as a control character.

import type { RecordedAction, RenderedAction } from '../../kernel/protocol.ts'
import { toConversation, toJson } from './render-blocks.ts'
import { toAnswerText } from './render-answer.ts'

/** Far more than a person reads in one go. */
const maxRendered = 1024 * 1024

export function render(recorded: RecordedAction): RenderedAction {
  const sections = recorded.parts.map(({ role, bytes, length }) => {
    if (bytes === null) return `── ${role} (${String(length)} bytes, as recorded before or beyond the limit)`
    return `── ${role}\n${toPartText(role, bytes)}`
  })
  const answer = toAnswerText(recorded.response)
  return {
    request: toSafeText(sections.join('\n\n')),
    response: toSafeText(answer),
  }
}

function toPartText(role: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (role === 'request') return text
  const value = toJson(text)
  if (value === undefined) return text
  if (role.startsWith('message ') || role.startsWith('system ')) return toConversation(value)
  return JSON.stringify(value, null, 2)
}

/** Marks that turn the direction of text around, so that it reads other than it is. */
const turning = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** No control characters but newline and tab. */
export function toSafeText(text: string): string {
  const cut = text.length > maxRendered ? `${text.slice(0, maxRendered)}\n… (cut for display)` : text
  return cut
    .replaceAll('\r\n', '\n')
    .replace(/\p{Cc}/gu, shownControl)
    .replace(turning, '\ufffd')
}

function shownControl(control: string): string {
  return control === '\n' || control === '\t' ? control : '\ufffd'
}
