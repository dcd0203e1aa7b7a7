// JSON lines from standard input to standard output: one answer a line, in order, with back-pressure, whatever the size.

import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { BadUsage } from './failure.ts'

/** @throws BadUsage for a line that is not what is asked for, with its number and never with its text */
export async function eachLine<Line>(asked: z.ZodType<Line>, answer: (line: Line) => unknown): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    const told = answer(parse(asked, line, number))
    if (!process.stdout.write(`${JSON.stringify(told)}\n`)) await once(process.stdout, 'drain')
  }
}

function parse<Line>(asked: z.ZodType<Line>, line: string, number: number): Line {
  const read = asked.safeParse(toJson(line, number))
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`)
  throw new BadUsage(`line ${number} of the input: ${problems.join('; ')}`)
}

function toJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new BadUsage(
      `line ${number} of the input is not JSON; each line is one object, such as {"id":1,"text":"…"}`,
      {
        cause: error,
      },
    )
  }
}
