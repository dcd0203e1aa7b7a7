// Germany, taxes and pensions: identification number (§ 139b AO), tax number of the state offices, VAT number (§ 27a UStG)
// and pension insurance number (§ 147 SGB VI, VKVV).

import { notBytes, nonWord } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { isMod11To10 } from '../checksums.ts'

/** How often each digit occurs among the first ten. */
const occurrences = new Uint8Array(10)

/**
 * One of the first ten digits occurs twice or three times, the others at most once. A number that has no such digit is still
 * taken for one beside a word: what is checked by its check digit alone is in many a system.
 */
function checkTaxId(match: Match): number {
  readValues(match)
  if (!isMod11To10(values, 11)) return 0
  occurrences.fill(0)
  for (let i = 0; i < 10; i++) {
    const digit = values[i] ?? 0
    occurrences[digit] = (occurrences[digit] ?? 0) + 1
  }
  let repeated = 0
  for (const count of occurrences) {
    if (count > 3) return 0
    if (count > 1) repeated++
  }
  if (repeated !== 1) return 0.1
  return match.end - match.start > 11 ? 0.45 : 0.25
}

/** Areas of the carriers of pension insurance, those of before 2008 among them. */
const pensionAreas = areasOf('02-04 08-21 23-26 28-29 38-40 42-44 48-61 63-66 68-69 78-82 89')

function areasOf(ranges: string): Uint8Array {
  const areas = new Uint8Array(100)
  for (const range of ranges.split(' ')) {
    const [from = '', to = from] = range.split('-')
    areas.fill(1, Number(from), Number(to) + 1)
  }
  return areas
}

const pensionWeights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
/** The number with its letter as two digits, 01–26; each already times its weight, as its cross sum. */
const products = new Uint8Array(12)

function checkPension(match: Match): number {
  readValues(match)
  if (pensionAreas[numberAt(0, 2)] !== 1) return 0
  // When the serials of a day were used up, 50 was added to the day.
  const day = numberAt(2, 2)
  if (!isDate(numberAt(6, 2), numberAt(4, 2), day > 50 ? day - 50 : day)) return 0
  const letter = (values[8] ?? 0) - 9
  products.set(values.subarray(0, 8))
  products[8] = Math.floor(letter / 10)
  products[9] = letter % 10
  products[10] = values[9] ?? 0
  products[11] = values[10] ?? 0
  let sum = 0
  for (let i = 0; i < 12; i++) {
    const product = (products[i] ?? 0) * (pensionWeights[i] ?? 0)
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum % 10 === values[11] ? 0.7 : 0
}

function checkVat(match: Match): number {
  const count = readValues(match)
  values.copyWithin(0, 2, count)
  return values[0] !== 0 && isMod11To10(values, 9) ? 0.5 : 0
}

/** First digits of a tax number of 13 digits, by state; the digit after the office is 0. */
const stateLeads = new Set([1, 3, 4, 5, 9])
const stateLeadsOfTwo = new Set([11, 21, 22, 23, 24, 26, 27, 28])

function checkTaxNumber(match: Match): number {
  const count = readValues(match)
  if (count !== 13) return 0.3
  const lead = numberAt(0, 2)
  if (values[4] === 0 && (stateLeads.has(values[0] ?? 0) || stateLeadsOfTwo.has(lead))) return 0.2
  // Written with the key of the state, 01–16, in front.
  return lead >= 1 && lead <= 16 ? 0.1 : 0
}

const taxId = {
  dataClass: 'pii/de-tax-id',
  left: notBytes('A-Za-z0-9_*+.,-'),
  right: notBytes('A-Za-z0-9_*-'),
  alone: true,
  words: [
    'steuer_id',
    'steuer_ident',
    'steuerident',
    'steueridnr',
    'identifikationsnummer',
    'idnr',
    'id_nr',
    'tax_id',
    'tin',
  ],
  unlike: ['order', 'uuid', 'hash', 'timestamp', 'phone', 'telefon', 'fax'],
} as const

const vatWords = ['ust', 'umsatzsteuer', 'vat', 'mwst', 'mehrwertsteuer', 'uid']

export const germanTaxDetectors: readonly Detector[] = [
  {
    ...taxId,
    id: 'de-tax-id',
    pattern: '[1-9][0-9]{10}',
    maxBytes: 11,
    score: 0.25,
    check: checkTaxId,
  },
  {
    // In groups as it is printed.
    ...taxId,
    id: 'de-tax-id-grouped',
    pattern: '[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}',
    maxBytes: 14,
    score: 0.45,
    check: checkTaxId,
  },
  {
    id: 'de-social-security',
    dataClass: 'pii/de-social-security',
    pattern: '[0-8][0-9][ ]?[0-9]{6}[ ]?[A-Za-z][ ]?[0-9]{2}[ ]?[0-9]',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 16,
    score: 0.7,
    check: checkPension,
    words: [
      'rvnr',
      'vsnr',
      'svnr',
      'sv_nummer',
      'sv_nr',
      'rentenversicherung',
      'sozialversicherung',
      'versicherungsnummer',
      'versicherungsnr',
      'social_security',
    ],
  },
  {
    id: 'de-vat-id',
    dataClass: 'pii/de-vat-id',
    pattern: '[Dd][Ee](?:[-. ]?[0-9]){9}',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 20,
    score: 0.5,
    check: checkVat,
    words: vatWords,
  },
  {
    // The procedure of the check digit was never published by the issuing office: beside a word the form is enough.
    id: 'de-vat-id-form',
    dataClass: 'pii/de-vat-id',
    pattern: 'DE ?[1-9](?:[0-9]{8}|[0-9]{2}[-. ]?[0-9]{3}[-. ]?[0-9]{3})',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 14,
    score: 0.1,
    words: vatWords,
  },
  {
    id: 'de-tax-number',
    dataClass: 'pii/de-tax-number',
    pattern:
      '[0-9]{13}|[0-9]{2}[0-9]?[/ ][0-9]{3}[/ ][0-9]{5}|[0-9]{3}[/ ][0-9]{4}[/ ][0-9]{4}|[0-9]{5}/[0-9]{5}|[0-9]{2}/[0-9]{3,4}/[0-9]{4}|[0-9]{2}/[0-9]{3}/[0-9]{4}/[0-9]',
    left: notBytes('A-Za-z0-9_*+./,-'),
    right: notBytes('A-Za-z0-9_*/-'),
    maxBytes: 13,
    score: 0.3,
    check: checkTaxNumber,
    alone: true,
    words: [
      'steuernummer',
      'steuer_nr',
      'steuernr',
      'st_nr',
      'st._nr',
      'stnr',
      'finanzamt',
      'tax_number',
      'tax_no',
      'elster',
    ],
    unlike: ['order', 'hash', 'timestamp', 'phone', 'telefon', 'ean', 'gtin', 'isbn'],
  },
]
