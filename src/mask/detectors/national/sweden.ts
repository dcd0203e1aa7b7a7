// Sweden: personal identity and coordination numbers (Skatteverket SKV 704, SKV 707) and numbers of organisations (SKV 709).
// Both end with a check digit after ISO/IEC 7812-1 over the last ten digits.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { isLuhn } from '../checksums.ts'

function checkPerson(match: Match): number {
  return scoreOf(readValues(match), match.end - match.start)
}

/** @param count digits in `values`. @param length of what is written, with a separator */
function scoreOf(count: number, length: number): number {
  const hasCentury = count === 12
  const year = numberAt(0, count - 8)
  if (hasCentury) values.copyWithin(0, 2, count)
  if (!isLuhn(values, 10)) return 0
  const day = numberAt(4, 2)
  // Coordination numbers have 60 added to the day.
  if (!isDate(year, numberAt(2, 2), day > 60 ? day - 60 : day)) return 0
  if (length === count) return hasCentury ? 0.3 : 0.2
  return day > 60 && !hasCentury ? 0.35 : 0.5
}

/** Of days since 1970 computers write the time behind them, and a count behind a day of today is an order. */
function checkWithCentury(match: Match): number {
  const score = checkPerson(match)
  if (score === 0) return 0
  readValues(match)
  const isTime = numberAt(8, 2) < 24 && numberAt(10, 2) < 60
  return numberAt(0, 4) >= 1_970 && isTime ? score : 0.45
}

/** A short word is glued to it. */
function checkGlued(match: Match): number {
  const count = readValues(match)
  const letters = values.findIndex((value) => value < 10)
  values.copyWithin(0, letters, count)
  match.maskStart += letters
  return scoreOf(count - letters, count - letters)
}

/** The third digit is at least 2, so that no number of a person is one; the first tells the kind, and none is 0 or 4. */
function checkOrganisation(match: Match): number {
  const count = readValues(match)
  if (count === 12) values.copyWithin(0, 2, count)
  return values[0] !== 0 && values[0] !== 4 && (values[2] ?? 0) >= 2 && isLuhn(values, 10) ? 0.3 : 0
}

const personal = {
  dataClass: 'pii/se-personnummer',
  right: notBytes('A-Za-z0-9_*-'),
  check: checkPerson,
  alone: true,
  words: [
    'personnummer',
    'person_nr',
    'personnr',
    'pnr',
    'samordningsnummer',
    'swedish_id',
    'personal_identity',
    'identity_number',
  ],
  unlike: ['order', 'phone', 'telefon', 'hash', 'timestamp'],
} as const

export const swedishDetectors: readonly Detector[] = [
  {
    ...personal,
    id: 'se-personnummer',
    pattern: '(?:1[89]|20)?[0-9]{6}[-+][0-9]{4}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    maxBytes: 13,
    score: 0.5,
  },
  {
    ...personal,
    id: 'se-personnummer-century',
    pattern: '(?:19[2-9]|200)[0-9]{9}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    maxBytes: 12,
    score: 0.45,
    check: checkWithCentury,
  },
  {
    ...personal,
    id: 'se-personnummer-plain',
    pattern: '[0-9]{10}|(?:1[89]|20)[0-9]{10}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    maxBytes: 12,
    score: 0.3,
  },
  {
    // `the number is197001011236`, as people type.
    ...personal,
    id: 'se-personnummer-glued',
    pattern: '[A-Za-z]{1,4}(?:[0-9]{10}|(?:1[89]|20)[0-9]{10})',
    left: notBytes('A-Za-z0-9_*+.,-'),
    maxBytes: 16,
    score: 0.3,
    check: checkGlued,
  },
  {
    id: 'se-organisationsnummer',
    dataClass: 'pii/se-organisationsnummer',
    pattern: '(?:16)?[0-9]{6}-?[0-9]{4}',
    left: notBytes('A-Za-z0-9_*+.,-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 13,
    score: 0.3,
    check: checkOrganisation,
    alone: true,
    words: [
      'organisationsn',
      'org_nr',
      'orgnr',
      'org.nr',
      'org._nr',
      'org_nummer',
      'organisation_number',
      'organization_number',
    ],
    unlike: ['order', 'phone', 'telefon', 'hash', 'timestamp'],
  },
]
