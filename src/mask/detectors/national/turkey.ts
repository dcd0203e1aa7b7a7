// Türkiye: identity number (Law 5490 art. 46), plates (Road Traffic Regulation art. 53), telephone numbers (national plan of BTK).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { namesOfThings, readDigits } from '../digits.ts'

/** Two check digits: one of a hundred random numbers has both. */
function checkIdentity(match: Match): number {
  const { value } = readDigits(match)
  let odd = 0
  let even = 0
  for (let i = 0; i < 9; i += 2) odd += value[i] ?? 0
  for (let i = 1; i < 8; i += 2) even += value[i] ?? 0
  const tenth = (odd * 7 - even + 50) % 10
  return tenth === value[9] && (odd + even + tenth) % 10 === value[10] ? 0.35 : 0
}

/** Letters and digits together are at most seven. */
function checkPlate(match: Match): number {
  const { bytes, start, end } = match
  let written = 0
  for (let i = start; i < end; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x2d) written++
  return written <= 9 ? 0.25 : 0
}

function checkPhone(match: Match): number {
  const { value, count, isTail, separator } = readDigits(match)
  if (isTail) return 0
  const first = count - 10
  // Areas are even numbers; mobile ones begin with 50 to 56.
  const isMobile = value[first] === 5 && (value[first + 1] ?? 9) <= 6
  const isArea = (value[first] ?? 9) < 5 && (value[first + 1] ?? 0) > 0 && (value[first + 2] ?? 1) % 2 === 0
  if (!isMobile && !isArea) return 0
  if (count >= 12) return 0.55
  return count === 11 && separator !== 0 ? 0.35 : 0.2
}

const gap = '[ .-]?'
const number = { left: notBytes('A-Za-z0-9_*+.-'), right: notBytes('A-Za-z0-9_*-') } as const

export const turkishDetectors: readonly Detector[] = [
  {
    ...number,
    id: 'tr-national-id',
    dataClass: 'pii/tr-national-id',
    pattern: '[1-9][0-9]{9}[02468]',
    maxBytes: 11,
    score: 0.35,
    check: checkIdentity,
    alone: true,
    words: ['tckn', 'tckimlik', 'tc_kimlik', 'tc_no', 'kimlik', 'turkish_id', 'national_id', 'vatanda', 'mernis'],
    unlike: namesOfThings,
  },
  {
    ...number,
    id: 'tr-license-plate',
    dataClass: 'pii/tr-license-plate',
    // The 81 provinces; no Q, W and X.
    pattern: '(?:0[1-9]|[1-7][0-9]|8[01])(?:[ -]?[A-PR-VYZ]{1,3}[ -]?|-?[a-pr-vyz]{1,3}-?)(?:[0-9]{2,4}|[0-9]{5})',
    maxBytes: 13,
    score: 0.25,
    check: checkPlate,
    alone: true,
    words: ['plaka', 'plate', 'vehicle', 'licen', 'arac', 'otomobil'],
    unlike: namesOfThings,
  },
]

/** After the telephone numbers of all countries, which have a shape of their own. */
export const turkishPhoneDetectors: readonly Detector[] = [
  {
    ...number,
    id: 'tr-phone-number',
    dataClass: 'pii/tr-phone-number',
    pattern: `(?:(?:\\+|00)90${gap}|0${gap})?(?:\\([2-5][0-9]{2}\\)|[2-5][0-9]{2})${gap}[0-9]{3}${gap}[0-9]{2}${gap}[0-9]{2}`,
    maxBytes: 22,
    score: 0.55,
    check: checkPhone,
    wholeRun: true,
    alone: true,
    words: ['phone', 'telefon', 'tel', 'gsm', 'cep', 'mobil', 'numara', 'fax', 'faks', 'whatsapp', 'call', 'sms'],
    unlike: namesOfThings,
  },
]
