// The protocol of the model's API: requests of clients that send anything, answers of a target that does.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { Carrier, Masker } from '../../src/kernel/masker.ts'
import { toAction } from '../../src/protocols/anthropic/action.ts'
import { JsonCarrier, LinesCarrier } from '../../src/protocols/anthropic/body-carriers.ts'
import { defaultLimits } from '../../src/protocols/anthropic/exchange.ts'
import { createProtocol } from '../../src/protocols/anthropic/index.ts'
import { toOutward } from '../../src/protocols/anthropic/outward.ts'
import { toRoute } from '../../src/protocols/anthropic/route.ts'
import { SseCarrier } from '../../src/protocols/anthropic/sse-carrier.ts'
import { FakeExchange } from '../harness/fake-exchange.ts'
import { FakeJourney } from '../harness/fake-journey.ts'
import { FakeMasker, passingMasker } from '../harness/fake-masker.ts'
import { toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'
import { cutAtRandom } from './mutation.ts'
import { assertSame, requireFault } from './promises.ts'
import { colonsIn, isObject, isSameShape, membersIn, toTree } from './trees.ts'

const mail = 'jane@example.com'
const block = { type: 'text', text: `write to ${mail}`, cache_control: { type: 'ephemeral' } }
const requests = [
  { model: 'claude-opus-5', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] },
  {
    model: 'a',
    stream: true,
    system: [block],
    tools: [
      { name: 'Bash', input_schema: { type: 'object' } },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    messages: [{ role: 'user', content: [block] }],
  },
  {
    model: 'a',
    messages: [
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: mail, 4: [mail] } },
          { type: 'thinking', thinking: mail, signature: 's' },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [block, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
          },
        ],
      },
    ],
  },
  {
    model: 'a',
    stream: null,
    mcp_servers: [{ name: 'crm', url: 'https://x' }],
    container: 'c',
    messages: [{ role: 'user', content: [{ type: 'tool_addition', tool: { definition: { name: 'New' } } }] }],
  },
  { requests: [{ custom_id: '1', params: { model: 'a', messages: [{ role: 'user', content: mail }] } }] },
]

const isMasked = (given: string, shown: string): boolean => {
  const bytes = Buffer.from(given)
  const masked = new FakeMasker().value(bytes, 0, bytes.length, { name: null, content: 'text' })
  return (
    shown === given ||
    shown.toWellFormed() === (masked === null ? given.toWellFormed() : Buffer.from(masked).toString())
  )
}

fuzz({
  name: 'model request',
  seeds: requests.map((one) => toBytes(JSON.stringify(one))),
  words: [
    '"model":"b",',
    '"stream":true,',
    '"tools":[],',
    '"name":',
    '\\u006dodel',
    '"messages"',
    '"type":"custom",',
    '{"model":"x"}',
    mail,
    '\\ud800',
  ],
  maxBytes: 4_000,
  async check(input) {
    const route = toRoute('POST', '/v1/messages')
    const action = toAction({ method: 'POST', route, query: '', headers: [], body: input })
    void action.parts
    const text = toText(input)
    if (action.unreadable === null) {
      const tree = toTree(text)
      assert.ok(isObject(tree), 'read what is no object')
      const known = action.facts.context['model'] as {
        readonly model: string
        readonly stream: boolean
        readonly tools: readonly string[]
      }
      assert.equal(known.model, typeof tree['model'] === 'string' ? tree['model'] : '')
      assert.equal(known.stream, 'stream' in tree && tree['stream'] !== false && tree['stream'] !== null)
      if (Array.isArray(tree['tools']))
        for (const tool of tree['tools'] as readonly { readonly name?: unknown }[])
          if (typeof tool.name === 'string' && tool.name !== '')
            assert.ok(known.tools.includes(tool.name), `the tool ${tool.name} is not seen`)
      assert.equal(Object.keys(tree).length, new Set(Object.keys(tree)).size)
      try {
        action.canonical()
      } catch (error) {
        requireFault(error, 'request.malformed')
      }
      outwardIsSame(input, tree)
    } else assert.equal(action.facts.complete, false)
    return `${action.unreadable?.replaceAll(/\d+/g, '') ?? 'read'} ${await served(input, action.unreadable === null)}`
  },
})

/** What is not replaced stays as it is; what is, is a string in the same place. */
function outwardIsSame(body: Uint8Array, tree: unknown): void {
  assert.equal(toOutward('message', body, passingMasker), body)
  const sent = toTree(toText(toOutward('message', body, new FakeMasker())))
  // A name that comes twice deep inside is lost in both trees, perhaps with another value.
  if (membersIn(tree) === colonsIn(toText(body))) assert.ok(isSameShape(tree, sent, isMasked), JSON.stringify(sent))
}

const protocol = createProtocol({ ...defaultLimits, holdMs: 50, bodyMs: 50, refusedMs: 20 }, 1e9)
const final = new Set(['said', 'ended', 'destroyed'])

