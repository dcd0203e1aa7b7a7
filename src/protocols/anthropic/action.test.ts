import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { toAction, type ApiAction } from './action.ts'
import { toRoute } from './route.ts'
import { cedar } from './vocabulary.ts'

function ask(
  body: unknown,
  more: { method?: string; path?: string; query?: string; headers?: readonly string[] } = {},
): ApiAction {
  const method = more.method ?? 'POST'
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const headers = more.headers ?? [
    'Content-Type',
    'application/json',
    'Authorization',
    'Bearer hidden',
    'anthropic-version',
    '2023-06-01',
  ]
  return toAction({
    method,
    route: toRoute(method, more.path ?? '/v1/messages'),
    query: more.query ?? '',
    headers,
    body: bytes,
  })
}

function binding(action: ApiAction): string {
  return createHash('sha256')
    .update(JSON.stringify(action.canonical().map((part) => Buffer.from(part).toString('hex'))))
    .digest('hex')
}

const batch = { path: '/v1/messages/batches' } as const
const base = {
  model: 'claude-opus-5',
  max_tokens: 32_000,
  stream: true,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  tools: [{ name: 'Bash', input_schema: { type: 'object' } }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  metadata: { user_id: 'u' },
  thinking: { type: 'adaptive' },
}

describe('facts', () => {
  test('of a Messages request', () => {
    const { facts, label, unreadable } = ask(base)
    assert.deepEqual(facts.actions, ['model:message'])
    assert.deepEqual(facts.context, {
      model: { endpoint: '/v1/messages', model: 'claude-opus-5', tools: ['Bash'], stream: true },
    })
    assert.equal(facts.complete, true)
    assert.equal(facts.effectful, false)
    assert.equal(label, 'POST /v1/messages claude-opus-5')
    assert.equal(unreadable, null)
  })

  test('equal facts are the same object', () => {
    assert.equal(ask(base).facts, ask({ ...base, messages: [] }).facts)
    assert.notEqual(ask(base).facts.key, ask({ ...base, model: 'other' }).facts.key)
    assert.notEqual(ask(base).facts.key, ask({ ...base, stream: false }).facts.key)
  })

  test('long tool lists do not stay in memory', () => {
    const tools = Array.from({ length: 500 }, (_, i) => ({ name: `tool-with-a-long-name-to-fill-memory-${String(i)}` }))
    const { facts } = ask({ ...base, tools })
    assert.match(facts.key, /^[0-9a-f]{64}$/)
    assert.equal(facts.key, ask({ ...base, tools }).facts.key)
  })

  for (const [method, path, actions, effectful] of [
    ['POST', '/v1/messages/count_tokens', ['model:count'], false],
    ['GET', '/v1/models', ['model:list'], false],
    ['POST', '/v1/models/x', ['model:other'], true],
    ['GET', '/v1/files/file_1/content', ['model:file'], false],
    ['POST', '/v1/messages/batches', ['model:batch'], true],
    ['GET', '/v1/messages', ['model:other'], false],
    ['POST', '/v1/messages/novelty', ['model:other'], true],
    ['DELETE', '/v1/whatever', ['model:other'], true],
  ] as const) {
    test(`${method} ${path}`, () => {
      const { facts, unreadable } = ask({}, { method, path })
      assert.deepEqual([facts.actions, facts.effectful, unreadable], [actions, effectful, null])
    })
  }

  for (const [name, action] of [
    ['a path with an escape', ask(base, { path: '/v1/%6dessages' })],
    ['dot segments', ask(base, { path: '/v1/files/../messages' })],
    ['empty segments', ask(base, { path: '/v1//messages' })],
    ['another case', ask(base, { path: '/v1/Messages' })],
    ['a method that asks for the credential', ask('', { method: 'TRACE', path: '/v1/x' })],
    ['a slash at the end', ask(base, { path: '/v1/messages/' })],
    ['a body that is no JSON', ask('{')],
    ['a model twice', ask('{"model":"a","model":"b"}')],
    ['a batch with messages twice', ask(`{"requests":[{"params":{"messages":[],"messages":[]}}]}`, batch)],
    ['a batch with its requests twice', ask('{"requests":[],"requests":[]}', batch)],
    ['a batch with something behind it', ask('{"requests":[]} {}', batch)],
    ['a batch that breaks off', ask('{"requests":[{"params":{"messages":[', batch)],
    ['a batch that is no object', ask('[{"requests":[]}]', batch)],
    ['a batch that is no UTF-8', ask(Buffer.from('{"requests":["\xff"]}', 'latin1'), batch)],
    ['a prompt twice', ask('{"prompt":"a","prompt":"b"}', { path: '/v1/complete' })],
    ['a prompt that breaks off', ask(' {"prompt":"a"', { path: '/v1/complete' })],
    ['a prompt behind a mark of the byte order', ask('\ufeff{"prompt":"a"}', { path: '/v1/complete' })],
  ] as const) {
    test(`not understood: ${name}`, () => {
      assert.deepEqual(action.facts.actions, Object.keys(cedar.actions))
      assert.equal(action.facts.complete, false)
      assert.equal(action.facts.effectful, true)
      assert.notEqual(action.unreadable, null)
    })
  }
})

describe('an approval is for this intent', () => {
  const same: readonly (readonly [string, object])[] = [
    ['without streaming', { ...base, stream: false, max_tokens: 8192 }],
    ['with less thinking', { ...base, thinking: { type: 'disabled' }, context_management: {} }],
    [
      'with an edit that takes away, and less effort',
      {
        ...base,
        context_management: { edits: [{ type: 'clear_tool_uses_20250919', keep: { type: 'tool_uses', value: 3 } }] },
        output_config: { effort: 'low' },
      },
    ],
    ['with other metadata', { ...base, metadata: { user_id: 'v' } }],
    [
      'with the cache breakpoint elsewhere',
      {
        ...base,
        system: [{ type: 'text', text: 'Be brief.' }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }] }],
      },
    ],
    ['with the breakpoint first', { ...base, system: [{ cache_control: null, type: 'text', text: 'Be brief.' }] }],
  ]
  for (const [name, body] of same) test(`${name}: the same`, () => assert.equal(binding(ask(body)), binding(ask(base))))

  test('fewer betas: the same', () => {
    assert.equal(
      binding(ask(base, { headers: ['anthropic-beta', 'a'] })),
      binding(ask(base, { headers: ['anthropic-beta', 'a,b'], query: '?beta=true' })),
    )
  })

  const text = (value: string): object => ({
    ...base,
    messages: [{ role: 'user', content: [{ type: 'text', text: value }] }],
  })
  const call = (input: string): string =>
    `{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","input":${input}}]}]}`
  const others: readonly (readonly [string, unknown, unknown])[] = [
    ['another model', base, { ...base, model: 'claude-haiku-5' }],
    ['another word', text('Hello'), text('Hello!')],
    ['another tool', base, { ...base, tools: [] }],
    ['another system prompt', base, { ...base, system: 'Be long.' }],
    ['an MCP server more', base, { ...base, mcp_servers: [{ name: 'x', url: 'https://x' }] }],
    ['a number that doubles cannot hold', call('9007199254740993'), call('9007199254740992')],
    ['a key in the input that is called cache_control', call('{"cache_control":1}'), call('{"cache_control":2}')],
    [
      'a schema of the answer, which the model reads',
      { ...base, output_config: { effort: 'low', format: { type: 'json_schema', schema: { description: 'a' } } } },
      { ...base, output_config: { effort: 'low', format: { type: 'json_schema', schema: { description: 'b' } } } },
    ],
    [
      'what a summary is to keep',
      { ...base, context_management: { edits: [{ type: 'compact_20260112', instructions: 'a' }] } },
      { ...base, context_management: { edits: [{ type: 'compact_20260112', instructions: 'b' }] } },
    ],
    [
      'an edit that is not known, whatever it is called',
      { ...base, context_management: { edits: [{ type: 'clear_and_tell_20270101', instructions: 'a' }] } },
      { ...base, context_management: { edits: [{ type: 'clear_and_tell_20270101', instructions: 'b' }] } },
    ],
    [
      'an edit of the context with two types',
      { ...base, context_management: { edits: [] } },
      JSON.stringify({ ...base, context_management: { edits: [7] } }).replace(
        '7',
        '{"type":"clear_tool_uses_20250919","type":"compact_20260112","instructions":"b"}',
      ),
    ],
    ['a member of the answer that nobody knows', base, { ...base, output_config: { tone: 'angry' } }],
    [
      'blocks that run together',
      text('a"},{"type":"text","text":"b'),
      {
        ...base,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
        ],
      },
    ],
    [
      'one message or two',
      { messages: [{ role: 'user', content: 'a' }] },
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'user', content: 'a' },
        ],
      },
    ],
  ]
  for (const [name, one, other] of others)
    test(`${name}: another`, () => assert.notEqual(binding(ask(one)), binding(ask(other))))

  test('another endpoint: another', () => {
    assert.notEqual(binding(ask(base, { path: '/v1/messages/count_tokens' })), binding(ask(base)))
    assert.notEqual(
      binding(ask('{}', { path: '/v1/files', query: '?a' })),
      binding(ask('{}', { path: '/v1/files', query: '?b' })),
    )
  })

  test('the same bytes under another boundary: another', () => {
    const form = (boundary: string): string =>
      binding(
        ask('--a\r\n--b\r\n', {
          path: '/v1/files',
          headers: ['Content-Type', `multipart/form-data; boundary=${boundary}`],
        }),
      )
    assert.notEqual(form('a'), form('b'))
    assert.equal(form('a'), form('a'))
  })
})

