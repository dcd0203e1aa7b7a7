// Bodies, content types, paths and heads that nobody honest sends. Each is refused in the API's one form, and the gateway
// serves the next request as if nothing had been.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { json, openStage, type Stage } from './api-stage.ts'

let stage: Stage

before(async () => {
  stage = await openStage({ database: false })
})

after(async () => {
  await stage?.close()
})

afterEach(async () => {
  assert.equal((await stage.ask('GET', '/api/whoami', { who: 'agent' })).status, 200)
  assert.doesNotMatch(stage.gateway.log(), /"code":"gateway\.|uncaught|unhandled/i)
})

const mebibyte = 1024 * 1024

test('a body of more than a mebibyte is 413, with its length told and without', async () => {
  const body = JSON.stringify({ reason: 'r'.repeat(mebibyte) })
  const told = await stage.ask('POST', '/api/runs', { who: 'agent', headers: json, body })
  stage.assertProblem(told, 413, 'invalid', /larger than the API accepts/)
  const chunked = { ...json, 'transfer-encoding': 'chunked' }
  const untold = await stage.ask('POST', '/api/runs', { who: 'agent', headers: chunked, body })
  stage.assertProblem(untold, 413, 'invalid', /larger than the API accepts/)
})

test('a body just below the limit is read', async () => {
  const body = JSON.stringify({ reason: 'r'.repeat(mebibyte - 100) })
  const answer = await stage.ask('POST', '/api/runs', { who: 'agent', headers: json, body })
  stage.assertProblem(answer, 400, 'invalid', /Unrecognized key: "reason"/)
})

test('nested without end it is refused, not recursed into', async () => {
  for (const body of ['['.repeat(500_000), `${'{"a":'.repeat(80_000)}1${'}'.repeat(80_000)}`]) {
    const answer = await stage.ask('POST', '/api/runs', { who: 'agent', headers: json, body })
    stage.assertProblem(answer, 400, 'invalid')
  }
})

const types: readonly (readonly [string, number, RegExp])[] = [
  ['application/xml', 415, /content-type: application\/json/],
  ['multipart/form-data; boundary=x', 415, /content-type: application\/json/],
  ['application/json-patch+json', 415, /content-type: application\/json/],
  ['application/jsonx', 415, /content-type: application\/json/],
  ['', 415, /content-type: application\/json/],
  ['application/json; charset=utf-16', 200, /./],
  ['text/plain', 400, /expected object/],
  // What a form of any site can send without asking: it carries no body that a route takes.
  ['application/x-www-form-urlencoded', 400, /expected object/],
]
for (const [type, status, says] of types) {
  test(`a body of type '${type}' is ${status}`, async () => {
    const headers = { 'content-type': type }
    const answer = await stage.ask('POST', '/api/console-link', { who: 'agent', headers, body: '{}' })
    if (status === 200) assert.equal(answer.status, 200, answer.text)
    else stage.assertProblem(answer, status, 'invalid', says)
  })
}

test('a compressed body is not inflated', async () => {
  const headers = { ...json, 'content-encoding': 'gzip' }
  const answer = await stage.ask('POST', '/api/console-link', { who: 'agent', headers, body: '\u001f\u008b\b{}' })
  stage.assertProblem(answer, 400, 'invalid', /JSON/)
})

const nowhere = [
  '//api/whoami',
  '/api//whoami',
  '/api/whoami/',
  '/API/whoami',
  '/api/./whoami',
  '/x/../api/whoami',
  '/api/whoami%00',
  '/api/whoami%2f',
  '/api/whoami;admin=1',
  '/api/whoami%3Fx',
  '/api\\whoami',
  '/anthropicX/v1/messages',
  '/.env',
  '/api',
]
for (const path of nowhere) {
  test(`${path} is nothing`, async () => {
    stage.assertProblem(await stage.ask('GET', path, { who: 'security' }), 404, 'not-found', /nothing here/)
  })
}

test('a path that is not one is 400, and is not told back', async () => {
  for (const path of ['/api/%zz', '/api/sessions/%', '/log/%c0%ae%c0%ae']) {
    const answer = await stage.ask('GET', `${path}?token=${stage.tokens.agent}`, { who: 'agent' })
    stage.assertProblem(answer, 400, 'invalid')
  }
})

test('a part of a path is bounded', async () => {
  const id = 'x'.repeat(65)
  stage.assertProblem(await stage.ask('GET', `/api/sessions/${id}`, { who: 'agent' }), 400, 'invalid', /id/)
  stage.assertProblem(await stage.ask('GET', `/api/sessions/${id}${id}`, { who: 'agent' }), 414, 'invalid', /longer/)
})

const outside = [
  '/log/../checkpoint',
  '/log/%2e%2e/%2e%2e/keys',
  '/log/..%2f..%2fkeys',
  '/log//etc/passwd',
  '/log/checkpoint%0a',
  '/log/checkpoint%00.json',
  '/log/tile/0/000%2f..%2f..%2fkeys',
  '/log/seal/2026/11/21/..%2f..%2fx.json',
  '/log/payload/ses_1/0',
  '/log/tls/ca.key',
  `/log/${'a/'.repeat(99)}`,
]
for (const path of outside) {
  test(`${path.slice(0, 40)} is no part of the log`, async () => {
    stage.assertProblem(await stage.ask('GET', path, { who: 'security' }), 404, 'not-found', /no such part of the log/)
  })
}

const patienceMs = 30_000
const quietMs = 1_000

/**
 * Bytes as they are, on a connection of their own; everything that comes back until it is closed, or until it has been quiet
 * behind its first words where it may stay open.
 */
async function raw(
  bytes: string,
  mayStayOpen?: 'may stay open',
): Promise<{ readonly text: string; readonly closed: boolean }> {
  const socket: TLSSocket = connect({
    host: 'localhost',
    port: stage.gateway.httpsPort,
    ca: readFileSync(stage.gateway.caFile),
  })
  let text = ''
  let closed = false
  return await new Promise((resolve) => {
    const done = (): void => {
      socket.destroy()
      resolve({ text, closed })
    }
    let timer = setTimeout(done, patienceMs)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (mayStayOpen === undefined) return
      clearTimeout(timer)
      timer = setTimeout(done, quietMs)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      closed = true
      clearTimeout(timer)
      done()
    })
    socket.write(bytes)
  })
}

