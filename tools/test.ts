// Runs the checks and the suites, says what was left out and why, and closes with `N passed, N failed`.
//
//   node tools/test.ts                 everything
//   node tools/test.ts --only check    format, lint, laws, types, unused code, unit tests
//   node tools/test.ts --only journeys one suite
//   node tools/test.ts FILE…           these test files

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { checkTasks } from './checks.ts'
import { suites, type Program, type Suite } from './suites.ts'
import { newTally, type Tally } from './tally.ts'
import { inTurns } from './turns.ts'
import { unitTasks } from './unit-shares.ts'

const filesOf = (suite: Suite): string[] => suite.files.flatMap((pattern) => globSync(pattern)).sort()

async function runSuite(suite: Suite, tally: Tally): Promise<void> {
  const files = filesOf(suite)
  if (files.length === 0) return
  const missing = suite.needs.filter((program) => !isPresent(program))
  if (missing.length > 0) {
    const names = missing.map((program) => program.name).join(', ')
    const how = missing.flatMap((program) => program.apt).join(' ')
    tally.leftOut.push(`${suite.name}: needs ${names}; as root: apt-get install ${how}`)
    return
  }
  process.stdout.write(`\n── ${suite.name}: ${suite.about} (${files.length} files) ──\n`)
  await runFiles(files, suite, tally)
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
  const tally = newTally()
  if (files.length > 0) await runFiles(files, { concurrency: 1, timeoutMs: 300_000 }, tally)
  else {
    const wanted = suites.filter(
      (suite) => only === null || suite.name === only || (only === 'check' && suite.name === 'unit'),
    )
    const isCheck = only === 'check'
    const units = wanted.filter((suite) => suite.shared).flatMap(filesOf)
    const checked = only === null || isCheck ? checkTasks(tally, isCheck) : []
    // The longest of all first.
    await inTurns([...unitTasks(units, !isCheck, tally), ...checked], Math.max(2, availableParallelism()))
    installMissing(wanted)
    for (const suite of wanted.filter((one) => !one.shared)) await runSuite(suite, tally)
  }
  for (const line of tally.leftOut) process.stdout.write(`left out – ${line}\n`)
  if (tally.unchanged > 0) process.stdout.write(`${tally.unchanged} of them unchanged since they passed\n`)
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`)
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
}

await main()
