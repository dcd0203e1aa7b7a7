// Any node of a tree from its tiles: what proofs are made of. A tile holds every 8th level; what lies between is hashed.

import { hashNode } from './hash.ts'
import type { NodeReader } from './proof.ts'
import { tileWidth } from './tile.ts'

/** Hashes of tile `index` at tile level `level`, as many as the tree has there. */
export type TileReader = (level: number, index: number) => readonly Uint8Array[]

export class MissingTile extends Error {
  override readonly name = 'MissingTile'
}

/** @throws MissingTile from the returned reader, when a tile is narrower than the tree needs */
export function toNodeReader(readTile: TileReader): NodeReader {
  return (level, index) => {
    const tileLevel = Math.floor(level / 8)
    const inner = 2 ** (level % 8)
    const first = index * inner
    const tile = readTile(tileLevel, Math.floor(first / tileWidth))
    const from = first % tileWidth
    let row = tile.slice(from, from + inner)
    if (row.length !== inner) throw new MissingTile(`tile ${tileLevel}/${Math.floor(first / tileWidth)} is too narrow`)
    while (row.length > 1) row = pairs(row)
    const [node] = row
    if (node === undefined) throw new MissingTile('an empty tile')
    return node
  }
}

function pairs(row: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let i = 0; i + 1 < row.length; i += 2) {
    const [left, right] = [row[i], row[i + 1]]
    if (left !== undefined && right !== undefined) above.push(hashNode(left, right))
  }
  return above
}
