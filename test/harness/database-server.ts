// A PostgreSQL server of the test's own: a fresh cluster in a temporary folder, a free port, stopped at the end. As root it
// runs as an unprivileged account, because the server refuses root.

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { appendFileSync, chownSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './ports.ts'

export { freePort }

export interface DatabaseServer {
  readonly port: number
  readonly dir: string
  readonly user: string
  readonly password: string
  /** Runs statements as the owner of the cluster; returns psql's unaligned output. */
  sql(text: string, database?: string): string
  stop(): Promise<void>
}

export interface DatabaseOptions {
  readonly auth?: 'scram-sha-256' | 'md5' | 'password' | 'trust'
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly settings?: readonly string[]
  readonly seed?: string
}

/** On a busy machine, too. */
const patienceMs = 60_000
const binaries = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? ''

export function psqlPath(): string {
  return globSync('/usr/lib/postgresql/*/bin/psql').at(-1) ?? 'psql'
}

export async function startDatabaseServer(options: DatabaseOptions = {}): Promise<DatabaseServer> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-db-'))
  const password = 'app-Pa55word-of-the-test'
  const account = unprivilegedAccount()
  if (account !== null) chownSync(dir, account.uid, account.gid)
  const asAccount = account === null ? {} : { uid: account.uid, gid: account.gid, env: { ...process.env, HOME: dir } }
  const data = join(dir, 'data')
  const passwordFile = join(dir, 'owner-password')
  writeFileSync(passwordFile, 'owner', { mode: 0o644 })
  execFileSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'owner',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...asAccount, stdio: 'pipe' },
  )
  const port = await freePort()
  configure(data, port, options, account)
  const child = spawn(join(binaries, 'postgres'), ['-D', data], { ...asAccount, stdio: ['ignore', 'pipe', 'pipe'] })
  const sql = (text: string, database = 'postgres'): string => {
    const done = spawnSync(
      psqlPath(),
      [
        '-X',
        '-A',
        '-t',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-f',
        '-',
        `host=127.0.0.1 port=${port} user=owner password=owner dbname=${database}`,
      ],
      { input: text, encoding: 'utf8' },
    )
    if (done.status !== 0) throw new Error(`psql: ${done.stderr}`)
    return done.stdout.trim()
  }
  await ready(child, () => sql('SELECT 1'))
  const encryption = options.auth === 'md5' ? 'md5' : 'scram-sha-256'
  sql(
    `SET password_encryption = '${encryption}'; CREATE ROLE app LOGIN PASSWORD '${password}'; CREATE DATABASE orders OWNER app;`,
  )
  if (options.seed !== undefined) sql(`SET ROLE app; ${options.seed}`, 'orders')
  return {
    port,
    dir,
    user: 'app',
    password,
    sql,
    async stop() {
      await stopChild(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function configure(
  data: string,
  port: number,
  options: DatabaseOptions,
  account: { uid: number; gid: number } | null,
): void {
  const auth = options.auth ?? 'scram-sha-256'
  const settings = [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = ''`,
    'fsync = off',
    'max_connections = 200',
    ...(options.settings ?? []),
  ]
  if (options.tls !== undefined) {
    for (const [name, text] of [
      ['server.crt', options.tls.cert],
      ['server.key', options.tls.key],
    ] as const) {
      writeFileSync(join(data, name), text, { mode: 0o600 })
      if (account !== null) chownSync(join(data, name), account.uid, account.gid)
    }
    settings.push('ssl = on')
  }
  appendFileSync(join(data, 'postgresql.conf'), `\n${settings.join('\n')}\n`)
  writeFileSync(
    join(data, 'pg_hba.conf'),
    `host all owner 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 ${auth}\n`,
  )
}

function unprivilegedAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}

async function ready(child: ChildProcess, probe: () => string): Promise<void> {
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const started = performance.now()
  while (performance.now() - started < patienceMs) {
    if (child.exitCode !== null) throw new Error(`the database server stopped: ${log}`)
    await sleep(50)
    if (!log.includes('ready to accept connections')) continue
    probe()
    return
  }
  throw new Error(`the database server did not start: ${log}`)
}

/** Ends a child and waits for it: SIGINT first, SIGKILL when that is not enough. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await ended
  clearTimeout(timer)
}
