// From spans to bytes: what a session's principal may not see is replaced and counted. Shared by whole values, streams of
// text and strings inside JSON.

import type { DataClass } from '../../kernel/finding.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Detector } from '../engine/detector.ts'
import type { Found } from '../found.ts'
import type { Replacer } from './operators.ts'
import type { RuleSet, Visibility } from '../engine/rule-set.ts'
import { Scanner } from '../engine/scanner.ts'
import type { Ignorer, Ignores, ScanMode } from '../engine/judge.ts'
import { failedRule, type Span } from '../engine/span.ts'

/** The class of what could not be looked at, and of what its field's name says. */
export const failedClass: DataClass = 'secret/unknown'
export const namedClass: DataClass = 'secret/generic-assignment'
/** As findings name what only the field's name says. */
export const namedRule = 'named-secret'

const nothing = new Uint8Array(0)

export interface EditorParts {
  readonly set: RuleSet
  readonly visibility: Visibility
  readonly operators: Replacer
  readonly ignores?: Ignores | null
}

export class Editor {
  readonly found: Found
  readonly #detectors: readonly Detector[]
  readonly #set: RuleSet
  readonly #visibility: Visibility
  readonly #operators: Replacer

  readonly #mode: ScanMode
  readonly #ignorer: Ignorer | null

  constructor(parts: EditorParts, found: Found, mode: ScanMode = 'mask') {
    const { set, visibility, operators } = parts
    this.#mode = mode
    this.#ignorer = parts.ignores == null ? null : this.#toIgnorer(parts.ignores)
    this.#set = set
    this.#detectors = set.detectors
    this.#visibility = visibility
    this.#operators = operators
    this.found = found
  }

  newScanner(policy: FieldPolicy): Scanner {
    const scanner = new Scanner(this.#set, this.#visibility.enabled, policy, this.#mode)
    if (this.#ignorer !== null) scanner.ignore(this.#ignorer)
    return scanner
  }

  /** Does the name of the field alone mask the value? To be asked once a value: counts it when a rule lets it through. */
  masksByName(policy: FieldPolicy): boolean {
    if (!policy.isSecret || !this.masks(namedClass)) return false
    const ignoredBy = this.#ignorer?.ignores.named(namedClass, policy.shownName) ?? null
    if (ignoredBy === null) return true
    this.found.add(namedClass, namedRule, policy.shownName, ignoredBy)
    return false
  }

  byName(policy: FieldPolicy): Uint8Array {
    this.found.add(namedClass, namedRule, policy.shownName)
    return this.#operators.unseen(namedClass)
  }

  failed(policy: FieldPolicy): Uint8Array {
    this.found.add(failedClass, 'detector-failed', policy.shownName)
    return this.#operators.unseen(failedClass)
  }

  /** What stands in place of a span; counts it. */
  replacement(span: Span, bytes: Uint8Array, policy: FieldPolicy): Uint8Array {
    if (span.continued) return nothing
    const detector = span.rule === failedRule ? undefined : this.#detectors[span.rule]
    if (detector === undefined) return this.failed(policy)
    this.found.add(detector.dataClass, detector.id, policy.shownName)
    return detector.swallow === undefined
      ? this.#operators.replacement(detector.dataClass, bytes.subarray(span.start, span.end), policy.shownName)
      : this.#operators.unseen(detector.dataClass)
  }

  /** The mark for what holds a finding but is not its text, such as its Base64; counts it. */
  unseen(span: Span, policy: FieldPolicy): Uint8Array {
    if (span.continued) return nothing
    const detector = this.#detectors[span.rule]
    if (detector === undefined) return this.failed(policy)
    this.found.add(detector.dataClass, detector.id, policy.shownName)
    return this.#operators.unseen(detector.dataClass)
  }

  #toIgnorer(ignores: Ignores): Ignorer {
    return {
      ignores,
      ignored: (index, policy, id) => {
        const detector = this.#detectors[index]
        if (detector !== undefined) this.found.add(detector.dataClass, detector.id, policy.shownName, id)
      },
    }
  }

  /** Is anything of the class looked for in this session? */
  masks(dataClass: DataClass): boolean {
    return this.#visibility.masked.has(dataClass)
  }
}

export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** A copy, whatever the bytes are: `slice` of a Buffer is a view of its owner's memory. */
export function copied(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return joined([bytes.subarray(from, to)], to - from)
}
