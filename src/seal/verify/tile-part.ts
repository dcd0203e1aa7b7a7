// A tile or a bundle of a tree of some size. The log may have grown since, and then it may have dropped its partial tiles for
// the full one (C2SP tlog-tiles): whoever read an older checkpoint takes the beginning of that.

import { tileWidth, toTilePath, type Tile } from '../tlog/tile.ts'
import { readPart, type LogReader } from './log-reader.ts'

export interface TilePart {
  readonly bytes: Uint8Array
  /** It is the full tile: more may stand in it than was asked for. */
  readonly isFull: boolean
}

/** @returns in a word why there is none */
export async function readTilePart(reader: LogReader, tile: Tile, maxBytes: number): Promise<TilePart | string> {
  const bytes = await readPart(reader, toTilePath(tile), maxBytes)
  if (typeof bytes !== 'string') return { bytes, isFull: tile.width === tileWidth }
  if (bytes !== 'missing' || tile.width === tileWidth) return bytes
  const full = await readPart(reader, toTilePath({ ...tile, width: tileWidth }), maxBytes)
  return typeof full === 'string' ? bytes : { bytes: full, isFull: true }
}
