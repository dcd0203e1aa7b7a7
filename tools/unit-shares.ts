// The unit tests in a few processes: starting one a file costs more than the tests do. By area and not by turn, so that what is
// costly to load, to compile and to compute is so in one process only.

import { spawn } from 'node:child_process'
import { afterRun, readAsCommitted, readFingerprints, readMemory, unchanged, writeMemory, type Outcome } from './passed.ts' // prettier-ignore
import { addTo, newTally, type Tally } from './tally.ts'

/** A file belongs to the first that its path begins with; the last takes what is left. About as long as each other. */
const areas = ['src/mask/', '']

/** All of a corpus, every cut, every failure. */
const takesLong = /\.(?:corpus|long)\.test\.ts$/

interface Share {
  readonly tally: Tally
  readonly outcome: Outcome
}

const unfinished: Share = {
  tally: { ...newTally(), failed: 1, leftOut: ['a share of the unit tests did not finish'] },
  outcome: { passed: {}, failed: ['a share'] },
}

/**
 * @param deep everything is run, as often as it should be; else what passed as it is now is not run again, what takes
 *   long is run when it or anything it sees was changed, and the rest as often as there is time for
 */
export function unitTasks(files: readonly string[], deep: boolean, tally: Tally): (() => Promise<void>)[] {
  if (files.length === 0) return []
  const before = readFingerprints(files)
  const spared = deep ? new Map<string, number>() : unchanged(readMemory(), before)
  const long = files.filter((file) => takesLong.test(file) && !spared.has(file))
  const left = deep ? new Set<string>() : readAsCommitted(long)
  const sparedTests = [...spared.values()].reduce((sum, count) => sum + count, 0)
  process.stdout.write(`── unit: ${files.length} files, ${spared.size} of them unchanged since they passed ──\n`)
  if (left.size > 0) process.stdout.write(`${left.size} files that take long are as committed: npm test runs them\n`)
  tally.passed += sparedTests
  tally.unchanged += sparedTests
  return areas.flatMap((area) => {
    const own = files.filter(
      (file) => areas.find((one) => file.startsWith(one)) === area && !spared.has(file) && !left.has(file),
    )
    if (own.length === 0) return []
    return async () => {
      const share = await runShare(own, deep)
      addTo(tally, share.tally)
      // Read here, and not before: the other share may have written meanwhile.
      writeMemory(afterRun(readMemory(), before, readFingerprints(own), share.outcome))
    }
  })
}

async function runShare(files: readonly string[], deep: boolean): Promise<Share> {
  const env = deep
    ? { ...process.env, SALLYPORT_TEST_DEPTH: 'full' }
    : { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/check/code' }
  // In the check nothing runs long enough to earn what the optimizing compiler costs.
  const flags = ['--disable-warning=ExperimentalWarning', ...(deep ? [] : ['--no-opt'])]
  const args = [...flags, 'tools/unit-share.ts', ...files]
  const child = spawn('node_modules/.bin/node', args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await new Promise((done) => {
    child.once('close', done)
  })
  const lines = printed.trimEnd().split('\n')
  const last = lines.pop() ?? ''
  if (lines.length > 1) process.stdout.write(`${lines.join('\n')}\n`)
  return last.startsWith('{') ? (JSON.parse(last) as Share) : unfinished
}
