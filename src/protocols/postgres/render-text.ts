// Text of somebody else's for a terminal: control characters, and those that reorder or hide what follows, become visible.

const unsafe = /[^\t\n\P{C}]|[\u2028\u2029]/gu

export function toPrintable(text: string): string {
  return text.replaceAll(unsafe, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}

/** For a cell of a table: one line, of bounded length. */
export function toCellText(text: string, maxChars: number): string {
  const line = toPrintable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1)}…`
}
