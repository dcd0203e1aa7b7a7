// Where inputs begin: the rows of corpus/, and what fuzzing found there once, which is tried first for ever.

import { Buffer } from 'node:buffer'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const corpus = resolve(import.meta.dirname, '../../corpus')

/** `input` of every row of the files. */
export function inputsOf(...patterns: readonly string[]): Uint8Array[] {
  const files = patterns.flatMap((pattern) => globSync(resolve(corpus, pattern))).sort()
  return files.flatMap((file) => {
    const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly {
      readonly input?: string
      readonly text?: string
    }[]
    return rows.map(({ input, text }) => toBytes(input ?? text ?? ''))
  })
}

interface Finding {
  /** Text, or bytes in Base64. */
  readonly input: string | { readonly base64: string }
  readonly why: string
}

/** corpus/fuzz/NAME.json, when there is one. */
export function findingsOf(name: string): Uint8Array[] {
  const file = resolve(corpus, 'fuzz', `${name.toLowerCase().replaceAll(' ', '-')}.json`)
  if (!existsSync(file)) return []
  const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Finding[]
  return rows.map(({ input }) =>
    typeof input === 'string' ? toBytes(input) : Uint8Array.from(Buffer.from(input.base64, 'base64')),
  )
}

export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text))
}

export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
