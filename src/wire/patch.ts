// Replaces spans of bytes and leaves every other byte as it came (G6). What the spans mean is the caller's.

import { Fault } from '../kernel/fault.ts'

export interface Edit {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly with: Uint8Array
}

/**
 * @param edits ascending, not overlapping, inside `bytes`; anything else would put a released byte in the wrong place
 * @returns the same object when there are no edits; else new bytes, allocated once
 * @throws Fault `internal`
 */
export function patchSpans(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  let length = bytes.length
  let last = 0
  for (const edit of edits) {
    if (!(edit.start >= last && edit.end >= edit.start && edit.end <= bytes.length))
      throw new Fault('internal', { what: 'edits overlap or lie outside', start: edit.start, end: edit.end })
    length += edit.with.length - (edit.end - edit.start)
    last = edit.end
  }
  const out = new Uint8Array(length)
  let from = 0
  let to = 0
  for (const edit of edits) {
    out.set(bytes.subarray(from, edit.start), to)
    to += edit.start - from
    out.set(edit.with, to)
    to += edit.with.length
    from = edit.end
  }
  out.set(bytes.subarray(from), to)
  return out
}
