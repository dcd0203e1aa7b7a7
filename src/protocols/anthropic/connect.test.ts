import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection } from '../../kernel/connection.ts'
import { checkConnection, howToConnect } from './connect.ts'

const connection = (target: string, name = 'claude'): Connection => ({
  name,
  protocol: 'anthropic',
  target: new URL(target),
  tags: [],
  capture: { mode: 'full', bytesPerAction: 1024 },
  source: 'test',
})

const at = {
  host: 'gw.example',
  httpOrigin: 'https://gw.example:8470',
  port: null,
  tls: true,
  caFile: '/etc/my ca.pem',
}

describe('how to connect', () => {
  const { lines, env } = howToConnect(at, connection('https://api.example'), 'tok')

  test('environment of an agent', () => {
    assert.deepEqual(env, {
      ANTHROPIC_BASE_URL: 'https://gw.example:8470/anthropic/claude',
      ANTHROPIC_AUTH_TOKEN: 'tok',
      NODE_EXTRA_CA_CERTS: '/etc/my ca.pem',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    })
  })

  test('lines can be pasted', () => {
    assert.equal(
      lines[0],
      "ANTHROPIC_BASE_URL=https://gw.example:8470/anthropic/claude ANTHROPIC_AUTH_TOKEN=tok NODE_EXTRA_CA_CERTS='/etc/my ca.pem' CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 claude -p 'Say hello.'",
    )
    assert.match(
      lines[1] ?? '',
      /^curl --cacert '\/etc\/my ca\.pem' https:\/\/gw\.example:8470\/anthropic\/claude\/v1\/messages -H 'authorization: Bearer tok'/,
    )
    assert.match(lines[3] ?? '', /ANTHROPIC_IDENTITY_TOKEN_FILE=.*ANTHROPIC_FEDERATION_RULE_ID=/)
  })

  test('a token cannot leave its quotes', () => {
    const [line = ''] = howToConnect(at, connection('https://api.example'), "a'$(id)").lines
    assert.ok(line.includes(`ANTHROPIC_AUTH_TOKEN='a'\\''$(id)'`))
  })
})

describe('settings of a connection', () => {
  for (const target of [
    'https://api.example',
    'https://proxy.example/claude',
    'http://127.0.0.1:9000',
    'http://localhost:1',
    'http://[::1]:1',
  ])
    test(`fine: ${target}`, () => assert.deepEqual(checkConnection(connection(target)), []))

  for (const [target, problem] of [
    ['http://api.example', /must be https/],
    ['http://127.0.0.1.example', /must be https/],
    ['https://key@api.example', /must not hold a credential/],
    ['https://api.example/?key=1', /no query/],
    ['https://api.example/v1', /must not end in \/v1/],
  ] as const)
    test(`not: ${target}`, () => assert.match(checkConnection(connection(target)).join(), problem))

  test('a name that is a path of the API', () => {
    assert.match(checkConnection(connection('https://api.example', 'v1')).join(), /cannot be called/)
  })
})
