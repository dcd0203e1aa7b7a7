// How a finding is replaced, by class, as the operator of the gateway configured it. Values go in and their replacements
// come out; a bounded cache of them spares an HMAC for what is repeated, and it is the only place that keeps values.

import { Buffer } from 'node:buffer'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { shapeOf } from './shapes.ts'
import type { TokenMint } from './tokens.ts'

export const operatorNames = ['replace', 'redact', 'partial', 'hash', 'token', 'null'] as const
export type OperatorName = (typeof operatorNames)[number]

/** What holds where nothing was configured. Families that are not here are shown. */
export const defaultOperators: Readonly<Record<string, OperatorName>> = {
  'pci/*': 'partial',
  'pii/*': 'token',
  'phi/*': 'token',
  'secret/*': 'redact',
}

/** Values longer than this are not kept. */
const longestKept = 512
const maxKept = 8_192

function isOperator(name: string): name is OperatorName {
  return operatorNames.some((known) => known === name)
}

/** An exact class goes before its family, and what was configured before what holds anyway. */
function chosenFor(dataClass: DataClass, configured: Readonly<Record<string, OperatorName>>): OperatorName | null {
  const family = `${dataClass.split('/')[0] ?? ''}/*`
  return configured[dataClass] ?? configured[family] ?? configured['*'] ?? defaultOperators[family] ?? null
}

/** What is put in place of a finding. */
export interface Replacer {
  replacement(dataClass: DataClass, bytes: Uint8Array, start: number, end: number): Uint8Array
  /** In place of a value that is not looked at: its end is not known yet, or its name alone decided. */
  unseen(dataClass: DataClass): Uint8Array
}

export class Operators implements Replacer {
  readonly #byClass: ReadonlyMap<DataClass, OperatorName | null>
  readonly #mint: TokenMint
  readonly #kept = new Map<string, Uint8Array>()

  /** @throws Fault `config.invalid` for an operator that does not exist or a class that no detector has */
  constructor(classes: readonly DataClass[], configured: Readonly<Record<string, string>>, mint: TokenMint) {
    const checked: Record<string, OperatorName> = {}
    for (const [pattern, name] of Object.entries(configured)) {
      if (!isOperator(name))
        throw new Fault('config.invalid', { what: 'masking.operators', class: pattern, operator: name })
      const isKnown = pattern === '*' || /^[a-z]+\/\*$/.test(pattern) || classes.includes(pattern)
      if (!isKnown)
        throw new Fault('config.invalid', { what: 'masking.operators', class: pattern, problem: 'unknown class' })
      checked[pattern] = name
    }
    this.#byClass = new Map(classes.map((dataClass) => [dataClass, chosenFor(dataClass, checked)]))
    this.#mint = mint
  }

  /** False for a class that is shown unless somebody configured an operator for it. */
  isMasked(dataClass: DataClass): boolean {
    return (this.#byClass.get(dataClass) ?? null) !== null
  }

  unseen(dataClass: DataClass): Uint8Array {
    const name = this.#byClass.get(dataClass)
    return Buffer.from(name === 'null' ? '' : name === 'replace' ? `[${dataClass}]` : `[redacted:${dataClass}]`)
  }

  replacement(dataClass: DataClass, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const name = this.#byClass.get(dataClass) ?? 'redact'
    if (name === 'redact' || name === 'replace' || name === 'null') return this.unseen(dataClass)
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
    const key = `${dataClass}\0${value}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const made = Buffer.from(this.#make(name, dataClass, value), 'latin1')
    if (value.length <= longestKept) this.#keep(key, made)
    return made
  }

  #make(name: 'partial' | 'hash' | 'token', dataClass: DataClass, value: string): string {
    const shape = shapeOf(dataClass)
    if (name === 'partial') return shape.partial(value)
    const bytes = this.#mint.mint(name, dataClass, shape.canonical(value))
    return name === 'hash' ? `[hash:${dataClass}/${bytes.hex(32)}]` : shape.token(value, bytes)
  }

  #keep(key: string, made: Uint8Array): void {
    this.#kept.set(key, made)
    if (this.#kept.size <= maxKept) return
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}
