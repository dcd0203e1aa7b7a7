// npm run bench: every benchmark with its peers, one after the other, and bench/RESULTS.md. `--only NAME` runs one and prints.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { benchDatabase } from './database.ts'
import { benchMask } from './mask.ts'
import { benchModel } from './model.ts'
import { benchStart } from './start.ts'
import { toTable, type Row } from './report.ts'

/** Rows of one table, or what goes to the page as it is. */
const benches: Readonly<Record<string, () => Promise<readonly Row[] | string>>> = {
  database: benchDatabase,
  model: benchModel,
  mask: benchMask,
  start: benchStart,
}

function machine(): string {
  const node = process.version
  const server = execFileSync('psql', ['--version'], { encoding: 'utf8' }).trim()
  return `${cpus().length} cores (shared), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${node}, ${server}`
}

function toPage(tables: readonly string[]): string {
  return `# Results

Written by \`npm run bench\`. Client, server, peers and gateway share the machine, so a rate is a worst case and the ratios are what
to read; CPU is the gateway's own, user and system, all threads, the sealer's work for these requests included.

${machine()}, ${new Date().toISOString().slice(0, 10)}

${tables.join('\n\n')}

What limits it is in [LIMITS.md](LIMITS.md).
`
}

const [option, only = null] = process.argv.slice(2)
if (option !== undefined && (option !== '--only' || only === null || benches[only] === undefined)) {
  process.stderr.write(`npm run bench [-- --only ${Object.keys(benches).join('|')}]\n`)
  process.exit(2)
}
const tables: string[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (only !== null && only !== name) continue
  process.stderr.write(`bench ${name} …\n`)
  const result = await bench()
  tables.push(typeof result === 'string' ? result : toTable(result))
}
process.stdout.write(`${tables.join('\n\n')}\n`)
if (only === null) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), toPage(tables))
