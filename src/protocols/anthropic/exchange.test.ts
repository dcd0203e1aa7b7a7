import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { size } from '../../../test/harness/depth.ts'
import { FakeExchange, type FakeRequest } from '../../../test/harness/fake-exchange.ts'
import { FakeJourney, heldUntilGone } from '../../../test/harness/fake-journey.ts'
import { passingMasker } from '../../../test/harness/fake-masker.ts'
import { toDenial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import { Secret } from '../../kernel/secret.ts'
import { defaultLimits } from './exchange.ts'
import { createProtocol } from './index.ts'

const question = { model: 'claude-opus-5', stream: true, messages: [{ role: 'user', content: 'Hello' }] }
const megabyte = 1024 * 1024
const maxBodyBytes = size(defaultLimits.maxBodyBytes, 2 * megabyte)
const limits = { ...defaultLimits, maxBodyBytes, holdMs: 20, bodyMs: 50, refusedMs: 20 }

interface ErrorBody {
  readonly type: string
  readonly error: { readonly type: string; readonly message: string }
  readonly request_id: string
}

async function serve(journey: FakeJourney, request: FakeRequest = {}, maxBytes = 1e9): Promise<FakeExchange> {
  const exchange = new FakeExchange({ body: JSON.stringify(question), ...request })
  await createProtocol(limits, maxBytes).handle(exchange, journey)
  return exchange
}

function refusal(exchange: FakeExchange): ErrorBody {
  assert.equal(exchange.state, 'said')
  return JSON.parse(exchange.body) as ErrorBody
}

/** A target that answers at once. */
function answering(journey: FakeJourney, headers: readonly string[], body: string | Uint8Array, status = 200): void {
  journey.target.onSend = (sink) => {
    sink.head(status, headers)
    sink.data(Buffer.from(body))
    sink.end()
  }
}

const json = ['content-type', 'application/json']

test('a request whose text cannot be masked goes nowhere, and its action is over', async () => {
  const journey = new FakeJourney()
  journey.passage.outwardMasker = {
    ...passingMasker,
    value: () => {
      throw new Fault('mask.failed')
    },
  }
  const exchange = await serve(journey)
  assert.equal(exchange.status, 502)
  assert.equal(refusal(exchange).error.type, 'api_error')
  assert.equal(journey.target.requests.length, 0)
  assert.deepEqual(journey.passage.outcomes, [{ outcome: 'cut', code: 'mask.failed', rows: null }])
})

describe('a request that may pass', () => {
  test('is judged and goes upstream without its content codings', async () => {
    const journey = new FakeJourney()
    answering(journey, json, '{}')
    const text = JSON.stringify(question)
    const body = brotliCompressSync(gzipSync(text))
    const headers = [
      'x-api-key',
      'k',
      'Connection',
      'content-encoding',
      'Content-Encoding',
      'gzip',
      'content-encoding',
      'br',
    ]
    const exchange = await serve(journey, { headers: [...headers, 'content-length', String(body.length)], body })
    assert.equal(exchange.status, 200)
    const [sent] = journey.target.requests
    assert.equal(Buffer.from(sent?.body ?? []).toString(), text)
    assert.ok(sent?.headers.every((header) => header.toLowerCase() !== 'content-encoding'))
  })

  test('goes upstream as it came, without credentials', async () => {
    const journey = new FakeJourney()
    answering(journey, json, '{"type":"message"}')
    const body = '{"model" : "claude-opus-5", "max_tokens":1.0,"messages":[]}'
    const headers = [
      'Authorization',
      'Bearer t',
      'x-api-key',
      'k',
      'Cookie',
      'c=1',
      'anthropic-beta',
      'a-1,oauth-2025-04-20,b-2',
      'X-Unknown',
      'Kept: Byte for Byte',
      'Accept-Encoding',
      'gzip, br',
      'Connection',
      'keep-alive, x-hop',
      'X-Hop',
      '1',
    ]
    const exchange = await serve(journey, { path: '/claude/v1/messages', query: '?beta=true', body, headers })
    assert.equal(exchange.state, 'ended')
    assert.equal(journey.wanted[0]?.connection, 'claude')
    const [sent] = journey.target.requests
    assert.equal(sent?.path, '/v1/messages?beta=true')
    assert.equal(Buffer.from(sent?.body ?? []).toString(), body)
    assert.deepEqual(sent?.headers, [
      'anthropic-beta',
      'a-1,b-2',
      'X-Unknown',
      'Kept: Byte for Byte',
      'accept-encoding',
      'identity',
    ])
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'completed', code: '200', rows: null }])
  })

  test('is judged and recorded with the headers that go upstream, and no others', async () => {
    const journey = new FakeJourney()
    answering(journey, json, '{}')
    const headers = ['Authorization', 'Bearer t', 'Content-Type', 'multipart/form-data; boundary=x']
    const hop = ['anthropic-version', '1', 'Connection', 'Content-Type, Anthropic-Version']
    const path = '/claude/v1/other'
    await serve(journey, { path, body: '--x', headers: [...headers, ...hop] })
    await serve(journey, { path, body: '--x', headers: headers.slice(0, 2) })
    const [named, bare] = journey.actions.map((action) => [action.parts, action.canonical()])
    assert.deepEqual(named, bare)
    const sent = journey.target.requests.map((request) => request.headers)
    assert.deepEqual(sent[0], sent[1])
  })

  test('its answer has its own length', async () => {
    const journey = new FakeJourney()
    answering(
      journey,
      [...json, 'content-length', '33', 'transfer-encoding', 'chunked', 'request-id', 'req_1'],
      '{"content":[{"text":"a@b.co !"}]}',
    )
    const exchange = await serve(journey)
    assert.equal(exchange.body, '{"content":[{"text":"[mail] !"}]}')
    assert.deepEqual(exchange.sentHeaders, [
      'content-type',
      'application/json',
      'request-id',
      'req_1',
      'content-length',
      '33',
    ])
  })

  test('an answer without a body is told no length', async () => {
    const journey = new FakeJourney()
    answering(journey, [...json, 'content-length', '1234'], '')
    const exchange = await serve(journey, { method: 'HEAD', path: '/v1/models' })
    assert.deepEqual([exchange.state, exchange.header('content-length')], ['ended', undefined])
  })

  test('an error of the target is told as it is', async () => {
    const journey = new FakeJourney()
    const body = '{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 1 > 0"}}'
    answering(journey, [...json, 'x-should-retry', 'false'], body, 400)
    const exchange = await serve(journey)
    assert.deepEqual([exchange.status, exchange.body, exchange.header('x-should-retry')], [400, body, 'false'])
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'failed', code: '400', rows: null }])
  })
})

