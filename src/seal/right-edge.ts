// The tiles that are not full yet, and the full ones that just became so. A tree's whole state for the purpose of
// publishing; the past is in the object store and is never written again.

import { hashNode, isSameHash, hashBytes, emptyRoot } from './tlog/hash.ts'
import { levelsOf, parseHashTile, tileWidth, toBundle, toHashTile, toTilePath, type Tile } from './tlog/tile.ts'

export interface TileFile {
  readonly path: string
  readonly bytes: Uint8Array
}

export class RightEdge {
  #size: number
  /** Hashes of the partial tile of each level. */
  readonly #levels: Uint8Array[][]
  /** Entries of the partial bundle. */
  #entries: Uint8Array[]
  #full: TileFile[] = []

  constructor(size = 0, levels: Uint8Array[][] = [], entries: Uint8Array[] = []) {
    this.#size = size
    this.#levels = levels
    this.#entries = entries
  }

  get size(): number {
    return this.#size
  }

  /** @param nextTile answers with the root of each tile that this leaf makes full, the smallest first */
  append(entry: Uint8Array, leafHash: Uint8Array, nextTile: () => Uint8Array | undefined): void {
    this.#entries.push(entry)
    if (this.#entries.length === tileWidth) {
      const tile: Tile = { level: 'entries', index: Math.floor(this.#size / tileWidth), width: tileWidth }
      this.#full.push({ path: toTilePath(tile), bytes: toBundle(this.#entries) })
      this.#entries = []
    }
    this.#push(0, leafHash, nextTile)
    this.#size++
  }

  /** Every tile that became full since the last call: written before the partial ones. */
  takeFull(): readonly TileFile[] {
    const full = this.#full
    this.#full = []
    return full
  }

  partial(): readonly TileFile[] {
    const files: TileFile[] = []
    for (const { level, full, partial: width } of levelsOf(this.#size)) {
      if (width === 0) continue
      files.push({ path: toTilePath({ level, index: full, width }), bytes: toHashTile(this.#levels[level] ?? []) })
      const bundle: Tile = { level: 'entries', index: full, width }
      if (level === 0) files.push({ path: toTilePath(bundle), bytes: toBundle(this.#entries) })
    }
    return files
  }

  root(): Uint8Array {
    return rootOfEdge(this.#levels)
  }

  #push(level: number, node: Uint8Array, nextTile: () => Uint8Array | undefined): void {
    const row = (this.#levels[level] ??= [])
    row.push(node)
    if (row.length < tileWidth) return
    const index = Math.floor(this.#size / tileWidth ** (level + 1))
    this.#full.push({ path: toTilePath({ level, index, width: tileWidth }), bytes: toHashTile(row) })
    this.#levels[level] = []
    this.#push(level + 1, nextTile() ?? rootOfRow(row), nextTile)
  }
}

/**
 * The edge of a tree of this size from its partial tiles.
 * @returns null when a tile is missing or narrow, or when the tiles do not lead to this root
 */
export async function readRightEdge(
  size: number,
  root: Uint8Array,
  entries: readonly Uint8Array[],
  readTile: (path: string) => Promise<Uint8Array | null>,
): Promise<RightEdge | null> {
  const levels: Uint8Array[][] = []
  for (const { level, full: index, partial: width } of levelsOf(size)) {
    if (width > 0) {
      const bytes = await readTile(toTilePath({ level, index, width }))
      const tile = bytes === null ? null : parseHashTile(bytes, width)
      if (tile === null) return null
      levels[level] = tile.map((node) => node.slice(0, hashBytes))
    } else {
      levels[level] = []
    }
  }
  return isSameHash(rootOfEdge(levels), root) ? new RightEdge(size, levels, [...entries]) : null
}

/** The tiles of a level are complete subtrees; only the last node of a row, from the level below, may be less. */
function rootOfEdge(levels: readonly (readonly Uint8Array[])[]): Uint8Array {
  let below: Uint8Array | null = null
  for (const row of levels) {
    const whole: readonly Uint8Array[] = below === null ? row : [...row, below]
    if (whole.length > 0) below = rootOfRow(whole)
  }
  return below ?? emptyRoot
}

function rootOfRow(row: readonly Uint8Array[]): Uint8Array {
  let nodes = row
  while (nodes.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i < nodes.length; i += 2) {
      const [left, right] = [nodes[i] ?? emptyRoot, nodes[i + 1]]
      above.push(right === undefined ? left : hashNode(left, right))
    }
    nodes = above
  }
  return nodes[0] ?? emptyRoot
}