describe('parts', () => {
  const turn2 = {
    ...base,
    messages: [
      ...base.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a b' }] },
    ],
  }

  test('each block by its digest, calls by their ids', () => {
    assert.deepEqual(
      ask(turn2).parts.map((part) => part.role),
      [
        'request',
        'parameters',
        'system 1',
        'tools',
        'message 1 user',
        'message 2 assistant tool_use Bash toolu_1',
        'message 3 user new tool_result toolu_1',
      ],
    )
    for (const part of ask(turn2).parts)
      assert.equal(part.digest, createHash('sha256').update(part.bytes).digest('hex'))
  })

  test('a resent message has the digest it had', () => {
    const digests = new Set(ask(base).parts.map((part) => part.digest))
    assert.equal(ask(turn2).parts.filter((part) => !digests.has(part.digest)).length, 2)
  })

  test('everything of the body is in some part, and no credential is', () => {
    const all = ask(turn2)
      .parts.map((part) => Buffer.from(part.bytes).toString('utf8'))
      .join('\n')
    for (const word of ['Be brief.', 'Hello', 'Bash', '32000', 'adaptive', 'user_id', '2023-06-01', 'a b'])
      assert.ok(all.includes(word), word)
    assert.doesNotMatch(all, /hidden/)
  })

  test('the token of an MCP server is not recorded', () => {
    const all = ask({
      ...base,
      mcp_servers: [{ name: 'crm', url: 'https://x', authorization_token: 'tok-123456' }],
    }).parts
    assert.doesNotMatch(all.map((part) => Buffer.from(part.bytes).toString('utf8')).join('\n'), /tok-123456/)
  })

  test('a very long conversation is not a part a message', () => {
    const messages = Array.from({ length: 10_000 }, (_, i) => ({ role: 'user', content: String(i) }))
    const { parts } = ask({ ...base, messages })
    assert.ok(parts.length < 4200)
    assert.ok(parts.some((part) => part.role === 'messages 1 to 5904'))
  })
})
