// Spans of bytes that are replaced, and the bytes after that.

export interface Edit {
  readonly start: number
  readonly end: number
  readonly with: Uint8Array
}

/** @param edits in order, not overlapping; the same bytes come back when there are none */
export function patchSpans(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  const pieces: Uint8Array[] = []
  let from = 0
  for (const edit of edits) {
    pieces.push(bytes.subarray(from, edit.start), edit.with)
    from = edit.end
  }
  pieces.push(bytes.subarray(from))
  return Buffer.concat(pieces)
}
