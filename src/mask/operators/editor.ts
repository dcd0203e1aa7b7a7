// From spans to bytes: what a session's principal may not see is replaced and counted. Shared by whole values, streams of
// text and strings inside JSON.

import type { DataClass } from '../../kernel/finding.ts'
import type { FieldPolicy } from '../engine/context.ts'
import type { Detector } from '../engine/detector.ts'
import type { Found } from '../found.ts'
import type { Operators } from './operators.ts'
import type { RuleSet } from '../engine/rule-set.ts'
import { Scanner } from '../engine/scanner.ts'
import { failedRule, type Span } from '../engine/span.ts'

/** The class of what could not be looked at, and of what its field's name says. */
export const failedClass: DataClass = 'secret/unknown'
export const namedClass: DataClass = 'secret/generic-assignment'

const nothing = new Uint8Array(0)

export class Editor {
  readonly found: Found
  readonly #detectors: readonly Detector[]
  readonly #set: RuleSet
  readonly #enabled: Uint8Array
  readonly #operators: Operators

  constructor(set: RuleSet, enabled: Uint8Array, operators: Operators, found: Found) {
    this.#set = set
    this.#detectors = set.rules.map((rule) => rule.detector)
    this.#enabled = enabled
    this.#operators = operators
    this.found = found
  }

  newScanner(policy: FieldPolicy): Scanner {
    return new Scanner(this.#set, this.#enabled, policy)
  }

  /** Does the name of the field alone mask the value? */
  masksByName(policy: FieldPolicy): boolean {
    return policy.isSecret && this.#detectors.some((one, i) => one.dataClass === namedClass && this.#enabled[i] === 1)
  }

  byName(policy: FieldPolicy): Uint8Array {
    this.found.add(namedClass, 'named-secret', policy.shownName)
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
      ? this.#operators.replacement(detector.dataClass, bytes, span.start, span.end)
      : this.#operators.unseen(detector.dataClass)
  }

  /** `bytes[from..to)` with the spans, which lie in it in order, replaced. */
  edit(spans: readonly Span[], bytes: Uint8Array, from: number, to: number, policy: FieldPolicy): Uint8Array {
    const pieces: Uint8Array[] = []
    let at = from
    let length = 0
    const put = (piece: Uint8Array): void => {
      if (piece.length === 0) return
      pieces.push(piece)
      length += piece.length
    }
    for (const span of spans) {
      put(bytes.subarray(at, span.start))
      put(this.replacement(span, bytes, policy))
      at = span.end
    }
    put(bytes.subarray(at, to))
    return joined(pieces, length)
  }
}

export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
