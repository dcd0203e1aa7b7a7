// `sallyport mask digest`: how an ignore rule names one value without containing it. The value comes from standard input, so that
// it stands in no history of a shell and in no list of processes.

import { Buffer } from 'node:buffer'
import { print } from '../output.ts'
import { maskingOf } from './mask.ts'

const maxBytes = 4_096

export async function digest(options: { class: string; config: string }): Promise<void> {
  const masking = maskingOf(options.config)
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of process.stdin) {
    const bytes = Buffer.from(piece)
    length += bytes.length
    if (length > maxBytes) throw new Error(`a value has at most ${maxBytes} bytes`)
    pieces.push(bytes)
  }
  const value = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (value === '') throw new Error('the value comes from standard input: printf %s "$VALUE" | sallyport mask digest …')
  print(masking.digest(options.class, value))
}
