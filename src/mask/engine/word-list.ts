// The words of all detectors, with what is computed once for them: the automaton that finds them, whose each of them is, and with
// which bytes begins what they speak for.

import type { Accepts } from './accepts.ts'
import { Automaton } from './automaton.ts'
import type { AutomatonPart } from './automaton-part.ts'
import { firstBytes } from './beginnings.ts'
import { bytesOf, eitherOf, notBytes, type ByteSet } from './byte-set.ts'
import { longestWord, threshold, type Detector } from './detector.ts'
import { Prefilter } from './prefilter.ts'

const maxStates = 16_384
const utf8 = new TextEncoder()
const notLetter = notBytes('A-Za-z')
const smallOrDigit = bytesOf('a-z0-9')

/** What is computed once for the words of all detectors. */
export class WordList {
  readonly automaton: Automaton
  /** Of each part of the automaton: the detectors that have the word. */
  readonly owners: readonly (readonly number[])[]
  readonly detectors: number
  readonly #parts: readonly AutomatonPart[]
  /** Of each detector that is nothing without a word: the bytes that it begins with. */
  readonly #first: readonly (ByteSet | null)[]
  readonly #opens = new Map<Accepts, ByteSet>()
  #prefilter: Prefilter | null = null

  constructor(detectors: readonly Detector[]) {
    this.#first = detectors.map(({ score, pattern }) => (score < threshold ? firstBytes(pattern) : null))
    const byWord = new Map<string, number[]>()
    for (const [i, detector] of detectors.entries())
      for (const word of detector.words ?? []) {
        const owners = byWord.get(word)
        if (owners === undefined) byWord.set(word, [i])
        else owners.push(i)
      }
    this.detectors = detectors.length
    this.#parts = [...byWord.keys()].flatMap(toParts)
    this.owners = [...byWord.values()].flatMap((owners) => [owners, owners])
    this.automaton = new Automaton(this.#parts, maxStates)
  }

  get prefilter(): Prefilter {
    this.#prefilter ??= new Prefilter(this.#parts, this.automaton, 'entry')
    return this.#prefilter
  }

  /** With which bytes begins what these words speak for, when it is nothing without them? */
  opens(accepts: Accepts): ByteSet {
    let opens = this.#opens.get(accepts)
    if (opens === undefined) {
      const own = new Set(accepts.parts.flatMap((part) => this.owners[part] ?? []))
      const some = [...own].flatMap((owner) => this.#first[owner] ?? [])
      opens = some.reduce(eitherOf, new Uint8Array(257))
      this.#opens.set(accepts, opens)
    }
    return opens
  }
}

/** As a word of its own, and as a hump of a name in camel case. */
function toParts(word: string): AutomatonPart[] {
  const { asWord, asHump } = patternsOf(word)
  return [
    { pattern: asWord, left: notLetter, maxBytes: longestWord },
    { pattern: asHump, left: smallOrDigit, maxBytes: longestWord },
  ]
}

/** Patterns over the bytes of UTF-8: in capitals or not, and as the part of a name that begins with a capital. */
export function patternsOf(word: string): { readonly asWord: string; readonly asHump: string } {
  const [first = '', ...rest] = Array.from(word, toPattern)
  const [capital = ''] = word.toUpperCase()
  return { asWord: [first, ...rest].join(''), asHump: [escaped(capital), ...rest].join('') }
}

function toPattern(letter: string): string {
  if (letter === '_') return '[ _-]?'
  const upper = letter.toUpperCase()
  if (upper === letter) return escaped(letter)
  return letter < '\x80' ? `[${upper}${letter}]` : `(?:${escaped(upper)}|${escaped(letter)})`
}

/** Every byte by its number: nothing in a word means anything else. */
function escaped(text: string): string {
  return Array.from(utf8.encode(text), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
