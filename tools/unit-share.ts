// A share of the unit tests in one process. Prints what failed, and one last line of JSON with what came of it.
//
//   node tools/unit-share.ts FILE…

import { relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import * as fc from 'fast-check'
import { seed, size } from '../test/harness/depth.ts'
import { newTally } from './tally.ts'

// How often is for properties that do not say it themselves.
fc.configureGlobal({ numRuns: size(100, 20), seed })

const tally = newTally()
const passed: Record<string, number> = {}
const failed = new Set<string>()
const nameOf = (file: string | undefined): string => relative('.', file ?? '')

const stream = run({ files: process.argv.slice(2), isolation: 'none' })
stream.on('test:pass', (event) => {
  const file = nameOf(event.file)
  if (event.skip !== undefined || event.todo !== undefined) failed.add(file)
  if (event.skip !== undefined) tally.leftOut.push(`${event.name}: ${event.skip === true ? 'skipped' : event.skip}`)
  else if (event.details.type !== 'suite') {
    tally.passed++
    passed[file] = (passed[file] ?? 0) + 1
  }
})
stream.on('test:fail', (event) => {
  failed.add(nameOf(event.file))
  if (event.details.type !== 'suite') tally.failed++
})
let report = ''
for await (const chunk of stream.compose(spec)) report += String(chunk)
if (tally.failed > 0) process.stdout.write(report.slice(report.indexOf('✖ failing tests')))
process.stdout.write(`\n${JSON.stringify({ tally, outcome: { passed, failed: [...failed] } })}\n`)
