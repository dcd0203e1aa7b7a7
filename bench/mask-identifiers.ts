// A million identifiers that a business writes, made from a seed: none of them belongs to a person or is a secret. Each as a
// value of its own in a column whose name says nothing, and each in a sentence. What is altered is a false hit.

import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { FieldContext } from '../src/kernel/action.ts'
import { Secret } from '../src/kernel/secret.ts'
import { createMasking } from '../src/mask/index.ts'
import { digits, hex, newRandom } from './mask-texts.ts'
import { toMarkdown } from './report.ts'

const count = 1_000_000
const random = newRandom(1_000_003)
const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

const anyOf = (text: string): string => text.charAt(random(text.length))
const letters = (length: number): string => Array.from({ length }, () => anyOf(capitals)).join('')
const between = (least: number, most: number): number => least + random(most - least)
const time = (): Date => new Date(between(1_600_000_000, 1_900_000_000) * 1_000 + random(1_000))
const digest = (algorithm: string): string => createHash(algorithm).update(hex(random, 16)).digest('hex')
const uuid = (): string =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${anyOf('89ab')}${hex(random, 3)}-${hex(random, 12)}`

/** As they are written most often; no kind has a check digit that makes it somebody's. */
const kinds: Readonly<Record<string, () => string>> = {
  'row number': () => String(random(10_000_000)),
  'eight digits': () => String(between(10_000_000, 100_000_000)),
  'nine digits': () => String(between(100_000_000, 1_000_000_000)),
  'ten digits': () => `${between(1, 10)}${digits(random, 9)}`,
  'twelve digits': () => `${between(1, 10)}${digits(random, 11)}`,
  'order': () => `ORD-${digits(random, 8)}`,
  'order of a year': () => `${between(2015, 2030)}-${digits(random, 6)}`,
  'shop order': () => `${digits(random, 3)}-${digits(random, 7)}-${digits(random, 7)}`,
  'SKU': () => `${letters(3)}-${digits(random, 4)}-${letters(2)}`,
  'SKU in one': () => `${letters(2)}${digits(random, 6)}`,
  'invoice': () => `INV${between(2015, 2030)}${digits(random, 5)}`,
  'invoice with slashes': () => `RE/${between(2015, 2030)}/${digits(random, 5)}`,
  'ticket': () => `${letters(4)}-${random(100_000)}`,
  'parcel': () => `1Z${letters(3)}${digits(random, 11)}`,
  'consignment': () => `${letters(2)}${digits(random, 9)}DE`,
  'batch': () => `L${digits(random, 6)}${anyOf(capitals)}`,
  'part': () => `${digits(random, 2)}.${digits(random, 4)}.${digits(random, 3)}`,
  'UUID': uuid,
  'UUID in capitals': () => uuid().toUpperCase(),
  'ULID': () => `01${Array.from({ length: 24 }, () => anyOf('0123456789ABCDEFGHJKMNPQRSTVWXYZ')).join('')}`,
  'object id': () => hex(random, 24),
  'trace': () => `00-${hex(random, 32)}-${hex(random, 16)}-01`,
  'MD5': () => digest('md5'),
  'SHA-1': () => digest('sha1'),
  'SHA-256': () => digest('sha256'),
  'short commit': () => hex(random, 8),
  'seconds': () => String(Math.floor(time().getTime() / 1_000)),
  'milliseconds': () => String(time().getTime()),
  'ISO timestamp': () => time().toISOString(),
  'SQL timestamp': () => time().toISOString().replace('T', ' ').slice(0, 23),
  'compact timestamp': () => time().toISOString().replace(/\D/g, '').slice(0, 14),
  'date': () => time().toISOString().slice(0, 10),
  'date with dots': () => time().toISOString().slice(0, 10).split('-').toReversed().join('.'),
  'date with slashes': () => `${between(1, 13)}/${between(1, 29)}/${between(2015, 2030)}`,
  'clock': () => time().toISOString().slice(11, 19),
  'price': () => `${random(10_000)}.${digits(random, 2)}`,
  'price in euros': () => `${between(1, 1_000)}.${digits(random, 3)},${digits(random, 2)} EUR`,
  'fraction': () => `0.${digits(random, 16)}`,
  'version': () => `${random(20)}.${random(40)}.${random(99)}`,
  'build': () => `v${random(20)}.${random(40)}.${random(9)}-rc.${random(20)}+${hex(random, 7)}`,
  'colour': () => `#${hex(random, 6)}`,
  'port': () => `:${between(1_024, 65_536)}`,
  'size': () => `${random(5_000)}x${random(5_000)}`,
  'coordinates of a sheet': () => `${letters(2)}${random(1_000)}:${letters(2)}${random(1_000)}`,
  'queue': () => `${letters(3).toLowerCase()}_${digits(random, 6)}_${letters(2).toLowerCase()}`,
} // prettier-ignore

const column: FieldContext = { name: 'reference', content: 'text' }
const sentence: FieldContext = { name: null, content: 'text' }

export interface Hits {
  readonly kind: string
  readonly all: number
  readonly asValue: number
  readonly inText: number
  /** The detectors that hit, the most frequent first. */
  readonly rules: string
}

export function countHits(most = count): Hits[] {
  const masking = createMasking({ key: new Secret(new Uint8Array(32).fill(7)), operators: {} })
  const each = Math.ceil(most / Object.keys(kinds).length)
  return Object.entries(kinds).map(([kind, make]) => {
    const masker = masking.open(() => false)
    const hits = { value: 0, text: 0 }
    for (let i = 0; i < each; i++) {
      const id = make()
      const value = Buffer.from(id)
      if (masker.value(value, 0, value.length, column) !== null) hits.value++
      const text = Buffer.from(`We moved ${id} to the next step, as was planned.`)
      if (masker.value(text, 0, text.length, sentence) !== null) hits.text++
    }
    const found = masker.drain().findings.toSorted((a, b) => b.count - a.count)
    const rules = [...new Set(found.map(({ rule }) => rule))].slice(0, 4).join(', ')
    return { kind, all: each, asValue: hits.value, inText: hits.text, rules }
  })
}

const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(3)} %`

/** All kinds together, and each of them that is hit at all. */
export function benchIdentifiers(): string {
  const kindHits = countHits()
  const sum = (what: (one: Hits) => number): number => kindHits.reduce((total, one) => total + what(one), 0)
  const all = sum((one) => one.all)
  const rows = kindHits
    .filter(({ asValue, inText }) => asValue + inText > 0)
    .sort((a, b) => b.asValue + b.inText - a.asValue - a.inText)
    .map((one) => [one.kind, percent(one.asValue, one.all), percent(one.inText, one.all), one.rules])
  const total = ['all', percent(sum((one) => one.asValue), all), percent(sum((one) => one.inText), all), ''] // prettier-ignore
  const table = toMarkdown(['kind', 'as a value', 'in a sentence', 'taken for'], [total, ...rows])
  return `${kindHits.length} kinds, ${Math.ceil(all / kindHits.length)} of each; those that are not here were never hit.\n\n${table}`
}
