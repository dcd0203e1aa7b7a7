// The end of the journal: what was appended, what of that is written, what of that is on disk, and the segment it goes to. It
// keeps the chain whole over batches and segments. It refuses to know who waits, when something is due and what a failure means
// for anybody.

import type { Event, Position } from '../kernel/event.ts'
import type { Disk } from './disk.ts'
import type { DurableMark } from './durable-mark.ts'
import { EventEncoder } from './event-codec.ts'
import { LostPositions } from './lost-positions.ts'
import type { Link, SegmentWriter } from './segment-writer.ts'

/** What a sync that begins now puts on disk. */
export interface Cover {
  readonly segment: SegmentWriter
  readonly link: Link
  readonly bytes: number
}

export class JournalTail {
  readonly #disk: Disk
  readonly #mark: DurableMark
  readonly #encoder: EventEncoder
  readonly #lost = new LostPositions()
  #segment: SegmentWriter
  /** Last position handed out. */
  #last: Position
  /** End of what was written, and of what is on disk. */
  #written: Link
  #synced: Link
  /** Bytes between the two. */
  #unsyncedBytes = 0
  /** The next batch begins with an empty string table. */
  #fresh = true

  /** @param maxBatchBytes more than this is never appended without a `write` between */
  constructor(
    around: { readonly disk: Disk; readonly mark: DurableMark; readonly maxBatchBytes: number },
    at: { readonly segment: SegmentWriter; readonly link: Link; readonly last: Position },
  ) {
    this.#disk = around.disk
    this.#mark = around.mark
    this.#encoder = new EventEncoder(around.maxBatchBytes)
    this.#segment = at.segment
    this.#written = at.link
    this.#synced = at.link
    this.#last = at.last
  }

  get segment(): SegmentWriter {
    return this.#segment
  }

  get last(): Position {
    return this.#last
  }

  get written(): Position {
    return this.#written.position
  }

  get synced(): Position {
    return this.#synced.position
  }

  /** Bytes that were appended and not written. */
  get queuedBytes(): number {
    return this.#encoder.length
  }

  /** Nothing was appended that is not written. */
  get isWritten(): boolean {
    return this.#encoder.count === 0
  }

  /** Bytes that were written and are not on disk. */
  get unsyncedBytes(): number {
    return this.#unsyncedBytes
  }

  /** Nothing was written that is not on disk. */
  get isSynced(): boolean {
    return this.#written === this.#synced
  }

  /** Handed out, and its event is lost or not to be trusted. */
  isLost(position: Position): boolean {
    return this.#lost.has(position)
  }

  /** @throws Fault `record.unavailable` when the event is too large; then nothing was appended */
  append(event: Event): Position {
    this.#encoder.encode(event)
    return ++this.#last
  }

  /** All that was appended, as one batch. @throws what the disk threw: nothing may be written to this segment again */
  write(): void {
    const encoder = this.#encoder
    const before = this.#segment.bytes
    const events = encoder.count
    const batch = {
      plain: encoder.batch(),
      events,
      first: this.#last - events + 1,
      durable: this.#synced.position,
      fresh: this.#fresh,
    }
    this.#written = this.#segment.write(batch, this.#written)
    encoder.clearBatch()
    this.#fresh = encoder.stringsFull
    if (this.#fresh) encoder.clearStrings()
    this.#unsyncedBytes += this.#segment.bytes - before
  }

  cover(): Cover {
    return { segment: this.#segment, link: this.#written, bytes: this.#unsyncedBytes }
  }

  /** A sync of this has succeeded. @throws what the disk threw: it is on disk, but readers cannot be told */
  setSynced({ link, bytes }: Cover): void {
    this.#synced = link
    this.#unsyncedBytes -= bytes
    this.#mark.write(link.position)
  }

  /**
   * The old segment is on disk to its end before the first batch of the new one says where that is.
   * @throws what the disk threw: the old segment goes on, and is not trusted beyond what was on disk before
   */
  enter(next: SegmentWriter): void {
    try {
      if (!this.isWritten) this.write()
      if (!this.isSynced) this.#disk.syncNow(this.#segment.fd)
      this.setSynced(this.cover())
    } catch (failure) {
      this.#segment.untrusted = true
      throw failure
    }
    this.#segment = next
    this.#encoder.clearStrings()
    this.#fresh = true
  }

  /** What is not written is lost; what is not on disk, too, when the segment is not to be trusted. */
  lose(): void {
    this.#lost.add(this.#segment.untrusted ? this.#synced.position : this.#written.position, this.#last)
    this.#encoder.clearBatch()
    this.#encoder.clearStrings()
    this.#fresh = true
  }

  /**
   * What was written before a failure and not synced: one sync more may save it, unless one has failed already.
   * @returns what that sync failed with, and then the rest is lost; null when none failed
   */
  async settle(): Promise<{ readonly failure: unknown } | null> {
    if (this.isSynced) return null
    const rest = this.cover()
    let failed: { readonly failure: unknown } | null = null
    if (!rest.segment.untrusted) {
      try {
        await this.#disk.sync(rest.segment.fd)
        this.setSynced(rest)
        return null
      } catch (failure) {
        failed = { failure }
        rest.segment.untrusted = true
      }
    }
    this.#lost.add(this.#synced.position, rest.link.position)
    this.#written = this.#synced
    this.#unsyncedBytes = 0
    return failed
  }

  /**
   * Goes on in a new segment, once this event is on disk as its first.
   * @returns the old segment
   * @throws what the disk threw: nothing has changed, but that a position was handed out and lost
   */
  async resume(next: SegmentWriter, first: Event): Promise<SegmentWriter> {
    const position = this.append(first)
    const batch = { plain: this.#encoder.batch(), events: 1, first: position, durable: this.#synced.position }
    let link: Link
    try {
      link = next.write({ ...batch, fresh: true }, this.#synced)
      await this.#disk.sync(next.fd)
      this.#mark.write(link.position)
    } catch (failure) {
      this.#lost.add(position - 1, position)
      throw failure
    } finally {
      this.#encoder.clearBatch()
      this.#encoder.clearStrings()
    }
    const old = this.#segment
    this.#segment = next
    this.#written = link
    this.#synced = link
    this.#unsyncedBytes = 0
    this.#fresh = false
    return old
  }
}
