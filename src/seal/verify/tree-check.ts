// The tree again from its stored bytes: every entry hashed, every tile compared, the root compared with what was signed. Goes
// bundle by bundle, so its memory does not grow with the log. When something differs it asks which of the two the signed root
// agrees with, and names the other.

import { CompactRange } from '../tlog/compact-range.ts'
import { emptyRoot, hashNode, isSameHash, toBase64 } from '../tlog/hash.ts'
import { levelsOf, parseHashTile, tileWidth, toTilePath } from '../tlog/tile.ts'
import { readEntries } from './bundle.ts'
import { partLimits, type LogReader } from './log-reader.ts'
import type { Findings } from './report.ts'
import { readTilePart } from './tile-part.ts'

export interface TreeClaim {
  readonly size: number
  readonly root: Uint8Array
  /** Sizes whose roots are asked for. */
  readonly sizes: readonly number[]
}

export interface TreeResult {
  /** Root of the first n entries, for each size that was asked for; from the entries where they are whole. */
  readonly roots: ReadonlyMap<number, Uint8Array>
}

/** Sees every entry that is there, in order, with its hash. */
export type EntryVisitor = (entry: Uint8Array, index: number, leafHash: Uint8Array) => void | Promise<void>

/** Bundles in a row of which nothing is there. A size is only a claim: who signed it may have meant to keep readers busy. */
const maxAbsent = 256

/** What a bundle did not have: its entries are skipped for the visitor. */
export async function checkTree(
  reader: LogReader,
  { size, root, sizes }: TreeClaim,
  findings: Findings,
  visit: EntryVisitor,
): Promise<TreeResult> {
  const tree = new TreeCheck(reader, size, new Set(sizes), findings)
  const bundles = Math.ceil(size / tileWidth)
  for (let index = 0; index < bundles && !tree.isGivenUp; index++) await tree.bundle(index, visit)
  await tree.finish(root)
  return { roots: tree.roots }
}

class TreeCheck {
  readonly #reader: LogReader
  readonly #size: number
  readonly #sizes: ReadonlySet<number>
  readonly #findings: Findings
  /** By the entries, and by the tiles; the same object until they differ. null when there is nothing to say. */
  #byEntries: CompactRange | null = new CompactRange()
  #byTiles: CompactRange | null = this.#byEntries
  /** What the tiles of each level above the leaves should hold, as far as their last full tile. */
  readonly #rows: Uint8Array[][] = []
  readonly roots = new Map<number, Uint8Array>()
  #absent = 0

  constructor(reader: LogReader, size: number, sizes: ReadonlySet<number>, findings: Findings) {
    this.#reader = reader
    this.#size = size
    this.#sizes = sizes
    this.#findings = findings
    this.#snapshot(0)
  }

  get isGivenUp(): boolean {
    return this.#absent > maxAbsent
  }

  async bundle(index: number, visit: EntryVisitor): Promise<void> {
    const width = Math.min(tileWidth, this.#size - index * tileWidth)
    const tile = await this.#readTile(0, index, width)
    const found = await readEntries(this.#reader, { index, width, hashes: tile }, this.#findings)
    this.#absent = tile === null && found === null ? this.#absent + 1 : 0
    const stored = found ?? []
    const hashes: Uint8Array[] = []
    for (let i = 0; i < width; i++) {
      const entry = stored[i] ?? null
      const leafHash = entry === null ? null : entry.hash
      hashes.push(tile?.[i] ?? leafHash ?? emptyRoot)
      this.#append(leafHash, tile === null ? null : (tile[i] ?? null))
      this.#snapshot(index * tileWidth + i + 1)
      if (entry !== null) await visit(entry.bytes, index * tileWidth + i, entry.hash)
    }
    if (width === tileWidth) await this.#above(1, index, hashes)
  }

  async finish(root: Uint8Array): Promise<void> {
    for (const { level, full: index, partial } of this.isGivenUp ? [] : levelsOf(this.#size)) {
      if (level > 0 && partial > 0) await this.#compareTile(level, index, this.#rows[level] ?? [])
    }
    const isByEntries = this.#byEntries !== null && isSameHash(this.#byEntries.root(), root)
    const isByTiles = this.#byTiles !== null && isSameHash(this.#byTiles.root(), root)
    this.#findings.ask('INTEGRITY')
    this.#findings.ask('INCLUSION')
    if (isByEntries) return
    this.#findings.fail(
      'INCLUSION',
      isByTiles
        ? 'the signed root is that of the tiles; the entries do not lead to it'
        : 'the signed root is neither that of the entries nor that of the tiles',
    )
    if (this.#byEntries !== null && !isByTiles)
      this.#findings.note('INCLUSION', `root of the stored entries: ${toBase64(this.#byEntries.root())}`)
  }

  #append(byEntry: Uint8Array | null, byTile: Uint8Array | null): void {
    const isSame = byEntry !== null && byTile !== null && isSameHash(byEntry, byTile)
    if (isSame && this.#byEntries === this.#byTiles) {
      this.#byEntries?.append(byEntry)
      return
    }
    if (this.#byEntries === this.#byTiles && this.#byEntries !== null) this.#byTiles = this.#byEntries.copy()
    this.#byEntries = extend(this.#byEntries, byEntry)
    this.#byTiles = extend(this.#byTiles, byTile)
  }

  #snapshot(size: number): void {
    if (!this.#sizes.has(size)) return
    const range = this.#byEntries ?? this.#byTiles
    if (range !== null) this.roots.set(size, range.root())
  }

  async #above(level: number, index: number, below: readonly Uint8Array[]): Promise<void> {
    const row = (this.#rows[level] ??= [])
    row.push(rootOfFull(below))
    if (row.length < tileWidth) return
    const tileIndex = Math.floor(index / tileWidth)
    await this.#compareTile(level, tileIndex, row)
    this.#rows[level] = []
    await this.#above(level + 1, tileIndex, row)
  }

  async #compareTile(level: number, index: number, wanted: readonly Uint8Array[]): Promise<void> {
    const tile = await this.#readTile(level, index, wanted.length)
    const wrong = tile?.findIndex((node, i) => !isSameHash(node, wanted[i] ?? emptyRoot)) ?? -1
    if (wrong < 0) return
    const path = toTilePath({ level, index, width: wanted.length })
    this.#findings.fail('INTEGRITY', `${path}: hash ${wrong} is not that of the tile below it`)
  }

  async #readTile(level: number, index: number, width: number): Promise<Uint8Array[] | null> {
    const part = await readTilePart(this.#reader, { level, index, width }, partLimits.tile)
    const held = typeof part === 'string' ? null : parseHashTile(part.bytes, part.isFull ? tileWidth : width)
    if (held === null)
      this.#findings.fail(
        'INTEGRITY',
        `${toTilePath({ level, index, width })} is ${typeof part === 'string' ? part : 'not a tile'}`,
      )
    return held?.slice(0, width) ?? null
  }
}

function extend(range: CompactRange | null, leafHash: Uint8Array | null): CompactRange | null {
  if (range === null || leafHash === null) return null
  range.append(leafHash)
  return range
}

function rootOfFull(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < row.length; i += 2) above.push(hashNode(row[i] ?? emptyRoot, row[i + 1] ?? emptyRoot))
    row = above
  }
  return row[0] ?? emptyRoot
}
