// Numbers of the United States: social security and individual taxpayer numbers (SSA, IRS), bank routing and account numbers
// (ABA), and providers of health care (CMS). Nine digits alone are far more often an order than a person: without separators
// a word or a column has to say so.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isLuhn, weightedSum } from '../checksums.ts'
import { namesOfThings, numberIn, readDigits, separator, shortWord, type Digits } from '../digits.ts'

const dash = 0x2d

/** It was printed on a card in every wallet of a maker, and is void since. */
const voidNumber = 78_051_120

/** SSA: areas 000, 666 and 900–999, group 00 and serial 0000 were never given. */
function wasGiven({ value }: Digits): boolean {
  const area = numberIn(value, 0, 3)
  if (area === 0 || area === 666 || area >= 900) return false
  return numberIn(value, 3, 2) !== 0 && numberIn(value, 5, 4) !== 0 && numberIn(value, 0, 9) !== voidNumber
}

function gradeGroups(digits: Digits): number {
  if (digits.isTail) return 0
  if (digits.isMixed) return 0.2
  return digits.separator === dash ? 0.7 : 0.5
}

function checkSsn(match: Match): number {
  const digits = readDigits(match)
  return wasGiven(digits) ? gradeGroups(digits) : 0
}

function checkPlainSsn(match: Match): number {
  const digits = readDigits(match)
  return wasGiven(digits) && !digits.isUniform && !digits.isTail ? 0.1 : 0
}

/** IRS: area 9xx with group 50–65, 70–88, 90–92 or 94–99; 93 is for adoptions (ATIN), 89 was never given. */
function isTaxpayer({ value }: Digits): boolean {
  const group = numberIn(value, 3, 2)
  return (
    value[0] === 9 &&
    ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93)) &&
    numberIn(value, 5, 4) !== 0
  )
}

function checkItin(match: Match): number {
  const digits = readDigits(match)
  return isTaxpayer(digits) ? gradeGroups(digits) : 0
}

function checkPlainItin(match: Match): number {
  const digits = readDigits(match)
  return isTaxpayer(digits) && !digits.isTail ? 0.1 : 0
}

const routingWeights = [3, 7, 1, 3, 7, 1, 3, 7, 1]

/** The first two digits are a district of the Federal Reserve, plus 20 (thrifts) or 60 (electronic), or 80 (cheques). */
function checkRouting(match: Match): number {
  const digits = readDigits(match)
  const { value } = digits
  const district = numberIn(value, 0, 2)
  const isDistrict =
    district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80
  if (!isDistrict || digits.isUniform || digits.isTail) return 0
  return weightedSum(value, routingWeights) % 10 === 0 ? 0.3 : 0
}

function checkAccount(match: Match): number {
  const digits = readDigits(match)
  return digits.isUniform || digits.isTail ? 0 : 0.05
}

/** What the prefix 80840 of health cards adds to the sum. */
const prefixedDigits = Uint8Array.from([8, 0, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/** CMS: Luhn's check digit is over the number behind 80840. Nine equal digits are a sample. */
function checkProvider(match: Match): number {
  const digits = readDigits(match)
  const { value } = digits
  if (digits.isTail || digits.isMixed) return 0
  let isSample = true
  for (let i = 0; i < 10; i++) {
    prefixedDigits[i + 5] = value[i] ?? 0
    if (i < 9 && value[i] !== value[0]) isSample = false
  }
  return isSample || !isLuhn(prefixedDigits, 15) ? 0 : 0.3
}

const number = {
  left: notBytes('A-Za-z0-9_*+.'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: [...namesOfThings, 'phone', 'zip'],
} as const

const ssn = {
  ...number,
  dataClass: 'pii/us-ssn',
  words: [
    'ssn',
    'social',
    'socialsecurity',
    'sozialversicherung',
    'taxpayer',
    'tax_id',
    'tin',
    'soc_sec',
    's.s.n',
    'ss_n',
    'ss#',
  ],
  alone: true,
} as const

const itin = {
  ...number,
  dataClass: 'pii/us-itin',
  words: ['itin', 'taxpayer', 'tax_id', 'tin', 'individual_tax', 'irs'],
} as const

const routing = {
  ...number,
  dataClass: 'pii/us-aba-routing',
  words: ['routing', ...shortWord('aba'), 'rtn', 'transit_number', 'fedwire', 'wire', 'bank'],
  alone: true,
  check: checkRouting,
} as const

const provider = {
  ...number,
  dataClass: 'phi/us-npi',
  words: [
    'npi',
    'provider_id',
    'provider_no',
    'provider_num',
    'prescriber',
    'physician',
    'practitioner',
    'clinic',
    'ordering_prov',
    'referring_prov',
    'rendering_prov',
    'attending_prov',
    'billing_prov',
  ],
  alone: true,
  check: checkProvider,
} as const

export const unitedStatesDetectors: readonly Detector[] = [
  {
    ...ssn,
    id: 'us-ssn',
    // Names of files.
    left: notBytes('A-Za-z0-9*+.'),
    pattern: `[0-9]{3}${separator}[0-9]{2}${separator}[0-9]{4}`,
    maxBytes: 15,
    score: 0.5,
    check: checkSsn,
  },
  {
    ...ssn,
    id: 'us-ssn-plain',
    pattern: '[0-9]{9}',
    maxBytes: 9,
    score: 0.1,
    check: checkPlainSsn,
  },
  {
    ...itin,
    id: 'us-itin',
    pattern: `9[0-9]{2}${separator}[5-9][0-9]${separator}[0-9]{4}`,
    maxBytes: 15,
    score: 0.5,
    check: checkItin,
  },
  {
    ...itin,
    id: 'us-itin-plain',
    pattern: '9[0-9]{2}[5-9][0-9]{5}',
    maxBytes: 9,
    score: 0.1,
    check: checkPlainItin,
  },
  { ...routing, id: 'us-aba-routing', pattern: '[0-36-8][0-9]{8}', maxBytes: 9, score: 0.3 },
  { ...routing, id: 'us-aba-routing-groups', pattern: '[0-36-8][0-9]{3}-[0-9]{4}-[0-9]', maxBytes: 11, score: 0.3 },
  { ...provider, id: 'us-npi', pattern: '[12][0-9]{9}', maxBytes: 10, score: 0.3 },
  { ...provider, id: 'us-npi-groups', pattern: '[12][0-9]{3}[ -][0-9]{3}[ -][0-9]{3}', maxBytes: 12, score: 0.3 },
  {
    ...number,
    id: 'us-bank-account',
    dataClass: 'pii/us-bank-account',
    pattern: '[0-9]{8,17}',
    maxBytes: 17,
    score: 0.05,
    check: checkAccount,
    wholeRun: true,
    words: [
      'bank_account',
      'account_number',
      'account_num',
      'account_no',
      'acct',
      'a/c_n',
      'checking',
      'savings',
      'direct_deposit',
    ],
  },
]
