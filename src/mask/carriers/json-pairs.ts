// What is said of the value of a member by others: `{"name": "DB_PASSWORD", "value": "…"}`. Of every open object the names are kept
// that its members gave so far; when one comes that holds a value, these are asked, and so is the key under which the object
// stands (`"db_password": {"value": "…"}`). What is named only behind its value is not known: a stream cannot wait for it.

import { Buffer } from 'node:buffer'
import type { FieldContext } from '../../kernel/action.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Said } from '../field-names.ts'
import { holds, isOpenKind, maxNameBytes, names as namesOthers, type PairPart } from '../engine/pair-names.ts'
import type { JsonStructure, OpenContainer } from './json-structure.ts'

/** Of one object. What opens many objects is bounded by how deep they may be. */
const maxObjectBytes = 512
const empty = Buffer.alloc(0)

/** Between two names; in one it makes two of it. */
const nameEnd = '\0'

/** What the stream asks of its masker. */
export interface JsonFields {
  /** Of the whole value. */
  readonly field: FieldContext
  /** What others say of the whole value, when it stands among others. */
  readonly beside: Said | null
  readonly names: {
    policyOf(name: string | null): FieldPolicy
    saidBy(text: string): Said
  }
}

export class JsonPairs {
  readonly #fields: JsonFields
  /** The names of all open objects, the innermost last. */
  #bytes = empty
  /** So many are of whole names; the one that is being read is behind them. */
  #length = 0
  #readBytes = 0
  /** What the string that is being read names something in. */
  #naming: OpenContainer | null = null
  #part: PairPart = 'name'

  constructor(fields: JsonFields) {
    this.#fields = fields
  }

  /** A string begins; is it one that names something in the object? */
  begin(part: PairPart | null, { object, isMember }: JsonStructure): void {
    if (part === null || !namesOthers(part) || !isMember || object === null) return
    this.#naming = object
    this.#part = part
    // Those of objects that have ended are behind.
    this.#length = object.namesTo
    this.#readBytes = 0
  }

  read(meant: Uint8Array, from: number, to: number): void {
    if (this.#naming === null) return
    const start = this.#length + this.#readBytes
    this.#readBytes += to - from
    if (this.#readBytes > maxNameBytes) return
    if (start + to - from >= this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], Math.max(maxObjectBytes, 2 * this.#bytes.length))
    for (let i = from; i < to; i++) this.#bytes[start + i - from] = meant[i] ?? 0
  }

  end(): void {
    const object = this.#naming
    this.#naming = null
    const to = this.#length + this.#readBytes
    if (object === null || this.#readBytes === 0 || this.#readBytes > maxNameBytes) return
    if (to + 1 - object.namesFrom > maxObjectBytes) return
    if (isOpenKind(this.#part, this.#bytes.toString('latin1', this.#length, to))) return
    this.#bytes[to] = 0
    object.namesTo = to + 1
    object.said = null
  }

  /** What its own key says of the value that is next. */
  ownPolicy({ key }: JsonStructure): FieldPolicy {
    const { field, names } = this.#fields
    return names.policyOf(key ?? field.name)
  }

  /** What others say of it besides. @param own what its own key says */
  policyHere(own: FieldPolicy, { object }: JsonStructure): FieldPolicy {
    if (!holds(own.part)) return own
    return (object === null ? this.#fields.beside : this.#saidOf(object))?.of(own) ?? own
  }

  /** By its names and by its place. Those around it are asked once, and they are no more than may be open. */
  #saidOf(object: OpenContainer): Said {
    if (object.said !== null) return object.said
    const { field, names, beside } = this.#fields
    const { key, outer } = object
    let said = names.saidBy(key ?? field.name ?? '')
    if (key === null && beside !== null) said = said.and(beside)
    if (key !== null && outer !== null && holds(names.policyOf(key).part)) said = said.and(this.#saidOf(outer))
    if (object.namesTo > object.namesFrom) {
      const given = this.#bytes.toString('utf8', object.namesFrom, object.namesTo - 1)
      for (const name of given.split(nameEnd)) said = said.and(names.saidBy(name))
    }
    object.said = said
    return said
  }
}
