// How much of a session's answers was looked at, in words: the same in the console and on the command line.

import type { CoverageBody } from './contract.ts'

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
