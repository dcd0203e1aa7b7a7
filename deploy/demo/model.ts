// The demo's stand-in for the Claude API: scripted answers over real HTTP, as JSON and as server-sent events in the order
// the API sends them. For people who have no key, and for tests.
//
//   node deploy/demo/model.ts --port 0 --api-key KEY    prints {"url":…} when ready; ends with its stdin or SIGTERM

import { timingSafeEqual, createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { answerTo, isFields, toTokens, type Answer, type Block, type Fields } from './model-script.ts'

const maxBodyBytes = 32 * 1024 * 1024
/** Characters a delta: small, so that names and numbers are cut. */
const deltaLength = 5
const models = ['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-4-5']

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, 'api-key': { type: 'string' } } })
const apiKey = values['api-key']
if (apiKey === undefined || apiKey === '') {
  process.stderr.write('usage: node deploy/demo/model.ts --port N --api-key KEY\n')
  process.exit(2)
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    response.destroy()
  })
})
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${String(port)}` })}\n`)
})
const stop = (): void => {
  server.close()
  server.closeAllConnections()
  process.stdin.pause()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
process.stdin.once('end', stop).once('close', stop).resume()

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (!isKey(request.headers['x-api-key'])) return fail(response, 401, 'authentication_error', 'invalid x-api-key')
  if (body === null) return fail(response, 413, 'request_too_large', 'Request exceeds the maximum size')
  const asked = `${request.method ?? ''} ${path}`
  if (asked === 'GET /v1/models') return tell(response, 200, { data: models.map(toModel), has_more: false })
  const named = models.find((model) => asked === `GET /v1/models/${model}`)
  if (named !== undefined) return tell(response, 200, toModel(named))
  if (asked !== 'POST /v1/messages' && asked !== 'POST /v1/messages/count_tokens')
    return fail(response, 404, 'not_found_error', `Not found: ${path}`)
  const value = parse(body)
  if (value === null) return fail(response, 400, 'invalid_request_error', 'The request body is not valid JSON')
  if (path.endsWith('/count_tokens')) return tell(response, 200, { input_tokens: toTokens(body.length) })
  const answer = answerTo(value, body.length)
  if ('problem' in answer) return fail(response, 400, 'invalid_request_error', answer.problem)
  if (value['stream'] !== true) return tell(response, 200, toMessage(answer, answer.content, answer.stopReason))
  await stream(response, answer)
}

async function stream(response: ServerResponse, answer: Answer): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': toRequestId(answer.id),
  })
  for (const event of eventsOf(answer)) {
    if (response.destroyed) return
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    // A turn of the loop between events: they are read one by one, as from the real one.
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}

type StreamEvent = { readonly type: string } & Fields

function* eventsOf(answer: Answer): Generator<StreamEvent> {
  yield { type: 'message_start', message: toMessage(answer, [], null) }
  for (const [index, block] of answer.content.entries()) {
    yield { type: 'content_block_start', index, content_block: toEmpty(block) }
    if (index === 0) yield { type: 'ping' }
    for (const delta of deltasOf(block)) yield { type: 'content_block_delta', index, delta }
    yield { type: 'content_block_stop', index }
  }
  const delta = { stop_reason: answer.stopReason, stop_sequence: null }
  yield { type: 'message_delta', delta, usage: { output_tokens: answer.outputTokens } }
  yield { type: 'message_stop' }
}

function toEmpty(block: Block): Fields {
  if (block.type === 'text') return { type: 'text', text: '' }
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  return { ...block, input: {} }
}

function deltasOf(block: Block): Fields[] {
  if (block.type === 'text') return cut(block.text).map((text) => ({ type: 'text_delta', text }))
  if (block.type === 'thinking')
    return [
      ...cut(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: block.signature },
    ]
  return ['', ...cut(JSON.stringify(block.input))].map((json) => ({ type: 'input_json_delta', partial_json: json }))
}

function cut(text: string): string[] {
  const characters = Array.from(text)
  const pieces: string[] = []
  for (let at = 0; at < characters.length; at += deltaLength)
    pieces.push(characters.slice(at, at + deltaLength).join(''))
  return pieces
}

function toMessage(answer: Answer, content: readonly Block[], stopReason: Answer['stopReason'] | null): Fields {
  const usage = { input_tokens: answer.inputTokens, output_tokens: stopReason === null ? 1 : answer.outputTokens }
  const { id, model } = answer
  return { id, type: 'message', role: 'assistant', model, content, stop_reason: stopReason, stop_sequence: null, usage }
}

function toModel(id: string): Fields {
  return { type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }
}

function tell(response: ServerResponse, status: number, body: Fields): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': toRequestId(text) }).end(text)
}

function fail(response: ServerResponse, status: number, type: string, message: string): void {
  tell(response, status, { type: 'error', error: { type, message }, request_id: toRequestId(message) })
}

function toRequestId(text: string): string {
  return `req_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
}

function isKey(given: string | string[] | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(apiKey ?? ''))
}

/** @returns null when it is too large */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBodyBytes) chunks.push(chunk)
  }
  return size > maxBodyBytes ? null : Buffer.concat(chunks)
}

function parse(body: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isFields(value) ? value : null
  } catch {
    return null
  }
}
