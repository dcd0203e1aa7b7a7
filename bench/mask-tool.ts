// One tool in a process of its own, so that what it takes of time and memory is its own: answers the labelled cases, then
// reads text for its speed. Arguments: the tool's name, the folder of its packages, the file that the answer goes to.

import { writeFileSync } from 'node:fs'
import { hiddenSign, readCases } from './mask-cases.ts'
import { makeText, type TextKind } from './mask-texts.ts'
import { tools, type Hide } from './mask-tools.ts'

export interface ToolAnswer {
  readonly answers: readonly string[]
  /** Megabytes a second of CPU time. */
  readonly speeds: Readonly<Record<string, number>>
}

const maxCasesMs = 25_000
const speedUs = 1_500_000
const pieceBytes = 4_096

const [name = '', folder = '', file = ''] = process.argv.slice(2)
const tool = tools.find((one) => one.name === name)
if (tool === undefined) throw new RangeError('no tool of this name')
const hide = await tool.open(folder)
const answers = await answerAll(hide)
const speeds = { prose: await speedOf(hide, 'prose'), rows: await speedOf(hide, 'rows') }
writeFileSync(file, JSON.stringify({ answers, speeds } satisfies ToolAnswer))

async function answerAll(ask: Hide): Promise<string[]> {
  const until = performance.now() + maxCasesMs
  const texts: string[] = []
  for (const { text, classes } of readCases()) {
    if (text.includes(hiddenSign)) throw new RangeError('a case has the sign in it')
    if (performance.now() > until) break
    texts.push(await ask(text, classes))
  }
  return texts
}

/** Of the whole that fits the time; pieces as long as a page, because some peers grow faster than their text. */
async function speedOf(ask: Hide, kind: TextKind): Promise<number> {
  const text = makeText(kind, 4 * 1024 * 1024).toString('utf8')
  for (let at = 0; at < 4 * pieceBytes; at += pieceBytes) await ask(text.slice(at, at + pieceBytes), null)
  const before = process.cpuUsage()
  let spent = 0
  let at = 4 * pieceBytes
  for (; at < text.length && spent < speedUs; at += pieceBytes) {
    await ask(text.slice(at, at + pieceBytes), null)
    const { user, system } = process.cpuUsage(before)
    spent = user + system
  }
  return (at - 4 * pieceBytes) / spent
}
