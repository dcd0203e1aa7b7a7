// A recorded answer as text: its head, then a message, put together from its events when it was streamed.

import { readSseLines, SseFramer } from '../../wire/sse.ts'
import { maxEventBytes } from './sse-carrier.ts'
import { isFields, text, toConversation, toJson } from './render-blocks.ts'

const headEnd = Buffer.from('\r\n\r\n')

export function toAnswerText(response: Uint8Array): string {
  const bytes = Buffer.from(response.buffer, response.byteOffset, response.byteLength)
  const end = bytes.indexOf(headEnd)
  const isHead = end !== -1 && bytes.subarray(0, 9).toString('latin1') === 'HTTP/1.1 '
  const head = isHead ? bytes.subarray(0, end).toString('latin1') : ''
  const body = isHead ? bytes.subarray(end + headEnd.length) : bytes
  const shown = /^content-type: *text\/event-stream/im.test(head) ? toStreamText(body) : toBodyText(body)
  const status = head.split('\r\n')[0] ?? ''
  return status === '' ? shown : `${status}\n\n${shown}`
}

function toBodyText(body: Buffer): string {
  const content = body.toString('utf8')
  const value = toJson(content)
  if (value === undefined) return content
  if (isFields(value) && Array.isArray(value['content']))
    return `${toConversation(value['content'])}\n[${text(value['stop_reason'])}]`
  return JSON.stringify(value, null, 2)
}

interface Block {
  readonly start: Record<string, unknown>
  grown: string
}

function toStreamText(body: Buffer): string {
  const blocks = new Map<number, Block>()
  const notes: string[] = []
  const onEvent = (bytes: Uint8Array, start: number, end: number): void => {
    const data = readSseLines(bytes, start, end)
      .filter((line) => line.field === 'data')
      .map((line) => Buffer.from(bytes.subarray(line.value, line.end)).toString('utf8'))
    const event = toJson(data.join('\n'))
    if (isFields(event)) addEvent(event, blocks, notes)
  }
  const framer = new SseFramer(maxEventBytes)
  framer.push(body, onEvent)
  framer.finish(onEvent)
  return [...[...blocks.values()].map((block) => toConversation(toWhole(block))), ...notes].join('\n')
}

function addEvent(event: Readonly<Record<string, unknown>>, blocks: Map<number, Block>, notes: string[]): void {
  const type = text(event['type'])
  const index = typeof event['index'] === 'number' ? event['index'] : -1
  if (type === 'content_block_start' && isFields(event['content_block']))
    blocks.set(index, { start: { ...event['content_block'] }, grown: '' })
  else if (type === 'content_block_delta' && isFields(event['delta'])) {
    const { delta } = event
    const block = blocks.get(index)
    const piece = delta['text'] ?? delta['partial_json'] ?? delta['thinking']
    if (block !== undefined) block.grown += text(piece)
  } else if (type === 'message_delta' && isFields(event['delta']))
    notes.push(`[${text(event['delta']['stop_reason'])}]`)
  else if (type === 'error' && isFields(event['error']))
    notes.push(`[error ${text(event['error']['type'])}] ${text(event['error']['message'])}`)
}

function toWhole({ start, grown }: Block): Record<string, unknown> {
  if (grown === '') return start
  if (start['type'] === 'text') return { ...start, text: text(start['text']) + grown }
  if (start['type'] === 'thinking') return { ...start, thinking: grown }
  return { ...start, input: toJson(grown) ?? grown }
}
