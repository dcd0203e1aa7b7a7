// What must not reach the parser, because it would hold the event loop or overflow the parser's stack. It may refuse an
// honest text that looks like an attack; it must not let an attack through because a quote confused it, so quotes,
// dollar quotes and comments are read as the real lexer reads them (standard_conforming_strings on).

export const maxStatementBytes = 100_000

/** The lexer matches a run of operator characters anew from each of its places: 100 kB of slashes and stars took 43 s. */
const maxOperatorWork = 2_000_000

/** A text this short cannot nest deep enough: each level takes two characters at least, and 5,000 levels are no trouble. */
const harmlessLength = 10_000

/** The parser's stack overflowed at 7,000 levels. */
const maxChain = 3000
const maxSetOperations = 1000

/** @returns why the text is refused, or null */
export function refusalOf(sql: string): string | null {
  if (sql === '') return 'the text is empty'
  if (sql.length > maxStatementBytes || Buffer.byteLength(sql) > maxStatementBytes) return 'the text is too long'
  if (sql.includes('\0')) return 'the text contains a NUL byte'
  if (!sql.isWellFormed()) return 'the text is not well-formed Unicode'
  if (operatorWork(sql) > maxOperatorWork) return 'the text is too costly to read'
  if (sql.length > harmlessLength && isTooDeep(sql)) return 'the text is nested too deep'
  return null
}

const operatorChars = new Uint8Array(128)
for (const char of '~!@#^&|`?+-*/%<>=') operatorChars[char.charCodeAt(0)] = 1

/** Wherever the characters stand: what is a comment to us may be none to the lexer. */
function operatorWork(sql: string): number {
  let work = 0
  let run = 0
  for (let at = 0; at < sql.length; at++) {
    if (operatorChars[sql.charCodeAt(at)] === 1) work += 2 * run++ + 1
    else run = 0
  }
  return work
}

const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y
const number = /(?:[0-9]|\.[0-9])[0-9A-Za-z_.]*/y
// One at a time: a comment may begin inside a run of them.
const operator = /[~!@#^&|`?+\-*/%<>=:]/y
const plainString = /'[^']*(?:''[^']*)*'/y
const escapeString = /[eE]'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'/y
const quotedName = /"[^"]*"/y
const lineComment = /--[^\n\r]*/y

/**
 * A chain (`a + b + c`, `NOT NOT a`, `a JOIN b JOIN c`) is as deep as it is long. Each word and operator may be a link;
 * a comma ends the chain of its own bracket. Set operations chain across commas and are counted apart.
 */
function isTooDeep(sql: string): boolean {
  if ((sql.match(/\b(?:union|intersect|except)\b/gi)?.length ?? 0) > maxSetOperations) return true
  const outer: number[] = []
  let below = 0
  let links = 0
  for (let at = 0; at < sql.length;) {
    const char = sql.charAt(at)
    const quoted = endOfQuoted(sql, at)
    if (quoted > at) {
      at = quoted
      continue
    }
    let next = at + 1
    if (char === '(' || char === '[') {
      outer.push(links)
      below += links
      links = 0
    } else if (char === ')' || char === ']') {
      links = (outer.pop() ?? 0) + 1
      below -= links - 1
    } else if (char === ',' || char === ';') links = 0
    else if ((next = endOf(word, sql, at)) > at) links++
    else if ((next = endOf(operator, sql, at)) > at) links++
    else next = Math.max(at + 1, endOf(number, sql, at))
    at = next
    if (below + links + outer.length > maxChain) return true
  }
  return false
}

/** @returns the end of the string or comment that begins here; `at` when none does; the end of the text when it never ends */
function endOfQuoted(sql: string, at: number): number {
  const char = sql.charAt(at)
  if (char === "'") return endOrAll(plainString, sql, at)
  if (char === '"') return endOrAll(quotedName, sql, at)
  if ((char === 'e' || char === 'E') && sql.charAt(at + 1) === "'") return endOrAll(escapeString, sql, at)
  if (char === '-' && sql.charAt(at + 1) === '-') return endOf(lineComment, sql, at)
  if (char === '/' && sql.charAt(at + 1) === '*') return endOfComment(sql, at)
  if (char !== '$') return at
  const tagEnd = endOf(dollarTag, sql, at)
  if (tagEnd === at) return at
  const tag = sql.slice(at, tagEnd)
  const close = sql.indexOf(tag, tagEnd)
  return close < 0 ? sql.length : close + tag.length
}

function endOfComment(sql: string, start: number): number {
  let depth = 0
  for (let at = start; at < sql.length - 1; at++) {
    const two = sql.slice(at, at + 2)
    if (two === '/*') depth++
    else if (two === '*/') depth--
    else continue
    at++
    if (depth === 0) return at + 1
  }
  return sql.length
}

function endOf(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(sql) ? pattern.lastIndex : at
}

function endOrAll(pattern: RegExp, sql: string, at: number): number {
  const end = endOf(pattern, sql, at)
  return end === at ? sql.length : end
}
