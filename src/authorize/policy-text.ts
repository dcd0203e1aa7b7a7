// A file of policies cut into its policies, so that every one keeps the place it was written at and a broken one names
// itself. Knows of Cedar's grammar only that a policy ends with a `;` outside of strings and comments, and that comments
// begin with `//` (docs.cedarpolicy.com, "Grammar specification"); everything else is Cedar's to parse.

export interface Place {
  /** File as the operator named it. */
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface PolicyText {
  /** From the first character that is no comment to the `;`. */
  readonly text: string
  readonly place: Place
}

/** @returns every piece, also what is left after the last `;`, which Cedar will refuse */
export function splitPolicies(file: string, text: string): PolicyText[] {
  const found: PolicyText[] = []
  let start = -1
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '/' && text.charAt(at + 1) === '/') at = endOfLine(text, at)
    else if (start < 0 && /\s|\uFEFF/.test(char)) continue
    else {
      if (start < 0) start = at
      if (char === '"') at = endOfString(text, at)
      else if (char === ';') {
        found.push({ text: text.slice(start, at + 1), place: placeAt(file, text, start) })
        start = -1
      }
    }
  }
  if (start >= 0) found.push({ text: text.slice(start), place: placeAt(file, text, start) })
  return found
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** @returns where the closing quote stands; the end of the text when there is none */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === '"') return at
  }
  return text.length
}

function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { file, line, column: offset - before.lastIndexOf('\n') }
}

/** @param byteOffset in the UTF-8 of the policy, as Cedar counts */
export function placeWithin(policy: PolicyText, byteOffset: number): Place {
  const { file, line, column } = policy.place
  const before = new TextDecoder().decode(new TextEncoder().encode(policy.text).subarray(0, byteOffset))
  const lines = before.split('\n')
  const last = lines.at(-1)?.length ?? 0
  return { file, line: line + lines.length - 1, column: lines.length === 1 ? column + last : last + 1 }
}

/** `policies/agents.cedar:12:3` */
export function toText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}
