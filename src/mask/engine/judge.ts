// Which of the ends that a run has seen is a finding: the longest whose boundary, check and surroundings speak for it. One
// judge a scanner; what it found is in `match`, `rule` and `score` until it is asked again.

import type { Accepts } from './accepts.ts'
import { edge } from './byte-set.ts'
import { Candidate } from './candidate.ts'
import type { FieldPolicy } from './context.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { contextBytes, contextGain, threshold, type Detector } from './detector.ts'
import { isBehindStars, isOwn } from '../operators/own-tokens.ts'
import type { Prefilter } from './prefilter.ts'
import type { Rule, RuleSet } from './rule-set.ts'
import type { Hearing } from './words.ts'

const star = 0x2a

/** Answers of a run that are not the end of a match. */
export const nothing = -1
export const holds = -2

/**
 * `mask`: what is to be masked, and no more work than that takes. `report`: with the exact score. `asked`: as `report`, for
 * classes that were asked for by name, which need no word when their check proves them.
 */
export type ScanMode = 'mask' | 'report' | 'asked'

/** What the operator of the gateway lets through. Each answer is the id of the rule that does, or null. */
export interface Ignores {
  /** @param field its name, when that may be shown */
  match(detector: number, field: string | null, bytes: Uint8Array, match: MaskedPlace): string | null
  /** A value that is masked for its field's name alone. */
  named(dataClass: DataClass, field: string | null): string | null
}

type MaskedPlace = Pick<Candidate, 'start' | 'maskStart' | 'maskEnd'>

/** Ignores, and who counts what was ignored: once, when that is certain. */
export interface Ignorer {
  readonly ignores: Ignores
  ignored(detector: number, policy: FieldPolicy, id: string): void
}

/** Ends that a run has seen, in order: the first `count`; offsets from its beginning. */
export interface SeenEnds {
  readonly at: readonly number[]
  readonly accepts: readonly Accepts[]
  readonly count: number
}

/** Why a match is a finding, or is none. */
export type Verdict = 'passed' | 'needs a word' | 'its check refused it' | 'boundary' | `ignored by rule ${string}`