const answersIn = (text: string): number => text.split('HTTP/1.1 ').length - 1

test('a body that nobody is to send is not waited for: the answer ends the connection', async () => {
  const head =
    'POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'
  const { text, closed } = await raw(`${head}{"half":`)
  assert.match(text, /^HTTP\/1\.1 401 /)
  assert.match(text, /connection: close/i)
  assert.ok(closed)
})

test('what is left of a refused body is not the next request', async () => {
  const smuggled = `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${stage.tokens.agent}\r\n\r\n`
  for (const path of ['/api/runs', '/nowhere']) {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${smuggled.length + 50}\r\n\r\n`
    const { text } = await raw(head + smuggled, 'may stay open')
    assert.equal(answersIn(text), 1, text)
    assert.doesNotMatch(text, /nightly/)
  }
})

const ambiguous: readonly (readonly [string, string])[] = [
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 40\r\n'],
  ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'],
  ['chunks that are misspelt', 'Transfer-Encoding: chunked, identity\r\n'],
  ['a length that is no number', 'Content-Length: +2\r\n'],
  ['a name with a space before its colon', 'Content-Length : 2\r\n'],
  ['a folded line', 'X-A: b\r\n Content-Length: 2\r\n'],
  ['no host', ''],
]
for (const [name, headers] of ambiguous) {
  test(`a head with ${name} is refused, and nothing after it is read`, async () => {
    const host = name === 'no host' ? '' : 'Host: localhost\r\n'
    const bearer = `Authorization: Bearer ${stage.tokens.agent}\r\n`
    const next = `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\n`
    const { text, closed } = await raw(
      `POST /api/runs HTTP/1.1\r\n${host}${bearer}Content-Type: application/json\r\n${headers}\r\n{}${next}`,
    )
    assert.match(text, /^HTTP\/1\.1 400 /)
    assert.equal(answersIn(text), 1, text)
    assert.ok(closed)
  })
}

test('a head of more than 64 KiB ends the connection', async () => {
  const { text, closed } = await raw(
    `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`,
  )
  assert.ok(text === '' || text.startsWith('HTTP/1.1 431 '), text)
  assert.ok(closed)
})

test('an absolute target, another host and an upgrade change nothing of who may', async () => {
  for (const line of ['GET https://elsewhere.test/api/whoami HTTP/1.1', 'GET /api/whoami HTTP/1.1']) {
    const { text } = await raw(
      `${line}\r\nHost: elsewhere.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n`,
      'may stay open',
    )
    assert.match(text, /^HTTP\/1\.1 401 /)
    assert.doesNotMatch(text, /elsewhere/)
  }
  const tunnel = await raw('CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\n\r\n')
  assert.doesNotMatch(tunnel.text, /^HTTP\/1\.1 2/)
  assert.ok(tunnel.closed)
})
