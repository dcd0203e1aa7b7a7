// Which words speak for a match, by name: what `words.ts` knows only as "one did". For people who ask; traffic is never looked at
// this way.

import { Buffer } from 'node:buffer'
import { contextBytes } from './detector.ts'
import { patternsOf } from './word-list.ts'
import { wordReach } from './words.ts'

/** @param start where the match begins in `bytes`; @returns the words that end in the `contextBytes` before it */
export function wordsBefore(words: readonly string[], bytes: Uint8Array, start: number): string[] {
  const from = Math.max(0, start - wordReach)
  const before = Buffer.from(bytes.buffer, bytes.byteOffset + from, start - from).toString('latin1')
  return words.filter((word) =>
    [...before.matchAll(toPattern(word))].some(
      (match) => before.length - match.index - match[0].length <= contextBytes,
    ),
  )
}

/** As a word of its own, and as a hump of a name in camel case. Words hold nothing that repeats, so it is linear. */
function toPattern(word: string): RegExp {
  const { asWord, asHump } = patternsOf(word)
  return new RegExp(`(?<![A-Za-z])${asWord}|(?<=[a-z0-9])${asHump}`, 'g')
}
