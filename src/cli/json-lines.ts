// JSON lines from standard input to standard output: one answer a line, in order, with back-pressure, whatever the size.

import { once } from 'node:events'
import type { z } from 'zod'
import { BadUsage } from './failure.ts'

/** Answers are written together: all to the lines of one read, so that whoever types has them at once, but not more than this. */
const togetherLength = 65_536

/** @throws BadUsage for a line that is not what is asked for, with its number and never with its text */
export async function eachLine<Line>(asked: z.ZodType<Line>, answer: (line: Line) => unknown): Promise<void> {
  let number = 0
  let told = ''
  for await (const lines of readLines(process.stdin)) {
    try {
      for (const line of lines) {
        number++
        if (line.trim() === '') continue
        told += `${JSON.stringify(answer(parse(asked, line, number)))}\n`
        if (told.length < togetherLength) continue
        await write(told)
        told = ''
      }
    } finally {
      // What was answered before a bad line is told before the complaint.
      await write(told)
      told = ''
    }
  }
}

async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** The lines that each read completed; the last one may be without its end. */
async function* readLines(input: NodeJS.ReadStream): AsyncGenerator<readonly string[]> {
  input.setEncoding('utf8')
  let begun = ''
  for await (const text of input as AsyncIterable<string>) {
    const lines = text.split('\n')
    lines[0] = begun + (lines[0] ?? '')
    begun = lines.pop() ?? ''
    if (lines.length > 0) yield lines
  }
  if (begun !== '') yield [begun]
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
