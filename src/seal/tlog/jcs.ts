// RFC 8785: the one way to write a JSON value. Leaves are written by templates on the hot path and by this everywhere else;
// both end in the same bytes. Stored bytes are hashed verbatim: nobody has to write them a second time.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** @returns the canonical text; a lone surrogate becomes U+FFFD and a number that is not finite becomes null, so it is total */
export function toJcs(value: JsonValue): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : 'null'
  if (value === null || typeof value === 'boolean') return String(value)
  if (isArray(value)) return `[${value.map(toJcs).join(',')}]`
  // The default order of strings is that of their UTF-16 code units, which is what §3.2.3 asks for.
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${quote(name)}:${toJcs(value[name] ?? null)}`).join(',')}}`
}

/** ECMAScript's own escapes are those of §3.2.2.2. */
export function quote(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed())
}

export function quoteOrNull(text: string | null): string {
  return text === null ? 'null' : quote(text)
}

/** A count or a time as a whole number; what is not finite is null. */
export function wholeOrNull(value: number | null): string {
  return value !== null && Number.isFinite(value) ? String(Math.floor(value)) : 'null'
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
