// Numbers of Australia: of a business (ABN), of a company (ACN), of a taxpayer (TFN) and of a Medicare card. All have check
// digits; of those that one in ten or eleven numbers would pass a word has to speak.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { weightedSum } from '../checksums.ts'
import { namesOfThings, readDigits, type Digits } from '../digits.ts'

function isPlausible({ isMixed, isTail, isUniform }: Digits): boolean {
  return !isMixed && !isTail && !isUniform
}

const businessWeights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]

/** ABR: one less in the first place, and the weighted sum is a multiple of 89. */
function checkBusiness(match: Match): number {
  const digits = readDigits(match)
  if (!isPlausible(digits) || (weightedSum(digits.value, businessWeights) - 10) % 89 !== 0) return 0
  return digits.separator === 0 ? 0.3 : 0.6
}

const companyWeights = [8, 7, 6, 5, 4, 3, 2, 1, 1]

/** ASIC: the last digit completes the weighted sum to a multiple of 10. */
function checkCompany(match: Match): number {
  const digits = readDigits(match)
  return isPlausible(digits) && weightedSum(digits.value, companyWeights) % 10 === 0 ? 0.3 : 0
}

const taxWeights = [1, 4, 3, 7, 5, 8, 6, 9, 10]
const olderTaxWeights = [10, 7, 8, 4, 6, 3, 5, 1]

/** ATO: a multiple of 11. Older numbers have eight digits. */
function checkTaxpayer(match: Match): number {
  const digits = readDigits(match)
  const weights = digits.count === 8 ? olderTaxWeights : taxWeights
  return isPlausible(digits) && weightedSum(digits.value, weights) % 11 === 0 ? 0.3 : 0
}

const medicareWeights = [1, 3, 7, 9, 1, 3, 7, 9]

/** Services Australia: eight digits, the last of their weighted sum, and the issue of the card, which is not 0. */
function checkMedicare(match: Match): number {
  const digits = readDigits(match)
  const { value } = digits
  return isPlausible(digits) && weightedSum(value, medicareWeights) % 10 === value[8] && value[9] !== 0 ? 0.3 : 0
}

const number = {
  left: notBytes('A-Za-z0-9_*+.'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: [...namesOfThings, 'phone'],
} as const

const company = {
  ...number,
  dataClass: 'pii/au-acn',
  words: ['acn', 'company_num', 'company_no', 'australian_company', 'asic'],
  alone: true,
  check: checkCompany,
} as const

const business = {
  ...number,
  dataClass: 'pii/au-abn',
  words: ['abn', 'business_num', 'business_no', 'australian_business'],
  alone: true,
  check: checkBusiness,
} as const

const taxpayer = {
  ...number,
  dataClass: 'pii/au-tfn',
  words: ['tfn', 'tax_file', 'taxfile'],
  check: checkTaxpayer,
} as const

const medicare = {
  ...number,
  dataClass: 'phi/au-medicare',
  words: ['medicare', 'health_card'],
  alone: true,
  check: checkMedicare,
} as const

export const australiaDetectors: readonly Detector[] = [
  { ...business, id: 'au-abn', pattern: '[1-9][0-9](?:[ -][0-9]{3}){3}', maxBytes: 14, score: 0.6 },
  { ...business, id: 'au-abn-plain', pattern: '[1-9][0-9]{10}', maxBytes: 11, score: 0.3 },
  { ...company, id: 'au-acn', pattern: '[0-9]{3}(?:[ -]?[0-9]{3}){2}', maxBytes: 11, score: 0.3 },
  { ...taxpayer, id: 'au-tfn', pattern: '[0-9]{3}(?:[ -]?[0-9]{3}){2}', maxBytes: 11, score: 0.3, alone: true },
  { ...taxpayer, id: 'au-tfn-older', pattern: '[0-9]{2}(?:[ -]?[0-9]{3}){2}', maxBytes: 10, score: 0.3 },
  { ...medicare, id: 'au-medicare', pattern: '[2-6][0-9]{3}[ -]?[0-9]{5}[ -]?[0-9]', maxBytes: 12, score: 0.3 },
]
