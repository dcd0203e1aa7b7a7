// Which of the ends that a run has seen is a finding: the longest whose boundary, check and surroundings speak for it. One
// judge a scanner; what it found is in `match`, `rule` and `score` until it is asked again.

import type { Accepts } from './automaton.ts'
import { edge } from './byte-set.ts'
import { Candidate } from './candidate.ts'
import type { FieldPolicy } from './context.ts'
import { contextGain, threshold } from './detector.ts'
import type { Ends, Rule, RuleSet } from './rule-set.ts'

/** Answers of a run that are not the end of a match. */
export const nothing = -1
export const holds = -2

/**
 * `mask`: what is to be masked, and no more work than that takes. `report`: with the exact score. `asked`: as `report`, for
 * classes that were asked for by name, which need no word when their check proves them.
 */
export type ScanMode = 'mask' | 'report' | 'asked'

export interface JudgeOptions {
  readonly set: RuleSet
  /** By rule: 1 when the principal may not see its class. */
  readonly enabled: Uint8Array
  readonly mode: ScanMode
  /** Runs from a place inside a match, whose beginning may be a finding of its own. */
  readonly runInside: (start: number) => number
}

export class Judge {
  readonly match: Candidate
  /** Of the last finding. */
  rule = 0
  score = 0

  readonly #set: RuleSet
  readonly #enabled: Uint8Array
  readonly #mode: ScanMode
  readonly #runInside: (start: number) => number
  #policy: FieldPolicy
  #bytes: Uint8Array
  #end = 0

  constructor({ set, enabled, mode, runInside }: JudgeOptions, policy: FieldPolicy) {
    this.match = new Candidate(set.words)
    this.#set = set
    this.#enabled = enabled
    this.#mode = mode
    this.#runInside = runInside
    this.#policy = policy
    this.#bytes = this.match.bytes
  }

  reuse(policy: FieldPolicy): void {
    this.#policy = policy
  }

  open(bytes: Uint8Array, from: number, end: number): void {
    this.#bytes = bytes
    this.#end = end
    this.match.open(bytes, from, end)
  }

  /** @returns where the longest match that passes ends, `nothing`, or `holds` */
  settle(start: number, ends: Ends, isInside: boolean): number {
    const { rules, triedAt } = this.#set
    const attempt = ++this.#set.attempts
    for (let k = ends.count - 1; k >= 0; k--) {
      const stop = start + (ends.at[k] ?? 0)
      const after = stop < this.#end ? (this.#bytes[stop] ?? 0) : edge
      const accepts = ends.accepts[k]
      if (accepts === undefined) continue
      if (accepts.right[after] !== 1) {
        for (const index of accepts.whole) triedAt[index] = attempt
        continue
      }
      for (const index of this.#worthAsking(start, accepts)) {
        const rule = rules[index]
        if (rule === undefined || this.#enabled[index] !== 1) continue
        const { detector } = rule
        // What yields is not looked for where it is asked what it must yield to.
        if (isInside && detector.yields === true) continue
        if (detector.wholeRun === true) {
          if (triedAt[index] === attempt) continue
          triedAt[index] = attempt
        }
        if (stop - start > detector.maxBytes) continue
        if (rule.right[after] !== 1 || !this.#passes(start, stop, index, rule)) continue
        if (detector.yields !== true) return stop
        const verdict = this.#yieldsTo(index, stop)
        if (verdict !== nothing) return verdict
      }
    }
    return nothing
  }

  /** Where no word stands and the field has no name that matters, those that need one are many and are not asked. */
  #worthAsking(start: number, { parts, plain }: Accepts): readonly number[] {
    if (parts.length === plain.length || this.#policy.speaksFor || this.#mode === 'asked') return parts
    return this.match.hasAnyWordBefore(start) ? parts : plain
  }

  /** A match whose end is not waited for: what follows is swallowed as it comes. */
  isUrgent(start: number, stop: number, parts: readonly number[]): boolean {
    for (const index of parts) {
      const rule = this.#set.rules[index]
      if (rule?.newSwallow == null || this.#enabled[index] !== 1) continue
      if (this.#passes(start, stop, index, rule)) return true
    }
    return false
  }

  #passes(start: number, stop: number, index: number, rule: Rule): boolean {
    const { match } = this
    match.set(start, stop)
    const { detector } = rule
    const hint = this.#policy.hints[index] ?? 0
    const standsAlone = this.#mode === 'asked' && detector.alone === true
    // What a word must speak for is not worth a check without one.
    if (detector.score < threshold && hint !== 1 && !standsAlone && !match.hasWordBefore(index)) return false
    let score = detector.check === undefined ? detector.score : detector.check(match)
    if (score <= 0) return false
    if (hint === 2) score -= contextGain
    if (score < threshold || this.#mode !== 'mask') {
      if (hint === 1 || match.hasWordBefore(index)) score = Math.max(threshold, Math.min(1, score + contextGain))
    }
    this.score = score
    this.rule = index
    return score >= threshold || standsAlone
  }

  /**
   * A general finding steps back for a secret known by its form that begins where its mask would: the more exact class is
   * the one that a permission names. @returns `stop` when it stays, `nothing` when it steps back, `holds` when that is open
   */
  #yieldsTo(index: number, stop: number): number {
    const { match, score } = this
    const { maskStart, maskEnd } = match
    const inner = this.#runInside(maskStart)
    if (inner === holds) return holds
    if (inner !== nothing && this.#set.rules[this.rule]?.detector.dataClass.startsWith('secret/') === true)
      return nothing
    this.rule = index
    this.score = score
    match.maskStart = maskStart
    match.maskEnd = maskEnd
    return stop
  }
}