/** The whole exchange: it ends, and upstream goes what came or nothing. */
async function served(body: Uint8Array, isReadable: boolean): Promise<string> {
  const journey = new FakeJourney()
  journey.target.onSend = (sink) => {
    sink.head(200, ['content-type', 'application/json'])
    sink.end()
  }
  const exchange = new FakeExchange({ body })
  await protocol.handle(exchange, journey)
  assert.ok(final.has(exchange.state), exchange.state)
  for (const fault of journey.faults) requireFault(fault)
  const sent = journey.target.requests.map((request) => Buffer.from(request.body ?? ''))
  assert.equal(sent.length, isReadable ? 1 : 0)
  if (isReadable) assert.ok(sent[0]?.equals(body))
  return `${exchange.state} ${exchange.status}`
}

const answer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [
    { type: 'text', text: `mail ${mail} now` },
    { type: 'thinking', thinking: mail, signature: 'x' },
    { type: 'tool_use', id: 't', name: 'Bash', input: { [mail]: mail, 'a b': [`4111111111111111`] } },
  ],
  usage: { input_tokens: 3 },
  results_url: 'https://api/x',
}
const kinds = [
  'application/json',
  'application/x-jsonl',
  'text/plain; charset=utf-8',
  'text/event-stream',
  'application/octet-stream',
] as const

fuzz({
  name: 'model answer',
  // The first byte says of which type it says it is.
  seeds: [0, 1, 2, 3, 4].flatMap((kind) =>
    [
      JSON.stringify(answer),
      `${JSON.stringify(answer)}\n{"a":"${mail}"}\n\n[]`,
      `plain ${mail}`,
      `data: ${JSON.stringify(answer)}\n\n`,
    ].map((text) => Uint8Array.from([kind, ...toBytes(text)])),
  ),
  words: ['"', '\\"', '\\u0040', '"type":"thinking",', '"signature":', '\n', mail, '{"text":', '\\ud83d', '}', ']'],
  maxBytes: 4_000,
  async check(input, random) {
    const body = input.subarray(1)
    const kind = kinds[(input[0] ?? 0) % kinds.length] ?? kinds[0]
    const pieces = cutAtRandom(random, body)
    if (kind === 'application/json') {
      bodyIsSame(body, pieces, () => new JsonCarrier(-1, null))
      const shown = carried(new JsonCarrier(body.length, null), [body], new FakeMasker())
      const tree = toTree(toText(body))
      if (tree !== undefined && typeof shown !== 'string' && membersIn(tree) === colonsIn(toText(body)))
        assert.ok(isSameShape(tree, toTree(shown.shown.toString()), isMasked), shown.shown.toString())
    }
    if (kind === 'application/x-jsonl') bodyIsSame(body, pieces, () => new LinesCarrier())
    return `${kind} ${await answered(kind, pieces)}`
  },
})

/** Nothing to mask: the same bytes. Something: the same for every cut. */
function bodyIsSame(body: Uint8Array, pieces: readonly Uint8Array[], newCarrier: () => Carrier): void {
  const passed = carried(newCarrier(), pieces, passingMasker)
  if (typeof passed !== 'string') assert.ok(passed.shown.equals(body))
  assert.deepEqual(carried(newCarrier(), pieces, new FakeMasker()), carried(newCarrier(), [body], new FakeMasker()))
}

interface Carried {
  /** What a client gets. */
  readonly shown: Buffer
  readonly recorded: Buffer
}

function carried(carrier: Carrier, pieces: readonly Uint8Array[], masker: Masker): Carried | string {
  const out: Buffer[] = []
  const kept: Buffer[] = []
  const release = (bytes: Uint8Array): void => {
    const released = Buffer.from(bytes)
    out.push(Buffer.from(released))
    const recorded = carrier.toRecord?.(released, () => masker) ?? released
    kept.push(Buffer.from(recorded))
    released.fill(0x23)
  }
  try {
    for (const piece of pieces) {
      const chunk = Buffer.from(piece)
      release(carrier.carry(chunk, masker))
      chunk.fill(0x23)
    }
    release(carrier.finish(masker))
    kept.push(Buffer.from(carrier.finishRecord?.(() => masker) ?? []))
  } catch (error) {
    return requireFault(error, 'upstream.protocol').code
  }
  return { shown: Buffer.concat(out), recorded: Buffer.concat(kept) }
}

