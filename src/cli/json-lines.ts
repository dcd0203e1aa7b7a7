// JSON lines from standard input to standard output: one answer a line, in order, with back-pressure, whatever the size.

import { once } from 'node:events'
import { createInterface } from 'node:readline'

export async function eachLine(answer: (line: unknown) => unknown): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    if (!process.stdout.write(`${JSON.stringify(answer(parse(line, number)))}\n`)) await once(process.stdout, 'drain')
  }
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new Error(`line ${number} of the input is not JSON`, { cause: error })
  }
}
