import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { size } from '../../../test/harness/depth.ts'
import { FakeMasker } from '../../../test/harness/fake-masker.ts'
import { SseCarrier } from './sse-carrier.ts'

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const delta = (index: number, inner: object): string => event('content_block_delta', { index, delta: inner })
const text = (index: number, value: string): string => delta(index, { type: 'text_delta', text: value })
const input = (index: number, value: string): string => delta(index, { type: 'input_json_delta', partial_json: value })
const start = (index: number, block: object): string => event('content_block_start', { index, content_block: block })
const stop = (index: number): string => event('content_block_stop', { index })
const messageStop = event('message_stop', {})

interface Carried {
  readonly out: string
  readonly found: readonly string[]
  readonly opaqueBytes: number
}

function carry(chunks: readonly Uint8Array[]): Carried {
  const masker = new FakeMasker()
  const carrier = new SseCarrier()
  const out = chunks.map((chunk) => Buffer.from(carrier.carry(chunk, masker)))
  out.push(Buffer.from(carrier.finish(masker)))
  return { out: Buffer.concat(out).toString('utf8'), found: masker.found, opaqueBytes: masker.opaqueBytes }
}

const carryText = (stream: string): Carried => carry([Buffer.from(stream)])

/** The text of a block as a client puts it together. */
function grown(stream: string, index: number, key: string): string {
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as { type: string; index?: number; delta?: Record<string, string> })
    .filter((one) => one.type === 'content_block_delta' && one.index === index)
    .map((one) => one.delta?.[key] ?? '')
    .join('')
}

const conversation = [
  event('message_start', { message: { id: 'msg_1', content: [], usage: { input_tokens: 3 } } }),
  start(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'ask jane@example.com first' }),
  delta(0, { type: 'signature_delta', signature: 'jane@example.com' }),
  stop(0),
  'event: ping\ndata: {"type": "ping"}\n\n',
  start(1, { type: 'text', text: '' }),
  text(1, 'Write to jane'),
  text(1, '@exam'),
  text(1, 'ple.com, card 4111'),
  text(1, '111111111111'),
  stop(1),
  start(2, { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} }),
  input(2, ''),
  input(2, '{"comm'),
  input(2, 'and":"mail ja'),
  input(2, 'ne\\u0040example.com \\"4111111111'),
  input(2, '111111\\" \\ud83d'),
  input(2, '\\ude00"}'),
  stop(2),
  event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } }),
  messageStop,
].join('')

test('what a tool is given is put back for that tool, and for nobody when it has no name or two', () => {
  const asked: (string | null)[] = []
  class Asked extends FakeMasker {
    override towards(tool: string | null): this {
      asked.push(tool)
      return this
    }
  }
  const twice = start(3, { type: 'tool_use', name: 'Bash' }).replace('"Bash"', '"WebFetch","n\\u0061me":"Bash"')
  const blocks = [start(1, { type: 'tool_use', name: 'Bash' }), start(2, { type: 'tool_use' }), twice]
  const stream = blocks.map((block, i) => block + input(i + 1, '{}') + stop(i + 1)).join('')
  new SseCarrier().carry(Buffer.from(stream), new Asked())
  assert.deepEqual(asked, ['Bash', null, null])
  const many = Array.from({ length: 300 }, (_, i) => start(i, { type: 'tool_use', name: 'Bash' })).join('')
  assert.throws(() => new SseCarrier().carry(Buffer.from(many), new Asked()), { code: 'upstream.protocol' })
})

test('an event that breaks off without its blank line takes nothing of what was held with it', () => {
  const { out } = carryText(text(0, 'to jane@exam') + text(0, 'ple.com').trimEnd())
  assert.equal(grown(out, 0, 'text'), 'to [mail]')
})

