// Numbers of the United Kingdom: the NHS number, national insurance (HMRC, NIM39110), driving licences (DVLA) and passports.
// What stands on a house or a car is in `united-kingdom-places.ts`.

import { nonWord, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { weightedSum } from '../checksums.ts'
import { namesOfThings, readDigits, shortWord } from '../digits.ts'

const space = 0x20

const nhsWeights = [10, 9, 8, 7, 6, 5, 4, 3, 2]

/** NHS data dictionary: modulus 11; where 10 would be the check digit, the number is not given. */
function checkNhs(match: Match): number {
  const { value, separator, isMixed, isTail, isUniform } = readDigits(match)
  if (isUniform || isMixed || isTail) return 0
  if ((11 - (weightedSum(value, nhsWeights) % 11)) % 11 !== value[9]) return 0
  // Every eleventh telephone number of North America looks like it, and there no group begins with 0 or 1.
  const isPhone = (value[0] ?? 0) > 1 && (value[3] ?? 0) > 1
  return separator === space && !isPhone ? 0.5 : 0.3
}

/** Prefixes that are not used, though their letters could be. */
const unusedPrefixes = new Set(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'])

function checkInsurance(match: Match): number {
  const prefix = match.text().slice(0, 2)
  if (unusedPrefixes.has(prefix.toUpperCase())) return 0
  // In lower case it may be a piece of a hash.
  return prefix < 'a' ? 0.5 : 0.3
}

/** The date of birth: the decade, the month (and 50 for women), the day, the year of the decade. The century is not told. */
function checkLicence(match: Match): number {
  const { bytes, start } = match
  const afterName = bytes[start + 5] === space ? 6 : 5
  const digitAt = (i: number): number => (bytes[start + afterName + i] ?? 0) - 48
  const year = 2000 + digitAt(0) * 10 + digitAt(5)
  const month = (digitAt(1) * 10 + digitAt(2)) % 50
  return isDate(year, month, digitAt(3) * 10 + digitAt(4)) ? 0.7 : 0
}

function checkPassport(match: Match): number {
  const { isUniform, isTail } = readDigits(match)
  return isUniform || isTail ? 0 : 0.1
}

const document = { left: notBytes('A-Za-z0-9_*+.'), right: notBytes('A-Za-z0-9_*-'), unlike: namesOfThings } as const

const nhs = {
  ...document,
  dataClass: 'phi/uk-nhs',
  words: ['nhs', 'national_health', 'health_service', 'chi_num', 'chi_no', 'health_and_care'],
  alone: true,
  check: checkNhs,
} as const

export const unitedKingdomDetectors: readonly Detector[] = [
  {
    id: 'uk-driving-licence',
    dataClass: 'pii/uk-driving-licence',
    // Five letters of the name, filled up with 9; two initials or 9; one against doubles, two to check.
    pattern:
      '[A-Z](?:[A-Z]{4}|[A-Z]{3}9|[A-Z]{2}99|[A-Z]999|9999) ?[0-9][0156][0-9][0-3][0-9]{2} ?[A-Z9]{2}[0-9A-Z][A-Z]{2}|' +
      '[a-z](?:[a-z]{4}|[a-z]{3}9|[a-z]{2}99|[a-z]999|9999)[0-9][0156][0-9][0-3][0-9]{2}[a-z9]{2}[0-9a-z][a-z]{2}',
    left: nonWord,
    right: nonWord,
    maxBytes: 18,
    score: 0.7,
    check: checkLicence,
  },
  {
    ...document,
    id: 'uk-nino',
    dataClass: 'pii/uk-nino',
    pattern: '(?i)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D]',
    maxBytes: 13,
    score: 0.5,
    check: checkInsurance,
    words: ['nino', 'national_insurance', 'ni_num', 'ni_no', ...shortWord('ni'), 'insurance_no', 'insurance_num'],
    alone: true,
  },
  { ...nhs, id: 'uk-nhs', pattern: '[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}', maxBytes: 12, score: 0.5 },
  { ...nhs, id: 'uk-nhs-plain', pattern: '[0-9]{10}', maxBytes: 10, score: 0.3 },
  {
    ...document,
    id: 'uk-passport',
    dataClass: 'pii/uk-passport',
    pattern: '[A-Za-z]{2}[0-9]{7}',
    maxBytes: 9,
    score: 0.1,
    check: checkPassport,
    words: ['passport', 'travel_document', 'hmpo'],
  },
  {
    ...document,
    id: 'uk-passport-digits',
    dataClass: 'pii/uk-passport',
    pattern: '[0-9]{9}',
    maxBytes: 9,
    score: 0.1,
    check: checkPassport,
    words: ['uk_passport', 'british_passport', 'gb_passport', 'gbr_passport', 'hmpo'],
  },
]
