// From committed entries to what auditors see: tiles, then the checkpoint. Runs after the commit point, so whatever a crash
// leaves out is made again from the staged entries, to the same bytes. Refuses to go on from a log that does not fit what
// was committed: two histories under one key cannot be repaired, only explained.

import type { KeyObject } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { SealState } from '../kernel/seal-store.ts'
import { readRightEdge, type RightEdge } from './right-edge.ts'
import { signCheckpoint, verifyCheckpoint } from './tlog/checkpoint.ts'
import { parseCompactRange } from './tlog/compact-range.ts'
import { emptyRoot, hashLeaf, isSameHash } from './tlog/hash.ts'
import { toNoteKey, type NoteKey } from './tlog/note-key.ts'
import { parseHashTile, tileWidth, toTilePath } from './tlog/tile.ts'

const checkpointKey = 'checkpoint'

export class Publisher {
  readonly #objects: ObjectStore
  readonly #key: NoteKey
  readonly #privateKey: KeyObject
  readonly #edge: RightEdge
  #publishedSize: number

  constructor(
    objects: ObjectStore,
    keys: { note: NoteKey; private: KeyObject },
    edge: RightEdge,
    publishedSize: number,
  ) {
    this.#objects = objects
    this.#key = keys.note
    this.#privateKey = keys.private
    this.#edge = edge
    this.#publishedSize = publishedSize
  }

  /** Entries below this are in full bundles that are published: nobody needs them staged. */
  get stagedFrom(): number {
    return this.#publishedSize - (this.#publishedSize % tileWidth)
  }

  append(entries: readonly Uint8Array[], leafHashes: readonly Uint8Array[], fullTiles: readonly Uint8Array[]): void {
    const tiles = fullTiles.values()
    const nextTile = (): Uint8Array | undefined => tiles.next().value
    for (const [i, entry] of entries.entries()) this.#edge.append(entry, leafHashes[i] ?? hashLeaf(entry), nextTile)
  }

  /** Does nothing when all is published. @throws Fault `record.unavailable`, `record.corrupt` */
  async publish(): Promise<void> {
    const { size } = this.#edge
    if (size === this.#publishedSize) return
    const full = this.#edge.takeFull()
    for (const { path, bytes } of full) await this.#objects.put(path, bytes)
    const partial = this.#edge.partial()
    await Promise.all(partial.map(({ path, bytes }) => this.#objects.put(path, bytes)))
    const checkpoint = { origin: this.#key.name, size, root: this.#edge.root() }
    const note = signCheckpoint(checkpoint, this.#key, this.#privateKey)
    // The tiles are durable; only now may anybody be told that the tree is this large.
    await this.#objects.replace(checkpointKey, Buffer.from(note))
    this.#publishedSize = size
    for (const { path } of full) await this.#tidy(path)
  }

  /**
   * Partial tiles go when the full one is there, and not before (C2SP tlog-tiles): somebody may hold any of the checkpoints
   * since, and reads a long log from the one that was the newest when they began.
   */
  async #tidy(full: string): Promise<void> {
    for (const path of await this.#objects.list(`${full}.p/`)) await this.#objects.remove(path)
  }
}

/** @throws Fault `record.corrupt` when what is published is not what was committed */
export async function openPublisher(
  objects: ObjectStore,
  origin: string,
  privateKey: KeyObject,
  state: Pick<SealState, 'tree' | 'staged'>,
): Promise<Publisher> {
  const note = toNoteKey(origin, privateKey)
  if (note === null) throw new Fault('config.invalid', { what: 'log key', why: 'not an Ed25519 key for this origin' })
  const published = await readPublished(objects, note)
  const { tree, staged } = state
  if (published.size > tree.size)
    throw corrupt('the checkpoint is ahead of the index: an older copy of it was restored')
  const edge = await resumeEdge(objects, published, staged)
  const stagedEnd = staged.first + staged.entries.length
  if (stagedEnd < tree.size && published.size < tree.size) throw corrupt('staged entries are missing')
  for (const entry of staged.entries.slice(published.size - staged.first))
    edge.append(entry, hashLeaf(entry), () => undefined)
  const range = parseCompactRange(tree.size, tree.frontier)
  if (range === null || edge.size !== tree.size || !isSameHash(range.root(), edge.root()))
    throw corrupt('the tiles do not lead to the tree that was committed')
  const publisher = new Publisher(objects, { note, private: privateKey }, edge, published.size)
  await publisher.publish()
  return publisher
}

async function readPublished(objects: ObjectStore, note: NoteKey): Promise<{ size: number; root: Uint8Array }> {
  const bytes = await objects.get(checkpointKey)
  if (bytes === null) return { size: 0, root: emptyRoot }
  const checkpoint = verifyCheckpoint(Buffer.from(bytes).toString(), note)
  if (typeof checkpoint === 'string') throw corrupt(`the checkpoint is not this log's: ${checkpoint}`)
  return checkpoint
}

async function resumeEdge(
  objects: ObjectStore,
  published: { readonly size: number; readonly root: Uint8Array },
  staged: SealState['staged'],
): Promise<RightEdge> {
  const width = published.size % tileWidth
  const bundleStart = published.size - width
  if (staged.first > bundleStart && staged.first > 0) throw corrupt('staged entries begin too late')
  const entries = staged.entries.slice(bundleStart - staged.first, published.size - staged.first)
  if (entries.length !== width) throw corrupt('staged entries are missing')
  const edge = await readRightEdge(published.size, published.root, entries, (path) => objects.get(path))
  if (edge === null) throw corrupt('the checkpoint does not fit its tiles')
  if (width > 0) await requireEntries(objects, bundleStart, entries)
  return edge
}

/** The entries that were kept are those whose hashes were published. */
async function requireEntries(objects: ObjectStore, start: number, entries: readonly Uint8Array[]): Promise<void> {
  const path = toTilePath({ level: 0, index: start / tileWidth, width: entries.length })
  const tile = parseHashTile((await objects.get(path)) ?? new Uint8Array(0), entries.length)
  const isSame = tile?.every((node, i) => isSameHash(node, hashLeaf(entries[i] ?? emptyRoot))) ?? false
  if (!isSame) throw corrupt('an entry is not the one that was published')
}

function corrupt(why: string): Fault {
  return new Fault('record.corrupt', { what: 'log', why })
}
