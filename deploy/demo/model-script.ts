// What the demo's model says. The same request gets the same answer, to the byte: ids are digests, nothing is random.
// It asks for one tool when it is offered one it knows, and answers its result with text that holds personal data, so that
// there is something to record and to mask.

import { createHash } from 'node:crypto'

export interface Fields {
  readonly [key: string]: unknown
}

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
}

export interface ThinkingBlock {
  readonly type: 'thinking'
  readonly thinking: string
  readonly signature: string
}

export interface ToolUseBlock {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  readonly input: { readonly [key: string]: string }
}

export type Block = TextBlock | ThinkingBlock | ToolUseBlock

export interface Answer {
  readonly id: string
  readonly model: string
  readonly content: readonly Block[]
  readonly stopReason: 'end_turn' | 'tool_use'
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Problem {
  readonly problem: string
}

const personal = 'Reported to Jane Roe <jane.roe@example.com>; the card on file is 4111 1111 1111 1111.'
const bytesPerToken = 4
/** What an agent adds to a question for the model's eyes. */
const notes = /<system-reminder>[\s\S]*?<\/system-reminder>/g

/** @param body a Messages request, parsed; @param bytes its length */
export function answerTo(body: Fields, bytes: number): Answer | Problem {
  const { model } = body
  if (typeof model !== 'string') return { problem: 'model: Field required' }
  if (!Array.isArray(body['messages']) || body['messages'].length === 0) return { problem: 'messages: Field required' }
  const messages: readonly unknown[] = body['messages']
  if (!messages.every(keepsItsThoughts))
    return {
      problem:
        'messages: `thinking` blocks cannot be modified. These blocks must remain as they were in the original response.',
    }
  const digest = createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 24)
  const content = [...thoughtsOf(body, messages), ...saidTo(body, messages, digest)]
  const outputTokens = Math.ceil(JSON.stringify(content).length / bytesPerToken)
  const stopReason = content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn'
  return { id: `msg_${digest}`, model, content, stopReason, inputTokens: toTokens(bytes), outputTokens }
}

export function toTokens(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}

function saidTo(body: Fields, messages: readonly unknown[], digest: string): Block[] {
  // Agents put notes of their own after the question, in other roles.
  const last = messages.findLast((message) => isFields(message) && message['role'] === 'user')
  const result = blocksOf(last).findLast((block) => block['type'] === 'tool_result')
  if (result !== undefined) return [toText(`The tool said: ${quote(textOf(result['content']))}\n\n${personal}`)]
  if (isFields(body['output_config']) && isFields(body['output_config']['format']))
    return [toText('{"title":"A scripted conversation"}')]
  const question = textOf(isFields(last) ? last['content'] : '').replace(notes, '')
  const tool = chooseTool(body['tools'], question)
  if (tool === null) return [toText(`This is the scripted model of the demo. ${personal}`)]
  return [toText('I will look.'), { type: 'tool_use', id: `toolu_${digest}`, ...tool }]
}

/** `Bash` runs what the question has in backquotes; `Read` reads the first path it names. */
function chooseTool(tools: unknown, question: string): Pick<ToolUseBlock, 'name' | 'input'> | null {
  const offered = new Set(Array.isArray(tools) ? tools.filter(isFields).map((tool) => tool['name']) : [])
  if (offered.has('Bash')) {
    const command = /`([^`\n]{1,500})`/.exec(question)?.[1] ?? "echo 'Hello from a tool'"
    return { name: 'Bash', input: { command, description: 'Run the command of the demo' } }
  }
  if (!offered.has('Read')) return null
  return { name: 'Read', input: { file_path: /(?:^|\s)(\/[\w./-]+)/.exec(question)?.[1] ?? '/etc/hostname' } }
}

// ── thinking: signed, and refused when it comes back changed ──

function thoughtsOf(body: Fields, messages: readonly unknown[]): ThinkingBlock[] {
  const mode = isFields(body['thinking']) ? body['thinking']['type'] : 'disabled'
  if (mode !== 'adaptive' && mode !== 'enabled') return []
  const thinking = `Turn ${String(messages.length)}. I should think of jane.roe@example.com.`
  return [{ type: 'thinking', thinking, signature: sign(thinking) }]
}

function keepsItsThoughts(message: unknown): boolean {
  return blocksOf(message).every(
    (block) => block['type'] !== 'thinking' || block['signature'] === sign(String(block['thinking'])),
  )
}

function sign(thinking: string): string {
  return createHash('sha256').update(`demo:${thinking}`).digest('base64')
}

// ── reading ──

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function blocksOf(message: unknown): Fields[] {
  const content = isFields(message) ? message['content'] : null
  return Array.isArray(content) ? content.filter(isFields) : []
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  const blocks = Array.isArray(content) ? content.filter(isFields) : []
  return blocks.map((block) => (typeof block['text'] === 'string' ? block['text'] : '')).join('\n')
}

function toText(text: string): TextBlock {
  return { type: 'text', text }
}

function quote(text: string): string {
  const most = 2000
  return text.length > most ? `${text.slice(0, most)}…` : text
}
