// docs/faults.md is generated from the table in the kernel, and every code of the table is raised and tested somewhere.
//
//   node tools/faults.ts          checks; exit 1 and one line a problem
//   node tools/faults.ts --write  writes the page

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { faultTable } from '../src/kernel/fault.ts'

const root = resolve(import.meta.dirname, '..')
const page = `${root}/docs/faults.md`

function toPage(): string {
  const rows = Object.entries(faultTable).map(
    ([code, fault]) => `| \`${code}\` | ${fault.blame} | ${fault.blast} | ${fault.tell} | ${fault.fix} |`,
  )
  return [
    '# Faults',
    '',
    'Generated from `src/kernel/fault.ts` by `npm run docs`. A client reads the third column and an id; the log line with',
    'that id has the facts.',
    '',
    '| code | blame | what ends | what the client is told | what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function problems(): string[] {
  const sources = globSync('src/**/*.ts', { cwd: root }).filter((path) => path !== 'src/kernel/fault.ts')
  const read = (paths: string[]): string => paths.map((path) => readFileSync(`${root}/${path}`, 'utf8')).join('\n')
  const raised = read(sources.filter((path) => !path.endsWith('.test.ts')))
  const tested = read([
    ...sources.filter((path) => path.endsWith('.test.ts')),
    ...globSync('test/**/*.ts', { cwd: root }),
  ])
  const found: string[] = []
  for (const code of Object.keys(faultTable)) {
    if (!raised.includes(`'${code}'`)) found.push(`${code} is in the table and raised nowhere`)
    if (!tested.includes(code)) found.push(`${code} has no test`)
  }
  if (readFileSync(page, 'utf8') !== toPage()) found.push('docs/faults.md is not what the table says: npm run docs')
  return found
}

if (process.argv.includes('--write')) writeFileSync(page, toPage())
else {
  const found = problems()
  for (const problem of found) process.stdout.write(`${problem}\n`)
  process.exitCode = found.length === 0 ? 0 : 1
}
