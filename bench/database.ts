// pgbench -S, simple and prepared, and COPY: direct, through pgbouncer, and through Sallyport with policy, masking and recording
// on. Beside them, for small statements, two relays that know nothing (`byte-pipe.ts`): what Node itself costs, and what it costs
// to have a record on disk before each answer; and that sync by itself. All in one run, in turn, so that the machine's mood is the
// same for all.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  fdatasyncSync,
  globSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, startDatabaseServer, stopChild, type DatabaseServer } from '../test/harness/database-server.ts'
import { startGateway, type TestGateway } from '../test/harness/gateway.ts'
import { startIssuer } from '../test/harness/issuer.ts'
import { cpuByThread, cpuUs } from './cpu.ts'
import { runProgram } from './run-program.ts'
import type { Row } from './report.ts'

const bins = globSync('/usr/lib/postgresql/*/bin').at(-1) ?? ''
const seconds = 4
const rounds = 3
const clients = 8
const syncs = 500
/** What every path can carry on a busy machine: the same number of wake-ups for all, which closed loops do not give. */
const evenTps = 1_000

interface Path {
  readonly name: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password: string
  readonly pid: number | null
  readonly sslmode: string
}

const policies = `
@id("bench") permit (principal in Group::"bench", action in [Action::"connect", Action::"sql:read"], resource);
`

export async function benchDatabase(): Promise<readonly Row[]> {
  const issuer = await startIssuer()
  const database = await startDatabaseServer({ settings: ['shared_buffers = 256MB'] })
  const bouncer = await startBouncer(database)
  const records = mkdtempSync(join(tmpdir(), 'sallyport-pipe-'))
  const pipe = await startPipe(database.port)
  const recording = await startPipe(database.port, join(records, 'records'))
  const gateway = await startGateway({
    issuer: issuer.url,
    policies,
    withoutStarterPolicies: true,
    env: { PASSWORD: database.password },
    more: '',
    sqlTls: 'off',
    connections: `  - name: bench
    protocol: postgres
    target: postgres://127.0.0.1:${database.port}/orders?sslmode=disable
    credential: { user: app, password: env:PASSWORD }`,
  })
  try {
    seed(database)
    const token = await issuer.token({ sub: 'bench', groups: ['bench'] }, { expiresInS: 3600 })
    const own = { user: 'app', database: 'orders', password: database.password, sslmode: 'disable' }
    const paths: Path[] = [
      { ...own, name: 'direct', port: database.port, pid: null },
      { ...own, name: 'pgbouncer', port: bouncer.port, pid: bouncer.child.pid ?? 0 },
      { name: 'sallyport', port: gateway.sqlPort, user: 'bench', database: 'bench', password: token, pid: gateway.pid, sslmode: 'disable' },
    ] // prettier-ignore
    const relays: Path[] = [
      { ...own, name: 'node:net pipe', port: pipe.port, pid: pipe.child.pid ?? 0 },
      { ...own, name: 'the same, a record synced before each answer', port: recording.port, pid: recording.child.pid ?? 0 },
    ] // prettier-ignore
    const rows: Row[] = [benchSync(records)]
    for (const mode of ['simple', 'prepared'] as const)
      rows.push(...(await benchSelect([...paths, ...relays], mode, gateway, null)))
    for (const mode of ['simple', 'prepared'] as const) rows.push(...(await benchSelect(paths, mode, gateway, evenTps)))
    rows.push(...(await benchCopy(paths, 'wide', 'rows with an e-mail each')))
    rows.push(...(await benchCopy(paths, 'wide (id, name, notes)', 'the same rows without it')))
    return rows
  } finally {
    await gateway.remove()
    await Promise.all([bouncer, pipe, recording].map(async ({ child }) => await stopChild(child, 'SIGTERM')))
    for (const dir of [bouncer.dir, records]) rmSync(dir, { recursive: true, force: true })
    await database.stop()
    await issuer.stop()
  }
}

function seed(database: DatabaseServer): void {
  const env = { ...process.env, PGPASSWORD: database.password }
  execFileSync(
    join(bins, 'pgbench'),
    ['-i', '-q', '-s', '10', '-h', '127.0.0.1', '-p', String(database.port), '-U', 'app', 'orders'],
    { env, stdio: 'ignore' },
  )
  database.sql(
    `SET ROLE app; CREATE TABLE wide AS SELECT n AS id, 'customer ' || n || ' of the north-west region' AS name, 'u' || n || '@example.com' AS email, repeat('lorem ipsum ', 8) AS notes FROM generate_series(1, 400000) n; ANALYZE wide`,
    'orders',
  )
}

/** What G1 asks of the disk, with nobody waiting and nothing else done. */
function benchSync(dir: string): Row {
  const file = openSync(join(dir, 'syncs'), 'w')
  const record = Buffer.alloc(400, 7)
  const took: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < syncs; i++) {
    const started = performance.now()
    writeSync(file, record)
    fdatasyncSync(file)
    took.push(performance.now() - started)
  }
  const { user, system } = process.cpuUsage(before)
  closeSync(file)
  return {
    bench: 'a record of 400 bytes, synced',
    path: 'the disk alone',
    rate: `p50 ${median(took).toFixed(2)} ms`,
    ratio: '–',
    cpu: `${((user + system) / syncs).toFixed(0)} µs/sync`,
  }
}

