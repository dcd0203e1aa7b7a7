import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { readSseLines, SseFramer } from './sse.ts'

/** @param known events that are taken without being searched */
function events(chunks: readonly Uint8Array[], maxEventBytes = 1024, known: readonly string[] = []): string[] {
  const framer = new SseFramer(maxEventBytes)
  const seen: string[] = []
  const note = (bytes: Uint8Array, start: number, end: number): void => {
    seen.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'))
  }
  const takeKnown = (bytes: Uint8Array, start: number): number => {
    const rest = Buffer.from(bytes.subarray(start)).toString('latin1')
    const event = known.find((one) => rest.startsWith(one))
    if (event === undefined) return -1
    note(bytes, start, start + event.length)
    return start + event.length
  }
  for (const chunk of chunks) framer.push(chunk, note, takeKnown)
  framer.finish(note)
  return seen
}

const of = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('framing', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['LF', 'data: a\n\ndata: b\n\n', ['data: a\n\n', 'data: b\n\n']],
    ['CR', 'data: a\r\rdata: b\r\r', ['data: a\r\r', 'data: b\r\r']],
    [
      'CRLF: an event is whole at its second CR',
      'data: a\r\n\r\ndata: b\r\n\r\n',
      ['data: a\r\n\r', '\n', 'data: b\r\n\r', '\n'],
    ],
    ['mixed', 'data: a\n\rdata: b\r\n\n', ['data: a\n\r', 'data: b\r\n\n']],
    ['blank lines between events', 'data: a\n\n\n\ndata: b\n\n', ['data: a\n\n', '\n', '\n', 'data: b\n\n']],
    ['an event without its blank line', 'data: a\n\ndata: b', ['data: a\n\n', 'data: b']],
    ['several lines', ': c\nevent: x\ndata: 1\ndata: 2\n\n', [': c\nevent: x\ndata: 1\ndata: 2\n\n']],
  ]
  for (const [name, stream, expected] of cases) {
    test(name, () => {
      assert.deepEqual(events([of(stream)]), expected)
      const known = expected.filter((event) => /^[d:].*[\r\n]{2}$/s.test(event))
      assert.deepEqual(events([of(stream)], 1024, known), expected)
    })
  }

  test('does not depend on how the bytes were cut', () => {
    const stream = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'data: x', ':', 'event: y'), { maxLength: 20 })
    fc.assert(
      fc.property(stream, fc.array(fc.nat(60), { maxLength: 8 }), (pieces, cuts) => {
        const text = pieces.join('')
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
        const chunks = places.slice(1).map((to, i) => of(text.slice(places[i], to)))
        assert.deepEqual(events(chunks), events([of(text)]))
        assert.deepEqual(events(Array.from(text, of)), events([of(text)]))
        const known = ['data: xdata: x\n\n', 'data: x\r\r', 'data: x\r\n\r', 'data: x\n\r']
        assert.deepEqual(events(chunks, 1024, known), events([of(text)]))
        assert.equal(events(chunks).join(''), text)
      }),
    )
  })

  test('an event that lies in one chunk is a view of it', () => {
    const chunk = of('data: a\n\ndata: b\n\n')
    new SseFramer(64).push(chunk, (bytes) => assert.equal(bytes, chunk))
  })

  test('says where the held bytes begin', () => {
    const framer = new SseFramer(64)
    assert.equal(
      framer.push(of('data: a\n\nda'), () => undefined),
      9,
    )
    assert.equal(framer.heldBytes, 2)
  })

  for (const cut of [1, 7, 64]) {
    test(`an event that does not end is a fault, in chunks of ${String(cut)}`, () => {
      const chunks = Array.from({ length: Math.ceil(100 / cut) }, () => of('x'.repeat(cut)))
      assert.throws(() => events(chunks, 64), { code: 'upstream.protocol', message: /broke its protocol/ })
    })
  }

  test('a whole event longer than the maximum is a fault, too', () => {
    assert.throws(() => events([of(`${'x'.repeat(65)}\n\n`)], 64), {
      code: 'upstream.protocol',
      message: /broke its protocol/,
    })
  })
})

describe('lines', () => {
  const fields = (text: string): string[] =>
    readSseLines(of(text), 0, text.length).map((line) => `${line.field}=${text.slice(line.value, line.end)}`)

  test('fields, with and without the space', () => {
    assert.deepEqual(fields('event: a\ndata:b\ndata:  c\n\n'), ['event=a', 'data=b', 'data= c', 'blank='])
  })
  test('names must match whole', () => {
    assert.deepEqual(fields('database: x\ndat: y\ndata\nid: 1\n: note\n'), [
      'other=database: x',
      'other=dat: y',
      'data=',
      'other=id: 1',
      'other=: note',
    ])
  })
  test('line ends', () => {
    assert.deepEqual(fields('data: a\r\ndata: b\rdata: c\n'), ['data=a', 'data=b', 'data=c'])
  })
  test('a byte order mark that goes on behind the end of the event is none', () => {
    const lines = readSseLines(Uint8Array.of(0xef, 0xbb, 0xbf), 0, 1)
    assert.deepEqual(lines, [{ field: 'other', start: 0, value: 0, end: 1 }])
  })

  test('a byte order mark does not hide a field', () => {
    assert.deepEqual(fields('\u00ef\u00bb\u00bfdata: a\n'), ['data=a'])
  })
  test('as many lines as a maximum allows', () => {
    const many = 'a\n'.repeat(20_000)
    assert.throws(() => readSseLines(of(many), 0, many.length), {
      code: 'upstream.protocol',
      message: /broke its protocol/,
    })
  })
})
