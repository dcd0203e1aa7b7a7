// Runs the checks and the suites, says what was left out and why, and closes with `N passed, N failed`.
//
//   node tools/test.ts                 everything
//   node tools/test.ts --only check    format, lint, laws, types, unused code, unit tests
//   node tools/test.ts --only journeys one suite
//   node tools/test.ts FILE…           these test files

import { spawn, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { suites, type Program, type Suite } from './suites.ts'

interface Tally {
  passed: number
  failed: number
  readonly leftOut: string[]
}

const shareCount = 2

interface Check {
  readonly name: string
  readonly command: readonly string[]
  /** Only when everything is run: another check has looked at the same already. */
  readonly again?: true
}

const checks: readonly Check[] = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint and types', command: ['oxlint', '--type-check', '--deny-warnings'] },
  { name: 'laws', command: ['node', 'tools/laws.ts'] },
  { name: 'faults', command: ['node', 'tools/faults.ts'] },
  { name: 'policy words', command: ['node', 'tools/policy-words.ts'] },
  { name: 'types by the compiler itself', command: ['tsc', '-p', '.'], again: true },
  { name: 'unused', command: ['knip', '--no-progress'] },
]

async function runChecks(tally: Tally, all: boolean): Promise<void> {
  const wanted = checks.filter((check) => all || check.again !== true)
  await Promise.all(
    wanted.map(async ({ name, command: [program = '', ...args] }) => {
      const started = performance.now()
      const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const status = await new Promise<number | null>((done) => {
        child.once('close', done)
      })
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      if (status === 0) tally.passed++
      else tally.failed++
      process.stdout.write(status === 0 ? `✔ ${name} (${seconds} s)\n` : `✖ ${name} (${seconds} s)\n${said}\n`)
    }),
  )
}

/**
 * Unit tests share processes, one a core; see unit-shard.ts.
 * @param deep properties are tried as often as they should be, not as often as there is time for
 */
async function runShared(files: readonly string[], deep: boolean, tally: Tally): Promise<void> {
  const shares = await Promise.all(
    Array.from({ length: shareCount }, async (_, i) => {
      const args = [
        '--disable-warning=ExperimentalWarning',
        'tools/unit-shard.ts',
        String(i + 1),
        String(shareCount),
        ...files,
      ]
      const env = deep ? { ...process.env, SALLYPORT_TEST_DEPTH: 'full' } : process.env
      const child = spawn('node_modules/.bin/node', args, { stdio: ['ignore', 'pipe', 'inherit'], env })
      let printed = ''
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
      await new Promise((done) => {
        child.once('close', done)
      })
      return printed
    }),
  )
  for (const printed of shares) {
    const lines = printed.trimEnd().split('\n')
    const last = lines.pop() ?? ''
    process.stdout.write(lines.join('\n'))
    const counted = last.startsWith('{')
      ? (JSON.parse(last) as Tally)
      : { passed: 0, failed: 1, leftOut: ['a share of the unit tests did not finish'] }
    tally.passed += counted.passed
    tally.failed += counted.failed
    tally.leftOut.push(...counted.leftOut)
  }
}

async function runSuite(suite: Suite, deep: boolean, tally: Tally): Promise<void> {
  const files = suite.files.flatMap((pattern) => globSync(pattern)).sort()
  if (files.length === 0) return
  const missing = suite.needs.filter((program) => !isPresent(program))
  if (missing.length > 0) {
    const names = missing.map((program) => program.name).join(', ')
    const how = missing.flatMap((program) => program.apt).join(' ')
    tally.leftOut.push(`${suite.name}: needs ${names}; as root: apt-get install ${how}`)
    return
  }
  process.stdout.write(`\n── ${suite.name}: ${suite.about} (${files.length} files) ──\n`)
  if (suite.shared) await runShared(files, deep, tally)
  else await runFiles(files, suite, tally)
}

async function runFiles(
  files: readonly string[],
  suite: Pick<Suite, 'concurrency' | 'timeoutMs'>,
  tally: Tally,
): Promise<void> {
  const stream = run({ files: [...files], concurrency: suite.concurrency, timeout: suite.timeoutMs })
  stream.on('test:pass', (event) => {
    if (event.details.type !== 'suite' && event.skip === undefined) tally.passed++
    if (event.skip !== undefined) tally.leftOut.push(`${event.name}: ${event.skip === true ? 'skipped' : event.skip}`)
  })
  stream.on('test:fail', (event) => {
    if (event.details.type !== 'suite') tally.failed++
  })
  const printed = stream.compose(spec)
  for await (const chunk of printed) process.stdout.write(String(chunk))
}

function isPresent(program: Program): boolean {
  return program.found.some((place) =>
    place.startsWith('/') ? globSync(place).length > 0 : spawnSync('sh', ['-c', `command -v ${place}`]).status === 0,
  )
}

/** Root on a Debian machine gets what is missing; anybody else is told. */
function installMissing(wanted: readonly Suite[]): void {
  const packages = [
    ...new Set(
      wanted
        .flatMap((suite) => suite.needs)
        .filter((program) => !isPresent(program))
        .flatMap((program) => program.apt),
    ),
  ]
  const may = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v apt-get']).status === 0
  if (packages.length === 0 || !may) return
  process.stdout.write(`installing for the tests: ${packages.join(' ')}\n`)
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update', '-qq'], options)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const only = args[0] === '--only' ? (args[1] ?? '') : null
  const files = only === null ? args : args.slice(2)
  const tally: Tally = { passed: 0, failed: 0, leftOut: [] }
  if (files.length > 0) await runFiles(files, { concurrency: 1, timeoutMs: 300_000 }, tally)
  else {
    const wanted = suites.filter(
      (suite) => only === null || suite.name === only || (only === 'check' && suite.name === 'unit'),
    )
    if (only === null || only === 'check') await runChecks(tally, only === null)
    installMissing(wanted)
    for (const suite of wanted) await runSuite(suite, only !== 'check', tally)
  }
  for (const line of tally.leftOut) process.stdout.write(`left out – ${line}\n`)
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`)
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
}

await main()