/** @param rate transactions a second; null for as many as eight clients get done */
async function benchSelect(
  paths: readonly Path[],
  mode: 'simple' | 'prepared',
  gateway: TestGateway,
  rate: number | null,
): Promise<Row[]> {
  const measured = new Map<string, { tps: number[]; us: number[] }>(
    paths.map((path) => [path.name, { tps: [], us: [] }]),
  )
  for (let round = 0; round <= rounds; round++) {
    for (const path of paths) {
      const before = path.pid === null ? 0 : cpuUs(path.pid)
      const { tps, transactions } = await pgbench(path, mode, rate)
      // The sealer works on for a moment; what it does for these transactions is part of their price.
      if (path.name === 'sallyport') await sleep(1_500)
      const us = path.pid === null ? 0 : (cpuUs(path.pid) - before) / transactions
      if (round === 0) continue
      measured.get(path.name)?.tps.push(tps)
      measured.get(path.name)?.us.push(us)
    }
  }
  for (const thread of cpuByThread(gateway.pid).filter((one) => one.us > 1e6))
    process.stderr.write(`  thread ${thread.name}: ${(thread.us / 1e6).toFixed(1)} s so far\n`)
  const direct = median(measured.get('direct')?.tps ?? [])
  const bouncer = median(measured.get('pgbouncer')?.us ?? [])
  return paths.map(({ name }) => {
    const got = measured.get(name) ?? { tps: [], us: [] }
    const us = median(got.us)
    return {
      bench: `pgbench -S, ${mode}${rate === null ? '' : `, ${rate} tps asked for`}`,
      path: name,
      rate: `${Math.round(median(got.tps))} tps`,
      ratio: `${(median(got.tps) / direct).toFixed(2)} of direct`,
      cpu:
        name === 'direct'
          ? '–'
          : `${us.toFixed(1)} µs/tx${name === 'pgbouncer' ? '' : ` (${(us / bouncer).toFixed(2)} × pgbouncer)`}`,
    }
  })
}

async function pgbench(path: Path, mode: string, rate: number | null): Promise<{ tps: number; transactions: number }> {
  const connection = ['-h', '127.0.0.1', '-p', String(path.port), '-U', path.user, path.database]
  const env = { ...process.env, PGPASSWORD: path.password, PGSSLMODE: path.sslmode }
  const shape = ['-n', '-S', '-M', mode, '-c', String(clients), '-j', '2', '-T', String(seconds)]
  if (rate !== null) shape.push('-R', String(rate))
  const done = await runProgram(join(bins, 'pgbench'), [...shape, ...connection], env)
  const tps = Number(/tps = ([\d.]+)/.exec(done.stdout)?.[1])
  const transactions = Number(/actually processed: (\d+)/.exec(done.stdout)?.[1])
  if (!(tps > 0)) throw new Error(`pgbench through ${path.name}: ${done.stderr}`)
  return { tps, transactions }
}

async function benchCopy(paths: readonly Path[], table: string, what: string): Promise<Row[]> {
  const measured = new Map<string, { rate: number[]; ms: number[] }>(
    paths.map((path) => [path.name, { rate: [], ms: [] }]),
  )
  let bytes = 0
  for (let round = 0; round <= rounds; round++) {
    for (const path of paths) {
      const env = { ...process.env, PGPASSWORD: path.password, PGSSLMODE: path.sslmode }
      const before = path.pid === null ? 0 : cpuUs(path.pid)
      const started = performance.now()
      const target = `host=127.0.0.1 port=${path.port} user=${path.user} dbname=${path.database}`
      const script = `"$0" -X -q -c 'COPY ${table} TO STDOUT' "$1" | wc -c`
      const done = await runProgram('sh', ['-c', script, join(bins, 'psql'), target], env)
      const took = (performance.now() - started) / 1000
      const size = Number(done.stdout)
      if (!(size > 1e6)) throw new Error(`COPY through ${path.name}: ${done.stderr}`)
      if (path.name === 'direct') bytes = size
      if (path.name === 'sallyport') await sleep(1_500)
      const ms = path.pid === null ? 0 : (cpuUs(path.pid) - before) / 1000 / (bytes / 1e6)
      if (round === 0) continue
      measured.get(path.name)?.rate.push(bytes / 1e6 / took)
      measured.get(path.name)?.ms.push(ms)
    }
  }
  const direct = median(measured.get('direct')?.rate ?? [])
  return paths.map(({ name }) => {
    const rate = median(measured.get(name)?.rate ?? [])
    return {
      bench: `COPY ${Math.round(bytes / 1e6)} MB of ${what}`,
      path: name,
      rate: `${rate.toFixed(0)} MB/s`,
      ratio: `${(rate / direct).toFixed(2)} of direct`,
      cpu: name === 'direct' ? '–' : `${median(measured.get(name)?.ms ?? []).toFixed(1)} ms/MB`,
    }
  })
}

async function startBouncer(database: DatabaseServer): Promise<{ port: number; child: ChildProcess; dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-bouncer-'))
  const port = await freePort()
  writeFileSync(join(dir, 'users.txt'), `"app" "${database.password}"\n`)
  writeFileSync(
    join(dir, 'bouncer.ini'),
    `[databases]\norders = host=127.0.0.1 port=${database.port} dbname=orders user=app password=${database.password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${join(dir, 'users.txt')}\npool_mode = session\ndefault_pool_size = 20\nignore_startup_parameters = extra_float_digits\n`,
  )
  chmodSync(dir, 0o755)
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn('pgbouncer', ['-q', ...asRoot, join(dir, 'bouncer.ini')], { stdio: 'ignore' })
  await sleep(700)
  if (child.exitCode !== null) throw new Error('pgbouncer did not start')
  return { port, child, dir }
}

async function startPipe(target: number, ...file: readonly string[]): Promise<{ port: number; child: ChildProcess }> {
  const script = join(import.meta.dirname, 'byte-pipe.ts')
  const child = spawn(process.execPath, [script, String(target), ...file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((said) => child.stdout.once('data', (line: Buffer) => said(line.toString())))
  return { port: Number(port), child }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
