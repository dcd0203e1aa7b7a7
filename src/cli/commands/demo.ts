// `sallyport demo`: everything on loopback, from one command. What it is made of stands in deploy/demo/; the gateway runs in
// this process, the rest in processes of their own. Ctrl-C ends all of them; the data folder keeps the evidence.

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join, relative, resolve } from 'node:path'
import { request } from 'undici'
import { z } from 'zod'
import { defaultPorts, prepareDemo, toMenu, type Demo, type Part } from '../../../deploy/demo/parts.ts'
import { readConfiguration } from '../../admin/config/configuration.ts'
import { printProblem } from '../../admin/config/yaml-source.ts'
import { systemClock } from '../../kernel/clock.ts'
import { startGateway, type Gateway } from '../../main.ts'
import { createLog } from '../../main/log.ts'
import { protocols } from '../../protocols/index.ts'
import { CannotStart } from '../failure.ts'
import { readProfile, writeProfile } from '../gateway-client.ts'
import { complain, paint, print, printJson } from '../output.ts'

const startMs = 60_000
const renewMs = 240_000

export async function demo(options: { data: string; quiet?: true }): Promise<void> {
  const dataDir = resolve(options.data)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const plan = prepareDemo(dataDir, defaultPorts, process.env)
  const children: ChildProcess[] = []
  const interrupted = untilInterrupted()
  let gateway: Gateway | null = null
  let renewal: NodeJS.Timeout | null = null
  try {
    if (!options.quiet)
      complain(paint('dim', 'starting the identity provider, the database, the model and the gateway …'))
    await Promise.all(plan.parts.map(async (part) => await startPart(part, children)))
    gateway = await start(plan)
    const bin = chooseProfile(gateway, dataDir)
    await signIn(gateway)
    renewal = keepSignedIn(gateway)
    if (options.quiet)
      printJson({
        ready: true,
        httpOrigin: gateway.httpOrigin,
        dataDir,
        caFile: gateway.caFile,
        agentTokenFile: plan.agentTokenFile,
      })
    else printMenu(gateway, plan, dataDir, bin)
    await Promise.race([interrupted, ...plan.parts.map(async ({ name }, i) => await failWhenEnded(name, children[i]))])
  } finally {
    if (renewal !== null) clearInterval(renewal)
    try {
      await gateway?.close()
    } finally {
      await Promise.all(children.map(stopChild))
    }
  }
}

async function start(plan: Demo): Promise<Gateway> {
  const configured = readConfiguration(plan.configFile, protocols)
  if (!configured.ok) throw new Error(configured.problems.map(printProblem).join('\n'))
  return await startGateway(configured.value, { clock: systemClock, log: createLog('error'), protocols })
}

/** Ready when it prints one line of JSON. Its stdin is our life line: it ends when we do, however we do. */
async function startPart(part: Part, children: ChildProcess[]): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', part.script, ...part.args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let complaints = ''
  // One that is gone by the time that it is told to end.
  child.stdin.on('error', () => undefined)
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4096)
  })
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolveReady, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the demo's ${part.name} did not start within ${startMs / 1000} s`)),
      startMs,
    )
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    lines.once('line', () => {
      clearTimeout(timer)
      resolveReady()
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      const port = part.args[1] ?? ''
      if (complaints.includes('EADDRINUSE')) {
        reject(new CannotStart(`port ${port}, for the demo's ${part.name}, is taken: does another demo run?`))
        return
      }
      reject(new Error(`the demo's ${part.name} stopped (${code ?? 'killed'}):\n${complaints}`))
    })
  })
}

/**
 * Somebody who is signed in to a real gateway stays signed in there.
 * @returns how to call the command so that it finds the demo
 */
function chooseProfile(gateway: Gateway, dataDir: string): string {
  const bin = './bin/sallyport'
  const known = readProfile()
  if (known === null || known.url === gateway.httpOrigin) return bin
  const profile = join(dataDir, 'profile.json')
  process.env['SALLYPORT_PROFILE'] = profile
  return `SALLYPORT_PROFILE=${profile} ${bin}`
}

/** The person at this terminal is Dana, who may approve; a real gateway would have sent her through the device flow. */
async function signIn(gateway: Gateway): Promise<void> {
  const issuer = gateway.issuers[0]?.issuer ?? ''
  const answer = await request(new URL('/demo/token', issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'dana' }),
  })
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.body.json())
  writeProfile({ url: gateway.httpOrigin, caFile: gateway.caFile, token, issuer })
}

/** Tokens are short; whoever comes back from lunch should not have to know. */
function keepSignedIn(gateway: Gateway): NodeJS.Timeout {
  return setInterval(() => {
    signIn(gateway).catch((error: unknown) =>
      complain(`the demo could not renew the token: ${error instanceof Error ? error.message : 'unknown'}`),
    )
  }, renewMs)
}

function printMenu(gateway: Gateway, plan: Demo, dataDir: string, bin: string): void {
  const short = (path: string): string => {
    const near = relative(process.cwd(), path)
    return near.startsWith('..') ? path : near
  }
  const menu = toMenu({
    bin,
    ports: defaultPorts,
    dataDir: short(dataDir),
    caFile: short(gateway.caFile ?? ''),
    agentTokenFile: short(plan.agentTokenFile),
  })
  print(
    `\n${paint('bold', 'Sallyport is up.')} ${gateway.httpOrigin}  ${paint('dim', `model: ${plan.usesRealModel ? 'the real Claude API' : 'scripted'}; evidence in ${short(dataDir)}`)}`,
  )
  print('Paste these into another terminal, in this folder:\n')
  for (const [about, line] of menu) {
    if (about !== '') print(paint('cyan', `# ${about}`))
    print(`${line}\n`)
  }
  print(paint('dim', 'Ctrl-C ends everything and keeps the evidence.'))
}

async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolveDone) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolveDone())
  })
}

/** @throws CannotStart when it ends: nobody told it to */
async function failWhenEnded(name: string, child: ChildProcess | undefined): Promise<void> {
  if (child !== undefined) await untilEnded(child)
  throw new CannotStart(`the demo's ${name} has stopped; so the demo stops, and its evidence stays`)
}

async function untilEnded(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  await new Promise<void>((resolveDone) => {
    child.once('exit', () => resolveDone())
  })
}

/** Or it never began. */
function isOver({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  const ended = untilEnded(child)
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}