describe('refusals', () => {
  test('a denial is one clean 403 that is not tried again', async () => {
    const journey = new FakeJourney()
    journey.decide = () => Promise.resolve(toDenial('This model is not for agents.', 'policy'))
    const exchange = await serve(journey)
    assert.equal(exchange.status, 403)
    assert.equal(exchange.header('x-should-retry'), 'false')
    assert.deepEqual(refusal(exchange), {
      type: 'error',
      error: { type: 'permission_error', message: 'This model is not for agents.' },
      request_id: 'ses_01',
    })
    assert.equal(journey.target.requests.length, 0)
  })

  test('what could be anything is refused by a rule, and the client is told why it could', async () => {
    const journey = new FakeJourney()
    journey.decide = () => Promise.resolve(toDenial('Files are for people.', 'policy'))
    const exchange = await serve(journey, { body: '{"model":' })
    assert.match(
      refusal(exchange).error.message,
      /^Files are for people\. \(The gateway cannot be sure what this request asks for: .+\.\)$/,
    )
  })

  for (const [name, headers] of [
    ['no credential', []],
    ['Basic', ['Authorization', 'Basic dXNlcjpwYXNz']],
    ['Basic beside a key', ['Authorization', 'Basic dXNlcjpwYXNz', 'x-api-key', 'k']],
    ['two that differ', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
    ['one of a megabyte', ['x-api-key', 'k'.repeat(1_000_000)]],
  ] as const) {
    test(`401: ${name}`, async () => {
      const journey = new FakeJourney()
      const exchange = await serve(journey, { headers })
      assert.deepEqual(
        [exchange.status, exchange.header('x-should-retry'), journey.presented.length],
        [401, 'false', 0],
      )
      assert.equal(refusal(exchange).error.type, 'authentication_error')
    })
  }

  test('401: a token that is not good, after its body was read away', async () => {
    const journey = new FakeJourney()
    journey.identity = toDenial('The token has expired.', 'identity')
    const exchange = await serve(journey)
    assert.equal(exchange.status, 401)
    assert.equal(refusal(exchange).error.message, 'The token has expired.')
    assert.equal(exchange.bodiesRead, 1)
  })

  for (const [name, request] of [
    ['two models', { body: '{"model":"a","model":"b"}' }],
    ['a path with escapes', { path: '/v1/%6dessages' }],
    ['no JSON', { body: 'hello' }],
  ] as const) {
    test(`never goes upstream, even when everything is allowed: ${name}`, async () => {
      const journey = new FakeJourney()
      const exchange = await serve(journey, request)
      assert.equal(exchange.status, 403)
      assert.equal(refusal(exchange).error.type, 'permission_error')
      assert.equal(journey.target.requests.length, 0)
      assert.deepEqual(journey.passage.outcomes, [{ outcome: 'failed', code: '403', rows: null }])
    })
  }

  test('413 without reading what says that it is too large', async () => {
    const journey = new FakeJourney()
    const exchange = await serve(journey, { headers: ['x-api-key', 'k', 'Content-Length', '1073741824'] })
    assert.deepEqual([exchange.status, exchange.bodiesRead], [413, 0])
    assert.equal(refusal(exchange).error.type, 'request_too_large')
  })

  test('413 for a body that does not say', async () => {
    const journey = new FakeJourney()
    const exchange = await serve(journey, {
      headers: ['x-api-key', 'k', 'Transfer-Encoding', 'chunked'],
      body: Buffer.alloc(maxBodyBytes + megabyte),
    })
    assert.equal(exchange.status, 413)
  })

  test('529 when the gateway holds enough', async () => {
    const journey = new FakeJourney()
    const exchange = await serve(journey, { headers: ['x-api-key', 'k', 'Transfer-Encoding', 'chunked'] }, 1_000_000)
    assert.deepEqual([exchange.status, exchange.header('retry-after'), exchange.bodiesRead], [529, '5', 0])
  })

  for (const [what, coding, body] of [
    ['that does not decode', 'gzip', '{}'],
    ['of a coding that is not known', 'compress', '{}'],
    ['that only claims to be one', 'identity, br', '{"model":"x"}'],
    ['that grows beyond the limit', 'zstd', zstdCompressSync(Buffer.alloc(maxBodyBytes + megabyte, ' '))],
    ['with bytes behind its end', 'gzip', Buffer.concat([gzipSync(JSON.stringify(question)), Buffer.from('{}')])],
  ] as const) {
    test(`a compressed body ${what} cannot be inspected`, async () => {
      const journey = new FakeJourney()
      const headers = ['x-api-key', 'k', 'Content-Encoding', coding, 'Content-Length', String(body.length)]
      const exchange = await serve(journey, { headers, body })
      assert.deepEqual([exchange.status, journey.target.requests.length], [403, 0])
      assert.match(refusal(exchange).error.message, /cannot be inspected/)
    })
  }

  for (const [code, status, retry] of [
    ['upstream.unreachable', 502, 'true'],
    ['upstream.timeout', 504, 'true'],
    ['record.unavailable', 503, 'true'],
    ['credential.unavailable', 502, 'false'],
    ['internal', 502, 'false'],
  ] as const) {
    test(`a fault before anything was sent: ${code}`, async () => {
      const journey = new FakeJourney()
      journey.decide = () => Promise.reject(new Fault(code, { target: 'db.internal' }))
      const exchange = await serve(journey)
      const { request_id: id, error } = refusal(exchange)
      assert.deepEqual([exchange.status, exchange.header('x-should-retry'), id], [status, retry, journey.faults[0]?.id])
      assert.match(error.message, new RegExp(`\\(${id}\\)$`))
      assert.doesNotMatch(exchange.body, /db\.internal/)
    })
  }

  test('an unknown throw is a fault that says nothing', async () => {
    const journey = new FakeJourney()
    journey.decide = () => Promise.reject(new TypeError('secret of the house'))
    const exchange = await serve(journey)
    assert.equal(exchange.status, 502)
    assert.doesNotMatch(exchange.body, /house/)
    assert.equal(journey.faults[0]?.code, 'internal')
  })
})

describe('a held request', () => {
  test('waits without a header and passes when approved', async () => {
    const journey = new FakeJourney()
    answering(journey, json, '{}')
    let state = ''
    const exchange = new FakeExchange({ body: JSON.stringify(question) })
    journey.decide = async (_action, waiting) => {
      waiting.held({ approval: 'apr_1', reason: 'r', approverGroups: [], untilMs: 0 })
      await new Promise((resolve) => setImmediate(resolve))
      state = exchange.state
      return journey.passage
    }
    await createProtocol(limits, 1e9).handle(exchange, journey)
    assert.deepEqual([state, exchange.state, exchange.status], ['open', 'ended', 200])
  })

  test('denied by a reviewer: 403', async () => {
    const journey = new FakeJourney()
    journey.decide = () =>
      Promise.resolve(toDenial('No. Request apr_1 was denied by a reviewer.', 'approval', { approval: 'apr_1' }))
    const exchange = await serve(journey)
    assert.deepEqual([exchange.status, refusal(exchange).request_id], [403, 'apr_1'])
  })

  test('not decided in time: 429, to be sent again soon', async () => {
    const journey = new FakeJourney()
    journey.decide = heldUntilGone('apr_1')
    const exchange = await serve(journey)
    assert.deepEqual([exchange.status, exchange.header('x-should-retry')], [429, 'true'])
    assert.ok(Number(exchange.header('retry-after')) < 60)
    assert.match(refusal(exchange).error.message, /apr_1/)
  })

  test('the client goes away: nothing upstream', async () => {
    const journey = new FakeJourney()
    journey.decide = heldUntilGone('apr_1')
    const exchange = new FakeExchange({ body: JSON.stringify(question) })
    const served = createProtocol({ ...limits, holdMs: 60_000 }, 1e9).handle(exchange, journey)
    setImmediate(() => exchange.leave())
    await served
    assert.equal(journey.target.requests.length, 0)
  })

  test('access that is held or denied is refused in the same words', async () => {
    const journey = new FakeJourney()
    journey.opened = toDenial('No such connection.', 'policy')
    assert.equal((await serve(journey)).status, 403)
  })
})

describe('POST /v1/oauth/token', () => {
  const body = JSON.stringify({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: 'a.b.c',
    federation_rule_id: 'fdrl_corp',
  })
  const request = { path: '/v1/oauth/token', headers: ['Content-Type', 'application/json'], body }

  test('exchanges, choosing the issuer by its rule', async () => {
    const journey = new FakeJourney()
    const { identity } = journey
    assert.ok('subject' in identity)
    journey.issued = { token: new Secret('run-token'), expiresInS: 900, principal: identity }
    const exchange = await serve(journey, request)
    assert.deepEqual(JSON.parse(exchange.body), { access_token: 'run-token', token_type: 'Bearer', expires_in: 900 })
    assert.deepEqual([journey.presented[0]?.rule, journey.presented[0]?.token.reveal()], ['fdrl_corp', 'a.b.c'])
  })

  test('a refusal has the shape of OAuth', async () => {
    const exchange = await serve(new FakeJourney(), { ...request, path: '/claude/v1/oauth/token' })
    assert.deepEqual([exchange.status, exchange.header('x-should-retry')], [400, 'false'])
    assert.equal((JSON.parse(exchange.body) as { error: string }).error, 'invalid_grant')
  })

  test('an identity provider that cannot be reached is no reason to give up', async () => {
    const journey = new FakeJourney()
    journey.issued = toDenial('Later.', 'fault', { faultId: 'flt_1' })
    const exchange = await serve(journey, request)
    assert.deepEqual([exchange.status, exchange.header('x-should-retry')], [503, 'true'])
  })

  test('a large body is not read', async () => {
    assert.equal((await serve(new FakeJourney(), { ...request, body: 'x'.repeat(70_000) })).status, 413)
  })
})
