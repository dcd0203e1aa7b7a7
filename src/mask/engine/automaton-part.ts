// What an automaton is made of: patterns, each with what may stand beside it, and which of them are alike to it.

import type { ByteSet } from './byte-set.ts'

/**
 * Every match begins with any number of bytes of `before` and then has `byte`. Where such a byte does not follow, the part
 * need not be run at all: most words of a text could begin a mail address, and very few texts have an `@`.
 */
export interface Anchor {
  readonly byte: number
  readonly before: ByteSet
}

export interface AutomatonPart {
  readonly pattern: string
  /** Which bytes (or the beginning) may stand before a match. */
  readonly left: ByteSet
  /** Longest match in bytes; a longer one is not looked for. */
  readonly maxBytes: number
  /** Never matches without this byte; see `Anchor`. */
  readonly anchor?: Anchor
  /** Its end is acted upon at once. */
  readonly isUrgent?: boolean
  /** Of several ends only the last is tried. */
  readonly wholeRun?: boolean
  /** Which bytes (or the end) may follow a match; any when it is not said. */
  readonly right?: ByteSet
  /** Is nothing without something before it: a word, the name of a field. */
  readonly needsWord?: boolean
  /** Is no match itself: none begins inside of it. See `enclosures.ts`. */
  readonly encloses?: boolean
}

/** Numbers of parts that the automaton cannot tell apart, but for what follows them and what speaks for them. */
export function toSharers(parts: readonly AutomatonPart[]): readonly (readonly number[])[] {
  const lefts = new Map<ByteSet, string>()
  const sharers = new Map<string, number[]>()
  for (const [i, part] of parts.entries()) {
    const { maxBytes, anchor, isUrgent, wholeRun, encloses } = part
    let left = lefts.get(part.left)
    if (left === undefined) lefts.set(part.left, (left = part.left.join('')))
    const flags = [anchor !== undefined, isUrgent === true, wholeRun === true, encloses === true]
    const look = [left, maxBytes, ...flags, part.pattern]
    const key = look.join(' ')
    const alike = sharers.get(key)
    if (alike === undefined) sharers.set(key, [i])
    else alike.push(i)
  }
  return [...sharers.values()]
}
