// Italy: fiscal code (DM 23/12/1976), VAT number (DPR 633/1972 art. 35), driving licence, identity card and passport.
//
// Of these only the first two have a published check character; the documents need a word.

import { notBytes, nonWord } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { isLuhn } from '../checksums.ts'

/** What a character in an odd place counts, by its place in the alphabet; a digit counts as the letter of its place. */
const oddCounts = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** Of two persons with the same code one has letters for digits: L M N P Q R S T U V, as `values` has them. */
const digitLetters = 'LMNPQRSTUV'
const digitOf = new Int8Array(36).fill(-1)
for (let i = 0; i < 10; i++) {
  digitOf[i] = i
  digitOf[digitLetters.charCodeAt(i) - 55] = i
}

/** January to December. */
const months = new Uint8Array(36)
for (const [i, letter] of Array.from('ABCDEHLMPRST').entries()) months[letter.charCodeAt(0) - 55] = i + 1

function twoDigitsAt(at: number): number {
  return (digitOf[values[at] ?? 0] ?? 0) * 10 + (digitOf[values[at + 1] ?? 0] ?? 0)
}

function checkFiscalCode(match: Match): number {
  readValues(match)
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = values[i] ?? 0
    const place = value < 10 ? value : value - 10
    sum += i % 2 === 0 ? (oddCounts[place] ?? 0) : place
  }
  // Women have 40 added to the day.
  const day = twoDigitsAt(9)
  if (!isDate(twoDigitsAt(6), months[values[8] ?? 0] ?? 0, day > 40 ? day - 40 : day)) return 0
  // So much of it is a code that a slip in its last letter makes it no other thing, where a word says what it is.
  return (sum % 26) + 10 === values[15] ? 0.9 : 0.3
}

/** Seven digits of the person, three of the office that gave it, and the check digit. */
function isVatNumber(count: number): boolean {
  if (!isLuhn(values, count)) return false
  const office = numberAt(7, 3)
  const isOffice =
    (office >= 1 && office <= 100) || office === 120 || office === 121 || office === 888 || office === 999
  return isOffice && numberAt(0, 7) !== 0
}

function checkVat(match: Match): number {
  return isVatNumber(readValues(match)) ? 0.25 : 0
}

function checkPrefixedVat(match: Match): number {
  const count = readValues(match)
  values.copyWithin(0, 2, count)
  return isVatNumber(11) ? 0.6 : 0
}

const document = {
  left: notBytes('A-Za-z0-9_*-'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: ['order', 'sku', 'hash', 'uuid'],
} as const

const vatWords = ['partita', 'p_iva', 'p.iva', 'piva', 'iva', 'vat', 'fiscale', 'p._iva']

/** Three letters of a name: its consonants, then its vowels, then X. */
const upperName = '(?:[B-DF-HJ-NP-TV-Z]{2}[A-Z]|[A-Z][AEIOU][AEIOUX]|[AEIOU]XX)'
const lowerName = '(?:[b-df-hj-np-tv-z]{2}[a-z]|[a-z][aeiou][aeioux]|[aeiou]xx)'

/**
 * In capital letters as on the card, with its spaces; in small ones only as most have it, with digits for digits: in one
 * pattern for both, every word of a text would be read to its end.
 */
const fiscalCode =
  `${upperName} ?${upperName} ?[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2} ?[A-Z][0-9LMNP-V]{3}[A-Z]|` +
  `${lowerName}{2}[0-9]{2}[a-ehlmprst][0-9]{2}[a-z][0-9]{3}[a-z]`

export const italianDetectors: readonly Detector[] = [
  {
    id: 'it-fiscal-code',
    dataClass: 'pii/it-fiscal-code',
    pattern: fiscalCode,
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 19,
    score: 0.9,
    check: checkFiscalCode,
    words: ['fiscale', 'fiscal_code', 'codfisc', 'cod_fisc', 'c.f.'],
  },
  {
    id: 'it-vat-code',
    dataClass: 'pii/it-vat-code',
    pattern: '[0-9](?:[_ -]?[0-9]){10}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 21,
    score: 0.25,
    check: checkVat,
    alone: true,
    words: vatWords,
    unlike: ['order', 'phone', 'telefono', 'hash', 'timestamp'],
  },
  {
    id: 'it-vat-code-prefixed',
    dataClass: 'pii/it-vat-code',
    pattern: '[Ii][Tt][- ]?[0-9]{11}',
    left: notBytes('A-Za-z0-9_*-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 14,
    score: 0.6,
    check: checkPrefixedVat,
    words: vatWords,
  },
  {
    // Duplicates of the central office begin with U1; letters came into their number in 2011, without A, I, O and Q.
    ...document,
    id: 'it-driver-license',
    dataClass: 'pii/it-driver-license',
    pattern: '[A-Za-z]{2}[0-9]{7} ?[A-Za-z]|[Uu]1[0-9B-HJ-NPR-Zb-hj-npr-z]{7} ?[A-Za-z]',
    maxBytes: 11,
    score: 0.2,
    alone: true,
    words: ['patente', 'guida', 'driving', 'driver', 'licen'],
  },
  {
    // Paper, the first electronic card, and the card of today.
    ...document,
    id: 'it-identity-card',
    dataClass: 'pii/it-identity-card',
    pattern: '[A-Za-z]{2} ?[0-9]{7}|[0-9]{7}[A-Za-z]{2}|[Cc][A-Za-z][0-9]{5}[A-Za-z]{2}',
    maxBytes: 10,
    score: 0.1,
    words: ['carta', 'identit', 'cie', 'documento', 'id_card'],
  },
  {
    ...document,
    id: 'it-passport',
    dataClass: 'pii/it-passport',
    pattern: '[A-Za-z]{2}[0-9]{7}',
    maxBytes: 9,
    score: 0.1,
    words: ['passaporto', 'passport'],
  },
]