describe('a Messages stream', () => {
  test('text and tool input are masked over their deltas, thinking is not touched', () => {
    const { out, found, opaqueBytes } = carryText(conversation)
    assert.equal(grown(out, 1, 'text'), 'Write to [mail], card [card]')
    assert.deepEqual(JSON.parse(grown(out, 2, 'partial_json')), { command: 'mail [mail] "[card]" 😀' })
    assert.equal(grown(out, 0, 'thinking'), 'ask jane@example.com first')
    assert.equal(grown(out, 0, 'signature'), 'jane@example.com')
    assert.deepEqual(found, ['jane@example.com', '4111111111111111', 'jane@example.com', '4111111111111111'])
    assert.ok(opaqueBytes >= 'ask jane@example.com first'.length + 'jane@example.com'.length)
  })

  test('held text goes out before its block stops', () => {
    const { out } = carryText(start(0, { type: 'text', text: '' }) + text(0, 'a b') + stop(0))
    const added = text(0, 'b')
    assert.equal(out, start(0, { type: 'text', text: '' }) + text(0, 'a ') + added + stop(0))
  })

  for (const [name, ending] of [
    ['an error', event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } })],
    ['message_delta', event('message_delta', { delta: {} })],
    ['the end', ''],
    ['a block of the same index', start(0, { type: 'text', text: '' })],
  ] as const) {
    test(`held text goes out before ${name}`, () => {
      assert.equal(carryText(text(0, 'a b') + ending).out, text(0, 'a ') + text(0, 'b') + ending)
    })
  }

  test('a ping does not let held text go', () => {
    const ping = event('ping', {})
    assert.equal(
      carryText(text(0, 'jane@exam') + ping + text(0, 'ple.com ')).out,
      text(0, '') + ping + text(0, '[mail] '),
    )
  })

  test('any cut gives the same bytes and the same findings', () => {
    const bytes = Buffer.from(conversation)
    const whole = carry([bytes])
    assert.deepEqual(carry(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        assert.deepEqual(carry(places.slice(1).map((to, i) => bytes.subarray(places[i], to))), whole)
      }),
    )
  })

  for (const [name, change] of [
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    test(`lines that end in ${name}`, () => {
      const changed = Buffer.from(conversation.replaceAll('\n', change))
      const { out } = carry([changed])
      assert.match(out, /Write to /)
      assert.doesNotMatch(out.replaceAll(/"(thinking|signature)":"[^"]*"/g, ''), /jane|4111/)
      assert.deepEqual(carry(Array.from(changed, (byte) => Uint8Array.of(byte))).out, out)
    })
  }
})

describe('what is not changed', () => {
  test('is the same chunk', () => {
    const chunk = Buffer.from(start(0, { type: 'text', text: '' }) + text(0, 'Hello, ') + text(0, 'you. ') + stop(0))
    assert.equal(new SseCarrier().carry(chunk, new FakeMasker()), chunk)
  })

  for (const [name, stream] of [
    [
      'unusual spelling',
      'event:content_block_delta\ndata:{ "index" : 0, "delta":{"text":"\\u0041, \\/ ","type":"text_delta"},"type":"content_block_delta"}\n\n',
    ],
    [
      'comments, ids and unknown events',
      ': hello \nid: 1 \nretry: 5 \nevent: novelty\ndata: {"type":"novelty","n":1.0,"n2":1e400,"text":"Hi there!"}\n\n',
    ],
    ['data on two lines', 'event: ping\ndata: {"type":\ndata: "ping"}\n\n'],
    ['data that is no JSON', 'data: [DONE]\n\n'],
    ['no blank line at the end', 'data: {"type":"ping"}'],
    ['nothing', ''],
    [
      'half an emoji a delta',
      text(0, '\ud83d').replace('\ufffd', '\\ud83d') + text(0, '\ude00').replace('\ufffd', '\\ude00'),
    ],
  ] as const) {
    test(name, () => {
      assert.equal(carryText(stream).out, stream)
      assert.equal(carry(Array.from(Buffer.from(stream), (byte) => Uint8Array.of(byte))).out, stream)
    })
  }
})

