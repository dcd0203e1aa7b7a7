// The Claude API: small JSON answers, conversations that grow by a turn, and streams of small events, through a raw node:http pipe and through Sallyport with
// policy, masking and recording on, in front of the same upstream and in the same run.

import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { stopChild } from '../test/harness/database-server.ts'
import { startGateway } from '../test/harness/gateway.ts'
import { startIssuer } from '../test/harness/issuer.ts'
import { cpuUs } from './cpu.ts'
import { makeText } from './mask-texts.ts'
import type { Row } from './report.ts'
import { eventsPerStream } from './upstream.ts'

const seconds = 3
const rounds = 3
/** Until V8 has compiled what is asked for all the time; the gateway is more than the pipe. */
const warmS = 10
const clients = 32
const streams = 16
const pipeName = 'node:http pipe'
const policies = `
@id("bench") permit (principal in Group::"bench", action in [Action::"connect", Action::"model:use"], resource);
`
const toBody = (stream: boolean, messages: readonly object[]): string =>
  JSON.stringify({ model: 'm', max_tokens: 100, stream, messages })
const small = [{ role: 'user', content: 'Read the record again.' }]

/** What one client asks, request after request. */
type Ask = () => string

const asksJson = (): Ask => () => toBody(false, small)
const asksStream = (): Ask => () => toBody(true, small)

const talkers = 4
const [conversationKb, messageBytes, turns] = [200, 2_000, 20]
let conversations = 0

/** Said again with every turn, as agents do, with a question and an answer more; another one after twenty turns. */
function asksInConversation(): Ask {
  const text = makeText('prose', 1_000_000).toString()
  let at = 0
  const said: object[] = []
  const say = (): void => {
    at = (at + messageBytes) % (text.length - messageBytes)
    said.push({
      role: said.length % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text: text.slice(at, at + messageBytes) }],
    })
  }
  const mostMessages = 2 * turns + (conversationKb * 1_000) / messageBytes
  return () => {
    if (said.length >= mostMessages) said.length = 0
    if (said.length === 0) {
      at = (conversations++ * 7_919) % (text.length - messageBytes)
      while (said.length < mostMessages - 2 * turns - 1) say()
    } else {
      say()
      say()
    }
    return toBody(false, said)
  }
}

interface Path {
  readonly name: string
  readonly pool: Pool
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly pid: number | null
}

export async function benchModel(): Promise<readonly Row[]> {
  const issuer = await startIssuer()
  const upstream = await startScript()
  const pipe = await startScript('--pipe', upstream.url)
  const gateway = await startGateway({
    issuer: issuer.url,
    policies,
    withoutStarterPolicies: true,
    env: { KEY: 'sk-bench-0000000000' },
    connections: `  - name: claude
    protocol: anthropic
    target: ${upstream.url}
    credential: { apiKey: env:KEY }`,
  })
  const token = await issuer.token({ sub: 'bench', groups: ['bench'] }, { expiresInS: 3600 })
  const json = { 'content-type': 'application/json' }
  const ca = readFileSync(gateway.caFile, 'utf8')
  const made = dirname(gateway.caFile)
  const tlsPipe = await startScript('--pipe', upstream.url, join(made, 'server.pem'), join(made, 'server.key'))
  const paths: Path[] = [
    {
      name: 'direct',
      pool: new Pool(upstream.url, { connections: clients }),
      path: '/v1/messages',
      headers: json,
      pid: null,
    },
    {
      name: pipeName,
      pool: new Pool(pipe.url, { connections: clients }),
      path: '/v1/messages',
      headers: json,
      pid: pipe.child.pid ?? 0,
    },
    {
      name: `${pipeName} (TLS to the client)`,
      pool: new Pool(tlsPipe.url, { connections: clients, connect: { ca } }),
      path: '/v1/messages',
      headers: json,
      pid: tlsPipe.child.pid ?? 0,
    },
    {
      name: 'sallyport (TLS to the client)',
      pool: new Pool(`https://localhost:${gateway.httpsPort}`, { connections: clients, connect: { ca } }),
      path: '/anthropic/v1/messages',
      headers: { ...json, authorization: `Bearer ${token}` },
      pid: gateway.pid,
    },
  ]
  try {
    return [...(await benchJson(paths)), ...(await benchConversations(paths)), ...(await benchStreams(paths))]
  } finally {
    await Promise.all(paths.map(async ({ pool }) => await pool.destroy()))
    await gateway.remove()
    await Promise.all([upstream, pipe, tlsPipe].map(async ({ child }) => await stopChild(child, 'SIGTERM')))
    await issuer.stop()
  }
}

