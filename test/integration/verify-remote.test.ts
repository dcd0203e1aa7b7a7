// `sallyport verify URL` against a server that is not what it should be: nobody but the own gateway is shown the token, nothing
// is read without end, and no answer of a stranger becomes a good verdict.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gatewayEvent, Script } from '../../src/seal/testing/journal.ts'
import { TestLog, testVkey } from '../../src/seal/testing/log.ts'
import { runCli, type Ran } from '../harness/gateway.ts'

const dir = mkdtempSync(join(tmpdir(), 'sallyport-remote-'))
const policy = join(dir, 'log.policy')
const nobody = { SALLYPORT_PROFILE: join(dir, 'no-profile.json') }
const files = new Map<string, Uint8Array>()
const asked: { host: string; url: string; authorization: string | undefined }[] = []
let server: Server
let url = ''
/** What is done instead of answering as a log does. */
let trick: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null

before(async () => {
  const log = new TestLog()
  const script = new Script('ses_A')
  log.journal.append(gatewayEvent('start'), script.open(), ...script.action(1), script.end(), gatewayEvent('heartbeat'))
  await log.sealer.flush()
  for (const [key, bytes] of log.objects.files) files.set(`/log/${key}`, bytes)
  writeFileSync(policy, `log ${testVkey()}\nquorum none\n`)
  server = createServer((request, response) => {
    const { authorization, host = '' } = request.headers
    asked.push({ host, url: request.url ?? '', authorization })
    if (trick?.(request, response) === true) return
    const bytes = files.get(request.url ?? '')
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

after(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  rmSync(dir, { recursive: true, force: true })
})

async function verify(env: Readonly<Record<string, string>> = {}, source = url): Promise<Ran> {
  asked.length = 0
  return await runCli(['verify', source, '--policy', policy, '--json'], { ...nobody, ...env })
}

test('a log is checked by whoever has its key and its address, and nobody has to be signed in', async () => {
  const ran = await verify()
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
  const report = JSON.parse(ran.stdout) as { isGood: boolean; objectsChecked: boolean; objects: number }
  assert.ok(report.isGood && report.objects === 1)
  assert.equal(report.objectsChecked, false, 'what was not read is not said to be checked')
})

test('the token of the profile goes to its own gateway and to no other host', async () => {
  const profile = { SALLYPORT_TOKEN: 'token-of-the-profile' }
  const other = await verify({ ...profile, SALLYPORT_URL: 'https://gw.example.com:8470' })
  assert.equal(other.status, 0, other.stderr)
  assert.ok(asked.length > 3)
  assert.deepEqual(new Set(asked.map(({ authorization }) => authorization)), new Set([undefined]))
  const own = await verify({ ...profile, SALLYPORT_URL: `${url}/` })
  assert.equal(own.status, 0, own.stderr)
  assert.deepEqual(new Set(asked.map(({ authorization }) => authorization)), new Set(['Bearer token-of-the-profile']))
})

test('what was saved for one gateway is not shown to another that the environment names', async () => {
  const saved = join(dir, 'saved.json')
  writeFileSync(
    saved,
    JSON.stringify({ url: 'https://gw.example.com:8470', caFile: null, token: 'saved', issuer: null }),
  )
  asked.length = 0
  const ran = await runCli(['whoami'], { SALLYPORT_PROFILE: saved, SALLYPORT_URL: url })
  assert.equal(ran.status, 3)
  assert.match(ran.stderr, /not signed in/)
  assert.deepEqual(asked, [])
  writeFileSync(saved, 'not JSON')
  assert.equal((await runCli(['whoami'], { SALLYPORT_PROFILE: saved })).status, 3)
})

test('what answers and is no gateway is told as such', async () => {
  trick = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
    return true
  }
  const ran = await runCli(['whoami'], { ...nobody, SALLYPORT_URL: url, SALLYPORT_TOKEN: 'x' })
  trick = null
  assert.equal(ran.status, 3)
  assert.match(ran.stderr, /what answers there is not a gateway of this version/)
  assert.ok(!/\n\s+at .*:\d+:\d+/.test(ran.stderr), `a stack trace is not an answer:\n${ran.stderr}`)
})

test('a redirect is not followed, and is no part of a log', async () => {
  trick = (_request, response) => {
    response.writeHead(302, { location: `${url}/elsewhere` }).end()
    return true
  }
  const ran = await verify()
  trick = null
  assert.equal(ran.status, 1)
  assert.match(ran.stderr, /answered 302 for its log/)
  assert.ok(asked.every((one) => one.url === '/log/checkpoint'))
})

const tricks: readonly (readonly [
  string,
  number,
  RegExp,
  (request: IncomingMessage, response: ServerResponse) => boolean,
])[] = [
  [
    'an answer without end',
    1,
    /is too large/,
    (request, response) => {
      if (request.url?.includes('/tile/0/') !== true) return false
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
      return true
    },
  ],
  [
    'an answer shorter than it says',
    3,
    /cannot read the log/,
    (request, response) => {
      if (request.url !== '/log/checkpoint') return false
      response.writeHead(200, { 'content-length': '1000' })
      response.write('x', () => response.destroy())
      return true
    },
  ],
  [
    'no rights',
    1,
    /answered 403 for its log; a gateway shows its log to who is signed in/,
    (_request, response) => {
      response.writeHead(403).end('{"error":"no"}')
      return true
    },
  ],
  [
    'a server that fails',
    1,
    /answered 500/,
    (_request, response) => {
      response.writeHead(500).end()
      return true
    },
  ],
]

for (const [what, status, said, instead] of tricks) {
  test(`${what}: ends, and is no good verdict`, async () => {
    trick = instead
    const ran = await verify()
    trick = null
    assert.equal(ran.status, status, ran.stdout + ran.stderr)
    assert.match(ran.stdout + ran.stderr, said)
    assert.ok(!/\n\s+at .*:\d+:\d+/.test(ran.stderr), `a stack trace is not an answer:\n${ran.stderr}`)
  })
}

test('what is no address of a log is bad usage', async () => {
  for (const source of [`${url}/?x=1`, 'http://user:word@127.0.0.1:1', 'https://'])
    assert.equal((await verify({}, source)).status, 2, source)
})

test('files that the command line names and that are not there', async () => {
  const missing = join(dir, 'nothing')
  for (const option of ['--policy', '--against']) {
    const ran = await runCli(['verify', url, option, missing], nobody)
    assert.deepEqual([ran.status, ran.stderr], [2, `sallyport: there is no file ${missing}\n`])
    const folder = await runCli(['verify', url, option, dir], nobody)
    assert.equal(folder.status, 2, folder.stderr)
  }
  const pipe = join(dir, 'pipe')
  execFileSync('mkfifo', [pipe])
  assert.equal((await runCli(['verify', url, '--policy', pipe], nobody)).status, 2)
})

test('who is not signed in yet may say whom to trust', async () => {
  const missing = join(dir, 'no-ca.pem')
  const trusting = { ...nobody, SALLYPORT_CA: missing }
  for (const [args, env] of [
    [['login', '--url', url], trusting],
    [['login'], { ...trusting, SALLYPORT_URL: url }],
    [['verify', url, '--policy', policy], { ...trusting, SALLYPORT_URL: url }],
  ] as const) {
    const ran = await runCli(args, env)
    assert.equal(ran.status, 2, args[0])
    assert.ok(ran.stderr.includes(missing), ran.stderr)
  }
})

test('a token that is not taken is told with what to do', async () => {
  trick = (_request, response) => {
    response.writeHead(401).end(JSON.stringify({ error: 'The credential is not valid.' }))
    return true
  }
  const ran = await runCli(['whoami'], { ...nobody, SALLYPORT_URL: url, SALLYPORT_TOKEN: 'x' })
  trick = null
  assert.deepEqual(
    [ran.status, ran.stderr],
    [1, 'sallyport: The credential is not valid. When it has expired, sign in again: sallyport login\n'],
  )
})
