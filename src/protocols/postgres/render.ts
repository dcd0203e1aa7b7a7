// A recorded statement and its answer as a person reads them. Everything in here was written by a client, a table or a
// target: nothing of it may reach a terminal as a control character, and no length in it is believed.

import type { RecordedAction, RenderedAction } from '../../kernel/protocol.ts'
import { toAnswerText } from './render-answer.ts'
import { toPrintable } from './render-text.ts'

/** Far more than a person reads in one go. */
const maxRenderedChars = 1024 * 1024

export function render(recorded: RecordedAction): RenderedAction {
  const sections = recorded.parts.map(({ role, bytes, length }) => {
    if (bytes === null)
      return `-- ${toPrintable(role)}: ${String(length)} bytes, as recorded before or beyond the limit`
    const text = toPrintable(Buffer.from(bytes).toString('utf8'))
    return role === 'sql' ? text : `-- ${toPrintable(role)}: ${text}`
  })
  const answer = toAnswerText(recorded.response)
  return { request: cut(sections.join('\n')), response: cut(answer) }
}

function cut(text: string): string {
  return text.length <= maxRenderedChars ? text : `${text.slice(0, maxRenderedChars)}\n…\n`
}
