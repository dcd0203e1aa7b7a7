import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../kernel/fault.ts'
import { ResponseReader } from './response-reader.ts'

interface Heard {
  readonly heads: string[]
  body: string
  pieces: number
  ends: number[]
}

function newReader(): { reader: ResponseReader; heard: Heard } {
  const heard: Heard = { heads: [], body: '', pieces: 0, ends: [] }
  const reader = new ResponseReader({
    head: (status, headers) => heard.heads.push(`${status} ${headers.join('|')}`),
    data: (bytes) => {
      heard.body += Buffer.from(bytes).toString('latin1')
      heard.pieces++
    },
    end: (idleMs) => heard.ends.push(idleMs),
  })
  return { reader, heard }
}

function hear(answer: string, toHead = false): Heard {
  const { reader, heard } = newReader()
  reader.expect(toHead)
  reader.read(Buffer.from(answer, 'latin1'))
  return heard
}

function isFault(code: string, why?: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Fault && error.code === code && (why === undefined || why.test(String(error.facts['why'])))
}

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

describe('an answer', () => {
  test('of a known length', () => {
    const heard = hear('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello')
    assert.deepEqual(heard, { heads: ['200 Content-Length|5|X-A|b'], body: 'hello', pieces: 1, ends: [30_000] })
  })

  test('in chunks: what one read brings goes on in one piece', () => {
    const heard = hear(`${chunked}5\r\nhello\r\n1;ext="a"\r\n \r\nA\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\n`)
    assert.deepEqual([heard.body, heard.pieces, heard.ends], ['hello 0123456789', 1, [30_000]])
  })

  test('that ends with its connection', () => {
    const { reader, heard } = newReader()
    reader.expect(false)
    reader.read(Buffer.from('HTTP/1.0 200\r\n\r\nhel'))
    reader.read(Buffer.from('lo'))
    assert.deepEqual([heard.body, heard.ends], ['hello', []])
    reader.closed()
    assert.deepEqual(heard.ends, [0])
  })

  test('without a body, whatever it says', () => {
    for (const [head, toHead] of [
      ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', true],
      ['HTTP/1.1 204 No Content\r\n\r\n', false],
      ['HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n', false],
      ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', false],
    ] as const)
      assert.deepEqual([hear(head, toHead).body, hear(head, toHead).ends], ['', [30_000]], head)
  })

  test('after answers that are none yet', () => {
    const heard = hear('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    assert.deepEqual([heard.heads, heard.body], [['200 content-length|2'], 'ok'])
  })

  test('says how long its connection may wait', () => {
    const idle = (headers: string, version = '1.1'): number | undefined =>
      hear(`HTTP/${version} 200 OK\r\ncontent-length: 0\r\n${headers}\r\n`).ends[0]
    assert.equal(idle('connection: keep-alive\r\nkeep-alive: timeout=5\r\n'), 4_000)
    assert.equal(idle('keep-alive: max=9, timeout=600\r\n'), 30_000)
    assert.equal(idle('keep-alive: timeout=1\r\n'), 0)
    assert.equal(idle('Connection: Close\r\n'), 0)
    assert.equal(idle('', '1.0'), 0)
  })
})

describe('what can be read in two ways is a fault', () => {
  for (const [name, answer] of [
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['another transfer coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['chunks twice', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello'],
    ['a length of many digits', `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(20)}\r\n\r\n`],
    ['another protocol', 'HTTP/2 200\r\n\r\n'],
    ['a switch', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a header that goes on', 'HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\nhello'],
    ['a bare line feed', 'HTTP/1.1 200 OK\r\na: b\ncontent-length: 0\r\n\r\n'],
    ['more than it said', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhello'],
    ['bytes behind no body', 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['bytes behind the last chunk', `${chunked}0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`],
    ['a chunk without a size', `${chunked}\r\n`],
    ['a chunk size with a prefix', `${chunked}0x5\r\nhello\r\n`],
    ['a chunk that is longer', `${chunked}5\r\nhello!\r\n`],
    ['a chunk size that overflows', `${chunked}${'f'.repeat(17)}\r\n`],
    ['a chunk with a bare line feed', `${chunked}5\nhello\r\n`],
  ] as const)
    test(name, () => {
      assert.throws(() => hear(answer), isFault('upstream.protocol'))
    })

  test('nobody is told that an answer with more behind it has ended', () => {
    const { reader, heard } = newReader()
    reader.expect(false)
    assert.throws(
      () => reader.read(Buffer.from('HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200')),
      isFault('upstream.protocol', /nobody/),
    )
    assert.deepEqual(heard.ends, [])
  })

  test('bytes that come unasked', () => {
    const { reader } = newReader()
    assert.throws(() => reader.read(Buffer.from('H')), isFault('upstream.protocol', /nobody asked/))
  })
})

describe('what never ends', () => {
  for (const [name, answer] of [
    ['a head', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(70_000)}`],
    ['headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(300)}\r\n`],
    ['answers before the answer', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9)],
    ['an extension', `${chunked}5;${'x'.repeat(20_000)}`],
    ['trailers', `${chunked}0\r\n${'a: b\r\n'.repeat(5_000)}`],
  ] as const)
    test(name, () => {
      assert.throws(() => hear(answer), isFault('upstream.protocol'))
    })
})

test('a connection that closes in the middle of an answer', () => {
  for (const answer of [
    '',
    'HTTP/1.1 200',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel',
    `${chunked}5\r\nhello\r\n`,
  ]) {
    const { reader } = newReader()
    reader.expect(false)
    reader.read(Buffer.from(answer))
    assert.throws(() => reader.closed(), isFault('upstream.closed'))
  }
})

test('any cut of the bytes is the same answer', () => {
  const answers = [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 11\r\nx: y\r\n\r\nhello world',
    `${chunked}5\r\nhello\r\n1;ext\r\n \r\n5\r\nworld\r\n0\r\nt: u\r\n\r\n`,
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...answers),
      fc.array(fc.integer({ min: 0, max: 110 }), { maxLength: 12 }),
      (answer, cuts) => {
        const { reader, heard } = newReader()
        reader.expect(false)
        const at = [0, ...[...cuts].filter((cut) => cut <= answer.length).sort((a, b) => a - b), answer.length]
        for (let i = 0; i + 1 < at.length; i++) reader.read(Buffer.from(answer.slice(at[i], at[i + 1]), 'latin1'))
        assert.deepEqual([heard.heads.length, heard.body, heard.ends], [1, 'hello world', [30_000]])
      },
    ),
  )
})

test('random bytes give only faults', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', chunked),
      fc.uint8Array({ maxLength: 200 }),
      (start, bytes) => {
        const { reader } = newReader()
        reader.expect(false)
        try {
          reader.read(Buffer.concat([Buffer.from(start), bytes]))
          reader.closed()
        } catch (error) {
          assert.ok(error instanceof Fault)
        }
      },
    ),
  )
})
