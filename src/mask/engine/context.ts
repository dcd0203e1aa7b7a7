// What is around a value: the words before it in the text and the name of its column or key. Left context only, so that
// nothing has to wait for what comes after.

import type { FieldContext } from '../../kernel/action.ts'
import type { Detector } from './detector.ts'
import { NameWords } from './name-words.ts'
import { partOf, type PairPart } from './pair-names.ts'
import { isSecretName } from './secret-names.ts'

/** What a field's name says to each detector. */
export interface FieldPolicy {
  /** By detector: 1 the name speaks for it, 2 against it. */
  readonly hints: Uint8Array
  /** It speaks for some detector. */
  readonly speaksFor: boolean
  /** The name says that the value is a secret, whatever it looks like. */
  readonly isSecret: boolean
  /** What the value is to those that stand beside it. */
  readonly part: PairPart | null
  /** As findings may show it. */
  readonly shownName: string | null
}

/** `creditCardNo`, `credit-card no` → `credit_card_no` */
export function toWords(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
}

/** The same for names that are not of a pattern's bytes but of people, in any script: `Straße` → `straße`. */
export function toNameWords(name: string): string {
  // Nearly every name, and what a name with anything else costs is several times this.
  if (/^[ -~]*$/.test(name)) return toWords(name)
  return name
    .normalize('NFC')
    .replace(/([\p{Ll}0-9])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
}

/** What `NameWords` does, one detector at a time. A word counts where a word begins: `card` in `cards`, `credit_card` and
 *  `2card`, not in `discard`. */
export function toWordPattern(words: readonly string[] | undefined): RegExp | null {
  return words === undefined || words.length === 0 ? null : new RegExp(`(?:^|[_0-9])(?:${words.join('|')})`)
}

/** A key may itself be somebody's address or card: names in findings go to the record, so only plain ones are shown. */
const plainName = /^(?=.{1,64}$)[A-Za-z_][A-Za-z0-9_$ .-]*$/
const manyDigits = /(?:\d.?){6}/

export class FieldPolicies {
  readonly #known = new WeakMap<FieldContext, FieldPolicy>()
  readonly #words: NameWords
  readonly #unlike: NameWords
  /** Of a name that says nothing: most do. */
  readonly #noHints: Uint8Array

  constructor(detectors: readonly Detector[]) {
    this.#words = new NameWords(detectors.map(({ words }) => words))
    this.#unlike = new NameWords(detectors.map(({ unlike }) => unlike))
    this.#noHints = new Uint8Array(detectors.length)
  }

  of(field: FieldContext): FieldPolicy {
    let policy = this.#known.get(field)
    if (policy === undefined) this.#known.set(field, (policy = this.toPolicy(field.name)))
    return policy
  }

  /**
   * Not remembered here.
   * @param isBeside it is not the value's own name but a text that stands beside it. That speaks against nothing, or it could be
   *   made to hide a value
   */
  toPolicy(name: string | null, isBeside = false): FieldPolicy {
    if (name === null) return { hints: this.#noHints, speaksFor: false, isSecret: false, part: null, shownName: null }
    // Names come from the target or from a model: only the beginning is looked at.
    const words = toNameWords(name.slice(0, 128))
    // Labels and columns of a fixed width end in something else: `Password:`, `password   `.
    const bare = words.endsWith('_') ? words.slice(0, -1) : words
    let hints = this.#noHints
    const own = (): Uint8Array => (hints === this.#noHints ? (hints = new Uint8Array(hints.length)) : hints)
    if (!isBeside) this.#unlike.mark(words, own, 2)
    let speaksFor = this.#words.mark(words, own, 1)
    if (bare !== words) speaksFor = this.#words.mark(bare, own, 1) || speaksFor
    const shownName = plainName.test(name) && !manyDigits.test(name) ? name : null
    return { hints, speaksFor, isSecret: isSecretName(bare), part: isBeside ? null : partOf(words), shownName }
  }

  /**
   * What another name says of a value besides its own. That one goes before, and what is found is told under it: the other may be
   * anybody's text.
   * @returns `own` when the other adds nothing
   */
  toJoint(own: FieldPolicy, other: FieldPolicy): FieldPolicy {
    const isSecret = own.isSecret || other.isSecret
    const hints = this.#toJointHints(own.hints, other.hints)
    if (hints === own.hints && isSecret === own.isSecret) return own
    return { hints, speaksFor: own.speaksFor || other.speaksFor, isSecret, part: own.part, shownName: own.shownName }
  }

  #toJointHints(own: Uint8Array, other: Uint8Array): Uint8Array {
    if (own === this.#noHints || other === this.#noHints) return own === this.#noHints ? other : own
    let hints = own
    // Of all detectors few listen to any name.
    for (let i = other.indexOf(1); i !== -1; i = other.indexOf(1, i + 1)) {
      if (own[i] !== 0) continue
      if (hints === own) hints = own.slice()
      hints[i] = 1
    }
    return hints
  }
}
