// Secrets that only their place gives away: the password of a URL, and what is assigned to a name such as `api_key`.
//
// A match begins at the operator, not at the name: names are everywhere in text, `=` and `:` are rare, and the name is then
// read from the text before. The value alone is masked.

import { anything, bytesOf, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import { toWords } from '../../engine/context.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { entropyOf } from '../checksums.ts'
import { passwordName, scoreKey, scoreOf, scorePassword } from './assigned-score.ts'
import {
  assignedValue,
  endsValue,
  maySaySecret,
  maySecretBegin,
  operator,
  passwordValue,
  readSecretAssignment,
  valueWithAnd,
} from './keyed-names.ts'
import { isMixed, isPlaceholder, isVariable, turnsOf } from './keyed-values.ts'

/** RFC 3986 §3.2.1: `user:password@`. The last `@` before the path counts, as browsers do it. */
function checkUrl(match: Match): number {
  const text = match.text()
  const colon = text.indexOf(':', 3)
  const password = text.slice(colon + 1, -1)
  if (password.length < 3 || isPlaceholder(password) || /^[:%]?[A-Z_]{4,}$/.test(password)) return 0
  match.maskStart = match.start + colon + 1
  match.maskEnd = match.end - 1
  return 0.8
}

const awsName = /aws|amazon|secret_?access/

function checkAssignment(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null) return 0
  const { name, isQuoted, isArgument } = assigned
  if (isPlaceholder(assigned.value) || (isArgument && !isQuoted)) return 0
  // `PASSWORD=` at the end of its line is empty: the next line begins with a name.
  if (!isQuoted && /^[^:>]*=[ \t]*\r?\n/.test(match.text())) return 0
  // The tag of a value in YAML: `!vault |`.
  if (!isQuoted && /^![A-Za-z]+$/.test(assigned.value)) return 0
  // The full stop of a sentence is not a part.
  const value = isQuoted ? assigned.value : assigned.value.replace(/[.?]$/, '')
  match.maskEnd = match.maskStart + value.length
  return assigned.isListed && passwordName.test(name) ? 0 : scoreOf(name, value, isQuoted)
}

function checkQuotedSecret(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null || assigned.isArgument) return 0
  const value = assigned.value.slice(0, -1)
  // Only what nobody else masks to its end: without brackets, which programs have.
  if (!/^[!#-'*-;=?-Z^-z|~]+$/.test(value) || !/[&,;#]/.test(value) || /https?:/.test(value)) return 0
  match.maskEnd = match.end - 1
  const isWords = turnsOf(value) < 0.2 && !(/[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value))
  return isPlaceholder(value) || isWords ? 0 : scoreOf(assigned.name, value, true)
}

/** A password with `&`, to the end of its line or its word. */
function checkPasswordWithAnd(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null || assigned.isArgument || assigned.isListed || !passwordName.test(assigned.name)) return 0
  return isPlaceholder(assigned.value) || !/\d/.test(assigned.value) ? 0 : scorePassword(assigned.value, true)
}

function checkAwsSecret(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null || !awsName.test(assigned.name) || /(?:^|_)id$/.test(assigned.name)) return 0
  if (assigned.value.length !== 40 || !isMixed(assigned.value) || isPlaceholder(assigned.value)) return 0
  return entropyOf(assigned.value) >= 3.5 ? 0.8 : 0
}

