// Numbers of the Republic of Korea: residents (RRN) and foreigners (FRN) with their day of birth, driver licences, businesses
// (BRN) and passports.
//
// Words of other scripts than Latin are no part of a detector's list; where the text before is Korean, the checks read it.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isDate } from '../calendar.ts'
import { weightedSum } from '../checksums.ts'
import { namesOfThings, numberIn, readDigits, type Digits } from '../digits.ts'

const alone = 0.45

const encoder = new TextEncoder()

/** As a check sees text before a match. */
function toLatin1(text: string): string {
  return String.fromCharCode(...encoder.encode(text))
}

/** As a pattern is written. */
function toBytePattern(text: string): string {
  return Array.from(encoder.encode(text), (byte) => `\\x${byte.toString(16)}`).join('')
}

const [resident, foreigner, business, passport] = ['주민', '외국인', '사업자', '여권'].map(toLatin1)

function follows(match: Match, word: string | undefined): boolean {
  return word !== undefined && match.before().includes(word)
}

/** The digit behind the date tells the century: 1, 2, 5, 6 the last one, 3, 4, 7, 8 this one. */
function isBornOnADay({ value }: Digits): boolean {
  const century = (((value[6] ?? 0) - 1) & 2) === 0 ? 1900 : 2000
  return isDate(century + numberIn(value, 0, 2), numberIn(value, 2, 2), numberIn(value, 4, 2))
}

const personWeights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]

/**
 * Numbers given since October 2020 are drawn by lot and have no check digit, so its absence refuses nothing.
 * @param complement 11 for residents, 13 for foreigners
 */
function gradePerson(match: Match, complement: number, word: string | undefined): number {
  const digits = readDigits(match)
  if (digits.isTail || !isBornOnADay(digits)) return 0
  const isProved = (complement - (weightedSum(digits.value, personWeights) % 11)) % 10 === digits.value[12]
  if (digits.separator === 0) return isProved ? (follows(match, word) ? alone : 0.3) : 0.1
  return isProved ? 0.6 : follows(match, word) ? alone : 0.3
}

const checkResident = (match: Match): number => gradePerson(match, 11, resident)
const checkForeigner = (match: Match): number => gradePerson(match, 13, foreigner)

/** Police: 11–26 and 28 are regions; two digits of the year, six of the serial, two to check (their rule is not public). */
function checkDriver(match: Match): number {
  const { value, separator, count, isTail } = readDigits(match)
  if (isTail) return 0
  if (count === 12) {
    const region = numberIn(value, 0, 2)
    if (region < 11 || region === 27 || region > 28) return 0
  }
  return separator === 0 ? 0.1 : separator === 0x20 ? 0.3 : alone
}

const businessWeights = [1, 3, 7, 1, 3, 7, 1, 3, 5]

/** NTS: of the ninth digit's product the tens count, too. Offices begin with 101, kinds and serials with 1. */
function checkBusiness(match: Match): number {
  const { value, separator, isTail } = readDigits(match)
  if (isTail || numberIn(value, 0, 3) < 101 || numberIn(value, 3, 2) === 0) return 0
  const sum = weightedSum(value, businessWeights) + Math.floor(((value[8] ?? 0) * 5) / 10)
  if ((10 - (sum % 10)) % 10 !== value[9]) return 0
  return separator !== 0 && follows(match, business) ? alone : 0.3
}

function checkPassport(match: Match): number {
  const { isTail, isUniform } = readDigits(match)
  if (isTail || isUniform) return 0
  return follows(match, passport) ? alone : 0.1
}

const number = {
  left: notBytes('A-Za-z0-9_*+.'),
  right: notBytes('A-Za-z0-9_*-'),
  unlike: [...namesOfThings, 'phone'],
} as const

const residentNumber = {
  ...number,
  dataClass: 'pii/kr-rrn',
  words: ['rrn', 'resident', 'jumin', 'korean_id', 'national_id'],
  alone: true,
  check: checkResident,
} as const

const foreignerNumber = {
  ...number,
  dataClass: 'pii/kr-frn',
  words: ['frn', 'foreigner', 'foreign_reg', 'alien_reg', 'arc_no', 'arc_num', 'residence_card'],
  alone: true,
  check: checkForeigner,
} as const

const driverLicence = {
  ...number,
  dataClass: 'pii/kr-driver-license',
  words: ['driver', 'driving', 'license_no', 'license_num', 'licence_no', 'licence_num', 'korean_licen'],
  alone: true,
  check: checkDriver,
} as const

const businessNumber = {
  ...number,
  dataClass: 'pii/kr-brn',
  words: ['brn', 'business_reg', 'business_no', 'business_num', 'biz_no', 'biz_num', 'saeopja', 'tax_id'],
  alone: true,
  check: checkBusiness,
} as const

const birthday = '[0-9]{2}[01][0-9][0-3][0-9]'

/** Before the regions had numbers, licences had their names. */
const regions = '서울 부산 경기 강원 충북 충남 전북 전남 경북 경남 제주 대구 인천 광주 대전 울산'
  .split(' ')
  .map(toBytePattern)
  .join('|')

export const koreaDetectors: readonly Detector[] = [
  { ...residentNumber, id: 'kr-rrn', pattern: `${birthday}-[1-4][0-9]{6}`, maxBytes: 14, score: 0.6 },
  { ...residentNumber, id: 'kr-rrn-plain', pattern: `${birthday}[1-4][0-9]{6}`, maxBytes: 13, score: alone },
  { ...foreignerNumber, id: 'kr-frn', pattern: `${birthday}-[5-8][0-9]{6}`, maxBytes: 14, score: 0.6 },
  { ...foreignerNumber, id: 'kr-frn-plain', pattern: `${birthday}[5-8][0-9]{6}`, maxBytes: 13, score: alone },
  {
    ...driverLicence,
    id: 'kr-driver-license',
    pattern: `(?:[12][0-9]-|(?:${regions})[ -]?)[0-9]{2}-[0-9]{6}-[0-9]{2}|[12][0-9] [0-9]{2} [0-9]{6} [0-9]{2}`,
    maxBytes: 22,
    score: alone,
  },
  { ...driverLicence, id: 'kr-driver-license-plain', pattern: '[12][0-9]{11}', maxBytes: 12, score: 0.1 },
  { ...businessNumber, id: 'kr-brn', pattern: '[0-9]{3}-[0-9]{2}-[0-9]{5}', maxBytes: 12, score: alone },
  { ...businessNumber, id: 'kr-brn-plain', pattern: '[0-9]{10}', maxBytes: 10, score: 0.3 },
  {
    ...number,
    id: 'kr-passport',
    dataClass: 'pii/kr-passport',
    // Since 2021 a letter stands among the digits.
    pattern: '(?i)[MSROD][0-9]{3}[A-Z][0-9]{4}|[MSROD][0-9]{8}',
    maxBytes: 9,
    score: alone,
    check: checkPassport,
    words: ['passport', 'travel_document', 'yeogwon'],
  },
]
