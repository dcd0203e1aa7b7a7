// `sallyport mask digest`: how an ignore rule names one value without containing it. The value comes from standard input, so that
// it stands in no history of a shell and in no list of processes.

import { Buffer } from 'node:buffer'
import { BadUsage } from '../failure.ts'
import { print, printJson } from '../output.ts'
import { maskingOf } from './mask.ts'

const maxBytes = 4_096

export async function digest(options: { class: string; config: string; json?: true }): Promise<void> {
  const masking = maskingOf(options.config)
  if (!masking.classes.includes(options.class))
    throw new BadUsage(
      `no detector finds '${options.class}'; a class is written as findings write it, such as pii/email`,
    )
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of process.stdin) {
    const bytes = Buffer.from(piece)
    length += bytes.length
    if (length > maxBytes) throw new BadUsage(`a value has at most ${maxBytes} bytes`)
    pieces.push(bytes)
  }
  const value = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (value === '')
    throw new BadUsage('the value comes from standard input: printf %s "$VALUE" | sallyport mask digest …')
  const made = masking.digest(options.class, value)
  if (options.json) printJson({ class: options.class, digest: made })
  else print(made)
}
