// How far the journal is on disk, in 16 bytes of a file beside the segments: the writer overwrites them after each sync,
// a reader in another thread or process reads them. A file and not shared memory, because the sealer may be another
// process and because it is there after a crash: a segment that ends before its mark has lost something. It is written
// after the sync and so never says too much; it is not synced itself and may say too little after a power cut.
// Not authenticated: who can write here can stall the sealer or show it events 5 ms early, and no more.

import path from 'node:path'
import type { Position } from '../kernel/event.ts'
import type { Folder } from './segment-file.ts'

const fileName = 'durable.mark'
const markBytes = 16

export class DurableMark {
  readonly #folder: Folder
  readonly #fd: number
  readonly #bytes = Buffer.alloc(markBytes)

  constructor(folder: Folder) {
    this.#folder = folder
    this.#fd = folder.disk.openOrCreate(path.join(folder.dir, fileName))
  }

  write(position: Position): void {
    this.#bytes.writeDoubleLE(position, 0)
    this.#bytes.writeDoubleLE(-position, 8)
    const done = this.#folder.disk.write(this.#fd, [this.#bytes], 0)
    if (done !== markBytes) throw new Error('short write of the durable mark')
  }

  close(): void {
    this.#folder.disk.close(this.#fd)
  }
}

/** Opens for each read: once a poll, and the writer may not have made it yet. @returns 0 when nothing valid is there. */
export function readDurableMark(folder: Folder): Position {
  if (!folder.disk.list(folder.dir).includes(fileName)) return 0
  const fd = folder.disk.open(path.join(folder.dir, fileName))
  try {
    const bytes = Buffer.alloc(markBytes)
    if (folder.disk.read(fd, bytes, 0) !== markBytes) return 0
    const position = bytes.readDoubleLE(0)
    // A read in the middle of a write: the next poll sees it whole.
    return bytes.readDoubleLE(8) === -position && Number.isSafeInteger(position) ? position : 0
  } finally {
    folder.disk.close(fd)
  }
}
