// Texts that differ in their numbers and strings only share one shape, and most of them one meaning. This gives the
// shape, or null as soon as anything is unusual: a shape must never stand for a text that the target reads otherwise.
// Whether literals matter to the facts is not known here: the parse of a text says it (`Verdict.literalFree`).

const quote = 0x27
const doubleQuote = 0x22
const dot = 0x2e
const minus = 0x2d

// What stands for a literal; no text that parses has these characters outside quotes, and texts with them have no shape.
const anyString = '\u0001'
const anyInteger = '\u0002'
const anyOtherNumber = '\u0003'

/** Classes of ASCII characters; 0 is copied. */
const digit = 1
const letter = 2
const refused = 3
const classes = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code)
  if (/[0-9]/.test(char)) classes[code] = digit
  else if (/[A-Za-z_]/.test(char)) classes[code] = letter
  // Control characters, escapes; `$` begins a parameter or a dollar quote.
  else if ((code < 32 && !/[\t\n\r]/.test(char)) || /[\\\x7f]/.test(char)) classes[code] = refused
}

/**
 * White space, comments and case are not touched: two texts of one shape differ in literals of the same kind and in
 * nothing else. @returns null when the text has to be parsed itself
 */
export function toShape(sql: string): string | null {
  let shape = ''
  let from = 0
  const end = sql.length
  for (let at = 0; at < end;) {
    const code = sql.charCodeAt(at)
    const kind = code < 128 ? classes[code] : refused
    if (code === quote) {
      const close = endOfString(sql, at)
      if (close < 0) return null
      shape += sql.slice(from, at) + anyString
      at = from = close
    } else if (kind === digit) {
      const close = endOfNumber(sql, at)
      if (close === 0) return null
      shape += sql.slice(from, at) + (close > 0 ? anyInteger : anyOtherNumber)
      at = from = Math.abs(close)
    } else if (kind === letter) {
      at = endOfWord(sql, at)
      if (at < 0) return null
    } else if (code === doubleQuote) {
      at = sql.indexOf('"', at + 1) + 1
      if (at === 0) return null
    } else if (code === 0x24) {
      at = endOfParameter(sql, at)
      if (at < 0) return null
    } else if (kind === refused || startsSomethingElse(sql, at, code)) return null
    else at++
  }
  return shape + sql.slice(from)
}

/** A comment, a prefixed literal (`U&'…'`), a number without a leading digit. */
function startsSomethingElse(sql: string, at: number, code: number): boolean {
  const next = sql.charCodeAt(at + 1)
  if (code === minus) return next === minus
  if (code === 0x2f) return next === 0x2a
  if (code === 0x26) return next === quote || next === doubleQuote
  return code === dot && (classes[next] === digit || next === dot)
}

/** @returns the place behind the closing quote; -1 when there is none, or a backslash or NUL before it */
function endOfString(sql: string, start: number): number {
  for (let at = start + 1; at < sql.length; at++) {
    const code = sql.charCodeAt(at)
    if (code === quote) {
      if (sql.charCodeAt(at + 1) !== quote) return at + 1
      at++
    } else if (code === 0x5c || code === 0 || (code >= 0xd800 && code <= 0xdfff)) return -1
  }
  return -1
}

/** @returns the place behind an integer of 32 bits, its negative behind any other number; 0 when it is no plain decimal */
function endOfNumber(sql: string, start: number): number {
  let at = start
  while (isDigit(sql, at)) at++
  let isInteger = at - start < 10
  if (at - start === 10) isInteger = Number(sql.slice(start, at)) <= 2147483647
  // Leading zeros make a long number small.
  else if (at - start > 10 && sql.charCodeAt(start) === 0x30) return 0
  if (sql.charCodeAt(at) === dot) {
    isInteger = false
    at++
    while (isDigit(sql, at)) at++
  }
  const next = sql.charCodeAt(at)
  if (next === dot || next === 0x24 || next === quote || classes[next] === letter) return 0
  return isInteger ? at : -at
}

/** @returns -1 when the word is part of something else: `e'…'`, `a$b` */
function endOfWord(sql: string, start: number): number {
  let at = start
  let code = sql.charCodeAt(at)
  while (code < 128 && (classes[code] === letter || classes[code] === digit)) code = sql.charCodeAt(++at)
  return code === quote || code === 0x24 ? -1 : at
}

function endOfParameter(sql: string, start: number): number {
  let at = start + 1
  while (isDigit(sql, at)) at++
  const next = sql.charCodeAt(at)
  return at === start + 1 || next === 0x24 || classes[next] === letter || next === dot ? -1 : at
}

function isDigit(sql: string, at: number): boolean {
  return classes[sql.charCodeAt(at)] === digit
}
