// The peers side by side on the labelled cases, each in a process of its own that may read, and write its answer, and nothing
// else. They are no dependencies: exact versions are installed into a temporary folder, without their scripts, and where no
// registry can be reached the table says how to get them. `SALLYPORT_BENCH_PEERS` names a folder that has them.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readCases, score, type Score, type Share } from './mask-cases.ts'
import type { ToolAnswer } from './mask-tool.ts'
import { tools, type Tool } from './mask-tools.ts'
import { toMarkdown } from './report.ts'

const run = promisify(execFile)
const installMs = 120_000
const toolMs = 60_000
const root = join(import.meta.dirname, '..')
const packages = tools.flatMap((tool) => tool.packages)
const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** @returns a table, and what to do when the peers are not in it */
export async function benchPeers(): Promise<string> {
  const own = process.env['SALLYPORT_BENCH_PEERS']
  const folder = own ?? mkdtempSync(join(tmpdir(), 'bench-peers-'))
  try {
    const problem = own === undefined ? await installInto(folder) : null
    const asked = problem === null ? tools : tools.filter((tool) => tool.packages.length === 0)
    const rows: string[][] = []
    for (const tool of asked) rows.push(await askTool(tool, folder))
    const table = toMarkdown(['tool', 'strong values', 'negatives hit', 'secrets', 'negatives hit', 'in sentences', 'prose', 'rows'], rows) // prettier-ignore
    return problem === null ? table : `${table}\n\n${problem}`
  } finally {
    if (own === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns null when they are there, and else how to get them */
async function installInto(folder: string): Promise<string | null> {
  try {
    await run('npm', [...install, '--prefix', folder, ...packages], { timeout: installMs, cwd: folder })
    return null
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : '').split('\n')
    process.stderr.write(`bench mask: no peers: ${why}\n`)
    return `The peers could not be installed. With a registry: \`npm install --no-save --ignore-scripts --prefix DIR ${packages.join(' ')}\`, then \`SALLYPORT_BENCH_PEERS=DIR npm run bench\`.`
  }
}

async function askTool(tool: Tool, folder: string): Promise<string[]> {
  const workplace = mkdtempSync(join(tmpdir(), 'bench-tool-'))
  const file = join(workplace, 'answer.json')
  const readable = [root, join(root, 'node_modules'), folder].map((one) => `--allow-fs-read=${realpathSync(one)}/*`)
  const may = ['--permission', ...readable, `--allow-fs-write=${file}`]
  const [version = ''] = tool.packages[0]?.match(/[^@]+$/) ?? []
  const name = `${tool.name} ${version}`.trim()
  try {
    const program = join(import.meta.dirname, 'mask-tool.ts')
    await run(process.execPath, [...may, program, tool.name, folder, file], { timeout: toolMs, cwd: folder, env: {} })
    const { answers, speeds } = JSON.parse(readFileSync(file, 'utf8')) as ToolAnswer
    return [name, ...toCells(score(readCases(), answers)), toSpeed(speeds['prose']), toSpeed(speeds['rows'])]
  } catch (error) {
    process.stderr.write(`bench mask: ${name}: ${error instanceof Error ? error.message.slice(0, 1_000) : ''}\n`)
    return [name, 'failed, see the output', '', '', '', '', '', '']
  } finally {
    rmSync(workplace, { recursive: true, force: true })
  }
}

function toCells({ strong, negatives, secrets, secretNegatives, sentences }: Score): string[] {
  const kinds = [...sentences].map(([dataClass, { found, all }]) => `${dataClass.replace(/^.*\//, '')} ${found}/${all}`)
  return [toRecall(strong), toHits(negatives), toRecall(secrets), toHits(secretNegatives), kinds.join(', ')]
}

function toRecall({ found, inPart, all }: Share): string {
  return `${found} of ${all} (${percent(found, all)})${inPart > 0 ? `, ${inPart} in part` : ''}`
}

function toHits({ found, all }: Share): string {
  return `${found} of ${all} (${percent(found, all)})`
}

function percent(part: number, all: number): string {
  return all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`
}

function toSpeed(megabytes: number | undefined): string {
  return megabytes === undefined ? '–' : `${megabytes.toFixed(megabytes < 10 ? 2 : 0)} MB/s`
}
