// Thailand: identity number (Department of Provincial Administration). Philippines: mobile numbers (plan of NTC), tax number (BIR).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { namesOfThings, readDigits, shortWord } from '../digits.ts'

/** How far the second digit of a province's number goes, by the first: 10–19, 20–27, 30–39 … */
const lastOfTens = [-1, 9, 7, 9, 9, 8, 7, 7, 6, 6]

function checkThai(match: Match): number {
  const { value, isTail, isMixed, separator } = readDigits(match)
  if (isTail || isMixed || (value[2] ?? 9) > (lastOfTens[value[1] ?? 0] ?? -1)) return 0
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (value[i] ?? 0) * (13 - i)
  if ((11 - (sum % 11)) % 10 !== value[12]) return 0
  return separator === 0 ? 0.3 : 0.6
}

function checkMobile(match: Match): number {
  const { value, count, separator, isTail } = readDigits(match)
  if (isTail) return 0
  // 09…, and the few of 08 that are mobile: 0817 and 0895–0898.
  const prefix = (value[count - 10] ?? 0) * 100 + (value[count - 9] ?? 0) * 10 + (value[count - 8] ?? 0)
  if (prefix < 900 && prefix !== 817 && (prefix < 895 || prefix > 898)) return 0
  if (match.bytes[match.start] === 0x2b) return 0.55
  return separator === 0 ? 0.25 : 0.35
}

function checkTax(match: Match): number {
  const { isTail, isUniform, isMixed } = readDigits(match)
  return isTail || isUniform || isMixed ? 0 : 0.2
}

const number = {
  left: notBytes('A-Za-z0-9_*+.-'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: namesOfThings,
} as const

const gap = '[ -]?'
const thai = {
  ...number,
  dataClass: 'pii/th-tnin',
  check: checkThai,
  alone: true,
  words: ['thai', 'tnin', 'national_id', 'identity', 'identification', 'citizen', 'id_card', 'tax_id'],
} as const

export const thaiDetectors: readonly Detector[] = [
  { ...thai, id: 'th-tnin', pattern: '[1-8][0-9]{12}', maxBytes: 13, score: 0.3 },
  {
    ...thai,
    id: 'th-tnin-grouped',
    pattern: '[1-8][ -][0-9]{4}[ -][0-9]{5}[ -][0-9]{2}[ -][0-9]',
    maxBytes: 17,
    score: 0.6,
  },
]

export const philippineDetectors: readonly Detector[] = [
  {
    ...number,
    id: 'ph-mobile-number',
    dataClass: 'pii/ph-mobile-number',
    pattern: `(?:(?:\\+|00)?63${gap}|0)(?:[89][0-9]{2}| ?\\([89][0-9]{2}\\))${gap}[0-9]{3}${gap}[0-9]{4}`,
    maxBytes: 20,
    score: 0.55,
    check: checkMobile,
    alone: true,
    words: ['phone', 'mobile', 'cell', 'telephone', 'gcash', 'call', 'text', 'sms', 'viber', 'numero', 'contact_n'],
  },
  {
    ...number,
    id: 'ph-tin',
    dataClass: 'pii/ph-tin',
    // The taxpayer, and the branch of three or five digits.
    pattern: '[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}(?:[ -][0-9]{3}(?:[0-9]{2})?)?',
    maxBytes: 17,
    score: 0.2,
    check: checkTax,
    words: ['tin', 'taxpayer', 'tax_id', 'bir'],
  },
  {
    ...number,
    id: 'ph-tin-plain',
    dataClass: 'pii/ph-tin',
    pattern: '[0-9]{9}(?:[0-9]{3}(?:[0-9]{2})?)?',
    maxBytes: 14,
    score: 0.1,
    check: checkTax,
    words: [...shortWord('tin'), 'taxpayer', 'tax_id', 'bir_'],
  },
]
