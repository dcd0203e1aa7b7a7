// Days and moments (ISO 8601, and as people write them). Rows are full of them, so only a birth or a death is masked unless the
// class is asked for by name.

import { notBytes } from '../engine/byte-set.ts'
import type { Detector, Match } from '../engine/detector.ts'
import { isDate } from './calendar.ts'
import { numberIn, readDigits } from './digits.ts'

/** `DOB:1985-04-12`; behind a digit the colon is that of a clock or of a ratio. */
function isBehindClock(match: Match): boolean {
  return match.byteBefore(1) === 0x3a && match.byteBefore(2) >= 0x30 && match.byteBefore(2) <= 0x39
}

function checkIso(match: Match): number {
  if (isBehindClock(match)) return 0
  const { value, count } = readDigits(match)
  if (!isDate(numberIn(value, 0, 4), numberIn(value, 4, 2), numberIn(value, 6, 2))) return 0
  return count < 12 || (numberIn(value, 8, 2) <= 24 && numberIn(value, 10, 2) < 60) ? 0.3 : 0
}

/** The order of day and month is that of the country: one of the two must be a month. */
function isDayAndMonth(a: number, b: number): boolean {
  return a > 0 && b > 0 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31
}

function checkNumeric(match: Match): number {
  if (isBehindClock(match)) return 0
  const [a = 0, b = 0, c = 0] = match.text().split(/\D/).map(Number)
  return isDayAndMonth(a, b) || (a > 31 && isDayAndMonth(b, c)) ? 0.3 : 0
}

function checkMonth(match: Match): number {
  if (isBehindClock(match)) return 0
  const month = Number.parseInt(match.text(), 10)
  return month >= 1 && month <= 12 ? 0.15 : 0
}

function checkNamed(match: Match): number {
  if (isBehindClock(match)) return 0
  // The day, if there is one, and the year, if it is one of two digits, are both small; only 0 and 32 to 99 are no days.
  const [first = 0] = match.text().match(/\d+/)?.map(Number) ?? []
  const isDayFirst = /^\d/.test(match.text())
  return isDayFirst && (first < 1 || first > 31) ? 0 : 0.3
}

const months =
  '(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|m\\xc3\\xa4rz?|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)'
const day = '[0-3]?[0-9](?:st|nd|rd|th)?'

const date = {
  dataClass: 'pii/date-time',
  left: notBytes('A-Za-z0-9_./+-'),
  right: notBytes('A-Za-z0-9_/-'),
  score: 0.3,
  alone: true,
  words: ['birth', 'dob', 'd.o.b', 'born', 'geboren', 'geburt', 'bday', 'geb. ', 'geb:', 'geboorte', 'nacid', 'fecha_nac', 'fecha_de_nac', 'nato_il', 'nata_il', 'syntym', 'urodz', 'naissance', 'nacimiento', 'nascita', 'deceased', 'date_of_death', 'died'], // prettier-ignore
} as const

export const dateTimeDetectors: readonly Detector[] = [
  {
    ...date,
    id: 'date-iso',
    pattern:
      '[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[Tt ][0-2][0-9]:[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?(?:[Zz]| ?[+-][0-9]{2}(?::?[0-9]{2})?)?)?',
    maxBytes: 40,
    check: checkIso,
  },
  {
    ...date,
    id: 'date-numeric',
    pattern:
      '[0-9]{1,2}(?:/[0-9]{1,2}/|-[0-9]{1,2}-|\\.[0-9]{1,2}\\.)(?:[0-9]{4}|[0-9]{2})|[12][0-9]{3}(?:/[0-9]{1,2}/|\\.[0-9]{1,2}\\.)[0-9]{1,2}',
    maxBytes: 10,
    check: checkNumeric,
  },
  { ...date, id: 'date-month', pattern: '[0-9]{1,2}/[12][0-9]{3}', maxBytes: 7, score: 0.15, check: checkMonth },
  {
    ...date,
    id: 'date-named-day-first',
    pattern: `(?i)${day}(?:-${months}(?:-[0-9]{2}(?:[0-9]{2})?)?|/${months}/[0-9]{2}(?:[0-9]{2})?|\\.? (?:of )?${months}[.,]{0,2} [12][0-9]{3})`,
    maxBytes: 26,
    check: checkNamed,
  },
  {
    ...date,
    id: 'date-named',
    pattern: `(?i)${months}(?:-[0-9]{2}(?:[0-9]{2})?|\\.? ${day},? [12][0-9]{3})`,
    maxBytes: 26,
    check: checkNamed,
  },
]
