// How a finding is replaced, by class, as the operator of the gateway configured it. Values go in and their replacements
// come out; a bounded cache of them spares an HMAC for what is repeated, and it is the only place that keeps values.

import { Buffer } from 'node:buffer'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import type { Detector } from '../engine/detector.ts'
import { FormatCipher } from './format-cipher.ts'
import { radixOf, type Radix } from './forms.ts'
import { mark, redaction } from './own-tokens.ts'
import { shapeOf } from './shapes.ts'
import type { TokenMint } from './tokens.ts'

export const operatorNames = ['replace', 'redact', 'partial', 'hash', 'token', 'fpe', 'null'] as const
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

function invalid(pattern: string, facts: Readonly<Record<string, string>>): Fault {
  return new Fault('config.invalid', { what: 'masking.operators', class: pattern, ...facts })
}

/** What is put in place of a finding. */
export interface Replacer {
  /** @param column the field's name as findings show it; what is ciphered joins within a column only */
  replacement(dataClass: DataClass, value: Uint8Array, column: string | null): Uint8Array
  /** In place of a value that is not looked at: its end is not known yet, or its name alone decided. */
  unseen(dataClass: DataClass): Uint8Array
}

export interface OperatorParts {
  readonly classes: readonly DataClass[]
  readonly detectors: readonly Detector[]
  readonly mint: TokenMint
}

export class Operators implements Replacer {
  readonly #byClass: ReadonlyMap<DataClass, OperatorName | null>
  readonly #parts: OperatorParts
  readonly #kept = new Map<string, Uint8Array>()
  #cipher: FormatCipher | null = null

  /** @throws Fault `config.invalid` for an operator that does not exist or cannot work, or a class that no detector has */
  constructor(configured: Readonly<Record<string, string>>, parts: OperatorParts) {
    const { classes } = parts
    this.#parts = parts
    const checked: Record<string, OperatorName> = {}
    for (const [pattern, name] of Object.entries(configured)) {
      if (!isOperator(name)) throw invalid(pattern, { operator: name })
      const family = pattern === '*' ? '' : pattern.endsWith('/*') ? pattern.slice(0, -1) : null
      const isKnown = family === null ? classes.includes(pattern) : pattern === '*' || /^[a-z]+\/\*$/.test(pattern)
      if (!isKnown) throw invalid(pattern, { problem: 'unknown class' })
      const meant = family === null ? [pattern] : classes.filter((one) => one.startsWith(family))
      // Of a family those that cannot be ciphered are redacted.
      if (name === 'fpe' && meant.every((one) => radixOf(one, parts.detectors) === null))
        throw invalid(pattern, {
          operator: name,
          problem: 'no number or identifier, or one of less than a million values',
        })
      checked[pattern] = name
    }
    this.#byClass = new Map(classes.map((dataClass) => [dataClass, chosenFor(dataClass, checked)]))
  }

  /** False for a class that is shown unless somebody configured an operator for it. */
  isMasked(dataClass: DataClass): boolean {
    return (this.#byClass.get(dataClass) ?? null) !== null
  }

  /** null for a class that is shown. */
  operatorOf(dataClass: DataClass): OperatorName | null {
    return this.#byClass.get(dataClass) ?? null
  }

  unseen(dataClass: DataClass): Uint8Array {
    const name = this.#byClass.get(dataClass)
    return Buffer.from(name === 'null' ? '' : name === 'replace' ? `[${dataClass}]` : redaction(dataClass))
  }

  replacement(dataClass: DataClass, value: Uint8Array, column: string | null): Uint8Array {
    const name = this.#byClass.get(dataClass) ?? 'redact'
    if (name === 'redact' || name === 'replace' || name === 'null') return this.unseen(dataClass)
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
    const key = name === 'fpe' ? `${dataClass}\0${text}\0${column ?? ''}` : `${dataClass}\0${text}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const made = name === 'fpe' ? this.#cipherOf().encipher(dataClass, column, text) : this.#make(name, dataClass, text)
    const bytes = Buffer.from(made ?? redaction(dataClass), 'latin1')
    if (text.length <= longestKept) this.#keep(key, bytes)
    return bytes
  }

  /** What `fpe` made of it in the column, whatever operator the class has now. @returns null when it cannot have made this */
  revealed(dataClass: DataClass, value: string, column: string | null): string | null {
    const found = this.#cipherOf().decipher(dataClass, column, Buffer.from(value, 'utf8').toString('latin1'))
    return found === null ? null : Buffer.from(found, 'latin1').toString('utf8')
  }

  #make(name: 'partial' | 'hash' | 'token', dataClass: DataClass, value: string): string {
    const shape = shapeOf(dataClass)
    if (name === 'partial') return shape.partial(value)
    const bytes = this.#parts.mint.mint(name, dataClass, shape.canonical(value))
    return name === 'hash' ? mark('hash', dataClass, bytes.hex(32)) : shape.token(value, bytes)
  }

  #cipherOf(): FormatCipher {
    if (this.#cipher === null) {
      const { classes, detectors, mint } = this.#parts
      const radixes = new Map<DataClass, Radix>()
      for (const dataClass of classes) {
        const radix = radixOf(dataClass, detectors)
        if (radix !== null) radixes.set(dataClass, radix)
      }
      this.#cipher = new FormatCipher(radixes, mint)
    }
    return this.#cipher
  }

  #keep(key: string, made: Uint8Array): void {
    this.#kept.set(key, made)
    if (this.#kept.size <= maxKept) return
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}
