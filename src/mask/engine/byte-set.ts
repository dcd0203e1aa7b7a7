// Sets of byte values: what a position of a pattern may be, and what may stand left and right of a match. A set is 257
// entries: 0–255 and, at 256, "no byte": the beginning or the end of the value.

export type ByteSet = Readonly<Uint8Array>

/** The place of "no byte here" in a set. */
export const edge = 256

/** Between values that are looked at together, a record separator: a detector takes it for the edge. */
export const separator = 0x1e

/** @param spec characters and ranges as in a class of a pattern: `a-zA-Z0-9_` */
export function bytesOf(spec: string): Uint8Array {
  const set = new Uint8Array(257)
  for (let i = 0; i < spec.length; i++) {
    const from = spec.charCodeAt(i)
    const isRange = spec[i + 1] === '-' && i + 2 < spec.length
    const to = isRange ? spec.charCodeAt(i + 2) : from
    set.fill(1, from, to + 1)
    if (isRange) i += 2
  }
  return set
}

/** Every byte but these, and the edge: the usual boundary. */
export function notBytes(spec: string): ByteSet {
  return bytesOf(spec).map((is) => 1 - is)
}

/** These bytes and the edge. */
export function bytesOrEdge(spec: string): ByteSet {
  const set = bytesOf(spec)
  set[edge] = 1
  return set
}

/** The bytes of this text or those of the other. */
export function eitherOf(a: ByteSet, b: ByteSet): ByteSet {
  return a.map((is, i) => is | (b[i] ?? 0))
}

export const anything: ByteSet = new Uint8Array(257).fill(1)
export const nonWord: ByteSet = notBytes('A-Za-z0-9_')
