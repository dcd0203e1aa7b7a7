// Start to ready, and memory at rest: `sallyport up` with one connection of each kind, five times; the first start of a data
// folder makes keys and certificates and is shown apart.

import { setTimeout as sleep } from 'node:timers/promises'
import { startGateway } from '../test/harness/gateway.ts'
import { startIssuer } from '../test/harness/issuer.ts'
import { residentMb } from './cpu.ts'
import type { Row } from './report.ts'

const starts = 5
const restMs = 5_000

export async function benchStart(): Promise<readonly Row[]> {
  const issuer = await startIssuer()
  const options = {
    issuer: issuer.url,
    env: { SECRET: 'not-a-secret' },
    connections: `  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:9/orders
    credential: { user: app, password: env:SECRET }
  - name: claude
    protocol: anthropic
    target: http://127.0.0.1:9
    credential: { apiKey: env:SECRET }`,
  }
  const tookMs: number[] = []
  let dir: string | undefined
  let idleMb = 0
  for (let i = 0; i < starts; i++) {
    const started = performance.now()
    const gateway = await startGateway(dir === undefined ? options : { ...options, dir })
    tookMs.push(performance.now() - started)
    dir = gateway.dir
    if (i < starts - 1) await gateway.stop()
    else {
      await sleep(restMs)
      idleMb = residentMb(gateway.pid)
      await gateway.remove()
    }
  }
  await issuer.stop()
  const later = tookMs.slice(1).sort((a, b) => a - b)
  const row = (path: string, rate: string): Row => ({ bench: 'start', path, rate, ratio: '–', cpu: '–' })
  return [
    row('first start (makes keys and certificates)', `${Math.round(tookMs[0] ?? 0)} ms`),
    row('start to ready, median', `${Math.round(later[Math.floor(later.length / 2)] ?? 0)} ms`),
    row(`resident memory ${restMs / 1000} s after start`, `${idleMb.toFixed(0)} MB`),
  ]
}
