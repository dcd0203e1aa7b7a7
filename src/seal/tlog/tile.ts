// Where hashes and entries lie (C2SP tlog-tiles): paths, widths, entry bundles. Tiles are 256 wide and 8 levels high.

import { hashBytes } from './hash.ts'

export const tileWidth = 256

/** `width` 256 is a full tile. */
export interface Tile {
  /** 0 to 63, or `entries` for a bundle. */
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

/** @example toTilePath({ level: 0, index: 1234067, width: 256 }) // tile/0/x001/x234/067 */
export function toTilePath(tile: Tile): string {
  const digits = String(tile.index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const last = groups.pop() ?? '000'
  const index = [...groups.map((group) => `x${group}`), last].join('/')
  const partial = tile.width === tileWidth ? '' : `.p/${tile.width}`
  return `tile/${tile.level}/${index}${partial}`
}

const pathPattern = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** @returns null for a path that is not the one spelling of a tile */
export function parseTilePath(path: string): Tile | null {
  const match = pathPattern.exec(path)
  if (match === null) return null
  const [, level = '', groups = '', width] = match
  const tile: Tile = {
    level: level === 'entries' ? 'entries' : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  }
  const isInRange = (tile.level === 'entries' || tile.level < 64) && Number.isSafeInteger(tile.index)
  if (!isInRange || (width !== undefined && tile.width >= tileWidth)) return null
  // `x000/001` would be a second path of the same tile.
  return toTilePath(tile) === path ? tile : null
}

/** Tiles of one level that a tree of this size has. */
export interface LevelShape {
  readonly level: number
  readonly full: number
  /** Width of the partial tile after the full ones; 0 when there is none. */
  readonly partial: number
}

export function levelsOf(size: number): LevelShape[] {
  const levels: LevelShape[] = []
  for (let level = 0, nodes = size; nodes > 0; level++) {
    levels.push({ level, full: Math.floor(nodes / tileWidth), partial: nodes % tileWidth })
    nodes = Math.floor(nodes / tileWidth)
  }
  return levels
}

/** Every tile and bundle of a tree of this size, bundles last. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const shape of levelsOf(size)) yield* tilesOfLevel(shape.level, shape)
  const [leaves] = levelsOf(size)
  if (leaves !== undefined) yield* tilesOfLevel('entries', leaves)
}

function* tilesOfLevel(level: Tile['level'], shape: LevelShape): Generator<Tile> {
  for (let index = 0; index < shape.full; index++) yield { level, index, width: tileWidth }
  if (shape.partial > 0) yield { level, index: shape.full, width: shape.partial }
}

export function toHashTile(hashes: readonly Uint8Array[]): Uint8Array {
  const tile = new Uint8Array(hashes.length * hashBytes)
  for (const [i, node] of hashes.entries()) tile.set(node, i * hashBytes)
  return tile
}

/** @returns null when it does not hold exactly `width` hashes. Views of `bytes`. */
export function parseHashTile(bytes: Uint8Array, width: number): Uint8Array[] | null {
  if (bytes.length !== width * hashBytes) return null
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes))
}

/** Entries of at most 65,535 bytes (their length is 16 bits); the sealer's are 8 KiB at most. */
export function toBundle(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const entry of entries) length += 2 + entry.length
  const bundle = new Uint8Array(length)
  let at = 0
  for (const entry of entries) {
    bundle[at] = entry.length >> 8
    bundle[at + 1] = entry.length & 0xff
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/** @returns null when it is not exactly `width` whole entries. Views of `bytes`. */
export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] | null {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const start = at + 2
    if (start + length > bytes.length || entries.length === width) return null
    entries.push(bytes.subarray(start, start + length))
    at = start + length
  }
  return entries.length === width ? entries : null
}
