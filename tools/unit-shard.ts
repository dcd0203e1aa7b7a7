// A share of the unit tests in one process: starting a process a file costs more than the tests do. Prints what failed, and one
// last line of JSON with the counts.
//
//   node tools/unit-shard.ts INDEX TOTAL FILE…

import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const [index = '1', total = '1', ...files] = process.argv.slice(2)
const tally = { passed: 0, failed: 0, leftOut: [] as string[] }

const own = files.filter((_, i) => i % Number(total) === Number(index) - 1)
const stream = run({ files: own, isolation: 'none' })
stream.on('test:pass', (event) => {
  if (event.skip !== undefined) tally.leftOut.push(`${event.name}: ${event.skip === true ? 'skipped' : event.skip}`)
  else if (event.details.type !== 'suite') tally.passed++
})
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') tally.failed++
})
let report = ''
for await (const chunk of stream.compose(spec)) report += String(chunk)
if (tally.failed > 0) process.stdout.write(report.slice(report.indexOf('✖ failing tests')))
process.stdout.write(`\n${JSON.stringify(tally)}\n`)
