// Follows the journal from its files alone: live in another thread or process, or after a crash. Events leave it only
// when they are durable and proved to be in their place. Knows nothing of what becomes of them.

import type { Event, JournalReader, Position, StoredEvent } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import { ChainReader } from './chain-reader.ts'
import type { ReadBatch } from './chain-reader.ts'
import { nodeDisk } from './disk.ts'
import type { Disk } from './disk.ts'
import { readDurableMark } from './durable-mark.ts'
import { EventDecoder } from './event-codec.ts'
import type { Folder } from './segment-file.ts'

export interface ReaderOptions {
  /**
   * `durable` (the default) stops at the durable mark and may follow a live journal. `whole` returns everything that
   * decrypts in an unbroken chain: for a journal that nobody writes any more.
   */
  readonly tail?: 'durable' | 'whole'
  readonly disk?: Disk
}

/** @throws Fault `record.corrupt`; `config.invalid` for a key that is not 32 bytes */
export function openJournalReader(
  dir: string,
  key: Secret<Uint8Array>,
  options: ReaderOptions = {},
): FileJournalReader {
  return new FileJournalReader({ disk: options.disk ?? nodeDisk, dir, key }, options.tail ?? 'durable')
}

interface Decoded {
  readonly stored: StoredEvent
  readonly bytes: number
}

export class FileJournalReader implements JournalReader {
  readonly #folder: Folder
  readonly #tail: 'durable' | 'whole'
  readonly #chain: ChainReader
  readonly #decoder = new EventDecoder()
  /** One batch, decoded; what of it was returned is before `#at`. */
  #queue: Decoded[] = []
  #at = 0
  /** Where the caller is; another position means reading a segment again from its front. Null after a Fault, too. */
  #position: Position | null = null

  constructor(folder: Folder, tail: 'durable' | 'whole') {
    this.#folder = folder
    this.#tail = tail
    this.#chain = new ChainReader(folder)
  }

  /** At least one event when there is one, however large. */
  readAfter(position: Position, maxBytes: number): readonly StoredEvent[] {
    const proved = readDurableMark(this.#folder)
    const until = { end: this.#tail === 'whole' ? Number.MAX_SAFE_INTEGER : proved, proved }
    this.#chain.refresh()
    if (position !== this.#position || !this.#chain.started) this.#seek(position)
    this.#position = null
    const events: StoredEvent[] = []
    let last = position
    for (let bytes = 0; ; this.#at++) {
      const item = this.#queue[this.#at] ?? this.#fill(() => this.#chain.read(until))
      if (item === undefined) break
      if (item.stored.position <= position) continue
      if (events.length > 0 && bytes + item.bytes > maxBytes) break
      bytes += item.bytes
      events.push(item.stored)
      last = item.stored.position
    }
    this.#position = last
    return events
  }

  release(position: Position): void {
    this.#chain.release(position)
  }

  close(): void {
    this.#chain.close()
    this.#position = null
  }

  #seek(position: Position): void {
    this.#queue = []
    this.#at = 0
    this.#decoder.clearStrings()
    this.#chain.seek(position)
  }

  /** The first event of the next batch. */
  #fill(read: () => ReadBatch | null): Decoded | undefined {
    const batch = read()
    this.#queue = []
    this.#at = 0
    if (batch === null) return undefined
    if (batch.frame.fresh) this.#decoder.clearStrings()
    let position = batch.frame.first
    const take = (event: Event, bytes: number): void => {
      this.#queue.push({ stored: { position: position++, boot: batch.boot, event }, bytes })
    }
    try {
      this.#decoder.decodeBatch(batch.plain, batch.frame.events, take)
    } catch (failure) {
      throw batch.corrupt(failure instanceof Fault ? String(failure.facts['what']) : 'event', failure)
    }
    return this.#queue[0]
  }
}
