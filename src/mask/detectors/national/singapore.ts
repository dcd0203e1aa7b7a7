// Singapore: NRIC and FIN (National Registration Regulations), UEN of entities (ACRA).

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { hasLowerCase, numberAt, readValues, values } from '../characters.ts'
import { weightedSum } from '../checksums.ts'

/** As `values` has letters: A is 10. */
function toValues(letters: string): readonly number[] {
  return Array.from(letters, (letter) => Number.parseInt(letter, 36))
}

interface Series {
  readonly offset: number
  readonly letters: readonly number[]
}

/** By the first letter: S and T citizens and residents, F and G foreigners, M foreigners since 2022. */
const series: ReadonlyMap<number, Series> = new Map(
  (
    [
      ['S', 0, 'JZIHGFEDCBA'],
      ['T', 4, 'JZIHGFEDCBA'],
      ['F', 0, 'XWUTRQPNMLK'],
      ['G', 4, 'XWUTRQPNMLK'],
      ['M', 3, 'XWUTRQPNJLK'],
    ] as const
  ).map(([first, offset, letters]) => [first.charCodeAt(0) - 55, { offset, letters: toValues(letters) }]),
)

const personWeights = [0, 2, 7, 6, 5, 4, 3, 2]

function checkPerson(match: Match): number {
  readValues(match)
  const { offset = 0, letters } = series.get(values[0] ?? 0) ?? {}
  const letter = letters?.[(weightedSum(values, personWeights) + offset) % 11]
  // With another letter it is mistyped, or somebody's example; a word tells which.
  if (letter !== values[8]) return 0.2
  return hasLowerCase(match) ? 0.35 : 0.5
}

const businessLetters = toValues('XMKECAWLJDB')
const companyLetters = toValues('ZKCMDNERGWH')

function checkBusiness(match: Match): number {
  readValues(match)
  return businessLetters[weightedSum(values, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === values[8] ? 0.3 : 0
}

function checkCompany(match: Match): number {
  readValues(match)
  const year = numberAt(0, 4)
  if (year < 1_800 || year > 2_099) return 0
  return companyLetters[weightedSum(values, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === values[9] ? 0.3 : 0
}

/** Letters first, without I, O, Y and Z; what a character counts is its place. */
const alphabet = toValues('ABCDEFGHJKLMNPQRSTUVWX0123456789')
const placeOf = new Uint8Array(36)
for (const [place, value] of alphabet.entries()) placeOf[value] = place

const kindsOfEntities = new Set(
  `LP LL FC PF RF MQ MM NB CC CS MB FM GS DP CP NR CM CD MD HS VH CH MH CL XL CX HC RP TU TC FB FN PA PB SS MC SM GA
  GB`.split(/\s+/),
)
const places = new Uint8Array(10)

function checkOther(match: Match): number {
  const count = readValues(match)
  for (let i = 0; i < count; i++) places[i] = placeOf[values[i] ?? 0] ?? 0
  if (alphabet[(weightedSum(places, [4, 3, 5, 3, 10, 2, 2, 5, 7]) + 6) % 11] !== values[9]) return 0
  return kindsOfEntities.has(match.text().slice(3, 5)) ? 0.6 : 0.3
}

const boundary = { left: notBytes('A-Za-z0-9_*+.,/-'), right: notBytes('A-Za-z0-9_*-') } as const
const uen = {
  ...boundary,
  dataClass: 'pii/sg-uen',
  alone: true,
  words: ['uen', 'acra', 'entity_number', 'business_registration', 'company_registration', 'registration_no'],
  unlike: ['order', 'sku', 'hash', 'uuid'],
} as const

export const singaporeDetectors: readonly Detector[] = [
  {
    ...boundary,
    id: 'sg-nric-fin',
    dataClass: 'pii/sg-nric-fin',
    pattern: '[STFGMstfgm][0-9]{7}[A-Za-z]',
    maxBytes: 9,
    score: 0.5,
    check: checkPerson,
    alone: true,
    words: ['nric', 'fin_no', 'fin_number', 'ic_no', 'ic_number', 'singapore', 'identity_card', 'identification'],
    unlike: ['order', 'sku', 'hash', 'uuid'],
  },
  {
    ...uen,
    id: 'sg-uen-business',
    pattern: '[0-9]{8}[A-EJ-MWXa-ej-mwx]',
    maxBytes: 9,
    score: 0.3,
    check: checkBusiness,
  },
  {
    ...uen,
    id: 'sg-uen-company',
    pattern: '[12][0-9]{8}[CDEGHKMNRWZcdeghkmnrwz]',
    maxBytes: 10,
    score: 0.3,
    check: checkCompany,
  },
  {
    ...uen,
    id: 'sg-uen-other',
    pattern: '[RST][0-9]{2}[A-Z]{2}[0-9]{4}[A-HJ-L]',
    maxBytes: 10,
    score: 0.6,
    check: checkOther,
  },
]