describe('text wherever it is', () => {
  for (const [name, stream, expected] of [
    [
      'citations',
      delta(0, { type: 'citations_delta', citation: { cited_text: 'by a@b.co' } }),
      delta(0, { type: 'citations_delta', citation: { cited_text: 'by [mail]' } }),
    ],
    [
      'a result inside the start of a block',
      start(0, { type: 'web_search_tool_result', content: [{ title: 'a@b.co', encrypted_content: 'a@b.co' }] }),
      start(0, { type: 'web_search_tool_result', content: [{ title: '[mail]', encrypted_content: 'a@b.co' }] }),
    ],
    [
      'a message that is an error',
      event('error', { error: { message: 'no a@b.co ' } }),
      event('error', { error: { message: 'no [mail] ' } }),
    ],
    [
      'an unknown event',
      event('novelty', { note: { deep: ['a@b.co'] } }),
      event('novelty', { note: { deep: ['[mail]'] } }),
    ],
    [
      'a block whose input has names of signed text',
      start(0, { type: 'tool_use', input: { type: 'thinking', thinking: 'a@b.co', encrypted_content: 'a@b.co' } }),
      start(0, { type: 'tool_use', input: { type: 'thinking', thinking: '[mail]', encrypted_content: '[mail]' } }),
    ],
    [
      'signed text whatever its order',
      start(0, { data: 'a@b.co', type: 'redacted_thinking' }),
      start(0, { data: 'a@b.co', type: 'redacted_thinking' }),
    ],
    [
      'a key',
      start(0, { type: 'tool_use', input: { 'a@b.co': 1 } }),
      start(0, { type: 'tool_use', input: { '[mail]': 1 } }),
    ],
    ['a comment', ': a@b.co\n\n', ': [mail]\n\n'],
    ['the name of an event', 'event: a@b.co\ndata: {"type":"ping"}\n\n', 'event: [mail]\ndata: {"type":"ping"}\n\n'],
    ['data that is no JSON', 'data: oops a@b.co\n\n', 'data: oops [mail]\n\n'],
    [
      'data on two lines',
      'event: error\ndata: {"type":"error",\ndata: "m":"a@b.co"}\n\n',
      'event: error\ndata: {"type":"error",\ndata: "m":"[mail]"}\n\n',
    ],
    [
      'beside a growing text',
      delta(0, { type: 'text_delta', text: 'a ', note: 'a@b.co' }),
      delta(0, { type: 'text_delta', text: 'a ', note: '[mail]' }),
    ],
    [
      'beside a thought',
      delta(0, { type: 'thinking_delta', thinking: 'a@b.co', text: 'a@b.co' }),
      delta(0, { type: 'thinking_delta', thinking: 'a@b.co', text: '[mail]' }),
    ],
  ] as const) {
    test(name, () => assert.equal(carryText(stream).out, expected))
  }

  test('in every place of one event', () => {
    const data = JSON.stringify({
      note: 'a@b.co',
      type: 'content_block_delta',
      index: 0,
      delta: { x: 'a@b.co', text: 'a@b.co ', type: 'text_delta' },
    })
    const { out } = carryText(`data: ${data}\n: a@b.co\n\n`)
    assert.equal(out, `data: ${data.replaceAll('a@b.co', '[mail]')}\n: [mail]\n\n`)
  })

  test('a delta of a type that is not known grows like text', () => {
    const { out } = carryText(
      delta(3, { type: 'novel_delta', words: 'jane@exam' }) +
        delta(3, { type: 'novel_delta', words: 'ple.com' }) +
        stop(3),
    )
    assert.equal(grown(out, 3, 'words'), '[mail]')
  })
})

describe('a hostile target', () => {
  const broken = { code: 'upstream.protocol', message: /broke its protocol/ }
  const text2 = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a","text":"b"}}'
  for (const [name, stream] of [
    ['a text twice', `data: ${text2}\n\n`],
    [
      'a type twice',
      'data: {"type":"content_block_delta","type":"ping","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n',
    ],
    ['a delta of no block', 'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}\n\n'],
    [
      'an index that is no index',
      'data: {"type":"content_block_delta","index":1.5,"delta":{"type":"text_delta","text":"a"}}\n\n',
    ],
    ['blocks without end', Array.from({ length: 300 }, (_, i) => text(i, 'a')).join('')],
    ['an event without end', `data: ${'x'.repeat(9 * 1024 * 1024)}`],
  ] as const) {
    test(name, () => assert.throws(() => carryText(stream), broken))
  }

  test('10,000 blocks one after the other', () => {
    const stream = Array.from({ length: size(10_000, 1_000) }, (_, i) => text(i, 'a b') + stop(i)).join('')
    assert.equal(carryText(stream).out.length > stream.length, true)
  })

  test('invalid UTF-8 and deep nesting pass as what they are', () => {
    const bytes = Buffer.concat([
      Buffer.from('data: {"type":"x","a":"'),
      Buffer.of(0xff, 0xc0, 0x20),
      Buffer.from('"}\n\n'),
    ])
    assert.deepEqual(new SseCarrier().carry(bytes, new FakeMasker()), bytes)
    const deep = `data: ${'['.repeat(5000)}a@b.co\n\n`
    assert.match(carryText(deep).out, /\[mail\]/)
  })
})
