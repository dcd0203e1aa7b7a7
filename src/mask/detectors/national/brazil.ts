// Brazil: persons (CPF), companies (CNPJ, with letters since IN RFB 2.229/2024), workers (PIS/PASEP/NIS), patients (CNS), voters
// (título de eleitor, Res. TSE 21.538) and drivers (CNH). All have check digits modulo 11; as they are printed, with dots, a dash
// and a slash, they prove themselves. Identity cards (RG) are each state's own and need a word.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isOneCharacter, numberAt, readValues, values } from '../characters.ts'
import { namesOfThings, shortWord } from '../digits.ts'

/** A letter counts as its place in ASCII less that of 0: seven more than elsewhere. */
const countOf = (value: number): number => (value < 10 ? value : value + 7)

/** Over the first `count` values; weights fall from `first` to 2 and begin again at 9. A rest below two gives 0. */
function checkDigit(count: number, first: number): number {
  let sum = 0
  let weight = first
  for (let i = 0; i < count; i++) {
    sum += countOf(values[i] ?? 0) * weight
    weight = weight === 2 ? 9 : weight - 1
  }
  const rest = sum % 11
  return rest < 2 ? 0 : 11 - rest
}

/** @param printed the score with its separators; without them it may be any number */
function gradeOf(match: Match, count: number, printed: number): number {
  return match.end - match.start > count ? printed : 0.3
}

function checkPerson(match: Match): number {
  const count = readValues(match)
  const isProved = checkDigit(9, 10) === values[9] && checkDigit(10, 11) === values[10]
  return isProved && !isOneCharacter(count) ? gradeOf(match, count, 0.6) : 0
}

function checkCompany(match: Match): number {
  const count = readValues(match)
  const isProved = checkDigit(12, 5) === values[12] && checkDigit(13, 6) === values[13]
  return isProved && !isOneCharacter(count) ? gradeOf(match, count, 0.6) : 0
}

function checkWorker(match: Match): number {
  const count = readValues(match)
  return checkDigit(10, 3) === values[10] && !isOneCharacter(count) ? gradeOf(match, count, 0.45) : 0
}

/** The weighted sum, from 15 down to 1, is a multiple of 11. */
function checkPatient(match: Match): number {
  const count = readValues(match)
  let sum = 0
  for (let i = 0; i < 15; i++) sum += (values[i] ?? 0) * (15 - i)
  return sum % 11 === 0 && !isOneCharacter(count) ? 0.3 : 0
}

/** A serial, the state (1–28, the last is abroad), and a digit for each. Where the rest is ten, 0 is written. */
function checkVoter(match: Match): number {
  readValues(match)
  const state = numberAt(8, 2)
  if (state < 1 || state > 28) return 0
  let sum = 0
  for (let i = 0; i < 8; i++) sum += (values[i] ?? 0) * (i + 2)
  const first = (sum % 11) % 10
  const second = (((values[8] ?? 0) * 7 + (values[9] ?? 0) * 8 + first * 9) % 11) % 10
  return values[10] === first && values[11] === second ? 0.3 : 0
}

/** Where the first digit would be ten it is 0, and the second is two less. */
function checkDriver(match: Match): number {
  const count = readValues(match)
  let falling = 0
  let rising = 0
  for (let i = 0; i < 9; i++) {
    falling += (values[i] ?? 0) * (9 - i)
    rising += (values[i] ?? 0) * (i + 1)
  }
  const isTen = falling % 11 === 10
  const first = isTen ? 0 : falling % 11
  const second = ((rising % 11) + (isTen ? 9 : 0)) % 11
  return values[9] === first && values[10] === second % 10 && !isOneCharacter(count) ? 0.3 : 0
}

const number = {
  left: notBytes('A-Za-z0-9_*+.,/-'),
  right: notBytes('A-Za-z0-9_*/-'),
  unlike: [...namesOfThings, 'phone', 'telefone'],
} as const

const person = {
  ...number,
  dataClass: 'pii/br-cpf',
  check: checkPerson,
  alone: true,
  words: ['cpf', 'cpf_mf'],
} as const
const company = { ...number, dataClass: 'pii/br-cnpj', check: checkCompany, alone: true, words: ['cnpj'] } as const
const worker = {
  ...number,
  dataClass: 'pii/br-pis',
  check: checkWorker,
  words: ['pasep', ...shortWord('pis'), ...shortWord('nis'), ...shortWord('nit')],
} as const

export const brazilianDetectors: readonly Detector[] = [
  { ...person, id: 'br-cpf', pattern: '[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}', maxBytes: 14, score: 0.6 },
  { ...person, id: 'br-cpf-plain', pattern: '[0-9]{9}-?[0-9]{2}', maxBytes: 12, score: 0.3 },
  {
    ...company,
    id: 'br-cnpj',
    pattern: '[0-9A-Z]{2}\\.[0-9A-Z]{3}\\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}',
    maxBytes: 18,
    score: 0.6,
  },
  { ...company, id: 'br-cnpj-plain', pattern: '[0-9]{14}', maxBytes: 14, score: 0.3 },
  { ...worker, id: 'br-pis', pattern: '[0-9]{3}\\.[0-9]{5}\\.[0-9]{2}-[0-9]', maxBytes: 14, score: 0.45 },
  { ...worker, id: 'br-pis-plain', pattern: '[0-9]{11}', maxBytes: 11, score: 0.3 },
  {
    ...number,
    id: 'br-cns',
    dataClass: 'phi/br-cns',
    pattern: '[12789][0-9]{2}(?: ?[0-9]{4}){3}',
    maxBytes: 18,
    score: 0.3,
    check: checkPatient,
    words: [...shortWord('cns'), 'cartao_nacional', 'cartao_sus', 'cartao_do_sus'],
  },
  {
    ...number,
    id: 'br-titulo-eleitor',
    dataClass: 'pii/br-titulo-eleitor',
    pattern: '[0-9]{4} ?[0-9]{4} ?[0-9]{4}',
    maxBytes: 14,
    score: 0.3,
    check: checkVoter,
    words: ['eleitor', 'eleitoral'],
  },
  {
    ...number,
    id: 'br-cnh',
    dataClass: 'pii/br-cnh',
    pattern: '[0-9]{11}',
    maxBytes: 11,
    score: 0.3,
    check: checkDriver,
    words: [...shortWord('cnh'), 'habilita', 'carteira_de_motorista'],
  },
  {
    ...number,
    id: 'br-rg',
    dataClass: 'pii/br-rg',
    pattern: '[0-9]{1,2}\\.[0-9]{3}\\.[0-9]{3}-[0-9Xx]|[0-9]{7,9}[Xx]?',
    maxBytes: 12,
    score: 0.2,
    words: [...shortWord('rg'), 'registro_geral', 'identidade'],
  },
]
