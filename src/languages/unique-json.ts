// A JSON object in which no name occurs twice. RFC 7519 §4 leaves it to the reader which of two `sub` counts; a reader
// elsewhere may choose the other one, so neither counts here.

const maxDepth = 16

export function parseUniqueJson(text: string | null): Readonly<Record<string, unknown>> | null {
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return hasUniqueNames(text) ? (value as Readonly<Record<string, unknown>>) : null
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** The text is known to be JSON, so the structure needs no checking: braces, strings and what follows them are enough. */
function hasUniqueNames(text: string): boolean {
  const open: (Set<string> | null)[] = []
  let last = ''
  for (const [part] of text.matchAll(token)) {
    if (part === '{' || part === '[') {
      open.push(part === '{' ? new Set() : null)
      if (open.length > maxDepth) return false
    } else if (part === '}' || part === ']') open.pop()
    else if (part === ':') {
      const name: unknown = JSON.parse(last)
      const names = open.at(-1)
      if (typeof name !== 'string' || names === null || names === undefined || names.has(name)) return false
      names.add(name)
    }
    last = part
  }
  return true
}
