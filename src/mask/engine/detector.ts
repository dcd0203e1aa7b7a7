// What a detector is: data. The engine knows nothing of cards or keys; a new class is a new entry in `detectors/`, with the
// pattern it looks like, what may stand beside it, and a check of the bytes that were matched.

import type { DataClass } from '../../kernel/finding.ts'
import type { Anchor } from './automaton-part.ts'
import type { ByteSet } from './byte-set.ts'

/** A match that a check is asked about. One object for all matches: nothing of it may be kept. */
export interface Match {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** What is masked, when that is less than the match: a check may narrow it. */
  maskStart: number
  maskEnd: number
  /** The matched bytes as Latin-1. */
  text(): string
  /** 1 is the byte just before the match; 256 where there is none, or further than 64. */
  byteBefore(distance: number): number
  /** At most 64 bytes of the same value before the match, as Latin-1; whatever the cuts were. */
  before(): string
}

/** For values without a useful bound: what follows the match is masked, too, as far as this says. */
export type Swallow =
  /** As long as bytes are of the set; `glue` (one byte) belongs to it only when such a byte follows. */
  | { readonly kind: 'run'; readonly set: ByteSet; readonly glue: string }
  /** Until the pattern has ended, or `maxBytes` have gone by and then a byte of `stop`. */
  | { readonly kind: 'until'; readonly pattern: string; readonly maxBytes: number; readonly stop: ByteSet }

export interface Detector {
  /** The rule, as findings name it. */
  readonly id: string
  readonly dataClass: DataClass
  readonly pattern: string
  readonly left: ByteSet
  readonly right: ByteSet
  readonly maxBytes: number
  /** 0–1, before context; below the threshold it needs a word or a name. */
  readonly score: number
  /** Pure. @returns the score, or 0 to refuse. Must not throw on any bytes; when it does, the whole value is masked. */
  readonly check?: (match: Match) => number
  /**
   * Pure, and cheap: may a match begin behind these bytes at all? Asked of most places where one could, before it is known whether
   * one ends. Nothing of the match but its start may be read.
   */
  readonly mayBegin?: (match: Match) => boolean
  /** Lower case, `_` for a space. In the text before, or in the field's name, they lift the score. */
  readonly words?: readonly string[]
  /** Names of fields that speak against it. */
  readonly unlike?: readonly string[]
  /** The longest run decides alone: no shorter part of it is tried. */
  readonly wholeRun?: boolean
  /** Its check proves it: who asks for the class by name gets it without a word, too. */
  readonly alone?: boolean
  readonly swallow?: Swallow
  readonly anchor?: Anchor
  /** Steps back when what it would mask begins with a secret that another detector knows by its form. */
  readonly yields?: boolean
}

/** Scores from here on are findings. */
export const threshold = 0.4
/** What a word or a name adds, and what a name that speaks against it takes. */
export const contextGain = 0.35
/** The text before a match that checks and words may see. */
export const contextBytes = 64

/** The longest word that a detector may listen for. */
export const longestWord = 64

/** The longest pattern a detector may hold back for. */
export const longestMatch = 2_048
