// Nigeria: identity number (NIMC), plates (FRSC). South Africa: identity number (Identification Act 68 of 1997).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { isLuhn, isVerhoeff } from '../checksums.ts'
import { namesOfThings, numberIn, readDigits } from '../digits.ts'

function checkNigerian(match: Match): number {
  const { value } = readDigits(match)
  return isVerhoeff(value, 11) ? 0.25 : 0
}

function checkSouthAfrican(match: Match): number {
  const { value, count, isMixed, isTail } = readDigits(match)
  if (count !== 13 || isMixed || isTail || !isLuhn(value, 13)) return 0
  if (!isDate(numberIn(value, 0, 2), numberIn(value, 2, 2), numberIn(value, 4, 2))) return 0
  // What was a person's race until 1986 is 8 or 9 since.
  return (value[11] ?? 0) >= 8 ? 0.5 : 0.3
}

const boundary = {
  left: notBytes('A-Za-z0-9_*+.-'),
  right: notBytes('A-Za-z0-9_*-'),
  alone: true,
  unlike: namesOfThings,
} as const

export const africanDetectors: readonly Detector[] = [
  {
    ...boundary,
    id: 'ng-nin',
    dataClass: 'pii/ng-nin',
    pattern: '[0-9]{11}',
    maxBytes: 11,
    score: 0.25,
    check: checkNigerian,
    words: ['nin', 'nimc', 'national_identi', 'national_id', 'identity_number'],
  },
  {
    ...boundary,
    id: 'ng-vehicle-registration',
    dataClass: 'pii/ng-vehicle-registration',
    // The local government, a number, the year and the batch.
    pattern: '[A-Z]{3}[ -]?[0-9]{3}[ -]?[A-Z]{2}|[a-z]{3}-?[0-9]{3}-?[a-z]{2}',
    maxBytes: 10,
    score: 0.3,
    words: ['plate', 'vehicle', 'registration', 'reg_no', 'licen', 'frsc'],
  },
  {
    ...boundary,
    id: 'za-id-number',
    dataClass: 'pii/za-id-number',
    // The birth, a serial, then 0 a citizen, 1 a resident, 2 a refugee.
    pattern: '[0-9]{2}[01][0-9][0-3][0-9][ -]?[0-9]{4}[ -]?[0-2][0-9]{2}',
    maxBytes: 15,
    score: 0.5,
    check: checkSouthAfrican,
    words: ['south_african', 'rsa_id', 'sa_id', 'id_number', 'identity', 'resident', 'national_id', 'id_no'],
  },
]
