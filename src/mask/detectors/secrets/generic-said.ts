// Secrets that nothing assigns: behind their name and a blank, as people and SQL write them, and as the last of what signs in.
// The value alone is masked.

import { anything, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { entropyOf } from '../checksums.ts'
import { scoreKey, scorePassword } from './assigned-score.ts'
import { assignedValue, endsValue, passwordValue } from './keyed-names.ts'
import { isPath, isPlaceholder, isVariable, isWordy } from './keyed-values.ts'

/** Masks what stands behind the last blank or quote. @returns it */
function lastWord(match: Match): string {
  const text = match.text()
  const value = text.slice(text.search(/[^\s"'`]+$/)).replace(/[.?]$/, '')
  match.maskStart = match.start + text.lastIndexOf(value)
  match.maskEnd = match.maskStart + value.length
  return value
}

function kindsOf(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length
}

/** `admin / password Xy7!kq2b`: without an operator it must look like a password and like nothing else. */
function checkSaidPassword(match: Match): number {
  const value = lastWord(match)
  if (value.length < 8 || kindsOf(value) < 3 || !/\d/.test(value) || /^[-/]|:\/\//.test(value)) return 0
  if (isPlaceholder(value) || isWordy(value) || isVariable(value) || isPath(value)) return 0
  return scorePassword(value, true)
}

/** `failed for token …`: as long as keys are, and of all kinds of letters. A hash is not one by its looks. */
function checkSaidKey(match: Match): number {
  const value = lastWord(match)
  if (value.length < 20 || isPlaceholder(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return 0
  return entropyOf(value) >= 3.5 ? scoreKey(value, false) : 0
}

/** What stands between the last two quotes. */
function quotedLast(match: Match, end: number): string {
  const text = match.text().slice(0, end)
  const open = text.lastIndexOf(text.at(-1) ?? '', text.length - 2)
  match.maskStart = match.start + open + 1
  match.maskEnd = match.start + text.length - 1
  return text.slice(open + 1, -1)
}

/** What SQL sets a password to stands behind the word with nothing but a blank between; a password of any quality counts. */
function checkSqlPassword(match: Match): number {
  const text = match.text()
  const opened = /^[^'$]*?(?:with ['"]?\w+['"]?[^'$]*?)?(?:(?:e|u&)?'|\$[a-z_]*\$)/i.exec(text)?.[0] ?? ''
  const value = text.slice(opened.length, text.endsWith("'") ? -1 : text.lastIndexOf('$', text.length - 2))
  // In a sentence, what is quoted behind the word is often another sentence.
  if (value === '' || isPlaceholder(value) || (/\s/.test(value) && !/^[A-Z]/.test(text))) return 0
  match.maskStart = match.start + opened.length
  match.maskEnd = match.maskStart + value.length
  return 0.7
}

const signsIn = /(?:auth|log_?in|credentials?|authenticate|sign_?in) ?(?:[=:] ?)?\(["'][^"'\s]{1,48}$/i

/** `auth=("user", "password")`, `smtp.login("user", "password")`. Begins behind the user, who may be a finding. */
function checkSignIn(match: Match): number {
  if (!signsIn.test(match.before())) return 0
  const value = quotedLast(match, match.end - match.start - 1)
  if (isPlaceholder(value) || (isWordy(value) && !/[!#$%^&*?]/.test(value))) return 0
  return scorePassword(value, true)
}

/** `requirepass value` of Redis, `docker login -p value`. */
function checkOption(match: Match): number {
  const value = lastWord(match)
  const since = match.before().replace(/^.*\b(?:login|principal|redis-cli|sshpass|ldap[a-z]+)/is, '')
  if (value.length < 4 || isPlaceholder(value) || isPath(value) || /^\d{1,5}$/.test(value)) return 0
  return match.text().startsWith('-') && /[|;&\n]/.test(since) ? 0 : 0.5
}

const secret = {
  dataClass: 'secret/generic-assignment',
  left: notBytes('A-Za-z0-9_'),
  score: 0.6,
  yields: true,
} as const
const value = `["'\`]?${passwordValue}`
const word = `["']?[^\\s"'$\`(<{|;&-][^\\s"'|;&]{3}[^\\s"'|;&]*`

const sqlText = "(?:e'(?:[^'\\\\]|\\\\.|'')+'|(?:u&)?'(?:[^']|'')+'|\\$[a-z_]{0,16}\\$[^$]+\\$[a-z_]{0,16}\\$)"

export const saidSecretDetectors: readonly Detector[] = [
  {
    ...secret,
    id: 'said-password',
    pattern: `(?i)(?:password|passwd|passphrase|passcode|passwort|kennwort|contrase(?:n|\\xc3\\xb1)a) ${value}`,
    right: endsValue,
    maxBytes: 160,
    check: checkSaidPassword,
    wholeRun: true,
  },
  {
    ...secret,
    id: 'said-key',
    pattern: `(?i)(?:token|api[ _-]?key|secret)(?: |\\r?\\n)["'\`]?${assignedValue}`,
    right: endsValue,
    maxBytes: 320,
    check: checkSaidKey,
    wholeRun: true,
  },
  {
    ...secret,
    id: 'sql-password',
    pattern: `(?i)(?:password|identified(?: with ['"]?[a-z0-9_]{1,40}['"]?)?\\s{1,4}(?:by|as)(?: password)?)\\s{1,8}${sqlText}`,
    right: notBytes("'"),
    maxBytes: 1_000,
    score: 0.7,
    check: checkSqlPassword,
  },
  {
    ...secret,
    id: 'sign-in-call',
    pattern: '["\'],[ ]{0,2}["\'][^"\'\\s]{6}[^"\'\\s]*["\']\\)',
    left: anything,
    right: anything,
    maxBytes: 240,
    check: checkSignIn,
  },
  {
    ...secret,
    id: 'option-password',
    dataClass: 'secret/command-password',
    pattern: `-[paw] {1,3}${word}`,
    left: bytesOrEdge(' \t'),
    right: bytesOrEdge(' \t\r\n"\'\\|;&)'),
    maxBytes: 160,
    score: 0.3,
    words: [
      'docker_login',
      'podman_login',
      'registry_login',
      'skopeo_login',
      'az_login',
      'service_principal',
      'cf_login',
      'oc_login',
      'redis_cli',
      'sshpass',
      'ldapsearch',
      'ldapadd',
      'ldapmodify',
    ],
    check: checkOption,
  },
  {
    ...secret,
    id: 'redis-password',
    pattern: `(?:requirepass|masterauth) {1,4}${word}`,
    right: bytesOrEdge(' \t\r\n"\'\\'),
    maxBytes: 160,
    check: checkOption,
  },
]
