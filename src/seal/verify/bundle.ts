// Entries of one bundle against the hashes of their tile, and a name for what differs: changed, missing, added, or in
// another place.

import { emptyRoot, hashLeaf, isSameHash, toHex } from '../tlog/hash.ts'
import { tileWidth, toTilePath } from '../tlog/tile.ts'
import { partLimits, type LogReader } from './log-reader.ts'
import { readTilePart } from './tile-part.ts'
import type { Findings } from './report.ts'

export interface StoredEntry {
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

export interface BundlePlace {
  readonly index: number
  readonly width: number
  /** null when the tile is not there. */
  readonly hashes: readonly Uint8Array[] | null
}

/**
 * @returns what is stored at each place; null where nothing is, and for all of them when there is no bundle. An entry whose
 * hash is not its tile's is still returned.
 */
export async function readEntries(
  reader: LogReader,
  { index, width, hashes }: BundlePlace,
  findings: Findings,
): Promise<readonly (StoredEntry | null)[] | null> {
  const tile = { level: 'entries', index, width } as const
  const path = toTilePath(tile)
  const first = index * tileWidth
  const part = await readTilePart(reader, tile, partLimits.bundle)
  if (typeof part === 'string') {
    findings.fail('INTEGRITY', `${path} is ${part}: entries ${first} to ${first + width - 1}`)
    return null
  }
  const split = splitBundle(part.bytes)
  const isLonger = part.isFull && width < tileWidth
  const isWhole = isLonger ? split.entries.length >= width : split.isWhole
  const entries = isLonger ? split.entries.slice(0, width) : split.entries
  const stored = entries.map((entry) => ({ bytes: entry, hash: hashLeaf(entry) }))
  if (entries.length > width) findings.fail('INTEGRITY', `${path} holds more than its ${width} entries`)
  else if (!isWhole) findings.fail('INTEGRITY', `${path} is damaged after ${entries.length} of ${width} entries`)
  const isAsHashed = hashes === null || stored.every(({ hash }, i) => isSameHash(hashes[i] ?? emptyRoot, hash))
  if (stored.length === width && isAsHashed) return stored
  return hashes === null ? stored.slice(0, width) : align(stored, hashes, first, findings)
}

/** Puts every stored entry where its hash is, and names what has no place or none of its own. */
function align(
  stored: readonly StoredEntry[],
  hashes: readonly Uint8Array[],
  first: number,
  findings: Findings,
): readonly (StoredEntry | null)[] {
  const places = new Map(hashes.map((hash, i) => [toHex(hash), i]))
  const placed: (StoredEntry | null)[] = hashes.map(() => null)
  const strays: number[] = []
  for (const [i, entry] of stored.entries()) {
    const place = places.get(toHex(entry.hash))
    if (place === undefined) strays.push(i)
    else placed[place] = entry
    // When the bundle is short, all that follows a gap has moved up; only a bundle of full width tells of exchanged places.
    if (place !== undefined && place !== i && stored.length === hashes.length)
      findings.fail('INTEGRITY', `entry ${first + place} is stored in the place of entry ${first + i}`)
  }
  const empty = placed.flatMap((entry, i) => (entry === null ? [i] : []))
  const isSameCount = stored.length === hashes.length
  for (const place of empty) {
    // A stray in the very place that nothing else fills is the entry that was there, changed.
    if (isSameCount && strays.includes(place)) findings.fail('INTEGRITY', `entry ${first + place} was changed`)
    else findings.fail('INTEGRITY', `entry ${first + place} is missing`)
  }
  for (const i of strays) {
    if (!isSameCount)
      findings.fail('INTEGRITY', `entry ${i + 1} of the bundle at ${first} is not one that was published`)
  }
  return isSameCount ? placed.map((entry, i) => entry ?? stored[i] ?? null) : placed
}

/** As far as it goes. */
function splitBundle(bytes: Uint8Array): { entries: Uint8Array[]; isWhole: boolean } {
  const entries: Uint8Array[] = []
  let at = 0
  while (at + 2 <= bytes.length && entries.length <= tileWidth) {
    const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0))
    if (end > bytes.length) break
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return { entries, isWhole: at === bytes.length }
}
