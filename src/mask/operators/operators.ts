// How a finding is replaced, by class, as the operator of the gateway configured it. Values go in and their replacements
// come out.

import { Buffer } from 'node:buffer'
import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { didYouMean } from '../../languages/nearest.ts'
import type { Detector } from '../engine/detector.ts'
import { FormatCipher } from './format-cipher.ts'
import { radixOf, type Radix } from './forms.ts'
import { mark, redaction } from './own-tokens.ts'
import { hashOf, ReplacedValues } from './replaced.ts'
import { shapeOf } from './shapes.ts'
import type { TokenMint } from './tokens.ts'

export const operatorNames = ['replace', 'redact', 'partial', 'hash', 'token', 'fpe', 'null'] as const
export type OperatorName = (typeof operatorNames)[number]

/** What holds where nothing was configured. */
export const defaultOperators: Readonly<Record<string, OperatorName>> = {
  'pci/*': 'partial',
  'pii/*': 'token',
  'phi/*': 'token',
  'secret/*': 'redact',
}

/** Text is full of what is of this family and gives nobody away: it is shown unless somebody asks. */
const shownFamily = 'net/*'
/** Of a family that is not ours: who wrote a detector wants it masked. */
const foreignOperator: OperatorName = 'redact'

function isOperator(name: string): name is OperatorName {
  return operatorNames.some((known) => known === name)
}

/** An exact class goes before its family, and what was configured before what holds anyway. */
function chosenFor(dataClass: DataClass, configured: Readonly<Record<string, OperatorName>>): OperatorName | null {
  const family = `${dataClass.split('/')[0] ?? ''}/*`
  const byDefault = family === shownFamily ? null : (defaultOperators[family] ?? foreignOperator)
  return configured[dataClass] ?? configured[family] ?? configured['*'] ?? byDefault
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

interface Value {
  readonly dataClass: DataClass
  /** As Latin-1. */
  readonly text: string
  readonly column: string | null
}

export interface OperatorParts {
  readonly classes: readonly DataClass[]
  readonly detectors: readonly Detector[]
  readonly mint: TokenMint
}

/** @returns why a class or family cannot have an operator, or null */
export function operatorProblem(
  pattern: string,
  name: OperatorName,
  { classes, detectors }: Omit<OperatorParts, 'mint'>,
): string | null {
  const family = pattern === '*' ? '' : pattern.endsWith('/*') ? pattern.slice(0, -1) : null
  const isKnown = family === null ? classes.includes(pattern) : pattern === '*' || /^[a-z]+\/\*$/.test(pattern)
  if (!isKnown) return `there is no data class '${pattern}'${didYouMean(pattern, classes)}`
  const meant = family === null ? [pattern] : classes.filter((one) => one.startsWith(family))
  // Of a family those that cannot be ciphered are redacted.
  return name === 'fpe' && meant.every((one) => radixOf(one, detectors) === null)
    ? 'fpe needs a number or an identifier of at least a million values'
    : null
}

export class Operators implements Replacer {
  readonly #byClass: ReadonlyMap<DataClass, OperatorName | null>
  readonly #parts: OperatorParts
  readonly #replaced = new ReplacedValues()
  readonly #unseen = new Map<DataClass, Uint8Array>()
  #cipher: FormatCipher | null = null

  /** @throws Fault `config.invalid` for an operator that does not exist or cannot work, or a class that no detector has */
  constructor(configured: Readonly<Record<string, string>>, parts: OperatorParts) {
    const { classes } = parts
    this.#parts = parts
    const checked: Record<string, OperatorName> = {}
    for (const [pattern, name] of Object.entries(configured)) {
      if (!isOperator(name)) throw invalid(pattern, { operator: name })
      const problem = operatorProblem(pattern, name, parts)
      if (problem !== null) throw invalid(pattern, { operator: name, problem })
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
    let unseen = this.#unseen.get(dataClass)
    if (unseen === undefined) {
      const name = this.#byClass.get(dataClass)
      unseen = Buffer.from(name === 'null' ? '' : name === 'replace' ? `[${dataClass}]` : redaction(dataClass))
      if (this.#byClass.has(dataClass)) this.#unseen.set(dataClass, unseen)
    }
    return unseen
  }

  replacement(dataClass: DataClass, value: Uint8Array, column: string | null): Uint8Array {
    const name = this.#byClass.get(dataClass) ?? 'redact'
    if (name === 'redact' || name === 'replace' || name === 'null') return this.unseen(dataClass)
    if (name === 'partial') return toBytes(shapeOf(dataClass).partial(toText(value)))
    const where = name === 'fpe' ? column : null
    const hash = hashOf(value)
    const known = this.#replaced.find(hash, dataClass, where, value)
    if (known !== null) return known
    const text = toText(value)
    const by = toBytes(this.#make(name, { dataClass, text, column }))
    this.#replaced.keep(hash, { dataClass, column: where, text, by })
    return by
  }

  /** What `fpe` made of it in the column, whatever operator the class has now. @returns null when it cannot have made this */
  revealed(dataClass: DataClass, value: string, column: string | null): string | null {
    const found = this.#cipherOf().decipher(dataClass, column, Buffer.from(value, 'utf8').toString('latin1'))
    return found === null ? null : Buffer.from(found, 'latin1').toString('utf8')
  }

  /** As Latin-1. */
  #make(name: 'hash' | 'token' | 'fpe', { dataClass, text, column }: Value): string {
    if (name === 'fpe') return this.#cipherOf().encipher(dataClass, column, text) ?? redaction(dataClass)
    const shape = shapeOf(dataClass)
    const bytes = this.#parts.mint.mint(name, dataClass, shape.canonical(text))
    return name === 'hash' ? mark('hash', dataClass, bytes.hex(32)) : shape.token(text, bytes)
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
}

/** As Latin-1. */
function toText(value: Uint8Array): string {
  const buffer = value instanceof Buffer ? value : Buffer.from(value.buffer, value.byteOffset, value.length)
  return buffer.toString('latin1')
}

/** Of Latin-1: most are shorter than what a call of the runtime costs. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
