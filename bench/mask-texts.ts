// Texts to measure masking on: rows of a database, prose and log lines, made from a seed so that every run reads the same. About
// two bytes of a hundred belong to a person or are a secret.

import { Buffer } from 'node:buffer'

/** xorshift32: the same sequence everywhere. */
export function newRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Random = ReturnType<typeof newRandom>

const words =
  `the of and to in is that for it was on are as with his they at be this from have or by one had not but what all were when we
there can an your which their said if do will each about how up out them then she many some so these would other into has more
her two like him see time could no make than first been its who now people my made over did down only way find use may water long
little very after words called just where most know account invoice customer meeting report schedule delivery contract project
service support database release version security audit policy review gateway session request response table column value shipment
Monday Tuesday January Berlin London Paris company department manager engineer quarterly revenue margin forecast warehouse`.split(
    /\s+/,
  )
const names = 'Alice Bruno Carla Dmitri Elena Farid Greta Hugo Ines Jonas Karin Luca Maria Noor Olga Pavel'.split(' ')

function pick(random: Random, list: readonly string[]): string {
  return list[random(list.length)] ?? ''
}

export function digits(random: Random, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) text += String(random(10))
  return text
}

export function hex(random: Random, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) text += random(16).toString(16)
  return text
}

/** With its check digit (Luhn). */
export function cardNumber(random: Random): string {
  const body = `4${digits(random, 14)}`
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const doubled = Number(body[i]) * (i % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return `${body}${(10 - (sum % 10)) % 10}`
}

function mail(random: Random): string {
  return `${pick(random, names).toLowerCase()}.${pick(random, words).toLowerCase()}@example.com`
}

function sentence(random: Random, length: number): string {
  const some: string[] = []
  for (let i = 0; i < length; i++) some.push(pick(random, words))
  return some.join(' ')
}

/** Of what `rows` makes. */
export const rowColumns: readonly string[] =
  'id,uuid,first_name,created_at,order_no,sku,price,active,note,email,card_number,digest'.split(',')

function row(random: Random): string {
  const person = random(8) === 0 ? mail(random) : ''
  const paid = random(24) === 0 ? cardNumber(random) : ''
  const day = `2026-0${1 + random(9)}-1${random(10)} 1${random(10)}:2${random(10)}:3${random(10)}.${digits(random, 6)}+00`
  const cells = [digits(random, 7), `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
    pick(random, names), day, `ORD-${digits(random, 8)}`, `SKU-${hex(random, 4).toUpperCase()}-${digits(random, 4)}`, `${digits(random, 3)}.${digits(random, 2)}`,
    random(2) === 0 ? 't' : 'f', sentence(random, 6 + random(8)), person, paid, hex(random, 40)] // prettier-ignore
  return `${cells.join('\t')}\n`
}

function line(random: Random): string {
  const person = random(6) === 0 ? ` user=${mail(random)} ip=81.2.${random(250)}.${random(250)}` : ''
  return `2026-09-1${random(10)}T1${random(10)}:4${random(10)}:0${random(10)}.${digits(random, 3)}Z INFO  gateway[${digits(random, 5)}]: GET /v1/orders/${digits(random, 8)} ${200 + random(300)} ${digits(random, 4)}ms trace=${hex(random, 32)}${person} ${sentence(random, 5)}\n`
}

function paragraph(random: Random): string {
  const person = random(5) === 0 ? ` Please write to ${mail(random)} or call +49 30 ${digits(random, 7)}.` : ''
  const text = sentence(random, 40 + random(50))
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${person}\n\n`
}

/** A part of a model's answer: prose, a list, code, a table, a link. */
export function answer(random: Random): string {
  const [one, two, three] = [pick(random, words), pick(random, words), pick(random, words)]
  const parts = [
    () => `## ${sentence(random, 3)}\n\n`,
    () => paragraph(random),
    () => `- **${one}**: ${sentence(random, 9)}\n- \`${two}_${three}\`: ${sentence(random, 6)} (${random(100)} %)\n`,
    () => `\`\`\`ts\nexport function ${one}${three}(${two}: string): number {\n  return ${two}.length + ${random(900)} // ${sentence(random, 4)}\n}\n\`\`\`\n\n`,
    () => `| ${one} | ${two} |\n|---|---|\n| ${digits(random, 4)} | ${digits(random, 2)}.${digits(random, 2)} |\n| 2026-0${1 + random(9)}-1${random(10)} | v${random(9)}.${random(20)} |\n\n`,
    () => `See [the ${one}](https://docs.example.com/${two}/${three}?page=${random(40)}#${one}), step ${random(12)}.\n\n`,
    () => `SELECT ${one}_id, sum(${two}) FROM ${three}s WHERE ${one}_id = ${digits(random, 6)} GROUP BY 1;\n`,
  ] // prettier-ignore
  return parts[random(parts.length)]?.() ?? ''
}

export const textKinds = { rows: row, prose: paragraph, logs: line } as const

export type TextKind = keyof typeof textKinds

export function makeText(kind: TextKind, bytes: number): Buffer {
  return makeOf(textKinds[kind], bytes)
}

export function makeOf(make: (random: Random) => string, bytes: number): Buffer {
  const random = newRandom(20_261_121)
  const parts: string[] = []
  for (let length = 0; length < bytes;) {
    const part = make(random)
    parts.push(part)
    length += part.length
  }
  return Buffer.from(parts.join(''))
}
