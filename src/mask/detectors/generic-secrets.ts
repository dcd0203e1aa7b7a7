// Secrets that only their place gives away: the password of a URL, and what is assigned to a name such as `api_key`.
//
// A match begins at the operator, not at the name: names are everywhere in text, `=` and `:` are rare, and the name is then
// read from the text before. The value alone is masked.

import { bytesOf, notBytes } from '../engine/byte-set.ts'
import { entropyOf } from './checksums.ts'
import { toWords } from '../engine/context.ts'
import type { Detector, Match } from '../engine/detector.ts'

/** What this room itself writes, and what people write where a secret is to be filled in. */
const placeholder =
  /\*\*\*|^(?:\$|%[A-Z_]+%|env[:.]|file:|vault:|store:|aws-sm:|process\.env|os\.environ|x{4,}$|<|\.{3})|^(?:your|my|the|insert|enter|replace|change|dummy|sample|example)[-_]|^[a-z_.]+\($|\.\.\.$/i

const notSecrets =
  /^(?:null|none|nil|true|false|undefined|string|number|boolean|object|required|optional|default|password|secret|token|redacted|masked|hidden|private|public|disabled|enabled|unknown|localhost)$/i

/** RFC 3986 §3.2.1: `user:password@`. The last `@` before the path counts, as browsers do it. */
function checkUrl(match: Match): number {
  const text = match.text()
  const colon = text.indexOf(':', 3)
  const password = text.slice(colon + 1, -1)
  if (placeholder.test(password) || /^(?:\{|<)/.test(password)) return 0
  match.maskStart = match.start + colon + 1
  match.maskEnd = match.end - 1
  return 0.8
}

const isDigitOrDash = bytesOf('0-9_-')
const isNamePart = bytesOf('A-Za-z0-9_.-')
/** Between a name and its operator: `"api_key"`, `("API_KEY"`, `<apiKey`, `api_key ?`. */
const isBetween = bytesOf('"\'`\\)] :=?.+!|~\t')
const typeNames = new Set(['string', 'str', 'text', 'const'])

/** The name left of an operator, also over a type (`apiKey: string =`, `var apiKey string =`); null when there is none. */
function nameBefore(match: Match): string | null {
  let end = 1
  for (let round = 0; round < 2; round++) {
    for (let skipped = 0; skipped < 12 && isBetween[match.byteBefore(end)] === 1; skipped++) end++
    let start = end
    while (isNamePart[match.byteBefore(start)] === 1) start++
    if (start - end < 3) return null
    if (!mayEndName(match, end)) return null
    const before = match.before()
    const name = before.slice(before.length - start + 1, before.length - end + 1)
    if (!typeNames.has(name.toLowerCase())) return name
    end = start
  }
  return null
}

/** The last two letters, over digits and dashes, of the names that matter and of the types above. */
const nameEndings = new Set(
  'rd wd se de ss rt et en al ls er ey th on ue eb na ws ng tr xt st'
    .split(' ')
    .map((two) => two.charCodeAt(0) * 256 + two.charCodeAt(1)),
)

function mayEndName(match: Match, end: number): boolean {
  let at = end
  while (at < end + 8 && isDigitOrDash[match.byteBefore(at)] === 1) at++
  return nameEndings.has((match.byteBefore(at + 1) | 32) * 256 + (match.byteBefore(at) | 32))
}

/** A first look, cheaper than the exact one. */
const maySaySecret = /pass|pwd|kennwort|contras|secret|token|cred|bearer|key|auth|aws/i

const passwordName = /(?:^|_)(?:pass(?:word|wd|phrase|code)?|pwd|passwort|kennwort|contrasena)(?:_?\d{1,3})?$/
const keyName =
  /(?:^|_)(?:secret|token|credential|credentials|bearer|apikey|auth|authorization|(?:api|access|secret|auth|private|signing|encryption|encrypt|master|service|storage|account|shared|session|webhook|hmac|jwt|license|deploy|consumer|client|user|admin|root)_key)(?:_(?:value|base64|b64|\d{1,3}))?$/
const awsName = /aws|amazon|secret_?access/

interface Assigned {
  readonly name: string
  readonly value: string
}

function assignedBy(match: Match): Assigned | null {
  const name = nameBefore(match)
  if (name === null || !maySaySecret.test(name)) return null
  const text = match.text()
  const valueAt = text.search(/[^=:>,\s"'`\\]/)
  const value = text.slice(valueAt)
  match.maskStart = match.start + valueAt
  return { name: toWords(name), value }
}

function isMixed(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]
  return kinds.filter((kind) => kind.test(value)).length >= 2
}

function checkAssignment(match: Match): number {
  const assigned = assignedBy(match)
  if (assigned === null) return 0
  const { name, value } = assigned
  if (placeholder.test(value) || notSecrets.test(value)) return 0
  if (passwordName.test(name)) return value.length >= 6 && isMixed(value) && entropyOf(value) >= 2 ? 0.6 : 0
  if (!keyName.test(name) || value.length < 12) return 0
  // A path, a member of an object, a word with dashes, a number.
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || /^[a-z]+(?:[-_.][a-z0-9]{1,8})+$/.test(value)) return 0
  return entropyOf(value) >= 3.2 ? 0.6 : 0
}

function checkAwsSecret(match: Match): number {
  const assigned = assignedBy(match)
  if (assigned === null || !awsName.test(assigned.name) || /(?:^|_)id$/.test(assigned.name)) return 0
  if (assigned.value.length !== 40 || !isMixed(assigned.value)) return 0
  return entropyOf(assigned.value) >= 3.5 ? 0.8 : 0
}

/** An operator with what may stand between it and the value, or a quote, a comma and a quote: `("API_KEY", "…")`. */
const operator = '(?:[=:>][=:>]{0,3}[ \\t\\r\\n"\'`\\\\]{0,8}|["\'],[ ]{0,3}["\'])'

export const genericSecretDetectors: readonly Detector[] = [
  {
    id: 'url-password',
    dataClass: 'secret/url-password',
    pattern: '://[^\\s/:@"\'<>?#]{0,128}:[^\\s/"\'<>?#]{1,256}@',
    left: bytesOf('A-Za-z0-9'),
    right: notBytes(' \t\r\n'),
    maxBytes: 400,
    score: 0.8,
    check: checkUrl,
  },
  {
    id: 'aws-secret-key',
    dataClass: 'secret/aws-secret-key',
    pattern: `${operator}[A-Za-z0-9/+]{40}`,
    left: notBytes('=:>'),
    right: notBytes('A-Za-z0-9/+='),
    maxBytes: 64,
    score: 0.8,
    check: checkAwsSecret,
    yields: true,
  },
  {
    id: 'assigned-secret',
    dataClass: 'secret/generic-assignment',
    pattern: `${operator}[A-Za-z0-9_./+~!@#$%^*?|-][A-Za-z0-9_./+~!@#$%^*?|-]{5,255}={0,2}`,
    left: notBytes('=:>'),
    right: notBytes('A-Za-z0-9_./+~!@#$%^*?|-'),
    maxBytes: 280,
    score: 0.6,
    check: checkAssignment,
    wholeRun: true,
    yields: true,
  },
]
