// What a value looks like that is no secret: a place to be filled in, a variable, a path, words.

import { Buffer } from 'node:buffer'
import { entropyOf } from '../checksums.ts'

/** What this room itself writes in brackets or as stars, and what people write where a secret is to be filled in. */
const placeholder =
  /\*\*\*|\.\.|^[[{<(]|^(?:\$|%[A-Z_]+%|env[:.]|file:|vault:|store:|secret:|aws-sm:|arn:|op:\/\/|ref\+|process\.env|os\.(?:environ|getenv)|import\.meta|x{4,}$|@?\{)|^(?:your|my|the|this|insert|enter|replace|change|dummy|sample|example|fake|todo|fixme|put|add|paste|some|foo|bar)[-_]|(?:^|[-_.])(?:here|example|placeholder|changeme|redacted)\b|x{5}|#{4}|\$\{|\{\{|<%|_here$|example(?:key|token|secret)?$/i

const notSecrets =
  /^(?:null|none|nil|true|false|undefined|string|number|boolean|object|required|optional|default|pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|key|api[-_]?key|auth|basic|bearer|redacted|masked|hidden|private|public|disabled|enabled|unknown|localhost|user(?:name)?|login|changeit|change_?me|test|admin|xxx|yyy|zzz|foo|bar|baz)$/i

/** One character again and again for half of it: nobody's key. */
function isMonotone(value: string): boolean {
  const run = /(.)\1{3,}/.exec(value)?.[0].length ?? 0
  return run > 0 && run * 2 >= value.length
}

export function isPlaceholder(value: string): boolean {
  return placeholder.test(value) || notSecrets.test(value) || isMonotone(value)
}

/** `/etc/x`, `~/x`, `./x`, `C:\x`, `https://…` and names of files. */
const path = /^(?:[~.]{0,2}\/[\w.~-]|[A-Za-z]:\\|[a-z]+:\/\/|@?[\w.-]+(?:\/[\w.-]+)+\/?$)/
const fileName =
  /\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|conf|cfg|ini|toml|env|properties|[cm]?[jt]sx?|py|rb|go|java|rs|php|sh|sql|html?|css|xml|md|png|svg|priv|pub|kdbx|gpg|asc)$/i

export function isPath(value: string): boolean {
  return (path.test(value) && !/[+=]/.test(value) && !isDrawn(value)) || fileName.test(value)
}

/** Base64 has a slash here and there, and every third or so has no plus: letters of all kinds take turns, and few slashes. */
function isDrawn(value: string): boolean {
  if (!/^[A-Za-z0-9/]{20,}$/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false
  return turnsOf(value) >= 0.3 && value.split('/').length <= 2 + value.length / 16
}

/** `user.password`, `this.config.key1`, `$secret`, `Foo::bar`, `a->b`. */
const member = /^[$@&!]?[A-Za-z_][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+\.?$/
const variable = /^[$@&!*]?[A-Za-z_$][\w$]*$/
/** No word has so many consonants in a row. */
const unspoken = /[bcdfgjklmnpqrstvwxz]{6}|[BCDFGJKLMNPQRSTVWXZ]{9}/

/** Nor has a name so many numbers in it. */
const manyNumbers = /(?:[2-9]\d?[A-Z]+){4}/

/** A name of the program rather than a value, when nothing quotes it. */
export function isVariable(value: string): boolean {
  if (!member.test(value) && !variable.test(value)) return false
  return turnsOf(value) < 0.22 && !unspoken.test(value) && !manyNumbers.test(value)
}

/**
 * How often letters, capitals and digits take turns, by character. Random text does it at least at every third; names at
 * the beginnings of their words alone.
 */
export function turnsOf(value: string): number {
  let turns = 0
  let last = 0
  let count = 0
  for (let i = 0; i < value.length; i++) {
    const kind = kindOf(value.charCodeAt(i))
    // From a capital to small letters is the rest of a word.
    if (kind !== 0 && last !== 0 && kind !== last && !(last === 2 && kind === 1)) turns++
    if (kind !== 0) count++
    last = kind
  }
  return count === 0 ? 0 : turns / count
}

/** 1 small letter, 2 capital, 3 digit, 0 anything else. */
function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return 1
  if (code >= 65 && code <= 90) return 2
  return code >= 48 && code <= 57 ? 3 : 0
}

/** Words, short numbers and versions, with whatever joins them: `prod-db-token-2`, `auth.v2.login`, `Reset_Password`. */
export function isWordy(value: string): boolean {
  return value
    .split(/[-_./:@+~|!?,;*#]+/)
    .every((part) =>
      /^(?:[A-Za-z]?[a-z]*\d{0,3}(?:[A-Z][a-z]+\d{0,2})*|[A-Z]+\d{0,3}|\d{1,4}|[A-Za-z][a-z]*\d{1,3}[a-z]{0,4})$/.test(
        part,
      ),
    )
}

export function isMixed(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]
  return kinds.filter((kind) => kind.test(value)).length >= 2
}

const hex = /^(?:0x)?[0-9a-fA-F-]+$/

/** As varied as something that was drawn by lot. Hexadecimal text cannot have more than four bits a character. */
export function isRandom(value: string): boolean {
  const bits = entropyOf(value)
  return hex.test(value) ? bits >= 2.7 && /[a-fA-F]/.test(value) : bits >= (value.length >= 20 ? 3.2 : 2.9)
}

/** Base64 of `user:password`, as RFC 7617 §2 has it. Bounded by its caller. */
export function isUserAndPassword(base64: string): boolean {
  if (base64.length % 4 === 1) return false
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  return colon !== -1 && colon < text.length - 1 && /^[ -~]*$/.test(text)
}
