// A gateway of the test's own, as a user would run it: a configuration file, `sallyport up` in a process of its own, free ports.

import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopChild } from './database-server.ts'
import { freePort } from './ports.ts'

const root = resolve(import.meta.dirname, '../..')
const bin = join(root, 'bin/sallyport')
/** On a busy machine, too. */
const startMs = 60_000

export interface GatewayOptions {
  readonly issuer: string
  /** YAML of the `connections:` list, without the key. */
  readonly connections: string
  /** More Cedar beside the starter policies; or instead of them. */
  readonly policies?: string
  readonly withoutStarterPolicies?: true
  /** More YAML at the top level. */
  readonly more?: string
  /** Use this folder again: a restart. */
  readonly dir?: string
  /** A command that runs it. */
  readonly within?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** `off` to measure without TLS towards clients, on loopback. */
  readonly sqlTls?: 'off'
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface TestGateway {
  readonly dir: string
  readonly dataDir: string
  readonly httpsPort: number
  readonly sqlPort: number
  readonly caFile: string
  readonly configFile: string
  readonly pid: number
  /** It is gone, and `log` has all that it said. */
  readonly ended: Promise<void>
  /** What it logged so far, in whole lines. */
  log(): string
  /** Runs a command of the CLI against it, signed in with a token. */
  cli(token: string, ...args: string[]): Promise<Ran>
  kill(): Promise<void>
  /** SIGTERM, as an operator would. */
  stop(): Promise<void>
  /** stop, and the folder goes. */
  remove(): Promise<void>
}

export async function startGateway(options: GatewayOptions): Promise<TestGateway> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'sallyport-gateway-'))
  const [httpsPort, sqlPort] = [await freePort(), await freePort()]
  const configFile = writeConfiguration(dir, options, httpsPort, sqlPort)
  const [command, ...rest] = [...(options.within ?? []), bin, 'up', '-c', configFile]
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  // Not when it exits: what it said last may still be on its way.
  const ended = new Promise<void>((done) => {
    child.once('close', () => done())
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  await untilReady(child, ended, () => said)
  const dataDir = join(dir, 'data')
  const caFile = join(dataDir, 'tls/ca.pem')
  const stop = async (): Promise<void> => {
    await stopChild(child, 'SIGTERM')
    await ended
  }
  return {
    dir,
    dataDir,
    httpsPort,
    sqlPort,
    caFile,
    configFile,
    pid: child.pid ?? 0,
    ended,
    log: () => said.slice(0, said.lastIndexOf('\n') + 1),
    cli: async (token, ...args) =>
      await runCli(args, {
        SALLYPORT_URL: `https://localhost:${httpsPort}`,
        SALLYPORT_TOKEN: token,
        SALLYPORT_CA: caFile,
      }),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    stop,
    async remove() {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function writeConfiguration(dir: string, options: GatewayOptions, httpsPort: number, sqlPort: number): string {
  const policies = join(dir, 'policies')
  mkdirSync(policies, { recursive: true })
  if (options.withoutStarterPolicies !== true) cpSync(join(root, 'policies'), policies, { recursive: true })
  if (options.policies !== undefined) writeFileSync(join(policies, 'test.cedar'), options.policies)
  const configFile = join(dir, 'sallyport.yaml')
  writeFileSync(
    configFile,
    `origin: gw.test
dataDir: ./data
listen:
  https: { port: ${httpsPort} }
  postgres: { port: ${sqlPort}, tls: ${options.sqlTls ?? 'auto'} }
identity:
  issuers:
    - name: test
      issuer: ${options.issuer}
      audience: sallyport
      principal: { id: sub, kind: { claim: kind, map: { human: human, agent: agent, ci: ci } }, groups: groups, display: name }
      federationRuleId: fdrl_test
connections:
${options.connections}
policies: ./policies
${options.more ?? ''}
`,
  )
  return configFile
}

export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ran> {
  const child = spawn(bin, args, { env: { ...process.env, NO_COLOR: '1', ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.end(input)
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const status = await new Promise<number | null>((done) => {
    child.once('close', done)
  })
  clearTimeout(timer)
  return { status, stdout, stderr }
}

async function untilReady(child: ChildProcess, ended: Promise<void>, said: () => string): Promise<void> {
  const stopped = ended.then(() => true)
  const started = performance.now()
  while (performance.now() - started < startMs) {
    if (said().includes('"msg":"ready"')) return
    if (await Promise.race([stopped, sleep(20, false)])) throw new Error(`the gateway stopped:\n${said()}`)
  }
  child.kill('SIGKILL')
  throw new Error(`the gateway did not start:\n${said()}`)
}
