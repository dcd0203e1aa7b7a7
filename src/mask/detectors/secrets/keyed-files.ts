// Secrets by their place in a file that programs know: .netrc, .pgpass, connection strings, the seed of one-time passwords
// (otpauth), hashes of passwords (crypt(5)), options of command lines.

import { anything, bytesOf, bytesOrEdge, notBytes } from '../../engine/byte-set.ts'
import type { Detector, Match } from '../../engine/detector.ts'
import { isMixed, isPath, isPlaceholder } from './keyed-values.ts'

/** `<add key="ClearTextPassword" value="…" />` of a NuGet.Config. */
function checkNuget(match: Match): number {
  const text = match.text()
  const value = text.slice(text.lastIndexOf('=') + 2, -1)
  match.maskStart = match.end - 1 - value.length
  match.maskEnd = match.end - 1
  return isPlaceholder(value) || /^[A-Za-z ]+$/.test(value) ? 0 : 0.8
}

/** The last word is the secret. */
function checkLastWord(match: Match): number {
  const text = match.text()
  const value = text.slice(text.search(/[^\s:]+$/))
  match.maskStart = match.end - value.length
  return isPlaceholder(value) || value.length < 3 ? 0 : 0.8
}

/** host:port:database:user:password; a colon or a backslash in it has a backslash before. */
function checkPgpass(match: Match): number {
  const text = match.text()
  let at = 1
  for (let field = 0; field < 3; field++) at = text.indexOf(':', at) + 1
  match.maskStart = match.start + at
  const value = text.slice(at)
  // `2001:db8:*:*:*:*:*:*` is no line of it.
  return at === 0 ||
    /\*/.test(text.slice(-value.length - 2)) ||
    value.length < 4 ||
    isPlaceholder(value) ||
    isPath(value)
    ? 0
    : 0.7
}

/** `Password=…;` of ODBC, ADO.NET and JDBC. */
function checkConnectionString(match: Match): number {
  const text = match.text()
  const at = text.indexOf('=') + 1
  const value = text.slice(at).trim()
  match.maskStart = match.start + text.indexOf(value, at)
  match.maskEnd = match.maskStart + value.length
  return value.length < 4 || isPlaceholder(value) || /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/.test(value) ? 0 : 0.7
}

function checkOneTimeSeed(match: Match): number {
  const at = match.text().lastIndexOf('=') + 1
  match.maskStart = match.start + at
  return isPlaceholder(match.text().slice(at)) ? 0 : 0.9
}

