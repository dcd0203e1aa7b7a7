// A model that costs nothing: a kilobyte of JSON, or 200 small events, from memory. `--pipe URL` makes it a raw node:http pipe
// instead, the peer that everything in front of a model is measured against; `--pipe URL CERT KEY` one with TLS to the client.

import { readFileSync } from 'node:fs'
import { Agent, createServer, request, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

const text = 'The quick brown fox jumps over the lazy dog and reads the record again. '.repeat(12)
const json = Buffer.from(
  JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 200 },
  }),
)
const event = (name: string, data: object): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`
const head =
  event('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
const delta = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'brown fox ' } })
const tail =
  event('content_block_stop', { index: 0 }) +
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } }) +
  event('message_stop', {})
export const eventsPerStream = 200

const [option, pipeUrl = '', certFile, keyFile] = process.argv.slice(2)
const pipeTo = option === '--pipe' ? pipeUrl : null
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

const answer: RequestListener = (incoming, response) => {
  if (pipeTo !== null) {
    const upstream = request(
      new URL(incoming.url ?? '/', pipeTo),
      { method: incoming.method ?? 'GET', headers: incoming.headers, agent },
      (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers)
        response.flushHeaders()
        answered.pipe(response)
      },
    )
    incoming.pipe(upstream)
    return
  }
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', () => {
    if (!Buffer.concat(chunks).includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(head)
    let sent = 0
    const send = (): void => {
      // One event a turn, as a model would: nothing is joined to larger writes.
      response.write(delta)
      if (++sent < eventsPerStream) setImmediate(send)
      else response.end(tail)
    }
    send()
  })
}
if (import.meta.main) {
  const tls = certFile === undefined || keyFile === undefined ? null : { cert: readFileSync(certFile), key: readFileSync(keyFile) } // prettier-ignore
  const server = tls === null ? createServer(answer) : createTlsServer(tls, answer)
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    const url = tls === null ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
    process.stdout.write(`${JSON.stringify({ url })}\n`)
  })
}
