// Secrets that their makers gave a form: a prefix or a structure that tells what it is without a word beside it.
//
// A kind is a row of a table. The forms are matched a little wider than the makers' own rules where that costs nothing: a key
// of next year's length is still a key. What manuals write in their place is refused: `xxxxx`, one letter again and again.

import type { DataClass } from '../../../kernel/finding.ts'
import { anything, bytesOf, notBytes, type ByteSet } from '../../engine/byte-set.ts'
import type { Detector, Match, Swallow } from '../../engine/detector.ts'
import { entropyOf } from '../checksums.ts'
import { turnsOf } from './keyed-values.ts'

export interface SecretForm {
  /** The rule; the class, too, unless `dataClass` says otherwise. */
  readonly kind: string
  readonly pattern: string
  readonly dataClass?: DataClass
  /** Bytes, 256 unless said. */
  readonly maxBytes?: number
  /** Least entropy of the match in bits a character, 3 unless said. Hexadecimal text drawn by lot has about 3.7. */
  readonly bits?: number
  /** For prefixes so short that a name might have them: so many digits, or letters in no order that a name would have. */
  readonly digits?: number
  readonly left?: ByteSet
  readonly right?: ByteSet
  /** The secret begins behind the first of these characters: what is before is a name and stays. */
  readonly behind?: string
  /** The secret is this many bytes at the end. */
  readonly lastBytes?: number
  /** The form is not telling enough: one of these must stand before. */
  readonly words?: readonly string[]
  /** The rest of a value that may be longer than a match. */
  readonly swallow?: Swallow
  /** Asked last. */
  readonly isSecret?: (match: Match) => boolean
}

/** Not in the middle of a word. */
const outside = notBytes('A-Za-z0-9_')
/** Nor of a name with dashes or of a path: for short prefixes. */
export const apart = notBytes('A-Za-z0-9_./-')
const ended = notBytes('A-Za-z0-9_-')

export const base64Rest: Swallow = { kind: 'run', set: bytesOf('A-Za-z0-9+/='), glue: '' }
export const urlRest: Swallow = { kind: 'run', set: bytesOf('A-Za-z0-9_=-'), glue: '' }
export const dottedRest: Swallow = { kind: 'run', set: bytesOf('A-Za-z0-9_=-'), glue: '.' }

export const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** What manuals have where a secret goes, and what this room itself leaves of one. */
const placeholder = /x{5}|\*{3}|\.{3}|0{12}|your[-_a-z]|example|placeholder|redacted|changeme|insert|[-_]here$/i

/** Letters and digits drawn by lot take turns at nearly every second; the words of a name at every seventh or so. */
const drawnTurns = 0.17
/** Of what has no prefix any more to be mistaken for a name by. */
const drawnRestTurns = 0.2

export function toFormDetectors(forms: readonly SecretForm[]): readonly Detector[] {
  return forms.map((form) => ({
    id: form.kind,
    dataClass: form.dataClass ?? `secret/${form.kind}`,
    pattern: form.pattern,
    left: form.left ?? outside,
    right: form.right ?? (form.swallow === undefined ? ended : anything),
    maxBytes: form.maxBytes ?? 256,
    score: form.words === undefined ? 0.9 : 0.3,
    check: checkOf(form),
    ...(form.words === undefined ? {} : { words: form.words }),
    ...(form.swallow === undefined ? {} : { swallow: form.swallow }),
  }))
}

function checkOf(form: SecretForm): (match: Match) => number {
  const { bits = 3, digits = 0, isSecret } = form
  const score = form.words === undefined ? 0.9 : 0.3
  return (match) => {
    const value = secretOf(form, match.text())
    if (entropyOf(value) < bits || placeholder.test(value)) return 0
    if (digits > 0 && countDigits(value) < digits && !isDrawn(value)) return 0
    if (isSecret !== undefined && !isSecret(match)) return 0
    match.maskStart = match.end - value.length
    return score
  }
}

/** All of it, or what stands behind the prefix, which has no turns of its own. */
function isDrawn(value: string): boolean {
  const rest = value.slice(value.lastIndexOf('_') + 1)
  return turnsOf(value) >= drawnTurns || (rest.length >= 12 && turnsOf(rest) >= drawnRestTurns)
}

function secretOf({ behind, lastBytes }: SecretForm, text: string): string {
  if (lastBytes !== undefined) return text.slice(-lastBytes)
  return behind === undefined ? text : text.slice(text.indexOf(behind) + behind.length)
}

function countDigits(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code <= 57) count++
  }
  return count
}
