// The detectors with all that is computed once for them: the automaton, the words they listen for, what they swallow.

import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { Automaton, type Accepts, type Anchor } from './automaton.ts'
import type { ByteSet } from './byte-set.ts'
import { longestMatch, threshold, type Detector } from './detector.ts'
import { Prefilter } from './prefilter.ts'
import { toSwallow, type SwallowRun } from './swallow.ts'
import { WordList } from './words.ts'

export interface Rule {
  readonly detector: Detector
  readonly right: ByteSet
  readonly newSwallow: (() => SwallowRun) | null
}

/** What is masked for somebody; made once for all who see the same. */
export interface Visibility {
  /** By detector: 1 when its class is masked. */
  readonly enabled: Uint8Array
  readonly masked: ReadonlySet<DataClass>
}

/** The detectors with all that is computed once for them. */
export class RuleSet {
  readonly rules: readonly Rule[]
  readonly automaton: Automaton
  readonly words: WordList
  /** Of the detectors that have one: all the same. */
  readonly anchor: Anchor | null
  readonly detectors: readonly Detector[]
  /** By rule with `wholeRun`: the last attempt that tried it. Attempts are judged one at a time. */
  readonly triedAt: Float64Array
  attempts = 0
  #prefilter: Prefilter | null = null

  /** In order of priority: of two that end at the same place the earlier one is the finding. */
  constructor(detectors: readonly Detector[], maxStates?: number) {
    const tooLong = detectors.find((detector) => detector.maxBytes > longestMatch)
    if (tooLong !== undefined)
      throw new Fault('config.invalid', { what: 'detector', id: tooLong.id, problem: 'too long' })
    this.automaton = new Automaton(
      detectors.map((one) => ({
        ...one,
        isUrgent: one.swallow !== undefined,
        needsWord: one.score < threshold,
      })),
      maxStates,
    )
    this.words = new WordList(detectors)
    this.detectors = detectors
    this.triedAt = new Float64Array(detectors.length)
    const anchors = detectors.flatMap((detector) => detector.anchor ?? [])
    this.anchor = anchors[0] ?? null
    if (anchors.some((anchor) => anchor.byte !== this.anchor?.byte))
      throw new Fault('config.invalid', { what: 'detector', problem: 'anchors differ' })
    this.rules = detectors.map((detector) => ({
      detector,
      right: detector.right,
      newSwallow: detector.swallow === undefined ? null : toSwallow(detector.swallow),
    }))
  }

  warm(): void {
    void [this.prefilter, this.words.prefilter]
  }

  /** Of the parts without an anchor. Made when the first value is long enough to be worth it. */
  get prefilter(): Prefilter {
    this.#prefilter ??= new Prefilter(
      this.detectors.filter((one) => one.anchor === undefined),
      'starts',
    )
    return this.#prefilter
  }
}

/** Ends that a run has seen, in order; offsets from its beginning. */
export class Ends {
  readonly at: number[] = []
  readonly accepts: Accepts[] = []
  count = 0
  /** Whose ends are the last ones, when of more in a row only the last is tried. */
  lastAlone: Accepts | null = null

  add(length: number, accepts: Accepts): void {
    if (this.lastAlone === accepts) {
      this.extend(length)
      return
    }
    this.at[this.count] = length
    this.accepts[this.count++] = accepts
    this.lastAlone = accepts.whole.length === accepts.parts.length && !accepts.isUrgent ? accepts : null
  }

  /** The last end is there instead. */
  extend(length: number): void {
    this.at[this.count - 1] = length
  }

  clear(): void {
    this.count = 0
    this.lastAlone = null
  }
}
