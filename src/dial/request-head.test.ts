import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import type { HttpRequest } from '../kernel/target.ts'
import { toRequestHead } from './request-head.ts'

const ask = (more: Partial<HttpRequest> = {}, credential = ['x-api-key', 'sk-1']): string =>
  toRequestHead(
    { method: 'POST', path: '/', headers: ['Content-Type', 'text/plain'], body: Buffer.from('four'), ...more },
    'api.example.com:8443',
    '/v1/messages?beta=true',
    credential,
  )

test('a request as a target reads it', () => {
  assert.equal(
    ask(),
    [
      'POST /v1/messages?beta=true HTTP/1.1',
      'host: api.example.com:8443',
      'connection: keep-alive',
      'Content-Type: text/plain',
      'x-api-key: sk-1',
      'content-length: 4',
      '',
      '',
    ].join('\r\n'),
  )
})

test('no body is told where one is expected', () => {
  assert.match(ask({ body: null }), /\r\ncontent-length: 0\r\n/)
  assert.doesNotMatch(ask({ method: 'GET', body: null }), /content-length/)
})

test('what belongs to the client or to one hop ends here, however it is written', () => {
  const headers = ['Authorization', 'Bearer of-the-client', 'X-API-KEY', 'of-the-client', 'Cookie', 'of-the-client']
  headers.push('Host', 'elsewhere', 'Transfer-Encoding', 'chunked', 'Content-Length', '9', 'Connection', 'close')
  headers.push('anthropic-beta', 'b')
  const head = ask({ headers })
  assert.doesNotMatch(head, /of-the-client|elsewhere|chunked|: 9|close/)
  assert.match(head, /\r\nanthropic-beta: b\r\n/)
})

for (const [what, more, credential] of [
  ['method', { method: 'POST / HTTP/1.1\r\nx:' }, undefined],
  ['header name', { headers: ['a: b\r\nc', 'd'] }, undefined],
  ['header name', { headers: ['', 'd'] }, undefined],
  ['header value', { headers: ['a', 'b\r\nx-api-key: mine'] }, undefined],
  ['header value', { headers: ['a', 'b\0'] }, undefined],
  ['header value', { headers: ['a', 'beyond Latin-1: Ā'] }, undefined],
  ['header value', {}, ['x-api-key', 'sk-1\n']],
] as const) {
  test(`a ${what} that could end its line is refused: ${JSON.stringify(more)}`, () => {
    assert.throws(
      () => ask(more, credential === undefined ? undefined : [...credential]),
      (error) => error instanceof Fault && error.code === 'request.malformed' && error.facts['what'] === what,
    )
  })
}

test('so is a path', () => {
  for (const path of ['v1', '/v1 HTTP/1.1', '/v1\r\n', '/ü'])
    assert.throws(
      () => toRequestHead({ method: 'GET', path: '/', headers: [], body: null }, 'h', path, []),
      (error) => error instanceof Fault && error.code === 'request.malformed' && error.facts['what'] === 'path',
    )
})