async function benchJson(paths: readonly Path[]): Promise<Row[]> {
  const measured = await measure(paths, clients, asksJson)
  return paths.map(({ name, pid }) => ({
    bench: `small JSON, ${clients} clients`,
    path: name,
    rate: `${Math.round(median(measured, name, ({ requests }) => requests / seconds))} requests/s`,
    ratio: '–',
    cpu: pid === null ? '–' : toCpu(measured, name, 'request', 1),
  }))
}

async function benchConversations(paths: readonly Path[]): Promise<Row[]> {
  const measured = await measure(paths, talkers, asksInConversation)
  return paths.map(({ name, pid }) => ({
    bench: `turns of conversations of ${conversationKb} KB, ${talkers} clients`,
    path: name,
    rate: `${Math.round(median(measured, name, ({ requests }) => requests / seconds))} turns/s`,
    ratio: '–',
    cpu: pid === null ? '–' : toCpu(measured, name, 'turn', 1),
  }))
}

async function benchStreams(paths: readonly Path[]): Promise<Row[]> {
  const measured = await measure(paths, streams, asksStream)
  // Afterwards: a gateway that has carried something is what an agent meets.
  const first = await firstTokenMs(paths)
  return paths.map(({ name, pid }) => ({
    bench: `SSE, ${streams} streams of ${eventsPerStream} events`,
    path: name,
    rate: `${Math.round(median(measured, name, ({ requests }) => (requests * eventsPerStream) / seconds))} events/s`,
    ratio: `first token p50 ${(first.get(name) ?? Number.NaN).toFixed(2)} ms`,
    cpu: pid === null ? '–' : toCpu(measured, name, 'event', eventsPerStream),
  }))
}

interface Load {
  readonly requests: number
  readonly cpuUs: number
}

type Measured = ReadonlyMap<string, readonly Load[]>

/** In turn, so that the machine's mood is the same for all. */
async function measure(paths: readonly Path[], at: number, newAsk: () => Ask): Promise<Measured> {
  const measured = new Map<string, Load[]>(paths.map(({ name }) => [name, []]))
  for (const path of paths) await load(path, at, warmS, newAsk)
  for (let round = 0; round < rounds; round++)
    for (const path of paths) measured.get(path.name)?.push(await load(path, at, seconds, newAsk))
  return measured
}

function median(measured: Measured, name: string, of: (load: Load) => number): number {
  const sorted = (measured.get(name) ?? []).map(of).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function toCpu(measured: Measured, name: string, unit: string, perRequest: number): string {
  const of = (path: string): number => median(measured, path, ({ requests, cpuUs: us }) => us / requests / perRequest)
  const us = `${of(name).toFixed(unit === 'event' ? 1 : 0)} µs/${unit}`
  return name === pipeName ? us : `${us} (${(of(name) / of(pipeName)).toFixed(2)} × the pipe)`
}

async function load(path: Path, at: number, forS: number, newAsk: () => Ask): Promise<Load> {
  const before = path.pid === null ? 0 : cpuUs(path.pid)
  const until = performance.now() + forS * 1000
  let requests = 0
  await Promise.all(
    Array.from({ length: at }, async () => {
      const ask = newAsk()
      while (performance.now() < until) {
        const answer = await path.pool.request({
          method: 'POST',
          path: path.path,
          headers: path.headers,
          body: ask(),
        })
        if (answer.statusCode !== 200) throw new Error(`${path.name}: ${answer.statusCode} ${await answer.body.text()}`)
        await answer.body.dump({ limit: 10_000_000 })
        requests++
      }
    }),
  )
  // What is sealed afterwards belongs to these requests, too.
  if (path.name.startsWith('sallyport')) await sleep(1_500)
  return { requests, cpuUs: path.pid === null ? 0 : cpuUs(path.pid) - before }
}

/** One stream at a time, in turn: from the request to the first delta. */
async function firstTokenMs(paths: readonly Path[]): Promise<ReadonlyMap<string, number>> {
  const took = new Map<string, number[]>(paths.map(({ name }) => [name, []]))
  for (let i = 0; i < 80; i++) for (const path of paths) took.get(path.name)?.push(await firstDeltaMs(path))
  return new Map([...took].map(([name, all]) => [name, all.sort((a, b) => a - b)[40] ?? Number.NaN]))
}

async function firstDeltaMs(path: Path): Promise<number> {
  const started = performance.now()
  let tookMs = Number.NaN
  const answer = await path.pool.request({
    method: 'POST',
    path: path.path,
    headers: path.headers,
    body: toBody(true, small),
  })
  for await (const chunk of answer.body)
    if (Number.isNaN(tookMs) && String(chunk).includes('content_block_delta')) tookMs = performance.now() - started
  return tookMs
}

async function startScript(...args: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'upstream.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout ?? process.stdin }).once('line', (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    )
  })
  return { url, child }
}
