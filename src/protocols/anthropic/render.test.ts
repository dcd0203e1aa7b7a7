import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { render } from './render.ts'

const part = (role: string, value: unknown): { role: string; bytes: Uint8Array; length: number } => {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return { role, bytes, length: bytes.length }
}
const shown = (response: string, parts: ReturnType<typeof part>[] = []): { request: string; response: string } =>
  render({ label: 'l', parts, response: Buffer.from(response) })

describe('a request', () => {
  test('reads as a conversation', () => {
    const { request } = shown('', [
      part('request', 'POST /v1/messages'),
      part('system 1', { type: 'text', text: 'Be brief.' }),
      part('message 1 user', { role: 'user', content: 'List.' }),
      part('message 2 assistant', {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } }],
      }),
      part('message 3 user new', {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', is_error: true, content: [{ type: 'text', text: 'no' }] }],
      }),
    ])
    assert.equal(
      request,
      '── request\nPOST /v1/messages\n\n── system 1\nBe brief.\n\n── message 1 user\nList.\n\n── message 2 assistant\n[tool_use Bash t1]\n{\n  "command": "ls"\n}\n\n── message 3 user new\n[tool_result t1 failed]\nno',
    )
  })

  test('what was stored before is said to be', () => {
    const { request } = render({
      label: 'l',
      parts: [{ role: 'tools', bytes: null, length: 9 }],
      response: Buffer.of(),
    })
    assert.equal(request, '── tools (9 bytes, as recorded before or beyond the limit)')
  })
})

describe('an answer', () => {
  test('as JSON', () => {
    const body = JSON.stringify({ content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn' })
    assert.equal(
      shown(`HTTP/1.1 200\r\ncontent-type: application/json\r\n\r\n${body}`).response,
      'HTTP/1.1 200\n\nHi\n[end_turn]',
    )
  })

  test('as a stream, put together', () => {
    const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`
    const stream = [
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } }),
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } }),
      event({
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', name: 'Read', id: 't', input: {} },
      }),
      event({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } }),
      event({ type: 'error', error: { type: 'api_error', message: 'gone' } }),
      'data: {"cut',
    ]
    assert.equal(
      shown(`HTTP/1.1 200\r\ncontent-type: text/event-stream\r\n\r\n${stream.join('')}`).response,
      'HTTP/1.1 200\n\nHello\n[tool_use Read t]\n{\n  "a": 1\n}\n[error api_error] gone',
    )
  })

  test('cut by the capture limit', () => {
    const { response } = render({ label: 'l', parts: [], response: Buffer.from('{"a') })
    assert.equal(response, '{"a')
  })
})

describe('nothing reaches a terminal', () => {
  test('no control characters, no turned text', () => {
    const { request, response } = shown('\u001b[2Jhi\u009b\u202e', [
      part('message 1 user', { role: 'user', content: 'a\u001b]0;x\u0007\r\nb\tc' }),
    ])
    assert.equal(response, '\ufffd[2Jhi\ufffd\ufffd')
    assert.equal(request, '── message 1 user\na\ufffd]0;x\ufffd\nb\tc')
  })

  test('nesting without end, types that are none', () => {
    assert.match(shown('['.repeat(100_000)).response, /^\[\[\[/)
    assert.match(shown('{"content":[null,1,{"type":7},["x"]]}').response, /null\n1\n/)
  })
})
