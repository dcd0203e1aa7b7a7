// How much of a session's answers was looked at and how much of it is shown, in words: the same in the console and on the
// command line.

import type { ContentState, CoverageBody } from './contract.ts'

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

export function toSize(bytes: number): string {
  let unit = 0
  let size = bytes
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ''}`
}

/** What was looked at first, then what was not, and why; parts of which there is nothing are left out. */
export function toCoverageLines(coverage: CoverageBody): string[] {
  const { scannedBytes, opaqueBytes, encodedBytes, disclosedBytes, uncapturedBytes } = coverage
  const parts: readonly (readonly [number, string])[] = [
    [disclosedBytes, 'of them looked at for fewer classes: permission discloses the others'],
    [opaqueBytes, 'skipped: of types that cannot hold text'],
    [encodedBytes, 'skipped: long Base64 that is no text'],
    [uncapturedBytes, 'not kept: beyond the limit of the capture'],
  ]
  const some = parts.filter(([bytes]) => bytes > 0).map(([bytes, why]) => `${toSize(bytes)} ${why}`)
  return [`${toSize(scannedBytes)} scanned`, ...some]
}

const contentNotes: { readonly [state in ContentState]: string | null } = {
  whole: null,
  pending: 'not sealed yet: the rest is here in a moment',
  erased: 'its key was destroyed: nobody can read it any more',
  'not-kept': 'the rest of the answer was not kept, beyond the limit of the capture; its digest was',
  'not-shown': 'the rest of the answer is too long to be shown here',
}

/** What to say below an action of which not all is shown; null when all of it is. */
export function toContentNote(state: ContentState | null): string | null {
  return state === null ? null : contentNotes[state]
}
