// What a request carries to say who it is: `Authorization` (RFC 9110 §11.6.2, RFC 6750, RFC 7617), cookies (RFC 6265), and
// the same as the options of curl.

import { anything, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { entropyOf } from '../checksums.ts'
import { isMixed, isPath, isPlaceholder, isRandom, isUserAndPassword, isWordy } from './keyed-values.ts'

function checkBearer(match: Match): number {
  const text = match.text()
  const at = /^[^ ]+ +/.exec(text)?.[0].length ?? 0
  const value = text.slice(at)
  match.maskStart = match.start + at
  if (isPlaceholder(value) || isWordy(value) || !/\d/.test(value) || isPath(value)) return 0
  return isRandom(value) ? 0.7 : 0
}

function checkBasic(match: Match): number {
  const text = match.text()
  const at = /^[^ ]+ +/.exec(text)?.[0].length ?? 0
  match.maskStart = match.start + at
  return isUserAndPassword(text.slice(at)) ? 0.8 : 0
}

/** `Authorization: value` and `Authorization: Some-Scheme value`; what begins with a known scheme is the business of others. */
function checkAuthorization(match: Match): number {
  const text = match.text()
  const value = text.slice(text.search(/[^ "':=][^ "':]*$/))
  match.maskStart = match.end - value.length
  if (isPlaceholder(value) || isWordy(value) || value.length < 12) return 0
  return /\d/.test(value) && isRandom(value) ? 0.7 : 0
}

/** At least one of the pairs must be as random as a session is; `theme=dark` alone is nobody's. */
function checkCookie(match: Match): number {
  const text = match.text()
  const at = text.search(/[\w.%-]+=/)
  const values = text
    .slice(at)
    .split(/; ?/)
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
  if (!values.some((value) => value.length >= 16 && !isPlaceholder(value) && isRandom(value) && /\d/.test(value)))
    return 0
  const isSet = /^set/i.test(text)
  const valueAt = isSet ? text.indexOf('=', at) + 1 : at
  match.maskStart = match.start + valueAt
  if (isSet) match.maskEnd = match.maskStart + (values[0]?.length ?? 0)
  return 0.7
}

const isNumbers = /^\d+$/
const standIns = /user|pass|token|secret|your|example|login|api[-_]?key|^(?:test|foo|bar|admin|root|name|group|\w)$/i

/** `-u user:password`. Far from its curl the password must look like one. */
function checkUser(match: Match): number {
  const text = match.text()
  const at = /^-{1,2}[a-zA-Z-]+(?:=| +)?["']?/.exec(text)?.[0].length ?? 0
  const pair = text.slice(at).replace(/["']$/, '')
  const colon = pair.indexOf(':')
  const user = pair.slice(0, colon)
  const quoted = pair.slice(colon + 1)
  const password = quoted.replace(/^["']/, '')
  if (/[$`{<(]/.test(user) || isPlaceholder(password) || isNumbers.test(password) || isPath(password)) return 0
  // A key as the user, and nothing as the password.
  if (password === '') {
    match.maskStart = match.start + at
    match.maskEnd = match.maskStart + user.length
    return user.length >= 10 && /\d/.test(user) && isMixed(user) && !isWordy(user) ? scoreByCurl(match, 0) : 0
  }
  if (user === password || password.length < 6 || standIns.test(password)) return 0
  match.maskStart = match.start + at + colon + 1 + quoted.length - password.length
  match.maskEnd = match.maskStart + password.length
  const isLong = /\d/.test(password) ? password.length >= 8 : password.length >= 12
  const looksRandom = isLong && isMixed(password) && entropyOf(password) >= 3 && !isWordy(password)
  return scoreByCurl(match, looksRandom ? 0.5 : 0)
}

function scoreByCurl(match: Match, otherwise: number): number {
  return /\b(?:curl|wget|http|https|xh)\b/i.test(match.before()) ? 0.7 : otherwise
}

const tokenBytes = 'A-Za-z0-9._~+/=-'
const scheme = { left: notBytes('A-Za-z0-9_-'), right: notBytes(tokenBytes), score: 0.7 } as const

export const headerSecretDetectors: readonly Detector[] = [
  {
    ...scheme,
    id: 'bearer-token',
    dataClass: 'secret/bearer-token',
    pattern: `(?:[Bb]earer|BEARER) {1,4}[${tokenBytes}]{12}[${tokenBytes}]*`,
    maxBytes: 2_000,
    check: checkBearer,
    wholeRun: true,
    yields: true,
  },
  {
    ...scheme,
    id: 'basic-credentials',
    dataClass: 'secret/basic-credentials',
    pattern: '(?:[Bb]asic|BASIC) {1,4}[A-Za-z0-9+/]{6}[A-Za-z0-9+/]*={0,2}',
    maxBytes: 512,
    check: checkBasic,
    wholeRun: true,
  },
  {
    id: 'authorization-header',
    dataClass: 'secret/authorization-header',
    pattern: `(?i)authorization["']?[:=][ ]{0,2}["']?(?:[a-z][a-z-]{2,24} {1,2})?[A-Za-z0-9_~.][@!#$%^*${tokenBytes}]{11}[@!#$%^*${tokenBytes}]*`,
    left: notBytes('A-Za-z0-9_'),
    right: notBytes(`@!#$%^*${tokenBytes}`),
    maxBytes: 2_000,
    score: 0.7,
    check: checkAuthorization,
    wholeRun: true,
    yields: true,
  },
  {
    id: 'cookie-header',
    dataClass: 'secret/session-cookie',
    pattern:
      '(?i)(?:set-)?cookie["\']?:[ ]{0,2}["\']?[A-Za-z0-9_.%-]+=[^\\s;,"\'\\\\]*(?:; ?[A-Za-z0-9_.%-]+=[^\\s;,"\'\\\\]*)*',
    left: notBytes('A-Za-z0-9_-'),
    right: anything,
    maxBytes: 2_000,
    score: 0.7,
    check: checkCookie,
    wholeRun: true,
  },
  {
    id: 'curl-user',
    dataClass: 'secret/curl-auth-user',
    pattern:
      '-(?:u|U|-user|-proxy-user)(?:=| {1,4})?(?:["\'][^\\s"\':]*:[^\\s"\']*["\']|[^\\s"\':=]+:["\'][^\\s"\']+["\']|[^\\s"\':=]+:[^\\s"\']+)',
    left: bytesOrEdge(' \t\n'),
    right: bytesOrEdge(' \t\r\n\\"\'`;|&)'),
    maxBytes: 300,
    score: 0.7,
    check: checkUser,
  },
]
