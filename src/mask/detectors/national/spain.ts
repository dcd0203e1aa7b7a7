// Spain: NIF of persons and of legal entities (RD 1065/2007, Orden EHA/451/2008), NIE of foreigners, passport.
//
// The letter of a person's number is the rest of a division by 23, taken from a sequence without I, Ñ, O and U.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { hasLowerCase, isOneCharacter, numberAt, readValues, values } from '../characters.ts'

/** As `values` has letters: A is 10. */
const letters = Array.from('TRWAGMYFPDXBNJZSQVHLCKE', (letter) => letter.charCodeAt(0) - 55)

function isLetterOf(number: number, letter: number | undefined): boolean {
  return letters[number % 23] === letter
}

function checkPerson(match: Match): number {
  const count = readValues(match)
  const number = numberAt(0, count - 1)
  if (number === 0 || !isLetterOf(number, values[count - 1])) return 0
  // Seven digits, or a small letter, are an older or a hasty way to write it.
  return count === 9 && !hasLowerCase(match) ? 0.5 : 0.25
}

/** K, L and M: Spaniards without an identity card, and foreigners without a NIE. */
function checkSpecial(match: Match): number {
  readValues(match)
  return isLetterOf(numberAt(1, 7), values[8]) ? 0.35 : 0
}

/** Kinds of entities whose check character is a letter, and those where it is a digit; the others have either. */
const letterKinds = new Set(Array.from('NPQRSW', (letter) => letter.charCodeAt(0) - 55))
const digitKinds = new Set(Array.from('ABEH', (letter) => letter.charCodeAt(0) - 55))

function checkEntity(match: Match): number {
  readValues(match)
  let sum = 0
  for (let i = 1; i <= 7; i++) {
    const digit = values[i] ?? 0
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  const digit = (10 - (sum % 10)) % 10
  const kind = values[0] ?? 0
  const check = values[8] ?? 0
  // J stands for 0, A–I for 1–9.
  const isLetter = check === (digit === 0 ? 19 : digit + 9)
  if (isLetter) return digitKinds.has(kind) ? 0 : 0.3
  return check === digit && !letterKinds.has(kind) ? 0.2 : 0
}

/** X, Y and Z are 0, 1 and 2; numbers of the first years have a 0 more. */
function checkForeigner(match: Match): number {
  const count = readValues(match)
  if (count === 10 && values[1] !== 0) return 0
  const number = ((values[0] ?? 33) - 33) * 10_000_000 + numberAt(count === 10 ? 2 : 1, 7)
  if (!isLetterOf(number, values[count - 1])) return 0
  return hasLowerCase(match) ? 0.35 : 0.55
}

function checkPassport(match: Match): number {
  const count = readValues(match)
  values.copyWithin(0, 3, count)
  return isOneCharacter(6) && values[0] === 0 ? 0 : 0.1
}

const nif = {
  dataClass: 'pii/es-nif',
  left: notBytes('A-Za-z0-9_*+.,/-'),
  right: notBytes('A-Za-z0-9_*-'),
  alone: true,
  words: ['nif', 'dni', 'cif', 'documento', 'identidad', 'identificaci', 'fiscal', 'spanish_id', 'tax_id'],
  unlike: ['order', 'sku', 'hash', 'uuid'],
} as const

export const spanishDetectors: readonly Detector[] = [
  {
    ...nif,
    id: 'es-nif',
    pattern: '(?:[0-9]{7,8}|[0-9]{1,2}\\.[0-9]{3}\\.[0-9]{3})[- ]?[A-HJ-NP-TV-Za-hj-np-tv-z]',
    maxBytes: 12,
    score: 0.5,
    check: checkPerson,
  },
  {
    ...nif,
    id: 'es-nif-special',
    pattern: '[KLMklm][0-9]{7}[A-HJ-NP-TV-Za-hj-np-tv-z]',
    maxBytes: 9,
    score: 0.35,
    check: checkSpecial,
  },
  {
    ...nif,
    id: 'es-nif-entity',
    pattern: '[A-HJNP-SUVWa-hjnp-suvw]-?[0-9]{7}-?[0-9A-Ja-j]',
    maxBytes: 11,
    score: 0.3,
    check: checkEntity,
  },
  {
    id: 'es-nie',
    dataClass: 'pii/es-nie',
    pattern: '[X-Zx-z][- ]?[0-9]{7,8}[- ]?[A-HJ-NP-TV-Za-hj-np-tv-z]',
    left: notBytes('A-Za-z0-9_*-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 12,
    score: 0.55,
    check: checkForeigner,
    alone: true,
    words: ['nie', 'extranjer', 'identidad', 'identificaci', 'documento', 'residencia', 'dni', 'nif'],
    unlike: ['order', 'sku', 'hash', 'uuid'],
  },
  {
    id: 'es-passport',
    dataClass: 'pii/es-passport',
    pattern: '[A-Za-z]{3}[0-9]{6}',
    left: notBytes('A-Za-z0-9_*-'),
    right: notBytes('A-Za-z0-9_*-'),
    maxBytes: 9,
    score: 0.1,
    check: checkPassport,
    // In Spanish the word often comes after the number, where nothing is looked for.
    alone: true,
    words: ['pasaporte', 'passport', 'passaporte'],
  },
]
