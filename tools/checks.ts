// What is checked without running the code. Longest first, so that no core is left with a long one at the end.

import { spawn } from 'node:child_process'
import type { Tally } from './tally.ts'

interface Check {
  readonly name: string
  readonly command: readonly string[]
  /** With these it remembers what it saw, and looks at the rest. Not for the full run. */
  readonly remembering?: readonly string[]
}

const checks: readonly Check[] = [
  // Types that rules ask for are computed by each thread for itself, so one thread costs less and leaves a core to the tests.
  { name: 'lint', command: ['oxlint', '--deny-warnings', '--threads=1'] },
  {
    name: 'types',
    command: ['tsc', '-p', '.', '--singleThreaded'],
    remembering: ['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/check/types.tsbuildinfo'],
  },
  {
    name: 'unused',
    command: ['knip', '--no-progress'],
    remembering: ['--cache', '--cache-location', 'node_modules/.cache/check/unused'],
  },
  { name: 'policy words', command: ['node', 'tools/policy-words.ts'] },
  { name: 'format', command: ['oxfmt', '--check', '--threads=1', '.'] },
  { name: 'laws', command: ['node', 'tools/laws.ts'] },
  { name: 'faults', command: ['node', 'tools/faults.ts'] },
]

/** Of the linter's and the compiler's runtime: one thread, and no garbage is collected before there is much of it. */
const environment = { ...process.env, GOMAXPROCS: '1', GOGC: 'off', GOMEMLIMIT: '2GiB' }

export function checkTasks(tally: Tally, remembers: boolean): (() => Promise<void>)[] {
  return checks.map(({ name, command, remembering = [] }) => async () => {
    const started = performance.now()
    const { status, said } = await runProgram(remembers ? [...command, ...remembering] : command)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (status === 0) tally.passed++
    else tally.failed++
    process.stdout.write(status === 0 ? `✔ ${name} (${seconds} s)\n` : `✖ ${name} (${seconds} s)\n${said}\n`)
  })
}

async function runProgram([program = '', ...args]: readonly string[]): Promise<{
  status: number | null
  said: string
}> {
  const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const status = await new Promise<number | null>((done) => {
    child.once('close', done)
  })
  return { status, said }
}
