import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { size } from '../../../test/harness/depth.ts'
import { isUnreadable, toPrompt, type Prompt } from './prompt.ts'

function read(body: unknown): Prompt {
  const prompt = toPrompt(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
  assert.ok(!isUnreadable(prompt), JSON.stringify(prompt))
  return prompt
}

function why(body: string | Uint8Array): string {
  const prompt = toPrompt(Buffer.from(body))
  assert.ok(isUnreadable(prompt))
  return prompt.unreadable
}

const user = { role: 'user', content: 'Hello' }
const assistant = { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }

describe('what a request asks for', () => {
  test('model, stream, tools, roles, what is new', () => {
    const prompt = read({
      model: 'claude-opus-5',
      stream: true,
      tools: [{ name: 'Bash', input_schema: {} }, { name: 'Bash' }, { name: 'Read', type: 'custom' }],
      messages: [user, assistant, user, { role: 'user', content: [{ type: 'text', text: 'x' }] }],
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    })
    assert.equal(prompt.model, 'claude-opus-5')
    assert.equal(prompt.stream, true)
    assert.deepEqual(prompt.tools, ['Bash', 'Read'])
    assert.equal(prompt.runsThere, false)
    assert.deepEqual(
      prompt.messages.map((message) => message.role),
      ['user', 'assistant', 'user', 'user'],
    )
    assert.equal(prompt.newFrom, 2)
    assert.equal(prompt.system.length, 2)
  })

  test('an escaped key is the same key', () => {
    assert.equal(read('{"mod\\u0065l":"claude-opus-5"}').model, 'claude-opus-5')
  })

  for (const [name, body, tools] of [
    ['a tool that the API runs', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, ['web_search']],
    ['a typed tool without a name', { tools: [{ type: 'browser_toolset_20260801' }] }, ['browser_toolset_20260801']],
    [
      'a server that the API calls',
      { mcp_servers: [{ type: 'url', name: 'crm', url: 'https://x' }] },
      ['mcp_servers/crm'],
    ],
    ['a container', { container: 'c_1' }, []],
    [
      'a typed tool that a message adds',
      {
        messages: [
          {
            role: 'user',
            content: [
              {
                tool: { type: 'tool_definition', definition: { type: 'code_execution_20260521', name: 'code' } },
                type: 'tool_addition',
              },
            ],
          },
        ],
      },
      ['code'],
    ],
  ] as const) {
    test(`may have an effect: ${name}`, () => {
      const prompt = read(body)
      assert.equal(prompt.runsThere, true)
      assert.deepEqual(prompt.tools, tools)
    })
  }

  test('tools that messages add are offered, too', () => {
    const added = { type: 'tool_addition', tool: { type: 'tool_definition', definition: { name: 'Drop' } } }
    const named = { type: 'tool_addition', tool: { type: 'tool_reference', name: 'Wipe' } }
    const no = { type: 'text', tool: { name: 'No' } }
    assert.deepEqual(read({ messages: [{ role: 'system', content: [added, named, no] }] }).tools, ['Drop', 'Wipe'])
  })

  for (const [value, stream] of [
    ['true', true],
    ['false', false],
    ['null', false],
    ['1', true],
    ['"false"', true],
  ] as const) {
    test(`stream: ${value}`, () => assert.equal(read(`{"stream":${value}}`).stream, stream))
  }
})

describe('what could be read in two ways is not understood', () => {
  for (const [name, body] of [
    ['model twice', '{"model":"a","model":"b"}'],
    ['model twice, once escaped', '{"model":"a","\\u006dodel":"b"}'],
    ['messages twice', '{"messages":[],"messages":[]}'],
    ['role twice', '{"messages":[{"role":"user","role":"assistant"}]}'],
    ['type of a block twice', '{"messages":[{"role":"user","content":[{"type":"text","type":"tool_addition"}]}]}'],
    ['name of a tool twice', '{"tools":[{"name":"a","name":"b"}]}'],
    ['a model that is no string', '{"model":["a"]}'],
    ['no object', '[]'],
    ['more than one value', '{} {}'],
    ['empty', ''],
    ['cut', '{"model":"a"'],
    ['a byte order mark', '\ufeff{}'],
    ['nested too deep', `{"x":${'['.repeat(300)}${']'.repeat(300)}}`],
    ['UTF-16', Buffer.from('{"model":"a"}', 'utf16le').toString('latin1')],
    ['a message that is no object', '{"messages":["hello"]}'],
    ['a name of a megabyte', `{"model":"${'a'.repeat(1_000_000)}"}`],
    ['a key for everything', `{${Array.from({ length: 200 }, (_, i) => `"k${String(i)}":1`).join(',')}}`],
    ['too many tools', `{"tools":[${'{"name":"a"},'.repeat(10_000)}{"name":"a"}]}`],
  ] as const) {
    test(name, () => assert.match(why(body), /^it has JSON /))
  }

  test('invalid UTF-8', () => {
    assert.equal(
      why(Buffer.concat([Buffer.from('{"model":"a'), Buffer.of(0xff), Buffer.from('"}')])),
      'it is not UTF-8',
    )
  })

  test('why it is not understood says nothing of the content', () => {
    assert.doesNotMatch(why('{"model":"secret-model",}'), /secret/)
  })
})

test('8 MB of conversation in one pass', () => {
  const prompt = read({
    model: 'm',
    messages: Array.from({ length: 400 }, () => ({ role: 'user', content: 'x'.repeat(size(20_000, 2_000)) })),
  })
  assert.equal(prompt.messages.length, 400)
})
