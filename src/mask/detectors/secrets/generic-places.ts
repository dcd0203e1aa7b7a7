// Secrets in other places than behind an operator: the argument of a call, the cell beside a name in a table, the words of a
// command. The value alone is masked.

import { anything, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import { toWords } from '../../engine/context.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { scoreOf } from './assigned-score.ts'
import { endsValue, maySecretBegin, passwordValue, readSecretAssignment } from './keyed-names.ts'
import { isPlaceholder, isWordy } from './keyed-values.ts'

/** What is asked for by a name, as `getSecret("name")`, is no secret. */
const asksFor =
  /^(?:get|find|read|fetch|load|look_?up|list|describe|resolve|require|import|has|is|check|verify|validate|delete|remove|revoke|rotate|env|config|by)_|_by_/

/** Words with signs that nobody joins words with are a password. */
function isNone(value: string): boolean {
  return isPlaceholder(value) || (isWordy(value) && !/[!#$%^&*?]/.test(value))
}

/** `.password("…")`, `withToken('…')`: of calls whose name is that of a secret. */
function checkCall(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null || asksFor.test(assigned.name)) return 0
  const text = match.text()
  const value = text.slice(2, -1)
  match.maskStart = match.start + 2
  match.maskEnd = match.end - 1
  if (text[1] !== text.at(-1) || isNone(value)) return 0
  return scoreOf(assigned.name, value, true)
}

/** `| DB_PASSWORD | value |`, with a row to itself. */
function checkCell(match: Match): number {
  const assigned = readSecretAssignment(match)
  if (assigned === null || !/(?:^|\n) {0,4}\|[^|\n]*$/.test(match.before())) return 0
  const text = match.text()
  const value = text.slice(text.search(/[^| `]/)).replace(/`? *\|$/, '')
  match.maskStart = match.start + text.indexOf(value, 1)
  match.maskEnd = match.maskStart + value.length
  return isNone(value) ? 0 : scoreOf(assigned.name, value, false)
}

/** `ENV NAME value` of a Dockerfile, `setx NAME value`, `set password value`. */
function checkCommand(match: Match): number {
  const parts = /^#?[A-Za-z]+ +([\w.-]+) +(["']?)(.+)$/s.exec(match.text())
  const [, name = '', quote = '', value = ''] = parts ?? []
  match.maskStart = match.end - value.length
  return isNone(value) ? 0 : scoreOf(toWords(name), value, quote !== '')
}

export const placedSecretDetectors: readonly Detector[] = [
  {
    id: 'called-secret',
    dataClass: 'secret/generic-assignment',
    pattern: '\\(["\'][^"\'\\s(){}<>]{6}[^"\'\\s(){}<>]*["\']',
    left: notBytes(' ('),
    right: anything,
    maxBytes: 300,
    score: 0.6,
    mayBegin: maySecretBegin,
    check: checkCall,
    yields: true,
  },
  {
    id: 'secret-in-table',
    dataClass: 'secret/generic-assignment',
    pattern: `\\| {1,8}\`?${passwordValue}\`? {1,60}\\|`,
    left: notBytes('|'),
    right: anything,
    maxBytes: 300,
    score: 0.6,
    mayBegin: maySecretBegin,
    check: checkCell,
    yields: true,
  },
  {
    id: 'secret-of-command',
    dataClass: 'secret/generic-assignment',
    pattern: `(?:ENV|ARG|SET|setx?|#define) {1,4}[A-Za-z][A-Za-z0-9_.-]{3,48} {1,4}["']?${passwordValue}`,
    left: bytesOrEdge(' \t\n>$#;&|`'),
    right: endsValue,
    maxBytes: 300,
    score: 0.6,
    check: checkCommand,
    wholeRun: true,
    yields: true,
  },
]
