// Detectors that the operator of the gateway writes: words, or a pattern in the same bounded subset as our own, so that none of
// them can be slow. Both with the usual boundaries: nothing begins or ends inside a word.

import { Fault } from '../kernel/fault.ts'
import { notBytes } from './engine/byte-set.ts'
import { toNameWords } from './engine/context.ts'
import { longestMatch, type Detector } from './engine/detector.ts'
import { parsePattern } from './engine/pattern.ts'

export interface CustomDetector {
  /** As findings name it: `employee-number`. */
  readonly id: string
  /** `pii/employee-number`; a class of ours or a new one. */
  readonly class: string
  /** Either this or `terms`. */
  readonly pattern?: string | undefined
  /** Names, titles, code words, as they are written; capitals do not matter, and a space stands for any few blanks. */
  readonly terms?: readonly string[] | undefined
  /** 0–1; below 0.4 one of the words must be before the value or in the name of its field. */
  readonly score?: number | undefined
  readonly words?: readonly string[] | undefined
  readonly maxBytes?: number | undefined
}

const boundary = notBytes('A-Za-z0-9_*')

/** @throws Fault `config.invalid` */
export function toDetector(custom: CustomDetector): Detector {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(custom.id) || !/^[a-z]{2,16}\/[a-z0-9-]{1,64}$/.test(custom.class))
    throw new Fault('config.invalid', { what: 'detector', problem: 'an id or class that is not a plain name' })
  const wrong = (problem: string): Fault => new Fault('config.invalid', { what: 'detector', id: custom.id, problem })
  if ((custom.pattern === undefined) === (custom.terms === undefined)) throw wrong('either a pattern or terms')
  const pattern = custom.pattern ?? termsPattern(custom.terms ?? [])
  parsePattern(pattern)
  if ((custom.maxBytes ?? 0) > longestMatch) throw wrong('too long')
  const words = (custom.words ?? []).map(toNameWords)
  if (words.some((word) => !/[\p{L}\p{N}]/u.test(word))) throw wrong('a word without a letter or digit')
  return {
    id: custom.id,
    dataClass: custom.class,
    pattern,
    left: boundary,
    right: boundary,
    maxBytes: custom.maxBytes ?? 256,
    score: custom.score ?? 0.6,
    words,
  }
}

function termsPattern(terms: readonly string[]): string {
  const written = terms.map((term) =>
    Array.from(term.trim(), (letter) => (/[A-Za-z0-9\x80-\u{10ffff}]/u.test(letter) ? letter : `\\${letter}`)).join(''),
  )
  return `(?i)${written.map((term) => term.replace(/(?:\\\s)+/g, '[ \\t\\r\\n]{1,3}')).join('|')}`
}
