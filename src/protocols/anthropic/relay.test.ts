import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { size } from '../../../test/harness/depth.ts'
import { FakeExchange } from '../../../test/harness/fake-exchange.ts'
import { FakeJourney } from '../../../test/harness/fake-journey.ts'
import { begin, delta, events } from '../../../test/harness/model-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import { defaultLimits } from './exchange.ts'
import { createProtocol } from './index.ts'

const json = ['content-type', 'application/json']

async function answer(path: string, headers: readonly string[], body: string | Uint8Array): Promise<FakeExchange> {
  const { exchange, sink, over } = await begin(path)
  sink.head(200, headers)
  sink.data(Buffer.from(body))
  sink.end()
  await over
  return exchange
}

describe('a stream', () => {
  test('is written event by event as it comes', async () => {
    const { exchange, journey, sink, over } = await begin()
    sink.head(200, events)
    assert.equal(exchange.state, 'open')
    sink.data(Buffer.from(delta('one ')))
    assert.deepEqual([exchange.state, exchange.body], ['started', delta('one ')])
    sink.data(Buffer.from(delta('two ')))
    assert.equal(exchange.body, delta('one ') + delta('two '))
    sink.end()
    await over
    assert.equal(exchange.header('content-length'), undefined)
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'completed', code: '200', rows: null }])
  })

  test('keeps its order while the journal is slow', async () => {
    const { exchange, journey, sink, over } = await begin('/v1/messages', (made) => {
      made.passage.isSlow = true
    })
    sink.head(200, events)
    for (const word of ['a ', 'b ', 'c ']) sink.data(Buffer.from(delta(word)))
    assert.deepEqual([exchange.body, journey.target.isPaused], ['', false])
    sink.end()
    await over
    assert.equal(exchange.body, delta('a ') + delta('b ') + delta('c '))
  })

  test('pauses its target while much waits for the journal', async () => {
    const { exchange, journey, sink, over } = await begin('/v1/messages', (made) => {
      made.passage.isSlow = true
    })
    sink.head(200, events)
    const long = delta('a '.repeat(10_000))
    let sent = ''
    for (; sent.length < 100_000; sent += long) sink.data(Buffer.from(long))
    assert.equal(journey.target.isPaused, false)
    for (; sent.length < 150_000; sent += long) sink.data(Buffer.from(long))
    assert.deepEqual([exchange.body, journey.target.isPaused], ['', true])
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([exchange.body === sent, journey.target.isPaused], [true, false])
    sink.end()
    await over
  })

  test('what fails while it waits is told after what came before it', async () => {
    const { exchange, journey, sink, over } = await begin('/v1/messages', (made) => {
      made.passage.isSlow = true
    })
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    journey.passage.failsLater = true
    sink.data(Buffer.from(delta('b ')))
    journey.passage.failsLater = false
    sink.data(Buffer.from(delta('c ')))
    await over
    assert.equal(exchange.body, delta('a '))
    assert.match(exchange.lastWords, /cannot record/)
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'cut', code: 'record.unavailable', rows: null }])
  })

  test('what need not wait does not overtake what waits', async () => {
    const { exchange, journey, sink, over } = await begin('/v1/messages', (made) => {
      made.passage.isSlow = true
    })
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    journey.passage.isSlow = false
    sink.data(Buffer.from(delta('b ')))
    sink.end()
    await over
    assert.equal(exchange.body, delta('a ') + delta('b '))
  })

  test('leaves nothing behind in its session', async () => {
    const { exchange, journey, sink, over } = await begin()
    assert.equal(getEventListeners(journey.revoked.signal, 'abort').length, 1)
    sink.head(200, events)
    sink.end()
    await over
    assert.equal(getEventListeners(journey.revoked.signal, 'abort').length, 0)
    assert.equal(getEventListeners(exchange.gone, 'abort').length, 0)
  })

  test('pauses its target while the client does not read', async () => {
    const { exchange, journey, sink, over } = await begin()
    exchange.isSlow = true
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    assert.equal(journey.target.isPaused, true)
    exchange.drain()
    assert.equal(journey.target.isPaused, false)
    sink.end()
    await over
  })

  test('a client that goes away stops the model', async () => {
    const { exchange, journey, sink, over } = await begin()
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    exchange.leave()
    await over
    assert.equal(journey.target.aborted, 1)
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'cut', code: null, rows: null }])
    sink.data(Buffer.from(delta('late ')))
    sink.end()
    assert.equal(exchange.body, delta('a '))
  })

  test('a fault in the middle is an error event, then the end', async () => {
    const { exchange, journey, sink, over } = await begin()
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    sink.failed(new Fault('upstream.closed'))
    await over
    assert.equal(exchange.state, 'destroyed')
    assert.match(
      exchange.lastWords,
      /^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"The target closed the connection. \(flt_[^"]+\)"\},"request_id":"flt_[^"]+"\}\n\n$/,
    )
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'cut', code: 'upstream.closed', rows: null }])
    assert.equal(journey.target.aborted, 1)
  })

  test('a journal that breaks in the middle lets nothing more out', async () => {
    const { exchange, journey, sink, over } = await begin('/v1/messages', (made) => {
      made.passage.breaksAfter = 2
    })
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    sink.data(Buffer.from(delta('b ')))
    await over
    assert.equal(exchange.body, delta('a '))
    assert.match(exchange.lastWords, /cannot record/)
    assert.equal(journey.faults[0]?.code, 'record.unavailable')
  })

  test('revoked in the middle: told so, and cut', async () => {
    const { exchange, journey, sink, over } = await begin()
    sink.head(200, events)
    sink.data(Buffer.from(delta('a ')))
    journey.revoked.abort('revoked')
    await over
    assert.match(exchange.lastWords, /permission_error/)
    assert.deepEqual([exchange.state, journey.target.aborted], ['destroyed', 1])
  })

  test('revoked before the answer: 403', async () => {
    const { exchange, journey, over } = await begin()
    journey.revoked.abort('revoked')
    await over
    assert.deepEqual([exchange.state, exchange.status], ['said', 403])
  })

  test('an error told in the stream is a failed action', async () => {
    const { journey, sink, over } = await begin()
    sink.head(200, events)
    sink.data(Buffer.from('event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n'))
    sink.end()
    await over
    assert.deepEqual(journey.passage.outcomes, [{ outcome: 'failed', code: '200', rows: null }])
  })
})

