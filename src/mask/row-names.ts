// What the values of a row say of each other: `SELECT name, value FROM settings`. Which columns name and which hold is found out once
// for all rows of the same columns, and most have none. Names are told before any value is looked at, so their order is no matter;
// what they say is asked when a value is there that they could say something of.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../kernel/action.ts'
import type { RowColumn, RowNames } from '../kernel/masker.ts'
import type { FieldPolicy } from './engine/context.ts'
import { holds, isOneWord, isOpenKind, maxNameBytes, maxTextBytes, names, type PairPart } from './engine/pair-names.ts'
import type { FieldNames, Said } from './field-names.ts'

/** Of one row. A target says how many columns there are. */
const maxNames = 16

/** Of columns, when one names what another holds. */
interface Pairs {
  /** The columns that name. */
  readonly columns: readonly number[]
  readonly parts: readonly PairPart[]
}

/** A name of the row. */
interface Told {
  readonly part: PairPart
  readonly name: string
}

export class ToldNames implements RowNames {
  columns: readonly number[] = []
  readonly #fields: FieldNames
  readonly #known = new WeakMap<readonly RowColumn[], Pairs | null>()
  /** Of the row before; rows repeat their columns. */
  #last: readonly RowColumn[] | null = null
  #pairs: Pairs | null = null
  /** Not asked yet. */
  readonly #told: Told[] = []
  /** By all names of the row. */
  #said: Said | null = null
  /** By those that hold nothing themselves. */
  #saidOfSettings: Said | null = null

  constructor(fields: FieldNames) {
    this.#fields = fields
  }

  /** A row begins. @returns null when nothing is to be told of it */
  begin(columns: readonly RowColumn[]): this | null {
    if (columns !== this.#last) this.#turnTo(columns)
    if (this.#pairs === null) return null
    this.#told.length = 0
    this.#said = null
    this.#saidOfSettings = null
    return this
  }

  tell(column: number, bytes: Uint8Array, start: number, end: number): void {
    const part = this.#pairs?.parts[this.columns.indexOf(column)]
    if (part === undefined || end - start > maxNameBytes || !hasLetter(bytes, start, end)) return
    // Not the bytes: they would be kept alive by a row that nothing comes after.
    this.#told.push({ part, name: textOf(bytes, start, end) })
  }

  /** What the others say of a value. @param own what its column says. @returns null for nothing */
  saidOf(own: FieldPolicy): Said | null {
    if (!isHelped(own)) return null
    if (this.#told.length > 0) this.#ask()
    return own.part === 'setting' ? this.#saidOfSettings : this.#said
  }

  #ask(): void {
    for (const { part, name } of this.#told) {
      const said = isOpenKind(part, name) ? null : this.#fields.saidBy(name)
      if (said?.says !== true) continue
      this.#said = this.#said?.and(said) ?? said
      if (part !== 'setting') this.#saidOfSettings = this.#saidOfSettings?.and(said) ?? said
    }
    this.#told.length = 0
  }

  #turnTo(columns: readonly RowColumn[]): void {
    let pairs = this.#known.get(columns)
    if (pairs === undefined) this.#known.set(columns, (pairs = this.#toPairs(columns)))
    this.#last = columns
    this.#pairs = pairs
    this.columns = pairs?.columns ?? []
  }

  #toPairs(columns: readonly RowColumn[]): Pairs | null {
    const found: number[] = []
    const parts: PairPart[] = []
    let others = 0
    for (const [column, { field }] of columns.entries()) {
      if (field.content === 'opaque') continue
      const own = this.#fields.policies.of(field)
      if (isHelped(own)) others++
      if (own.part === null || !mayName(own.part, field) || found.length === maxNames) continue
      found.push(column)
      parts.push(own.part)
    }
    // A setting alone has nobody to name, and nobody to be named by.
    const isAlone = others === 1 && found.length === 1 && parts[0] === 'setting'
    return found.length === 0 || others === 0 || isAlone ? null : { columns: found, parts }
  }
}

function mayName(part: PairPart, { content }: FieldContext): boolean {
  return names(part) && content === 'text'
}

/** A `card_number` is what it says, whoever stands beside it. */
function isHelped({ part, speaksFor, isSecret }: FieldPolicy): boolean {
  return holds(part) && !(part === 'text' && (speaksFor || isSecret))
}

/** A longer `text` is a document, and not what somebody named. */
export function mayBeNamed({ part }: FieldPolicy, bytes: number): boolean {
  return part !== 'text' || bytes <= maxTextBytes
}

/** May the value be masked for what is said of it alone? A `text` only when it is one word: others are about it. */
export function isNamedWhole({ part }: FieldPolicy, bytes: Uint8Array, start: number, end: number): boolean {
  return part !== 'text' || isOneWord(textOf(bytes, start, end))
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

/** Many an `id` has none, and says nothing. */
function hasLetter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0
    if (byte >= 0x80 || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)) return true
  }
  return false
}