/** `-pSecret`, as the clients of MySQL and sshpass want it: nothing between the option and its value. */
function checkGluedPassword(match: Match): number {
  const value = match
    .text()
    .slice(2)
    .replace(/^ ?["']?/, '')
    .replace(/["']$/, '')
  match.maskStart = match.start + match.text().indexOf(value, 2)
  match.maskEnd = match.maskStart + value.length
  if (/[|;&\n]/.test(match.before().replace(/^.*\b(?:mysql|mariadb|sshpass)/is, ''))) return 0
  return value.length < 4 || isPlaceholder(value) || /^[\d]{1,5}$|^ass/.test(value) || isPath(value) ? 0 : 0.5
}

function checkCommunity(match: Match): number {
  const value = match.text().slice(match.text().lastIndexOf(' ') + 1)
  match.maskStart = match.end - value.length
  return isPlaceholder(value) ? 0 : 0.6
}

function checkHash(match: Match): number {
  return isMixed(match.text().slice(4)) ? 0.9 : 0
}

/** `https://user:password@gems.contribsys.com`: the user is as secret as the password. */
function checkGemsUrl(match: Match): number {
  match.maskStart = match.start + 3
  match.maskEnd = match.maskStart + 17
  return 0.9
}

export const fileSecretDetectors: readonly Detector[] = [
  {
    id: 'netrc',
    dataClass: 'secret/netrc-password',
    pattern: '(?:machine\\s+[^\\s]+|default)\\s+login\\s+[^\\s]+\\s+password\\s+[^\\s"\']{3}[^\\s"\']*',
    left: bytesOrEdge(' \t\r\n"\'`'),
    right: bytesOrEdge(' \t\r\n"\'`\\'),
    maxBytes: 440,
    score: 0.8,
    check: checkLastWord,
  },
  {
    id: 'pgpass',
    dataClass: 'secret/pgpass',
    pattern: ':(?:543[0-9]|6432|\\*):[^:\\s/]+:[^:\\s/]+:[^\\s"\'<>,]{4}[^\\s"\'<>,]*',
    left: bytesOf('A-Za-z0-9.*_-'),
    right: bytesOrEdge('\r\n"\'\\'),
    maxBytes: 280,
    score: 0.7,
    check: checkPgpass,
  },
  {
    id: 'nuget-password',
    dataClass: 'secret/nuget-config-password',
    pattern: '<add key=["\'](?:ClearTextPassword|Password)["\'] value=["\'][^"\']{8}[^"\']*["\']',
    left: anything,
    right: anything,
    maxBytes: 320,
    score: 0.8,
    check: checkNuget,
  },
  {
    id: 'connection-string',
    dataClass: 'secret/connection-string-password',
    pattern: '(?i)[;"\'][ ]?(?:password|pwd)[ ]?=[ ]?[^;"\'\\r\\n<>{}\\\\]+',
    left: anything,
    right: bytesOrEdge(';"\'\r\n<>{}\\'),
    maxBytes: 150,
    score: 0.3,
    words: ['user', 'uid', 'data_source', 'server', 'database', 'host', 'initial_catalog', 'driver', 'dsn', 'endpoint'],
    check: checkConnectionString,
  },
  {
    id: 'otpauth',
    dataClass: 'secret/totp-secret',
    pattern: '(?i)otpauth://[th]otp/[^\\s"\'<>]*[?&]secret=[A-Z2-7]{12}[A-Z2-7]*',
    left: notBytes('A-Za-z0-9'),
    right: notBytes('A-Za-z0-9'),
    maxBytes: 360,
    score: 0.9,
    check: checkOneTimeSeed,
  },
  {
    id: 'glued-password',
    dataClass: 'secret/command-password',
    pattern: '-p(?:[^\\s"\'$`(<-][^\\s"\'|;&]{3}[^\\s"\'|;&]*| ?"[^"$`]{4}[^"$`]*"| ?\'[^\'$]{4}[^\'$]*\')',
    left: bytesOf(' \t'),
    right: bytesOrEdge(' \t\r\n"\'`\\|;&)'),
    maxBytes: 80,
    score: 0.3,
    words: ['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'sshpass'],
    check: checkGluedPassword,
  },
  {
    id: 'snmp-community',
    dataClass: 'secret/snmp-community',
    pattern: '(?:snmp-server community|snmp(?:walk|get|bulkwalk) [^\\n|;]{0,40}-c) [^\\s"\'<$]{3}[^\\s"\'<$]*',
    left: notBytes('A-Za-z0-9'),
    right: bytesOrEdge(' \t\r\n'),
    maxBytes: 140,
    score: 0.6,
    check: checkCommunity,
  },
  {
    id: 'password-hash',
    dataClass: 'secret/password-hash',
    pattern:
      '\\$(?:1|5|6|7|y|gy|2[abxy]|apr1|argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha(?:1|256|512))?)\\$[A-Za-z0-9./+=,$-]{22}[A-Za-z0-9./+=,$-]*',
    left: notBytes('A-Za-z0-9'),
    right: anything,
    maxBytes: 280,
    score: 0.9,
    check: checkHash,
    wholeRun: true,
  },
  {
    id: 'sidekiq-url',
    dataClass: 'secret/sidekiq-sensitive-url',
    pattern: '://[0-9a-f]{8}:[0-9a-f]{8}@(?:gems|enterprise)\\.contribsys\\.com',
    left: bytesOf('A-Za-z0-9'),
    right: anything,
    maxBytes: 60,
    score: 0.9,
    check: checkGemsUrl,
  },
]
