// The digits of a match, whatever stands between them: what the checks of national numbers read. Nothing is allocated for it,
// because columns of numbers ask it once a row.

import type { Match } from '../engine/detector.ts'
import { endsMark, isBehindStars } from '../operators/own-tokens.ts'

const maxDigits = 32
const [star, space, dash, dot, bracket] = [0x2a, 0x20, 0x2d, 0x2e, 0x5d]

/** Between groups: a space, a dash, a dot, a no-break space or a typographic dash. */
export const separator = '(?:[ .-]|\\xc2\\xa0|\\xe2\\x80[\\x90-\\x95])'

export interface Digits {
  readonly value: Uint8Array
  readonly count: number
  /** The first byte of what stands between groups; 0 when there is nothing. */
  readonly separator: number
  /** Two kinds of separators are nobody's way to write a number. */
  readonly isMixed: boolean
  /** The match is the tail of a longer number in groups. */
  readonly isTail: boolean
  /** One digit, again and again. */
  readonly isUniform: boolean
}

/** One for all checks: none of them waits, and nothing of it may be kept. */
const digits = {
  value: new Uint8Array(maxDigits),
  count: 0,
  separator: 0,
  isMixed: false,
  isTail: false,
  isUniform: false,
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

/** A space that no group of the match itself is parted by ends a sentence's number: it is no tail. */
function isTail(match: Match, own: number): boolean {
  const before = match.byteBefore(1)
  if (before !== dash && before !== dot && (before !== space || own !== space)) return false
  const further = match.byteBefore(2)
  return (
    isDigit(further) ||
    (further === star && isBehindStars(match)) ||
    (further === bracket && endsMark(match.before().slice(0, -1)))
  )
}

/** Letters are passed over; at most 32 digits are read. */
export function readDigits(match: Match): Digits {
  const { bytes, start, end } = match
  digits.count = 0
  digits.separator = 0
  digits.isMixed = false
  digits.isUniform = true
  let last = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0
    if (isDigit(byte) && digits.count < maxDigits) {
      const digit = byte - 48
      digits.value[digits.count++] = digit
      digits.isUniform &&= digit === digits.value[0]
    } else if (byte < 48 || byte >= 0xc0) {
      if (digits.separator === 0) digits.separator = byte
      // Of a no-break space or a long dash the last byte tells which it is.
      const kind = byte >= 0xc0 ? (bytes[i + (byte >= 0xe0 ? 2 : 1)] ?? 0) : byte
      digits.isMixed ||= last !== 0 && kind !== last
      last = kind
    }
  }
  digits.isTail = isTail(match, digits.separator)
  return digits
}

/** The number that some of the digits are. */
export function numberIn(value: Uint8Array, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum = sum * 10 + (value[i] ?? 0)
  return sum
}

/** What may stand behind a word in text: a blank, what assigns, the quote of a key, the tag of a cell. */
const ends = Array.from(' \t:#="\'`<')

/**
 * Short words need an end, or they would speak in the middle of others (`sin` in `since`): in a text a space or a sign is
 * it, in the name of a field `$`, its own end.
 */
export function shortWord(word: string): string[] {
  return [...ends.map((end) => word + end), `${word}$`, `${word}_no`, `${word}_num`]
}

/** Names of fields whose values look like numbers of people and are none. */
export const namesOfThings = [
  'uuid',
  'guid',
  'hash',
  'sha',
  'digest',
  'checksum',
  'timestamp',
  'version',
  'order',
  'sku',
  'serial',
] as const