/** Is told of every end that was looked at, wanted or not. For people who ask why: nobody observes traffic. */
export interface Observer {
  /** Offsets of what would be masked. @param base the score before context */
  saw(
    rule: number,
    place: MaskedPlace,
    scores: { readonly base: number; readonly score: number },
    verdict: Verdict,
  ): void
}

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
  ignorer: Ignorer | null = null
  observer: Observer | null = null

  readonly #set: RuleSet
  readonly #enabled: Uint8Array
  readonly #mode: ScanMode
  readonly #runInside: (start: number) => number
  readonly #hearing: Hearing = {
    reaches: (place, wordEnd) => place - wordEnd <= contextBytes,
    isNamed: (place) => this.#mayBegin(place),
  }
  #policy: FieldPolicy
  #bytes: Uint8Array
  #end = 0
  /** Ignored at the place that is being judged; to be counted when the place is decided. Almost always empty. */
  readonly #ignoredHere: { readonly index: number; readonly id: string }[] = []
  /** An ignored match, to where it reaches: what stands in it and is of the same class belongs to it. */
  #ignoredClass: DataClass | null = null
  #ignoredFrom = -1
  #ignoredTo = -1

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
    this.#ignoredFrom += from
    this.#ignoredTo += from
  }

  /** Bytes before `safe` will not be seen again. */
  keep(safe: number): void {
    this.match.keepBehind(safe)
    this.#ignoredFrom -= safe
    this.#ignoredTo -= safe
    if (this.#ignoredTo <= 0) this.#ignoredClass = null
  }

  /** The value is over. */
  reset(): void {
    this.match.behind.clear()
    this.#ignoredClass = null
  }

  /** @param isDecided what was judged last will not be judged again */
  endPlace(isDecided: boolean): void {
    if (this.#ignoredHere.length === 0) return
    if (isDecided) for (const { index, id } of this.#ignoredHere) this.ignorer?.ignored(index, this.#policy, id)
    this.#ignoredHere.length = 0
  }

  /** @returns where the longest match that passes ends, `nothing`, or `holds` */
  settle(start: number, ends: SeenEnds, isInside: boolean): number {
    const { rules, triedAt } = this.#set
    const attempt = ++this.#set.attempts
    for (let k = ends.count - 1; k >= 0; k--) {
      const stop = start + (ends.at[k] ?? 0)
      const after = stop < this.#end ? (this.#bytes[stop] ?? 0) : edge
      const accepts = ends.accepts[k]
      if (accepts === undefined) continue
      if (this.observer !== null && !isInside) this.#observe(this.observer, start, stop, accepts)
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
        if (this.ignorer !== null && this.#isIgnored(this.ignorer, stop, index, isInside)) continue
        if (detector.yields !== true) return stop
        const verdict = this.#yieldsTo(index, stop)
        if (verdict !== nothing) return verdict
      }
    }
    return nothing
  }

  /** Where no word stands and the field has no name that matters, those that need one are many and are not asked. */
  #worthAsking(start: number, { parts, plain }: Accepts): readonly number[] {
    return parts.length === plain.length || this.hearsWord(start) ? parts : plain
  }

  /** May what needs something before it be a finding here? */
  hearsWord(start: number): boolean {
    return (
      this.#policy.speaksFor || this.#mode === 'asked' || this.match.hasAnyWordBefore(start) || this.#mayBegin(start)
    )
  }

  /** Takes from the list the places that need something before them and have nothing. @param base what they are offsets from */
  dropUnheard(list: Prefilter, base: number, to: number): void {
    if (this.#policy.speaksFor || this.#mode === 'asked') return
    this.match.wordsBefore.dropUnheard(list, base, to, this.#hearing)
  }

  /** Does a detector say so of the bytes before? */
  #mayBegin(start: number): boolean {
    this.match.set(start, start)
    return this.#set.mayBegin(this.match, this.#bytes[start] ?? 0)
  }

  /** A match whose end is not waited for: what follows is swallowed as it comes. */
  isUrgent(start: number, stop: number, parts: readonly number[]): boolean {
    for (const index of parts) {
      const rule = this.#set.rules[index]
      if (rule?.newSwallow == null || this.#enabled[index] !== 1) continue
      if (!this.#passes(start, stop, index, rule)) continue
      const id = this.ignorer?.ignores.match(index, this.#policy.shownName, this.#bytes, this.match) ?? null
      // Counted with the other ends, when the run is over.
      if (id === null) return true
    }
    return false
  }

  #passes(start: number, stop: number, index: number, rule: Rule): boolean {
    const { match } = this
    match.set(start, stop)
    const { detector } = rule
    if (rule.refusesMasked && match.byteBefore(1) === star && isBehindStars(match)) return false
    // What a word must speak for is not worth a check without one.
    if (rule.needsWord && !this.#speaksFor(index, start, detector)) return false
    const hint = this.#policy.hints[index] ?? 0
    let score = detector.check === undefined ? detector.score : detector.check(match)
    if (score <= 0) return false
    if (hint === 2) score -= contextGain
    if (score < threshold || this.#mode !== 'mask') {
      if (hint === 1 || match.hasWordBefore(index)) score = Math.max(threshold, Math.min(1, score + contextGain))
    }
    this.score = score
    this.rule = index
    if (score < threshold && !(this.#mode === 'asked' && detector.alone === true)) return false
    return !isOwn(match, stop < this.#end ? (this.#bytes[stop] ?? 0) : edge)
  }

  /** For a match that begins there: the name of the field, a word before it, or who asked for its class by name. */
  #speaksFor(index: number, start: number, detector: Detector): boolean {
    if (this.#policy.hints[index] === 1 || this.match.wordsBefore.has(index, start)) return true
    return this.#mode === 'asked' && detector.alone === true
  }

  /** As if it had not matched: whatever else stands there is still looked for. */
  #isIgnored({ ignores }: Ignorer, stop: number, index: number, isInside: boolean): boolean {
    const dataClass = this.#set.detectors[index]?.dataClass ?? null
    const isWithin = this.match.start > this.#ignoredFrom && stop <= this.#ignoredTo
    if (this.#ignoredClass === dataClass && isWithin) return true
    const id = ignores.match(index, this.#policy.shownName, this.#bytes, this.match)
    if (id === null) return false
    // The inside of another match is judged for that one's sake, and again for its own if it comes to it.
    if (isInside) return true
    if (this.#ignoredHere.every((one) => this.#set.detectors[one.index]?.dataClass !== dataClass))
      this.#ignoredHere.push({ index, id })
    this.#ignoredClass = dataClass
    this.#ignoredFrom = this.match.start
    this.#ignoredTo = stop
    return true
  }

  /** What would be said of each detector that ends here, if it were alone. */
  #observe(observer: Observer, start: number, stop: number, { parts }: Accepts): void {
    const { match } = this
    const after = stop < this.#end ? (this.#bytes[stop] ?? 0) : edge
    for (const index of parts) {
      const rule = this.#set.rules[index]
      if (rule === undefined || this.#enabled[index] !== 1 || stop - start > rule.detector.maxBytes) continue
      match.set(start, stop)
      const base = rule.detector.check === undefined ? rule.detector.score : rule.detector.check(match)
      const hasPassed = this.#passes(start, stop, index, rule)
      const score = hasPassed ? this.score : base
      const speaks = this.#policy.hints[index] === 1 || match.hasWordBefore(index)
      const isBounded = rule.right[after] === 1
      // What would take two things to change is not near.
      if ((base <= 0 && (!isBounded || (rule.detector.score < threshold && !speaks))) || (!isBounded && !hasPassed))
        continue
      let verdict: Verdict = 'passed'
      if (base <= 0) verdict = 'its check refused it'
      else if (!isBounded) verdict = 'boundary'
      else if (!hasPassed) verdict = 'needs a word'
      else {
        const id = this.ignorer?.ignores.match(index, this.#policy.shownName, this.#bytes, match) ?? null
        if (id !== null) verdict = `ignored by rule ${id}`
      }
      observer.saw(index, match, { base: base > 0 ? base : rule.detector.score, score: Math.max(0, score) }, verdict)
    }
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
