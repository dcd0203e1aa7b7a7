// Payment cards. A number is a card when an issuer's range has its length and its check digit fits (ISO/IEC 7812-1);
// grouping that no card is printed in needs a word beside it.

import { notBytes } from '../engine/byte-set.ts'
import { isLuhn } from './checksums.ts'
import type { Detector, Match } from '../engine/detector.ts'

/** A space or two, a dash (with spaces or not), a dot, `_`, `/`, `+`, a middle dot, a no-break space, or one of the typographic dashes. */
const separator = '(?: ?[ -] ?|[._/+]|\\xc2\\xb7|\\xc2\\xa0|\\xe2\\x80[\\x90-\\x95\\xaf])'

/** From, to (of the leading digits), lengths. */
const issuers: readonly (readonly [from: string, to: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]],
  ['51', '55', [16]],
  ['2221', '2720', [16]],
  ['34', '34', [15]],
  ['37', '37', [15]],
  ['300', '305', [14, 16]],
  ['3095', '3095', [14, 16]],
  ['36', '36', [14, 16]],
  ['38', '39', [14, 16]],
  ['6011', '6011', [16, 19]],
  ['644', '649', [16, 19]],
  ['65', '65', [16, 19]],
  ['1', '1', [15]],
  ['2131', '2131', [15]],
  ['3528', '3589', [15, 16, 19]],
  ['35', '35', [16]],
  ['50', '50', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['56', '69', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['2200', '2204', [16, 17, 18, 19]],
  ['9792', '9792', [16]],
]

/** By the first four digits: bit n is set when an issuer has numbers of n digits there. */
const lengthsByLead = new Uint32Array(10_000)
for (const [from, to, lengths] of issuers) {
  const scale = 10 ** (4 - from.length)
  const bits = lengths.reduce((sum, length) => sum | (1 << length), 0)
  for (let lead = Number(from) * scale; lead < (Number(to) + 1) * scale; lead++)
    lengthsByLead[lead] = (lengthsByLead[lead] ?? 0) | bits
}

/** Lengths of groups as a number in base 32. */
const groupings = new Set(
  ['4444', '44443', '465', '464', '4443', '4441', '4442', '444', '445', '88', '46', '466', '467', '454'].map((text) =>
    Array.from(text).reduce((sum, length) => sum * 32 + Number(length), 0),
  ),
)

/** Of the match that is checked; only `checkCard` uses it, and it does not wait for anything. */
const digits = new Uint8Array(24)

/**
 * Visa of 13 and Maestro of other than 16 and 19 digits are hardly issued any more, cards of airlines (UATP, 1…) are few: far
 * more often it is another number. 1800 is JCB's.
 */
function isRareLength(lead: number, count: number): boolean {
  if (count <= 13 || count === 17 || count === 18) return true
  if (lead < 2_000 && lead !== 1_800) return true
  return count < 16 && (lead >= 5_600 || (lead >= 5_000 && lead < 5_100))
}

const underscore = 0x5f

function checkCard(match: Match): number {
  const { bytes, start, end } = match
  let count = 0
  let group = 0
  let grouping = 0
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 48
    if (digit >= 0 && digit <= 9) {
      digits[count++] = digit
      group++
    } else if (group > 0) {
      grouping = grouping * 32 + group
      group = 0
    }
  }
  const lead = (digits[0] ?? 0) * 1000 + (digits[1] ?? 0) * 100 + (digits[2] ?? 0) * 10 + (digits[3] ?? 0)
  if ((((lengthsByLead[lead] ?? 0) >> count) & 1) === 0 || !isLuhn(digits, count)) return 0
  // A decimal fraction (3.4111…) is no card. Behind a comma it is one with a zero before it; else a list or a line of csv.
  const before = match.before()
  if (/\d\.$/.test(before) || (grouping === 0 && /(?:^|[^\d.,])0,$/.test(before))) return 0
  // `file_4111111111111111`: many an identifier is written like this; with groups none is.
  if (isRareLength(lead, count) || (grouping === 0 && match.byteBefore(1) === underscore)) return 0.3
  return grouping === 0 || groupings.has(grouping * 32 + group) ? 0.8 : 0.3
}

export const paymentDetectors: readonly Detector[] = [
  {
    id: 'card-number',
    dataClass: 'pci/card',
    pattern: `[1-69][0-9](?:${separator}?[0-9]){10,17}`,
    left: notBytes('A-Za-z0-9*+'),
    right: notBytes('A-Za-z0-9_*'),
    maxBytes: 72,
    score: 0.8,
    check: checkCard,
    alone: true,
    words: [
      'card',
      'credit',
      'debit',
      'cc',
      'ccn',
      'ccnum',
      'pan',
      'visa',
      'mastercard',
      'maestro',
      'amex',
      'payment',
      'karte',
      'carte',
      'tarjeta',
    ],
    unlike: ['uuid', 'guid', 'hash', 'sha', 'digest', 'checksum', 'timestamp'],
  },
]