describe('before the first byte of a body', () => {
  for (const [name, headers, status, code] of [
    ['a redirect', ['location', 'https://elsewhere.example'], 302, 'upstream.protocol'],
    ['a coding that is not known', [...json, 'content-encoding', 'sdch'], 200, 'upstream.encoding'],
    ['three codings', [...json, 'content-encoding', 'gzip, br', 'content-encoding', 'gzip'], 200, 'upstream.encoding'],
    ['a name that every object has', [...json, 'content-encoding', 'constructor'], 200, 'upstream.encoding'],
    ['a character set that is not known', ['content-type', 'text/plain; charset=utf-16'], 200, 'upstream.encoding'],
    ['a header with a line break', [...json, 'x-note', 'a\r\nset-cookie: b'], 200, 'upstream.protocol'],
  ] as const) {
    test(`${name} is a clean error`, async () => {
      const { exchange, journey, sink, over } = await begin()
      sink.head(status, headers)
      await over
      assert.deepEqual([exchange.state, exchange.status, journey.faults[0]?.code], ['said', 502, code])
      assert.equal(journey.target.aborted, 1)
    })
  }
})

describe('heads', () => {
  test('are masked, and tell the client nothing that is for the gateway', async () => {
    const exchange = await answer(
      '/v1/messages',
      [...json, 'Set-Cookie', 'a=b', 'Alt-Svc', 'h3=":443"', 'X-Owner', 'jane@example.com', 'request-id', 'req_1'],
      '{}',
    )
    assert.deepEqual(exchange.sentHeaders, [
      'content-type',
      'application/json',
      'x-owner',
      '[mail]',
      'request-id',
      'req_1',
      'content-length',
      '2',
    ])
  })

  test('two types, of which a client may take the other', async () => {
    const headers = [...events, 'Content-Type', 'text/plain; charset=utf-16le']
    assert.equal((await answer('/v1/messages', headers, 'x')).status, 502)
  })
})

