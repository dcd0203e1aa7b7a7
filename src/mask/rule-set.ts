// The detectors with all that is computed once for them: the automaton, the words they listen for, what they swallow.

import { Fault } from '../kernel/fault.ts'
import { Automaton } from './automaton.ts'
import type { ByteSet } from './byte-set.ts'
import { longestMatch, type Detector } from './detector.ts'
import { toSwallow, type SwallowRun } from './swallow.ts'
import { WordFinder } from './words.ts'

export interface Rule {
  readonly detector: Detector
  readonly right: ByteSet
  readonly newSwallow: (() => SwallowRun) | null
}

/** The detectors with all that is computed once for them. */
export class RuleSet {
  readonly rules: readonly Rule[]
  readonly automaton: Automaton
  readonly words: WordFinder

  /** In order of priority: of two that end at the same place the earlier one is the finding. */
  constructor(detectors: readonly Detector[], maxStates?: number) {
    const tooLong = detectors.find((detector) => detector.maxBytes > longestMatch)
    if (tooLong !== undefined)
      throw new Fault('config.invalid', { what: 'detector', id: tooLong.id, problem: 'too long' })
    this.automaton = new Automaton(detectors, maxStates)
    this.words = new WordFinder(detectors)
    this.rules = detectors.map((detector) => ({
      detector,
      right: detector.right,
      newSwallow: detector.swallow === undefined ? null : toSwallow(detector.swallow),
    }))
  }
}

/** Ends that a run has seen, in order; offsets from its beginning. */
export class Ends {
  readonly at: number[] = []
  readonly rules: (readonly number[])[] = []
  count = 0

  add(length: number, rules: readonly number[]): void {
    this.at[this.count] = length
    this.rules[this.count++] = rules
  }
}
