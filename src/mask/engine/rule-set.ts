// The detectors with all that is computed once for them: the automaton, the words they listen for, what they swallow.

import { Fault } from '../../kernel/fault.ts'
import type { DataClass } from '../../kernel/finding.ts'
import { Automaton } from './automaton.ts'
import type { Anchor } from './automaton-part.ts'
import { firstBytes } from './beginnings.ts'
import { bytesOf, edge, eitherOf, separator, type ByteSet } from './byte-set.ts'
import { longestMatch, threshold, type Detector, type Match } from './detector.ts'
import { enclosures } from './enclosures.ts'
import { Prefilter } from './prefilter.ts'
import { toSwallow, type SwallowRun } from './swallow.ts'
import { WordList } from './word-list.ts'

const star = 0x2a

export interface Rule {
  readonly detector: Detector
  readonly right: ByteSet
  /** Is nothing without a word before it, or a name. */
  readonly needsWord: boolean
  readonly newSwallow: (() => SwallowRun) | null
  /** Never behind the stars of a masked number; stars that emphasize hide nothing. */
  readonly refusesMasked: boolean
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
  /** What detectors ask of the bytes before a match, each once; and with which bytes those of them begin. */
  readonly #mayBegin: readonly ((match: Match) => boolean)[]
  readonly #mayBeginWith: ByteSet
  /** Is what is found in values that are joined by separators all that is found in each, when no name speaks for anything? */
  readonly isJoinable: boolean
  /** By rule with `wholeRun`: the last attempt that tried it. Attempts are judged one at a time. */
  readonly triedAt: Float64Array
  attempts = 0
  #prefilter: Prefilter | null = null

  /** In order of priority: of two that end at the same place the earlier one is the finding. */
  constructor(detectors: readonly Detector[], maxStates?: number) {
    const tooLong = detectors.find((detector) => detector.maxBytes > longestMatch)
    if (tooLong !== undefined)
      throw new Fault('config.invalid', { what: 'detector', id: tooLong.id, problem: 'too long' })
    const open = detectors.map((one) => besideSeparators(besideStars(one)))
    const parts = open.map((one) => ({
      ...one,
      isUrgent: one.swallow !== undefined,
      needsWord: one.score < threshold || one.mayBegin !== undefined,
    }))
    this.automaton = new Automaton([...parts, ...enclosures], maxStates)
    this.words = new WordList(detectors)
    this.detectors = detectors
    const asking = detectors.filter(({ mayBegin }) => mayBegin !== undefined)
    this.#mayBegin = [...new Set(asking.flatMap(({ mayBegin }) => mayBegin ?? []))]
    this.#mayBeginWith = asking.map(({ pattern }) => firstBytes(pattern)).reduce(eitherOf, new Uint8Array(edge + 1))
    this.isJoinable = detectors.every((one) => !isWholeValue(one) || one.score < threshold)
    this.triedAt = new Float64Array(detectors.length)
    const anchors = detectors.flatMap((detector) => detector.anchor ?? [])
    this.anchor = anchors[0] ?? null
    if (anchors.some((anchor) => anchor.byte !== this.anchor?.byte))
      throw new Fault('config.invalid', { what: 'detector', problem: 'anchors differ' })
    this.rules = detectors.map((detector, i) => ({
      detector,
      right: open[i]?.right ?? detector.right,
      needsWord: detector.score < threshold,
      refusesMasked: detector.left[star] === 0,
      newSwallow: detector.swallow === undefined ? null : toSwallow(detector.swallow),
    }))
  }

  /** Does a detector that needs something before it say so of the bytes before this place? @param byte the one at it */
  mayBegin(match: Match, byte: number): boolean {
    if (this.#mayBeginWith[byte] !== 1) return false
    for (const may of this.#mayBegin) if (may(match)) return true
    return false
  }

  warm(): void {
    void [this.prefilter, this.words.prefilter]
  }

  /** Of the parts without an anchor. Made when the first value is long enough to be worth it. */
  get prefilter(): Prefilter {
    this.#prefilter ??= new Prefilter(
      [...this.detectors.filter((one) => one.anchor === undefined), ...enclosures],
      this.automaton,
      'plainEntry',
    )
    return this.#prefilter
  }
}

/** `**4111 1111 1111 1111**` is what a model writes: whether stars are a mask is asked of what stands further left. */
export function besideStars<Bounded extends Pick<Detector, 'left' | 'right'>>(one: Bounded): Bounded {
  if (one.left[star] === 1 && one.right[star] === 1) return one
  return { ...one, left: eitherOf(one.left, bytesOf('*')), right: eitherOf(one.right, bytesOf('*')) }
}

/** Begins where the value does, and nowhere else. */
function isWholeValue({ left }: Pick<Detector, 'left'>): boolean {
  return left.indexOf(1) === edge
}

/**
 * A separator is as good as the edge. What begins at the edge alone is a whole value, which nothing but the name of its field
 * speaks for: where values are joined, that is not asked.
 */
function besideSeparators<Bounded extends Pick<Detector, 'left' | 'right'>>(one: Bounded): Bounded {
  const left = one.left.slice()
  const right = one.right.slice()
  if (!isWholeValue(one)) left[separator] = (one.left[edge] ?? 0) | (one.left[separator] ?? 0)
  right[separator] = (one.right[edge] ?? 0) | (one.right[separator] ?? 0)
  return { ...one, left, right }
}
