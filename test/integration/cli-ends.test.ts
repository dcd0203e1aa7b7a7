// Commands whose other end is not what it should be: output that takes no more, a gateway that answers without end or in a
// circle, a command that is killed. Each ends, with the exit code that scripts go by and in words for people.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { writeProfile } from '../../src/cli/gateway-client.ts'
import { until } from '../harness/clients.ts'
import { runCli } from '../harness/gateway.ts'
import { recordedEvent, recordedSession } from '../harness/recorded-session.ts'

const bin = join(import.meta.dirname, '../../bin/sallyport')
const full = '/dev/full'
const skip = existsSync(full) ? false : 'this system has no device that is always full'

async function withFull(fd: 1 | 2, ...args: readonly string[]): Promise<{ status: number | null; said: string }> {
  const file = openSync(full, 'w')
  try {
    const child = spawn(bin, args, { stdio: ['ignore', fd === 1 ? file : 'pipe', fd === 2 ? file : 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, said }
  } finally {
    closeSync(file)
  }
}

test('an answer that cannot be written is neither yes nor no', { skip }, async () => {
  const { status, said } = await withFull(1, 'logout', '--json')
  assert.equal(status, 2)
  assert.equal(said, 'sallyport: the answer could not be written (ENOSPC)\n')
})

test('complaints that cannot be written leave the exit code as it is', { skip }, async () => {
  assert.equal((await withFull(2, 'verify', '.', '--policy', './nothing-here')).status, 2)
  assert.equal((await withFull(2, 'check', '-c', './nothing-here')).status, 1)
})

let server: Server
let answer: RequestListener
let env: Readonly<Record<string, string>>

before(async () => {
  server = createServer((request, response) => {
    request.resume()
    answer(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  env = { SALLYPORT_URL: url, SALLYPORT_TOKEN: 'token', SALLYPORT_PROFILE: '/nowhere/profile.json' }
})

after(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const say =
  (value: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(value))

test('an answer without end is not read to its end', async () => {
  answer = (_request, response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(1024 * 1024, 0x20)));
    }
    response.on('drain', more)
    more()
  }
  const { status, stderr } = await runCli(['whoami'], env)
  assert.equal(status, 3)
  assert.match(stderr, /its answer is larger than any of a gateway/)
})

const event = (seq: number): object => ({ ...recordedEvent, seq, label: `statement ${seq}`, leafIndex: seq })

test('pages that go in a circle are not followed', async () => {
  answer = (request, response) =>
    say(request.url?.includes('/events') === true ? { events: [event(7)], next: 7 } : recordedSession)(
      request,
      response,
    )
  for (const args of [
    ['show', 'ses_1'],
    ['show', 'ses_1', '--json'],
    ['replay', 'ses_1', '--json'],
  ]) {
    const { status, stderr } = await runCli(args, env)
    assert.equal(status, 3, args.join(' '))
    assert.match(stderr, /go in a circle/)
  }
})

test('a long session is shown as it comes, not when all of it is there', async () => {
  const waiting: (() => void)[] = []
  answer = (request, response) => {
    const url = request.url ?? ''
    if (!url.includes('/events')) say(recordedSession)(request, response)
    else if (url.includes('after=-1')) say({ events: [event(0)], next: 0 })(request, response)
    else waiting.push(() => say({ events: [event(1)], next: null })(request, response))
  }
  const child = spawn(bin, ['show', 'ses_1'], { env: { ...process.env, ...env } })
  let told = ''
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
  await until('the first page', () => told.includes('statement 0') && waiting.length > 0)
  assert.ok(!told.includes('statement 1'))
  for (const goOn of waiting) goOn()
  const [status] = (await once(child, 'close')) as [number | null]
  assert.equal(status, 0)
  assert.match(told, /statement 1/)
})

test('what a gateway says of a request begins no line of ours and moves no cursor', async () => {
  const id = 'apr_1\u001b[2Jx\nses_FORGED'
  const request = {
    id,
    status: `used\u001b[1A`,
    connection: 'orders',
    principal: 'nightly',
    label: 'UPDATE',
    reason: 'r',
    approverGroups: ['dba'],
    parts: [],
    binding: '\u001b]0;x\u0007',
    createdAt: '2026-11-21T00:00:00Z',
    expiresAt: '2026-11-21T00:00:00Z',
    approver: null,
    decisionReason: null,
  }
  answer = (asked, response) => say(asked.method === 'GET' ? { requests: [request] } : request)(asked, response)
  for (const args of [['requests'], ['approve', 'apr_1', '--reason', 'fine']]) {
    const { status, stdout } = await runCli(args, env)
    assert.equal(status, 0, args.join(' '))
    assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u0007'), JSON.stringify(stdout))
    assert.ok(!stdout.split('\n').some((line) => line.startsWith('ses_FORGED')), stdout)
  }
})

test('a command that a signal ended is told as a shell tells it', async () => {
  answer = say({ run: 'run_1', token: 't', expiresAt: '2026-11-21T00:00:00Z', env: { MARK: 'set' } })
  assert.equal((await runCli(['run', '--', 'sh', '-c', 'test "$MARK" = set && exit 7'], env)).status, 7)
  assert.equal((await runCli(['run', '--', 'sh', '-c', 'kill -TERM $$'], env)).status, 143)
  assert.equal((await runCli(['run', '--', 'sh', '-c', 'kill -KILL $$'], env)).status, 137)
  assert.equal((await runCli(['run', '--', './no-such-command'], env)).status, 2)
})

test('a profile is whole or not there, and nobody else’s to read', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-profile-'))
  const earlier = process.env['SALLYPORT_PROFILE']
  process.env['SALLYPORT_PROFILE'] = join(dir, 'own', 'profile.json')
  try {
    const profile = { url: 'https://gw.test', caFile: null, token: 'one', issuer: null }
    const path = writeProfile(profile)
    const old = openSync(path, 'r')
    writeProfile({ ...profile, token: 'two' })
    // Who reads meanwhile goes on reading the old one.
    assert.match(readFileSync(old, 'utf8'), /"one"/)
    closeSync(old)
    assert.match(readFileSync(path, 'utf8'), /"two"/)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(join(dir, 'own')), ['profile.json'])
  } finally {
    if (earlier === undefined) delete process.env['SALLYPORT_PROFILE']
    else process.env['SALLYPORT_PROFILE'] = earlier
    rmSync(dir, { recursive: true, force: true })
  }
})
