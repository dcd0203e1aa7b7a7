// The Claude API: small JSON answers and streams of small events, through a raw node:http pipe and through Sallyport with
// policy, masking and recording on, in front of the same upstream and in the same run.

import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { stopChild } from '../test/harness/database-server.ts'
import { startGateway } from '../test/harness/gateway.ts'
import { startIssuer } from '../test/harness/issuer.ts'
import { cpuUs } from './cpu.ts'
import type { Row } from './report.ts'
import { eventsPerStream } from './upstream.ts'

const seconds = 4
const clients = 32
const streams = 16
const policies = `
@id("bench") permit (principal in Group::"bench", action in [Action::"connect", Action::"model:use"], resource);
`
const body = (stream: boolean): string =>
  JSON.stringify({
    model: 'm',
    max_tokens: 100,
    stream,
    messages: [{ role: 'user', content: 'Read the record again.' }],
  })

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
  const paths: Path[] = [
    {
      name: 'direct',
      pool: new Pool(upstream.url, { connections: clients }),
      path: '/v1/messages',
      headers: json,
      pid: null,
    },
    {
      name: 'node:http pipe',
      pool: new Pool(pipe.url, { connections: clients }),
      path: '/v1/messages',
      headers: json,
      pid: pipe.child.pid ?? 0,
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
    return [...(await benchJson(paths)), ...(await benchStreams(paths))]
  } finally {
    await Promise.all(paths.map(async ({ pool }) => await pool.destroy()))
    await gateway.remove()
    await Promise.all([upstream, pipe].map(async ({ child }) => await stopChild(child, 'SIGTERM')))
    await issuer.stop()
  }
}

async function benchJson(paths: readonly Path[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const path of paths) {
    await load(path, clients, 1, false)
    const measured = await load(path, clients, seconds, false)
    rows.push({
      bench: `small JSON, ${clients} clients`,
      path: path.name,
      rate: `${Math.round(measured.requests / seconds)} requests/s`,
      ratio: '',
      cpu: path.pid === null ? '–' : `${(measured.cpuUs / measured.requests).toFixed(0)} µs/request`,
    })
  }
  return rows
}

async function benchStreams(paths: readonly Path[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const path of paths) {
    const first = await firstTokenMs(path)
    const measured = await load(path, streams, seconds, true)
    const events = measured.requests * eventsPerStream
    rows.push({
      bench: `SSE, ${streams} streams of ${eventsPerStream} events`,
      path: path.name,
      rate: `${Math.round(events / seconds)} events/s`,
      ratio: `first token p50 ${first.toFixed(2)} ms`,
      cpu: path.pid === null ? '–' : `${(measured.cpuUs / events).toFixed(1)} µs/event`,
    })
  }
  return rows
}

async function load(
  path: Path,
  at: number,
  forS: number,
  stream: boolean,
): Promise<{ requests: number; cpuUs: number }> {
  const before = path.pid === null ? 0 : cpuUs(path.pid)
  const until = performance.now() + forS * 1000
  let requests = 0
  await Promise.all(
    Array.from({ length: at }, async () => {
      while (performance.now() < until) {
        const answer = await path.pool.request({
          method: 'POST',
          path: path.path,
          headers: path.headers,
          body: body(stream),
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

/** One stream at a time: from the request to the first delta. */
async function firstTokenMs(path: Path): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < 60; i++) {
    const started = performance.now()
    const answer = await path.pool.request({ method: 'POST', path: path.path, headers: path.headers, body: body(true) })
    let seen = false
    for await (const chunk of answer.body) {
      if (!seen && String(chunk).includes('content_block_delta')) {
        seen = true
        took.push(performance.now() - started)
      }
    }
  }
  took.sort((a, b) => a - b)
  return took[Math.floor(took.length / 2)] ?? Number.NaN
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
