// India: Aadhaar (UIDAI), PAN (Income-tax Rules 114), GSTIN (CGST Rules 10), passport, voter card (EPIC) and vehicle number
// (CMVR 50).
//
// Aadhaar has Verhoeff's digit and GSTIN a check character of base 36. The others are a form, and need a word.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { numberAt, readValues, values } from '../characters.ts'
import { isLuhn36, isVerhoeff } from '../checksums.ts'
import { namesOfThings, readDigits } from '../digits.ts'

function checkAadhaar(match: Match): number {
  const { value, count, separator, isMixed, isTail, isUniform } = readDigits(match)
  if (count !== 12 || isMixed || isTail || isUniform || !isVerhoeff(value, 12)) return 0
  // None is the same from behind.
  if ([0, 1, 2, 3, 4, 5].every((i) => value[i] === value[11 - i])) return 0
  // One digit is checked: of ten numbers in groups of four one passes, so a word has to say it, however it is written.
  return separator === 0 ? 0.2 : 0.35
}

/** The fourth letter: company, person, family, firm, association, trust, body, local authority, artificial person, agency. */
const holders = new Set(Array.from('CPHFATBLJG', (letter) => letter.charCodeAt(0) - 55))

/** GST state codes: 01–38, foreign and other territory, the centre. */
function isState(code: number): boolean {
  return (code >= 1 && code <= 38) || code === 96 || code === 97 || code === 99
}

const letterZ = 35

function checkGstin(match: Match): number {
  const count = readValues(match)
  if (!isState(numberAt(0, 2)) || numberAt(7, 4) === 0) return 0
  if (isLuhn36(values, count) && holders.has(values[5] ?? 0)) return 0.9
  // Written down wrong, it still has the PAN of somebody in it.
  return values[13] === letterZ ? 0.3 : 0
}

function checkPan(match: Match): number {
  readValues(match)
  if (numberAt(5, 4) === 0) return 0
  return holders.has(values[3] ?? 0) ? 0.35 : 0.1
}

/** The number of the office and that of the vehicle begin at one. */
function checkVehicle(match: Match): number {
  const count = readValues(match)
  if (numberAt(count - 4, 4) === 0) return 0
  return values[2] === 0 && (values[3] === 0 || (values[3] ?? 0) > 9) ? 0 : 0.35
}

const plain = { left: notBytes('A-Za-z0-9_*+.-'), right: notBytes('A-Za-z0-9_*-'), unlike: namesOfThings } as const
const group = '[ :-]'
const states = 'A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB'

export const indianDetectors: readonly Detector[] = [
  {
    ...plain,
    id: 'in-aadhaar',
    dataClass: 'pii/in-aadhaar',
    // A fourth group makes it another number.
    pattern: `[2-9][0-9]{3}${group}[0-9]{4}${group}[0-9]{4}(?:${group}[0-9]{4})?`,
    maxBytes: 19,
    score: 0.35,
    check: checkAadhaar,
    wholeRun: true,
    alone: true,
    words: ['aadhaar', 'aadhar', 'adhaar', 'uidai', 'uid_no', 'uid_number'],
  },
  {
    ...plain,
    id: 'in-aadhaar-plain',
    dataClass: 'pii/in-aadhaar',
    pattern: '[2-9][0-9]{11}',
    maxBytes: 12,
    score: 0.2,
    check: checkAadhaar,
    alone: true,
    words: ['aadhaar', 'aadhar', 'adhaar', 'uidai', 'uid_no', 'uid_number'],
  },
  {
    ...plain,
    id: 'in-gstin',
    dataClass: 'pii/in-gstin',
    pattern: '(?i)[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][A-Z][0-9A-Z]',
    maxBytes: 15,
    score: 0.9,
    check: checkGstin,
    alone: true,
    words: ['gst', 'goods_and_services', 'tax_id'],
  },
  {
    ...plain,
    id: 'in-pan',
    dataClass: 'pii/in-pan',
    // Each case for itself: in one pattern for both, every word would be read to its end.
    pattern: '[A-Z]{5}[0-9]{4}[A-Z]|[a-z]{5}[0-9]{4}[a-z]',
    maxBytes: 10,
    score: 0.35,
    check: checkPan,
    alone: true,
    words: ['pan', 'permanent_account', 'income_tax', 'tax_id'],
  },
  {
    ...plain,
    id: 'in-passport',
    dataClass: 'pii/in-passport',
    pattern: '[A-PR-WY][1-9][0-9] ?[0-9]{4}[1-9]',
    maxBytes: 9,
    score: 0.2,
    words: ['passport', 'travel_document'],
  },
  {
    ...plain,
    id: 'in-voter',
    dataClass: 'pii/in-voter',
    // The form of today, and the one with the numbers of state, district and constituency.
    pattern: '(?:[A-Z]{3}|[a-z]{3})[0-9]{7}|[A-Z]{2}/[0-9]{2}/[0-9]{3}/[0-9]{6,7}',
    maxBytes: 18,
    score: 0.2,
    alone: true,
    words: ['voter', 'epic', 'elector', 'election', 'vote'],
  },
  {
    ...plain,
    id: 'in-vehicle-registration',
    dataClass: 'pii/in-vehicle-registration',
    pattern: `(?:${states})[ -]?[0-9]{1,2}[ -]?[A-Z](?:[ -]?[A-Z]{1,2})?[ -]?[0-9]{4}`,
    maxBytes: 15,
    score: 0.35,
    check: checkVehicle,
    alone: true,
    words: ['vehicle', 'registration', 'plate', 'bike', 'rto', 'scooter', 'truck', 'reg_no'],
  },
  {
    ...plain,
    id: 'in-vehicle-registration-bharat',
    dataClass: 'pii/in-vehicle-registration',
    pattern: '2[0-9][ -]?BH[ -]?[0-9]{4}[ -]?[A-HJ-NP-Z]{1,2}',
    maxBytes: 13,
    score: 0.35,
    alone: true,
    words: ['vehicle', 'registration', 'plate', 'rto', 'bharat', 'reg_no'],
  },
]
