// Germany, health: numbers of insured persons (§ 290 SGB V), of physicians and of practices (§ 75 Abs. 7 SGB V).
//
// The number of a practice has no check digit; nine digits are one only beside a word.

import { notBytes, nonWord } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isOneCharacter, readValues, values } from '../characters.ts'

/** KVNR: the letter as its number of two digits, 01–26; every second digit doubled; cross sums. */
function checkInsured(match: Match): number {
  readValues(match)
  const letter = (values[0] ?? 0) - 9
  let sum = Math.floor(letter / 10) + crossSum((letter % 10) * 2)
  for (let i = 1; i < 9; i++) sum += i % 2 === 1 ? (values[i] ?? 0) : crossSum((values[i] ?? 0) * 2)
  return sum % 10 === values[9] ? 0.3 : 0
}

function crossSum(number: number): number {
  return number > 9 ? number - 9 : number
}

/** LANR: six digits by 4 and 9 in turn, their check digit, and the specialism, of which 00 is no one's. */
function checkPhysician(match: Match): number {
  const count = readValues(match)
  let sum = 0
  for (let i = 0; i < 6; i++) sum += (values[i] ?? 0) * (i % 2 === 0 ? 4 : 9)
  if ((10 - (sum % 10)) % 10 !== values[6] || (values[7] === 0 && values[8] === 0)) return 0
  return isOneCharacter(count) ? 0 : 0.2
}

/** BSNR: the first two digits are the association of physicians, and none is 00. */
function checkPractice(match: Match): number {
  const count = readValues(match)
  return (values[0] === 0 && values[1] === 0) || isOneCharacter(count) ? 0 : 0.1
}

const nineDigits = {
  pattern: '[0-9]{9}',
  left: notBytes('A-Za-z0-9_*+.,-'),
  right: notBytes('A-Za-z0-9_*-'),
  maxBytes: 9,
  unlike: ['order', 'uuid', 'hash', 'timestamp', 'phone', 'telefon', 'version'],
} as const

export const germanHealthDetectors: readonly Detector[] = [
  {
    id: 'de-health-insurance',
    dataClass: 'phi/de-health-insurance',
    pattern: '[A-Za-z][0-9]{9}',
    left: notBytes('A-Za-z0-9_*-'),
    right: nonWord,
    maxBytes: 10,
    score: 0.3,
    check: checkInsured,
    alone: true,
    words: [
      'kvnr',
      'krankenkasse',
      'krankenversicher',
      'krankenvers',
      'krankenkarte',
      'versichertennummer',
      'versicherten_nr',
      'versicherten_id',
      'versichertennr',
      'gesundheitskarte',
      'egk',
      'health_insurance',
      'insured_id',
      'aok',
      'barmer',
      'gkv',
    ],
    unlike: ['order', 'sku', 'hash'],
  },
  {
    ...nineDigits,
    id: 'de-lanr',
    dataClass: 'phi/de-lanr',
    score: 0.2,
    check: checkPhysician,
    alone: true,
    words: [
      'lanr',
      'arztnummer',
      'arzt_nr',
      'arztnr',
      'arzt_id',
      'lebenslange_arzt',
      'vertragsarzt',
      'physician_number',
    ],
  },
  {
    ...nineDigits,
    id: 'de-bsnr',
    dataClass: 'phi/de-bsnr',
    score: 0.1,
    check: checkPractice,
    words: ['bsnr', 'betriebsst', 'nbsnr', 'praxisnummer', 'praxis_nr', 'arztpraxis', 'kassenpraxis'],
  },
]
