// Papers of the United States whose numbers have letters: passports, driver licences of the states, Medicare beneficiaries
// (CMS) and those who may prescribe controlled substances (DEA).

import { nonWord, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { namesOfThings, readDigits, shortWord } from '../digits.ts'

/** DEA: the sum of the 1st, 3rd and 5th digit and twice that of the 2nd, 4th and 6th ends in the 7th. */
function checkPrescriber(match: Match): number {
  const { value, count, isTail } = readDigits(match)
  if (isTail) return 0
  // In the place of the name's letter a 9 may stand, which is none of the seven.
  const first = count - 7
  let sum = 0
  let any = 0
  for (let i = 0; i < 6; i++) {
    const digit = value[first + i] ?? 0
    sum += digit * (1 + (i % 2))
    any |= digit
  }
  return any !== 0 && sum % 10 === value[first + 6] ? 0.3 : 0
}

function checkBeneficiary(match: Match): number {
  const before = match.byteBefore(1)
  if (match.end - match.start > 11) return before === 0x2d ? 0 : 0.6
  // Lower case without dashes may be a piece of a hash.
  return (match.bytes[match.start + 1] ?? 0) < 0x60 ? 0.45 : 0.3
}

function checkLicence(match: Match): number {
  const { isUniform, isTail } = readDigits(match)
  return isUniform || isTail ? 0 : 0.3
}

function checkStarred(match: Match): number {
  const text = match.text()
  return /\*/.test(text) && /\d/.test(text) && /[A-Z]/.test(text.slice(-5)) ? 0.3 : 0
}

function checkShape(match: Match): number {
  const { isUniform, isTail } = readDigits(match)
  return isUniform || isTail ? 0 : 0.1
}

/** CMS: C letter but S, L, O, I, B, Z; N digit; A either. */
const [letter, either] = ['[AC-HJKMNP-RT-Y]', '[0-9AC-HJKMNP-RT-Y]']
const beneficiary = `(?i)[1-9]${letter}${either}[0-9][ -]?${letter}${either}[0-9][ -]?${letter}{2}[0-9]{2}`

/** AAMVA, by state; what is a form of several is there once. */
const licences = [
  '[A-Z][0-9]{5,14}',
  '[A-Z][0-9]{18}',
  '[A-Z][0-9]{6}R',
  '[A-Z]{2}[0-9]{5,7}',
  '[A-Z]{2}[0-9]{6}[A-Z]',
  '[A-Z]{3}[0-9]{6}',
  '[0-9]{7,9}[A-Z]',
  '[0-9]{8}[A-Z]{2}',
  '[0-9]{3}[A-Z]{2}[0-9]{4}',
  '[0-9]{3}[A-Z][0-9]{6}',
  '[0-9]{2}[A-Z]{3}[0-9]{5}',
  '[A-Z][0-9][A-Z][0-9][A-Z]',
].join('|')

/** In the groups that they are printed in: of Illinois and Wisconsin, of Florida, of New Jersey, of Michigan, of New York. */
const groupedLicences = [
  '[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}(?:-[0-9]{2})?',
  '[A-Z][0-9]{3}-[0-9]{3}-[0-9]{2}-[0-9]{3}-[0-9]',
  '[A-Z][0-9]{4}[ -][0-9]{5}[ -][0-9]{5}',
  '[A-Z](?:[ -][0-9]{3}){4}',
].join('|')

const document = { left: notBytes('A-Za-z0-9_*+.'), right: notBytes('A-Za-z0-9_*-'), unlike: namesOfThings } as const

const licence = {
  ...document,
  dataClass: 'pii/us-driver-license',
  words: [
    'driver_lic',
    'drivers_lic',
    'driver_s_lic',
    "driver's_lic",
    'driver\u2019s_lic',
    'driving_license',
    'driver_id',
    'driver_no',
    'driver_num',
    'license_no',
    'license_num',
    'license:',
    'license#',
    'permit_num',
    'dln',
    ...shortWord('dl'),
    'dmv',
  ],
} as const

export const unitedStatesDocumentDetectors: readonly Detector[] = [
  {
    id: 'us-mbi',
    dataClass: 'phi/us-mbi',
    pattern: beneficiary,
    left: nonWord,
    right: notBytes('A-Za-z0-9_-'),
    maxBytes: 13,
    score: 0.6,
    check: checkBeneficiary,
    words: ['mbi', 'medicare', 'beneficiary', 'patient', 'member_id'],
    unlike: namesOfThings,
    alone: true,
  },
  {
    ...document,
    id: 'us-dea-number',
    dataClass: 'phi/us-dea-number',
    pattern: '[A-HJ-MPR-UX][A-Z9][0-9]{7}|[a-hj-mpr-ux][a-z9][0-9]{7}',
    maxBytes: 9,
    score: 0.3,
    check: checkPrescriber,
    words: [...shortWord('dea'), 'dea_reg', 'prescriber', 'controlled_substance', 'medical_license', 'registrant'],
    alone: true,
  },
  {
    ...document,
    id: 'us-passport',
    dataClass: 'pii/us-passport',
    pattern: '[0-9]{9}|[A-Za-z][0-9]{8}',
    maxBytes: 9,
    score: 0.1,
    check: checkShape,
    words: ['passport', 'travel_document', 'travel_doc'],
  },
  {
    ...licence,
    id: 'us-driver-license',
    pattern: licences,
    maxBytes: 19,
    score: 0.3,
    check: checkLicence,
    alone: true,
  },
  {
    ...licence,
    id: 'us-driver-license-stars',
    // Washington until 2018: the name, filled up with stars, initials, and what the rest was reckoned to.
    pattern: '[A-Z][0-9A-Z*]{11}',
    maxBytes: 12,
    score: 0.3,
    check: checkStarred,
    alone: true,
  },
  {
    ...licence,
    id: 'us-driver-license-grouped',
    pattern: groupedLicences,
    maxBytes: 18,
    score: 0.3,
    check: checkLicence,
    alone: true,
  },
  {
    ...licence,
    id: 'us-driver-license-digits',
    pattern: '[0-9]{7,14}|[0-9]{16}|[0-9]{3} [0-9]{3} [0-9]{3}|[0-9]{2}-[0-9]{3}-[0-9]{4}',
    maxBytes: 16,
    score: 0.1,
    check: checkShape,
  },
]
