// Secrets without a telling form: so many letters and digits, which only the maker's name beside the assignment makes a key.
//
// A kind is a row of a table: its name, the words that must stand before, the form of its value. The match begins at the
// operator and needs a word within the 64 bytes before, so that the engine refuses most without a check. The check reads
// the name: the maker's, or a plain `api_key` below it, and never `…_hash`, `…_url` or the like. The value alone is masked.

import { notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { entropyOf } from '../checksums.ts'
import { operator, readAssignment } from './keyed-names.ts'
import { isPath, isPlaceholder, turnsOf } from './keyed-values.ts'

export interface Form {
  readonly pattern: string
  /** Longest, in bytes. */
  readonly maxBytes: number
  /** Least entropy, in bits a character. */
  readonly bits: number
  /** Letters and digits both, in no order that a name would have. */
  readonly isVaried: boolean
}

export interface Kind {
  /** The class is `secret/` and this. */
  readonly kind: string
  /** Lower case, `_` where a space, a dash or nothing may be; several separated by spaces. */
  readonly words: string
  readonly form: Form
  /** Half of a pair that is worth little without the other, but is given to nobody: names ending in `id` are meant, too. */
  readonly isId?: boolean
}

const varied = { isVaried: true } as const
const plain = { isVaried: false } as const

export const hex = (count: number): Form => ({
  ...plain,
  pattern: `[0-9A-Fa-f]{${count}}`,
  maxBytes: count,
  bits: 2.3,
})

export const letters = (least: number, most = least): Form => ({
  ...varied,
  pattern: `[0-9A-Za-z]{${least},${most}}`,
  maxBytes: most,
  bits: 2.7,
})

export const capitals = (count: number): Form => ({
  ...varied,
  pattern: `[0-9A-Z]{${count}}`,
  maxBytes: count,
  bits: 2.7,
})

/** With `_` and `-`, as base64 for URLs has them. */
export const urlLetters = (least: number, most = least): Form => ({
  ...varied,
  pattern: `[0-9A-Za-z_-]{${least},${most}}`,
  maxBytes: most,
  bits: 3,
})

export const padded = (least: number, most = least): Form => ({
  ...varied,
  pattern: `[0-9A-Za-z=_-]{${least},${most}}`,
  maxBytes: most,
  bits: 3,
})

/** @param count without the padding */
export const base64 = (count: number, padding = ''): Form => ({
  ...varied,
  pattern: `[0-9A-Za-z+/]{${count}}${padding}`,
  maxBytes: count + 2,
  bits: 3.5,
})

export const digits = (count: number): Form => ({ ...plain, pattern: `[0-9]{${count}}`, maxBytes: count, bits: 2 })

export const written = (pattern: string, maxBytes: number): Form => ({ ...plain, pattern, maxBytes, bits: 2 })

const hexGroup = '[0-9A-Fa-f]{4}'
/** RFC 9562 §4, of any version: makers do not keep to them. */
export const uuid: Form = written(`[0-9A-Fa-f]{8}-${hexGroup}-${hexGroup}-${hexGroup}-[0-9A-Fa-f]{12}`, 36)

/** What a name may end in whose value is a secret. */
const secretEnd =
  /(?:token|key|secret|password|passwd|passphrase|pass|pwd|auth|authorization|credentials?|creds|pat|jwt|bearer|license|login|signature|sig|access|api|(?:key|token|secret)_?(?:value|id|\d{1,3}|prod|dev|test|live|staging|sandbox)|v\d)$/
const idEnd = /(?:client|app|application|access|consumer|api|oauth|account|bot|public|user|auth|sdk)_?s?id$/

/** Names of things that are handed around. */
const openName =
  /(?:^|_)(?:public_key_id|page_token|sync_token|continuation_token|(?:primary|foreign|public|cache|partition|sort|object|bucket)_key)$/

const afterMaker = '(?:_|\\d|$|token|key|api|secret|auth|client|app|access|oauth|bot|sdk|pub|login|pat)'

const left = notBytes('=:>')
const right = notBytes('A-Za-z0-9_+/=-')
/** An operator with the blanks and quotes behind it. */
const operatorBytes = 40

export function toKeyedDetectors(kinds: readonly Kind[]): readonly Detector[] {
  return kinds.map((kind) => ({
    id: `keyed-${kind.kind}`,
    dataClass: `secret/${kind.kind}`,
    pattern: operator + kind.form.pattern,
    left,
    right,
    maxBytes: kind.form.maxBytes + operatorBytes,
    score: 0.3,
    words: kind.words.split(' '),
    check: checkOf(kind),
    yields: true,
  }))
}

function checkOf(kind: Kind): (match: Match) => number {
  const makers = kind.words.replaceAll('_', '_?').replaceAll(' ', '|')
  const maker = new RegExp(`(?:^|_)(?:${makers})${afterMaker}`)
  const makerAlone = new RegExp(`(?:^|_)(?:${makers})(?:_com|_io)?$`)
  return (match) => {
    const assigned = readAssignment(match)
    if (assigned === null) return 0
    const { name, value } = assigned
    const endsWell = secretEnd.test(name) || (kind.isId === true && idEnd.test(name))
    if (openName.test(name) || !(endsWell || makerAlone.test(name))) return 0
    if (!maker.test(name) && !plainNames.has(name)) return 0
    return isSecretValue(value, kind.form) ? 0.5 : 0
  }
}

/** Names that say nothing of the maker, who is then named above. */
const plainNames = new Set(
  `token key secret auth password api_key apikey api_token api_secret app_key app_secret app_id access_token access_key access_id
  client_id client_secret secret_key secret_token auth_token consumer_key consumer_secret bearer_token private_key
  refresh_token personal_access_token signing_key license_key authorization x_api_key webhook_secret account_key`.split(
    /\s+/,
  ),
)

/** One of a hundred short keys has no digit by chance. */
const unspoken = /[bcdfghjklmnpqrstvwxz]{5}|[BCDFGHJKLMNPQRSTVWXZ]{5}/

function isSecretValue(value: string, form: Form): boolean {
  if (isPlaceholder(value) || entropyOf(value) < form.bits) return false
  if (!form.isVaried) return true
  if (!/[A-Za-z]/.test(value) || isPath(value)) return false
  return (/[0-9]/.test(value) && turnsOf(value) >= 0.1) || unspoken.test(value)
}