/** `--api-token value`; with a `=` it is an assignment like any other. */
function checkFlag(match: Match): number {
  const parts = /^--([\w.-]+) +(["']?)(.+)$/s.exec(match.text())
  const [, flag = '', quote = '', value = ''] = parts ?? []
  match.maskStart = match.end - value.length
  return maySaySecret.test(flag) && !isPlaceholder(value) ? scoreOf(toWords(flag), value, quote !== '') : 0
}

/** `my password is hunter2!`, as people tell it to a model. */
function checkTold(match: Match): number {
  const text = match.text()
  const value = text.slice(text.search(/[^ "'`]+$/)).replace(/[.?]$/, '')
  match.maskStart = match.start + text.lastIndexOf(value)
  match.maskEnd = match.maskStart + value.length
  if (isPlaceholder(value) || isVariable(value)) return 0
  if (/^pass|^pwd/i.test(text)) return /\d/.test(value) && isMixed(value) ? scorePassword(value, true) : 0
  return scoreKey(value, true)
}

/** Within quotes a password may have any character. Without a blank, unless it is a phrase. */
function checkQuotedPassword(match: Match): number {
  const text = match.text()
  const close = text.at(-1) ?? ''
  const open = text.lastIndexOf(close, text.length - 2)
  const value = text.slice(open + 1, text.endsWith(`\\${close}`) ? -2 : -1)
  // Beyond ASCII a text without blanks is a sentence of another language.
  if (isPlaceholder(value) || /[\x80-\xff]{4}/.test(value)) return 0
  match.maskStart = match.start + open + 1
  match.maskEnd = match.maskStart + value.length
  if (/^passphrase/i.test(text)) return value.length >= 12 ? 0.6 : 0
  return /[[\](){}]/.test(value) && !/\d/.test(value) ? 0 : scorePassword(value, true)
}

export const genericSecretDetectors: readonly Detector[] = [
  {
    id: 'url-password',
    dataClass: 'secret/url-password',
    pattern: '://[^\\s/:@"\'<>?#]*:[^\\s/"\'<>?#]+@',
    left: bytesOf('A-Za-z0-9'),
    right: notBytes(' \t\r\n'),
    maxBytes: 400,
    score: 0.8,
    check: checkUrl,
    yields: true,
  },
  {
    id: 'aws-secret-key',
    dataClass: 'secret/aws-secret-key',
    pattern: `${operator}[A-Za-z0-9/+]{40}`,
    left: notBytes('=:>'),
    right: notBytes('A-Za-z0-9/+='),
    maxBytes: 64,
    score: 0.8,
    mayBegin: maySecretBegin,
    check: checkAwsSecret,
    yields: true,
  },
  {
    id: 'assigned-secret',
    dataClass: 'secret/generic-assignment',
    // Counts of more than a few would each be a state.
    pattern: `${operator}${assignedValue}`,
    left: notBytes('=:>'),
    right: endsValue,
    maxBytes: 2_000,
    score: 0.6,
    mayBegin: maySecretBegin,
    check: checkAssignment,
    wholeRun: true,
    yields: true,
  },
  {
    id: 'password-with-and',
    dataClass: 'secret/generic-assignment',
    pattern: `[=:>][=:>]{0,3}[ ]?${valueWithAnd}`,
    left: notBytes('=:>'),
    right: bytesOrEdge(' \t\r\n"\'`|)'),
    maxBytes: 120,
    score: 0.6,
    mayBegin: maySecretBegin,
    check: checkPasswordWithAnd,
    yields: true,
  },
  {
    id: 'quoted-secret',
    dataClass: 'secret/generic-assignment',
    // Signs that part values where nothing quotes them; without this the rest behind them would stay.
    pattern: '[=:>][=:>]{0,3}[ ]?(?:"[^"\\s]{8}[^"\\s]*"|\'[^\'\\s]{8}[^\'\\s]*\')',
    left: notBytes('=:>'),
    right: anything,
    maxBytes: 300,
    score: 0.6,
    mayBegin: maySecretBegin,
    check: checkQuotedSecret,
    yields: true,
  },
  {
    id: 'quoted-password',
    dataClass: 'secret/generic-assignment',
    pattern:
      '(?i)(?:pass(?:word|wd|phrase|code)?|pwd|passwort|kennwort)[0-9]?\\\\?["\']?[ ]?(?:=>|:=|[:=])[ ]?(?:\\\\?"[^"\\s]{6}[^"\\s]*"|\\\\?\'[^\'\\s]{6}[^\'\\s]*\')',
    left: notBytes(' '),
    right: notBytes('A-Za-z0-9'),
    maxBytes: 160,
    score: 0.6,
    check: checkQuotedPassword,
    yields: true,
  },
  {
    id: 'passphrase',
    dataClass: 'secret/generic-assignment',
    pattern: '(?i)passphrase\\\\?["\']?[ ]?(?:=>|:=|[:=])[ ]?["\'][^"\'\\r\\n]{6}[^"\'\\r\\n]*["\']',
    left: notBytes('A-Za-z0-9'),
    right: notBytes('A-Za-z0-9'),
    maxBytes: 160,
    score: 0.6,
    check: checkQuotedPassword,
  },
  {
    id: 'secret-flag',
    dataClass: 'secret/generic-assignment',
    pattern: `--[A-Za-z][A-Za-z0-9_.-]{2,40} {1,4}["']?${assignedValue}`,
    left: notBytes('A-Za-z0-9_-'),
    right: endsValue,
    maxBytes: 280,
    score: 0.6,
    check: checkFlag,
    wholeRun: true,
    yields: true,
  },
  {
    id: 'told-secret',
    dataClass: 'secret/generic-assignment',
    pattern: `(?i)(?:password|passwd|pwd|passphrase|passcode|token|key|secret)(?: [a-z]{2,12}){0,3} (?:is|was)[: ] ?["'\`]?${passwordValue}`,
    left: notBytes('A-Za-z0-9'),
    right: endsValue,
    maxBytes: 320,
    score: 0.6,
    check: checkTold,
    wholeRun: true,
    yields: true,
  },
]