describe('codings', () => {
  const text = `{"content":[{"type":"text","text":"${'word '.repeat(500)}a@b.co"}]}`
  for (const [name, coded] of [
    ['gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['zstd', zstdCompressSync(text)],
  ] as const) {
    test(`${name} is taken off`, async () => {
      const exchange = await answer('/v1/messages', [...json, 'content-encoding', name], coded)
      assert.equal(exchange.body, text.replace('a@b.co', '[mail]'))
      assert.equal(exchange.header('content-encoding'), undefined)
      assert.equal(exchange.header('content-length'), String(exchange.bytes.length))
    })
  }

  test('two of them, in two headers', async () => {
    const coded = brotliCompressSync(gzipSync(text))
    const headers = [...json, 'content-encoding', 'gzip', 'content-encoding', 'br']
    assert.equal((await answer('/v1/messages', headers, coded)).body, text.replace('a@b.co', '[mail]'))
  })

  test('a coding behind one that is none is not overlooked', async () => {
    const headers = [...json, 'content-encoding', 'identity', 'content-encoding', 'gzip']
    assert.equal((await answer('/v1/messages', headers, gzipSync(text))).body, text.replace('a@b.co', '[mail]'))
  })

  test('a stream that is compressed piece by piece', async () => {
    const exchange = await answer(
      '/v1/messages',
      [...events, 'content-encoding', 'gzip'],
      gzipSync(delta('a@b.co ') + delta('x ')),
    )
    assert.equal(exchange.body, delta('[mail] ') + delta('x '))
  })

  test('what does not decode is not passed on', async () => {
    assert.equal((await answer('/v1/messages', [...json, 'content-encoding', 'gzip'], 'no gzip')).status, 502)
  })

  test('what grows too much is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(size(20, 2) * 1024 * 1024))
    const exchange = await answer('/v1/messages', [...json, 'content-encoding', 'gzip'], bomb)
    assert.equal(exchange.status, 502)
    assert.match(exchange.body, /cannot be inspected/)
  })
})

describe('other bodies', () => {
  for (const [name, path, type, body, expected] of [
    ['text', '/v1/whatever', 'text/plain', 'to jane@example.com', 'to [mail]'],
    ['a body without a type', '/v1/whatever', '', 'to jane@example.com', 'to [mail]'],
    ['an archive where no file was asked for', '/v1/whatever', 'application/zip', 'to jane@example.com', 'to [mail]'],
    ['a file', '/v1/files/f/content', 'application/pdf', 'to jane@example.com', 'to jane@example.com'],
    ['a file of text', '/v1/files/f/content', 'text/csv', 'to jane@example.com', 'to [mail]'],
    [
      'batch results',
      '/v1/messages/batches/b/results',
      'application/binary',
      '{"a":"jane@example.com"}\n\n{"b":"\\u0061@b.co"}',
      '{"a":"[mail]"}\n\n{"b":"[mail]"}',
    ],
    ['JSON that is none', '/v1/models', 'application/json', '{"a":"jane@example.com"', '{"a":"[mail]"'],
  ] as const) {
    test(name, async () => {
      assert.equal((await answer(path, type === '' ? [] : ['content-type', type], body)).body, expected)
    })
  }

  test('where results are fetched is the gateway', async () => {
    const body = '{"id":"b","results_url":"https://api.example/v1/messages/batches/b/results"}'
    const exchange = await answer('/claude/v1/messages/batches/b', json, body)
    assert.deepEqual(JSON.parse(exchange.body), {
      id: 'b',
      results_url: 'https://gateway.example:8470/anthropic/claude/v1/messages/batches/b/results',
    })
  })

  for (const host of ['', 'a/b', 'user@host', 'host:port', 'a"b']) {
    test(`a Host that is no host is no address: ${host}`, async () => {
      const journey = new FakeJourney()
      journey.target.onSend = (sink) => {
        sink.head(200, json)
        sink.data(Buffer.from('{"results_url":"https://api.example/v1/messages/batches/b/results"}'))
        sink.end()
      }
      const headers = ['Host', host, 'x-api-key', 'k']
      const exchange = new FakeExchange({ method: 'GET', path: '/v1/messages/batches/b', headers })
      await createProtocol(defaultLimits, 1e9).handle(exchange, journey)
      assert.deepEqual([exchange.status, journey.faults[0]?.code], [403, 'request.malformed'])
    })
  }

  test('results at a third host are refused', async () => {
    const exchange = await answer('/v1/messages/batches/b', json, '{"results_url":"https://elsewhere.example/r"}')
    assert.equal(exchange.status, 502)
    assert.doesNotMatch(exchange.body, /elsewhere/)
  })

  test('an answer of megabytes', async () => {
    const text = 'x'.repeat(size(8, 1) * 1024 * 1024)
    assert.equal((await answer('/v1/messages', json, `{"text":"${text}"}`)).bytes.length, text.length + 11)
  })

  test('an answer that is longer than JSON should be', async () => {
    const { exchange, sink, over } = await begin()
    sink.head(200, json)
    const piece = Buffer.alloc(1024 * 1024, 0x20)
    for (let sent = 0; sent <= 33; sent++) sink.data(piece)
    await over
    assert.equal(exchange.status, 502)
  })

  test('no body', async () => {
    const { exchange, sink, over } = await begin('/v1/files/f')
    sink.head(204, [])
    sink.end()
    await over
    assert.deepEqual([exchange.state, exchange.status, exchange.sentHeaders], ['ended', 204, []])
  })
})
