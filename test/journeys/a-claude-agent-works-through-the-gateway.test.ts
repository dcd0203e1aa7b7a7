// The real Agent SDK, unmodified, with its platform's identity token: a conversation of two turns with a tool goes through the
// gateway; the model's personal data comes back masked, the upstream never sees the agent's token, an agent without a permit is
// told why at the first request, and a held prompt waits for a human.

import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { query, type SDKResultMessage } from '@anthropic-ai/claude-agent-sdk'
import { until } from '../harness/clients.ts'
import { stopChild } from '../harness/database-server.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

const apiKey = 'sk-upstream-key-of-the-test-0123456789'
const personal = ['jane.roe@example.com', '4111 1111 1111 1111']
let issuer: TestIssuer
let model: ChildProcess
let gateway: TestGateway
let home: string

const policies = `
@id("held-prompts") @approval("security") @reason("Prompts of reviewed agents are read first.")
forbid (principal in Group::"reviewed", action == Action::"model:message", resource);
`

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-agent-'))
  issuer = await startIssuer()
  const script = resolve(import.meta.dirname, '../../deploy/demo/model.ts')
  model = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, '--port', '0', '--api-key', apiKey],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const url = await new Promise<string>((done, fail) => {
    model.once('exit', () => fail(new Error('the scripted model stopped')))
    createInterface({ input: model.stdout ?? process.stdin }).once('line', (line) =>
      done((JSON.parse(line) as { url: string }).url),
    )
  })
  gateway = await startGateway({
    issuer: issuer.url,
    policies,
    env: { MODEL_KEY: apiKey },
    connections: `  - name: claude
    protocol: anthropic
    target: ${url}
    credential: { apiKey: env:MODEL_KEY }
    tags: [model]`,
  })
})

after(async () => {
  await gateway?.remove()
  if (model !== undefined) await stopChild(model, 'SIGTERM')
  await issuer?.stop()
  rmSync(home, { recursive: true, force: true })
})

async function runAgent(
  name: string,
  groups: readonly string[],
  prompt: string,
): Promise<{ result: SDKResultMessage; tools: string[]; retries: number }> {
  const tokenFile = join(home, `${name}.jwt`)
  writeFileSync(tokenFile, await issuer.token({ sub: name, groups }))
  const tools: string[] = []
  let retries = 0
  let result: SDKResultMessage | null = null
  const options = {
    cwd: home,
    permissionMode: 'dontAsk' as const,
    allowedTools: ['Bash'],
    settingSources: [],
    model: 'claude-sonnet-5',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      ANTHROPIC_BASE_URL: `https://localhost:${gateway.httpsPort}/anthropic`,
      ANTHROPIC_IDENTITY_TOKEN_FILE: tokenFile,
      ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_test',
      ANTHROPIC_ORGANIZATION_ID: '00000000-0000-0000-0000-000000000000',
      NODE_EXTRA_CA_CERTS: gateway.caFile,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  }
  try {
    for await (const message of query({ prompt, options })) {
      if (message.type === 'assistant') {
        for (const block of message.message.content) if (block.type === 'tool_use') tools.push(block.name)
      }
      if (message.type === 'system' && message.subtype === 'api_retry') retries++
      if (message.type === 'result') result = message
    }
  } catch (error) {
    // After an error result the SDK throws what it said already.
    if (result === null) throw error
  }
  assert.ok(result !== null)
  return { result, tools, retries }
}

test('a conversation of two turns with a tool, with a federation token', async () => {
  const { result, tools } = await runAgent('nightly', ['agents'], 'Run `echo seven` and report.')
  assert.equal(result.is_error, false, JSON.stringify(result))
  assert.deepEqual(tools, ['Bash'])
  const text = result.subtype === 'success' ? result.result : ''
  assert.match(text, /seven/)
  assert.match(text, /masked\.invalid/)
  for (const value of personal) assert.ok(!text.includes(value), text)
})

test('it is one session with both turns in the record, masked, and the record holds', async () => {
  const security = await issuer.token({ sub: 'sam', kind: 'human', groups: ['security'] })
  const listed = await until('the session', async () => {
    const ran = await gateway.cli(security, 'sessions', '--json')
    const rows = JSON.parse(ran.stdout) as { id: string; connection: string; requests: number }[]
    return rows.find((row) => row.connection === 'claude' && row.requests >= 2)
  })
  const shown = await until('its content', async () => {
    const ran = await gateway.cli(security, 'show', listed.id)
    return ran.stdout.includes('seven') ? ran.stdout : null
  })
  // Thinking is signed by the model and must come back verbatim, so it passes as it is; everything else is masked.
  const said = shown.replaceAll(/\[thinking\] .*/g, '')
  for (const value of [...personal, apiKey]) assert.ok(!said.includes(value) && !gateway.log().includes(value), value)
  const verified = await gateway.cli(security, 'verify', gateway.dataDir)
  assert.equal(verified.status, 0, verified.stdout)
})

test('an agent without a permit is told why, at once', async () => {
  const { result, retries } = await runAgent('stranger', ['nobody'], 'Hello')
  assert.equal(result.is_error, true)
  assert.match(JSON.stringify(result), /may not use it/)
  assert.equal(retries, 0, 'it was not retried for minutes')
})

test('held prompts wait for a human, one approval a turn, and then go on', async () => {
  const security = await issuer.token({ sub: 'sam', kind: 'human', groups: ['security'] })
  const running = runAgent('careful', ['agents', 'reviewed'], 'Say hello.')
  const over = running.then(() => true)
  const approved = new Set<string>()
  while (!(await Promise.race([over, sleep(100, false)])) && approved.size < 10) {
    const listed = await gateway.cli(security, 'requests', '--json')
    const id = /"id":"(apr_[0-9A-Z]+)"/.exec(listed.stdout)?.[1]
    if (id === undefined) continue
    const done = await gateway.cli(security, 'approve', id, '--reason', 'read it')
    assert.equal(done.status, 0, done.stderr)
    approved.add(id)
  }
  const { result } = await running
  assert.equal(result.is_error, false, JSON.stringify(result))
  assert.ok(approved.size >= 1)
})
