// Both directions of a conversation with a model, with the real client library and an upstream that writes down what reached it:
// what people wrote goes there as tokens, comes back as values where policy allows, and the second turn fits the first.

import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { Agent } from 'undici'
import { readFileSync } from 'node:fs'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

const mail = 'alice@example.com'
const card = '4111 1111 1111 1111'
const key = ['AKIA', 'LALEMEL33243', 'OLIB'].join('')
const prompt = `Write to ${mail} that card ${card} with key ${key} is blocked.`

interface Sent {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
}

const received: { readonly path: string; readonly body: Sent }[] = []
let upstream: Server
let issuer: TestIssuer
let gateway: TestGateway
let client: Anthropic

function textOf(sent: Sent): string {
  const { content } = sent.messages[0] ?? {}
  return typeof content === 'string' ? content : (content as { text: string }[]).map((block) => block.text).join('')
}

/** What a model would write that was asked `text`: prose, a mail to send, and a page to fetch; in pieces of three characters. */
function toEvents(text: string): string {
  const token = /EMAIL[A-Z2-7]{12}/.exec(text)?.[0] ?? 'none'
  const blocks = [
    { start: { type: 'thinking', thinking: '', signature: '' }, type: 'thinking_delta', key: 'thinking', text: `They mean ${token}.` },
    { start: { type: 'text', text: '' }, type: 'text_delta', key: 'text', text: `You wrote: ${text} See https://x.test/?q=${token}` },
    ...['send_mail', 'WebFetch'].map((name, i) => ({
      start: { type: 'tool_use', id: `toolu_${i}`, name, input: {} },
      type: 'input_json_delta',
      key: 'partial_json',
      text: JSON.stringify({ to: token, text: `"${token}"` }),
    })),
  ] // prettier-ignore
  const events: object[] = [
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'm', stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } },
  ] // prettier-ignore
  for (const [index, block] of blocks.entries()) {
    events.push({ type: 'content_block_start', index, content_block: block.start })
    for (let at = 0; at < block.text.length; at += 3)
      events.push({ type: 'content_block_delta', index, delta: { type: block.type, [block.key]: block.text.slice(at, at + 3) } }) // prettier-ignore
    if (index === 0) events.push({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: 'c2ln' } }) // prettier-ignore
    events.push({ type: 'content_block_stop', index })
  }
  events.push({ type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 9 } }) // prettier-ignore
  events.push({ type: 'message_stop' })
  return events
    .map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

before(async () => {
  upstream = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as Sent & { stream?: boolean }
      received.push({ path: request.url ?? '', body })
      if (request.url?.endsWith('count_tokens') === true) {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ input_tokens: textOf(body).length }))
      } else if (body.stream === true) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(toEvents(textOf(body)))
      } else {
        response.writeHead(200, { 'content-type': 'application/json' })
        const content = [{ type: 'text', text: textOf(body) }]
        response.end(JSON.stringify({ id: 'msg_2', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'end_turn', usage: {} })) // prettier-ignore
      }
    })
  })
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done))
  issuer = await startIssuer()
  gateway = await startGateway({
    issuer: issuer.url,
    policies: '',
    env: { MODEL_KEY: 'sk-upstream-key-of-the-test-0123456789' },
    connections: `  - name: claude
    protocol: anthropic
    target: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
    credential: { apiKey: env:MODEL_KEY }`,
  })
  const dispatcher = new Agent({ connect: { ca: readFileSync(gateway.caFile, 'utf8') } })
  client = new Anthropic({
    apiKey: null,
    authToken: await issuer.token({ sub: 'writer', groups: ['agents'] }),
    baseURL: `https://localhost:${gateway.httpsPort}/anthropic`,
    maxRetries: 0,
    fetchOptions: { dispatcher },
  })
})

after(async () => {
  await gateway?.remove()
  await issuer?.stop()
  await new Promise((done) => upstream.close(done))
})

const ask = { model: 'claude-sonnet-5', max_tokens: 100 } as const

test('what people wrote reaches the model as tokens, and its answer has the values again where policy allows', async () => {
  const answer = await client.messages.stream({ ...ask, messages: [{ role: 'user', content: prompt }] }).finalMessage()
  const reached = textOf(received.at(-1)?.body as Sent)
  assert.match(
    reached,
    /^Write to EMAIL[A-Z2-7]{12} that card CARD[A-Z2-7]{12} with key SECRET[A-Z2-7]{12} is blocked\.$/,
  )
  const token = /EMAIL[A-Z2-7]{12}/.exec(reached)?.[0]
  const secret = /SECRET[A-Z2-7]{12}/.exec(reached)?.[0]
  const [thinking, text, send, fetched] = answer.content
  assert.deepEqual(thinking, { type: 'thinking', thinking: `They mean ${token}.`, signature: 'c2ln' })
  // A secret stays a token, and so does everything in an address.
  assert.equal(
    (text as { text: string }).text,
    `You wrote: ${prompt.replace(key, secret ?? '')} See https://x.test/?q=${token}`,
  )
  assert.deepEqual((send as { input: unknown }).input, { to: mail, text: `"${mail}"` })
  assert.deepEqual((fetched as { input: unknown }).input, { to: token, text: `"${token}"` })
})

test('the next turn gives the model the conversation it knows, byte for byte', async () => {
  const first = { role: 'user', content: prompt } as const
  const answer = await client.messages.stream({ ...ask, messages: [first] }).finalMessage()
  const earlier = received.at(-1)?.body as Sent
  const results = answer.content.flatMap((block) => block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: `sent to ${mail}` }] : []) // prettier-ignore
  await client.messages.stream({ ...ask, messages: [first, { role: 'assistant', content: answer.content }, { role: 'user', content: results }] }).finalMessage() // prettier-ignore
  const next = received.at(-1)?.body as Sent
  assert.deepEqual(next.messages[0], earlier.messages[0])
  const token = /EMAIL[A-Z2-7]{12}/.exec(textOf(earlier))?.[0]
  const said = next.messages[1]?.content as Record<string, unknown>[]
  assert.equal(said[0]?.['thinking'], `They mean ${token}.`)
  assert.equal(said[1]?.['text'], `You wrote: ${textOf(earlier)} See https://x.test/?q=${token}`)
  assert.deepEqual([said[2]?.['input'], said[3]?.['input']], [{ to: token, text: `"${token}"` }, { to: token, text: `"${token}"` }]) // prettier-ignore
  assert.ok(!JSON.stringify(next).includes(mail) && !JSON.stringify(next).includes(key))
})

test('an answer that is one JSON, and tokens that are counted', async () => {
  const answer = await client.messages.create({ ...ask, messages: [{ role: 'user', content: `to ${mail}` }] })
  assert.deepEqual(answer.content, [{ type: 'text', text: `to ${mail}` }])
  const { input_tokens } = await client.messages.countTokens({ model: ask.model, messages: [{ role: 'user', content: `to ${mail}` }] }) // prettier-ignore
  assert.equal(input_tokens, 'to EMAIL123456789012'.length)
})

test('a request without anything to keep back goes as it came', async () => {
  const messages = [{ role: 'user', content: 'What is the capital of Finland?' }] as const
  await client.messages.create({ ...ask, messages: [...messages] })
  assert.deepEqual(received.at(-1)?.body, { ...ask, messages })
})
