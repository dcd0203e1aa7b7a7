// What a value is assigned to: the name left of an operator, in the ways that programs, settings and people write it.
// It reads the bytes before a match and nothing after it, so that nothing has to wait for what comes.

import { bytesOf, notBytes } from '../../engine/byte-set.ts'
import { toWords } from '../../engine/context.ts'
import type { Match } from '../../engine/detector.ts'
import { leastStars } from '../../operators/own-tokens.ts'

/**
 * An operator with what may stand between it and the value (in YAML the sign of a block: `key: |-` and a line; in Markdown
 * the end of bold letters), or a quote, a comma and a quote: `("API_KEY", "…")`.
 */
export const operator =
  '(?:[=:>][=:>]{0,3}(?: {1,2}[|>][+0-9-]{0,2} {0,2}\\r?\\n|\\*\\*)?[ \\t\\r\\n"\'`\\\\]*|["\'],[ ]{0,3}["\'])'
/** The same at the beginning of a match. What follows a quote belongs to the value, be it a `=`. */
const opening = /^(?:[=:>]{1,4}(?: {1,2}[|>][+\d-]{0,2} {0,2}\r?\n|\*\*)?|["'],)[\s"'`\\]*/

/** Whatever may be assigned without quotes. */
export const assignedValue =
  '(?:[A-Za-z0-9_./+~!@#$%^*?|-]|\\xc3[\\x80-\\xbf])(?:[A-Za-z0-9_./+~!@#$%^*?|=-]|\\xc3[\\x80-\\xbf]){5}(?:[A-Za-z0-9_./+~!@#$%^*?|=-]|\\xc3[\\x80-\\xbf])*'
/** With `&` in it. Where a `=` comes behind one it parts the fields of a form. */
export const valueWithAnd = '[A-Za-z0-9_./+~!@#$%^*?|-]{2}[A-Za-z0-9_./+~!@#$%^*?|=-]*(?:&[A-Za-z0-9_./+~!@#$%^*?|-]+)+'
/** Either. */
export const passwordValue = `(?:${assignedValue}|${valueWithAnd})`
export const endsValue = notBytes('A-Za-z0-9_./+~!@#$%^*?|=-')

/** What is assigned to what. */
export interface Assigned {
  /** In words: `client_secret`. */
  readonly name: string
  readonly value: string
  readonly isQuoted: boolean
  /** Of a call, as `f(token: value)`: what is not quoted there is the name of a variable. */
  readonly isArgument: boolean
  /** In a list, as `['password', 'value']`, where the next may be anything. */
  readonly isListed: boolean
}

const [openBracket, closeBracket, openBrace, closeSquare] = [0x28, 0x29, 0x7b, 0x5d]
const [dot, slash, star] = [0x2e, 0x2f, 0x2a]
const isDigitOrDash = bytesOf('0-9_-')
/** Beyond ASCII, too: `contraseña`. */
const isNamePart = bytesOf('A-Za-z0-9_.\x80-\xff-')
/** Between a name and its operator: `"api_key"`, `("API_KEY"`, `<apiKey`, `api_key ?`. */
const isBetween = bytesOf('"\'`\\)] :=?.+!|~*\t')
const typeNames = new Set(['string', 'str', 'text', 'const', 'varchar', 'secretstr'])

/** Nouns that say nothing without the word before them: `API key: …`, `access token = …`. */
const bareNouns = new Set(['key', 'token', 'secret', 'id', 'code', 'hash'])

/** A first look, cheaper than the exact one. */
export const maySaySecret =
  /pass|pwd|pw$|psk$|kennwort|contras|senha|wachtwoord|salasana|heslo|parola|has(?:l|\xc5\x82)o$|secret|token|cred|bearer|key|auth|aws|jwt|dsn|sig|pat$/i

/** Attributes that hold what another attribute names: `<add key="Password" value="…"/>`, `- name: X` and `value: …`. */
const holders = new Set(['value', 'val', 'default'])
const namedBefore =
  /(?:(?:key|name|id|variable|property|param)["']?[ ]{0,2}[=:][ ]{0,2}["']?|\bvariable ")([\w.-]{3,48})["']?(?: \{)?[\s,]{0,24}["']?$/i

interface Place {
  readonly start: number
  readonly end: number
}

/** Distances of the name left of an operator, also over a type (`apiKey: string =`, `var apiKey string =`). */
function placeBefore(match: Match, mayEnd: (match: Match, end: number) => boolean): Place | null {
  let end = 1
  let stars = 0
  for (let round = 0; round < 2; round++) {
    for (let skipped = 0; skipped < 12 && isBetween[match.byteBefore(end)] === 1; skipped++) {
      // So many do not emphasize: they are a value that was masked, and what stands before it is that one's name.
      stars = match.byteBefore(end) === star ? stars + 1 : 0
      if (stars === leastStars) return null
      end++
    }
    let start = end
    while (isNamePart[match.byteBefore(start)] === 1) start++
    if (start - end < 2 || !mayEnd(match, end)) return null
    if (start - end < 5 || start - end > 9 || !typeNames.has(wordAt(match, start, end).toLowerCase()))
      return { start, end }
    end = start
  }
  return null
}

function wordAt(match: Match, start: number, end: number): string {
  const before = match.before()
  return before.slice(Math.max(0, before.length - start + 1), before.length - end + 1)
}

const anyEnd = (): boolean => true

/** The last two letters, over digits and dashes, of the names that matter and of the types above. */
const nameEndings = new Set(
  'rd wd pw lt se de ss rt et en al ls ds er ey th in on ue eb na ws ng tr xt st re ar at sn wt sk ie od ev ve ry ld ew nt na lo la \xb1a \xa2o'
    .split(' ')
    .map((two) => two.charCodeAt(0) * 256 + two.charCodeAt(1)),
)

/** Names are everywhere: most are refused by two letters, before anything is made of them. */
function mayEndSecretName(match: Match, end: number): boolean {
  let at = end
  while (at < end + 8 && isDigitOrDash[match.byteBefore(at)] === 1) at++
  return nameEndings.has((match.byteBefore(at + 1) | 32) * 256 + (match.byteBefore(at) | 32))
}

function nameAt(match: Match, place: Place): string {
  const name = toWords(wordAt(match, place.start, place.end))
  const before = match.before()
  const rest = before.slice(0, Math.max(0, before.length - place.start + 1))
  if (holders.has(name)) {
    const named = namedBefore.exec(before.slice(0, Math.max(0, before.length - place.start + 1)))
    if (named !== null) return toWords(named[1] ?? '')
  }
  const noun = bareNouns.has(name) ? /([A-Za-z]{2,24})[ ]$/.exec(rest) : null
  return noun === null ? name : `${toWords(noun[1] ?? '')}_${name}`
}

/** `set("NAME", "…")` and `{"NAME", "…"}`. */
function isCalled(match: Match, place: Place): boolean {
  let at = place.start
  while (at < place.start + 4 && isBetween[match.byteBefore(at)] === 1) at++
  return match.byteBefore(at) === openBracket || match.byteBefore(at) === openBrace
}

/** `[redacted:secret/jwt] = …`: what this room wrote is no name. */
function isMark(match: Match, place: Place): boolean {
  return match.byteBefore(place.end - 1) === closeSquare && match.byteBefore(place.start) === slash
}

/** `(password: string) => …` */
function isArrow(match: Match): boolean {
  const { bytes, start } = match
  const before = match.byteBefore(1) === 0x20 ? match.byteBefore(2) : match.byteBefore(1)
  return before === closeBracket && bytes[start] === 0x3d && bytes[start + 1] === 0x3e
}

/** `def f(password):` and a text in three quotes. */
function isDocument(match: Match): boolean {
  return /["'`]{3}/.test(match.text().slice(0, 14))
}

function assignedTo(match: Match, place: Place): Assigned {
  const text = match.text()
  const opened = opening.exec(text)?.[0] ?? ''
  const valueAt = opened.length
  match.maskStart = match.start + valueAt
  // The bracket of a call follows a letter; that of an aside follows a space.
  const isArgument =
    match.byteBefore(place.start) === openBracket && isNamePart[match.byteBefore(place.start + 1)] === 1
  return {
    name: nameAt(match, place),
    value: text.slice(valueAt),
    isQuoted: /["'`]/.test(opened),
    isArgument,
    isListed: /^["'],/.test(text) && !isCalled(match, place),
  }
}

/** What an operator with its value assigns to a name that may be a secret's. Masks the value alone. */
export function readSecretAssignment(match: Match): Assigned | null {
  const place = placeBefore(match, mayEndSecretName)
  if (place === null) return null
  const word = wordAt(match, place.start, place.end)
  if (!maySaySecret.test(word) && !holders.has(word.toLowerCase())) return null
  return isMark(match, place) || isArrow(match) || isDocument(match) ? null : assignedTo(match, place)
}

const isOperator = bytesOf('=:>"\'(|')

/** Does an operator begin here, behind a name that may be a secret's? */
export function maySecretBegin(match: Match): boolean {
  return isOperator[match.bytes[match.start] ?? 0] === 1 && placeBefore(match, mayEndSecretName) !== null
}

/** The same for any name. */
export function readAssignment(match: Match): Assigned | null {
  const place = placeBefore(match, anyEnd)
  return place === null || match.byteBefore(place.end) === dot ? null : assignedTo(match, place)
}