async function answered(type: string, pieces: readonly Uint8Array[]): Promise<string> {
  const journey = new FakeJourney()
  journey.target.onSend = (sink) => {
    sink.head(200, ['content-type', type])
    for (const piece of pieces) sink.data(Buffer.from(piece))
    sink.end()
  }
  const exchange = new FakeExchange({ body: JSON.stringify(requests[0]) })
  await protocol.handle(exchange, journey)
  assert.ok(final.has(exchange.state), exchange.state)
  assert.equal(journey.passage.outcomes.length, 1, 'it ends once')
  for (const fault of journey.faults) requireFault(fault, 'upstream.protocol')
  return `${exchange.state} ${exchange.status}`
}

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const delta = (index: number, inner: object): string => event('content_block_delta', { index, delta: inner })
const stream = [
  event('message_start', { message: { id: 'msg_1', content: [] } }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  delta(0, { type: 'text_delta', text: 'Write to jane' }),
  delta(0, { type: 'text_delta', text: '@example.com, and 4111' }),
  delta(0, { type: 'text_delta', text: '111111111111' }),
  event('content_block_stop', { index: 0 }),
  event('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't', name: 'Bash', input: {} } }),
  delta(1, { type: 'input_json_delta', partial_json: '{"to":"jane\\u0040exam' }),
  delta(1, { type: 'input_json_delta', partial_json: 'ple.com"}' }),
  event('content_block_stop', { index: 1 }),
  'event: ping\ndata: {"type":"ping"}\n\n',
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
  event('message_stop', {}),
]

fuzz({
  name: 'model stream',
  seeds: [
    stream.join(''),
    stream.slice(1, 6).join(''),
    stream.slice(6, 10).join(''),
    stream.join('').replaceAll('\n', '\r\n'),
    `data: {"type":"content_block_delta",\ndata: "index":0,"delta":{"type":"text_delta","text":"${mail}"}}\n\n`,
    `: ${mail}\nid: ${mail}\n\n`,
  ].map(toBytes),
  words: [
    ...stream,
    'data: ',
    '\n\n',
    '"index":1',
    '"text":"',
    '\\u0040',
    mail,
    '"delta":{',
    '"type":"thinking_delta"',
  ],
  maxBytes: 6_000,
  check(input, random) {
    const pieces = cutAtRandom(random, input)
    const passed = carried(new SseCarrier(), pieces, passingMasker)
    if (typeof passed !== 'string' && !(endsInEscape.test(toText(input)) && toGrown(input) === toGrown(passed.shown)))
      assert.ok(passed.shown.equals(input), 'nothing to mask, nothing changed')
    const whole = carried(new SseCarrier(), [input], new FakeMasker())
    const cut = carried(new SseCarrier(), pieces, new FakeMasker())
    if (typeof whole === 'string' || typeof cut === 'string') {
      assert.equal(cut, whole)
      return `refused ${typeof whole === 'string' ? whole : ''}`
    }
    assertSame(cut.shown.toString('latin1'), whole.shown.toString('latin1'), 'cut')
    assertSame(cut.recorded.toString('latin1'), whole.recorded.toString('latin1'), 'recorded')
    return `${whole.shown.length === input.length} ${kindsIn(whole.shown)}`
  },
})

/** A delta of a tool's input that ends inside an escape, or behind half of a pair: the escape goes out when it is whole. */
const endsInEscape = /\\\\(?:u[\da-f]{0,4}(?:\\\\(?:u[\da-f]{0,3})?)?)?"/i

/** The tools' inputs as a client puts them together. */
function toGrown(shown: Uint8Array): string {
  const grown = new Map<unknown, string>()
  for (const line of toText(shown).split(/[\r\n]+/)) {
    const data = toTree(/^data: ?(.*)$/s.exec(line)?.[1] ?? '')
    if (!isObject(data) || data['type'] !== 'content_block_delta' || !isObject(data['delta'])) continue
    const { type, partial_json: part } = data['delta']
    if (type === 'input_json_delta' && typeof part === 'string')
      grown.set(data['index'], (grown.get(data['index']) ?? '') + part)
  }
  return JSON.stringify([...grown])
}

const knownTypes = ['content_block_delta', 'content_block_start', 'content_block_stop', 'message_start', 'ping']

/** What a client puts together of the stream's text holds no address. */
function kindsIn(shown: Buffer): string {
  const texts = new Map<number, string>()
  const types: string[] = []
  const events = shown
    .toString()
    .replaceAll(/\r\n|\r/g, '\n')
    .split('\n\n')
  for (const one of events) {
    const lines = one.split('\n').flatMap((line) => /^data(?:: ?(.*))?$/s.exec(line)?.slice(1) ?? [])
    const data = toTree(lines.join('\n'))
    if (!isObject(data)) continue
    types.push(knownTypes.find((type) => type === data['type']) ?? 'other')
    const { index, delta: inner } = data
    if (
      data['type'] === 'content_block_delta' &&
      typeof index === 'number' &&
      isObject(inner) &&
      inner['type'] === 'text_delta'
    )
      texts.set(index, (texts.get(index) ?? '') + String(inner['text']))
    // A block that is over: another one may have its number.
    else if (data['type'] !== 'ping') texts.clear()
    for (const text of texts.values()) assert.ok(!text.split(/[^\w.@-]/).includes(mail), `shown: ${text}`)
  }
  return types.slice(0, 4).join()
}
