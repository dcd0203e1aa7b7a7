// Batches in order over all segments, each proved to follow the one before it. A segment ends where the first batch of
// the next one says it does; the last one ends at the durable mark, or, when nobody writes any more, where batches end.
// Everything else that cannot be read is damage and is named by segment and offset.

import path from 'node:path'
import type { Position } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import { lastOf } from './batch-frame.ts'
import type { Frame } from './batch-frame.ts'
import { listSegments } from './segment-file.ts'
import type { Folder, SegmentName } from './segment-file.ts'
import { ReadAhead, SegmentReader } from './segment-reader.ts'
import { chainStart } from './segment-writer.ts'
import type { Link } from './segment-writer.ts'

/** Of the first segment that a folder has. */
const firstNumber = 1

export interface ReadBatch {
  readonly frame: Frame
  readonly plain: Uint8Array
  readonly boot: string
  /** For naming damage inside the batch. */
  readonly corrupt: (what: string, cause?: unknown) => Fault
}

/** Where reading stops. */
export interface Until {
  /** Nothing after this is returned: it is not durable yet. */
  readonly end: Position
  /** Everything up to here was durable once: that it cannot be read is damage, never a torn tail. */
  readonly proved: Position
}

export class ChainReader {
  readonly #folder: Folder
  readonly #ahead = new ReadAhead()
  /** As of the last `refresh`. */
  #segments: readonly SegmentName[] = []
  #current: SegmentReader | null = null
  /** The end of what was read; what the next batch must follow. */
  #link: Link = chainStart
  /** First batch of the segment after the current one, when it has one. Its reader is ours to close. */
  #next: { readonly reader: SegmentReader; readonly first: Frame } | null = null
  /** A segment after the current one whose first batch cannot be read: torn, or damaged. */
  #suspect: SegmentReader | null = null
  /** Both of them were looked for among the segments listed. */
  #searched = false

  constructor(folder: Folder) {
    this.#folder = folder
  }

  get link(): Link {
    return this.#link
  }

  /** False while there is no segment at all. */
  get started(): boolean {
    return this.#current !== null
  }

  /** Something that is no batch lies after the end: what a crash tore. */
  get torn(): boolean {
    return this.#suspect !== null || this.#current?.atEnd === false
  }

  /** Before each round of reading, and after the durable mark was read: then every segment of durable events is listed. */
  refresh(): void {
    this.#segments = listSegments(this.#folder)
    this.#current?.refresh()
    this.#dropSuspect()
    this.#searched = false
  }

  /**
   * To the newest segment that begins at or before `position`; its string table starts empty, so reading starts at its
   * front. @throws Fault `record.corrupt` when events after `position` are gone
   */
  seek(position: Position): void {
    this.close()
    let first: Frame | null = null
    for (const name of this.#segments.toReversed()) {
      const found = this.#openFirst(name)
      if (found === null) continue
      // Ours at once: a segment further back may be damaged, and then nobody else would close it.
      this.#current?.close()
      this.#current = found.reader
      first = found.first
      if (first.previous <= position) break
    }
    this.#dropSuspect()
    const reader = this.#current
    if (reader === null || first === null) {
      // No batch anywhere; damage to the only first batch is judged when it is read.
      const only = this.#segments[0]
      this.#current = only === undefined ? null : new SegmentReader(this.#folder, only, this.#ahead)
      return
    }
    this.#link = { position: first.previous, tag: first.previousTag }
    if (first.previous > position) this.#requireReleased(reader, position)
  }

  /**
   * Events after `position` stood before the oldest segment that can be read. Only who begins at the beginning may find that
   * they were released, and then nothing older is left but what a crash left empty.
   */
  #requireReleased(oldest: SegmentReader, position: Position): void {
    if (position > 0) throw oldest.corrupt('segments-missing')
    for (const name of this.#segments) {
      if (name.number >= oldest.name.number) return
      const older = new SegmentReader(this.#folder, name, this.#ahead)
      const isEmpty = older.atEnd
      older.close()
      if (!isEmpty) throw older.corrupt('batch')
      // The first of all is released first: while it is here nothing was, and what it held was cut off.
      if (name.number === firstNumber) throw older.corrupt('durable-events-missing')
    }
  }

  /** @returns null when there is nothing more to return now. @throws Fault `record.corrupt` */
  read(until: Until): ReadBatch | null {
    for (;;) {
      const current = this.#current
      if (current === null || this.#link.position >= until.end) return this.#stop(until)
      const next = this.#findNext(current)
      if (next !== null && next.first.previous === this.#link.position) {
        // Of two segments that follow the same batch the later one counts: what the earlier one held was never acknowledged, or
        // the later would follow it. The writer removes the earlier one first, and a power cut may bring it back.
        this.#enter(next)
        continue
      }
      const frame = current.peek()
      if (frame !== null && lastOf(frame) > until.end) return this.#stop(until)
      const plain = frame === null ? null : current.open(frame)
      if (frame === null || plain === null) return this.#unreadable(current, until)
      if (!this.#follows(frame)) throw current.corrupt('chain')
      this.#link = { position: lastOf(frame), tag: frame.tag }
      current.advance(frame)
      const corrupt = (what: string, cause?: unknown): Fault => current.corrupt(what, cause)
      return { frame, plain, boot: current.header.boot, corrupt }
    }
  }

  /** fdatasync of the segment where reading stands. */
  async sync(): Promise<void> {
    await this.#current?.sync()
  }

  /** Removes segments all of whose events are at or before `position`; the newest one with events always stays. */
  release(position: Position): void {
    this.#segments = listSegments(this.#folder)
    let keepFrom = 0
    for (const [index, name] of this.#segments.entries()) {
      const found = index === 0 ? null : this.#openFirst(name)
      if (found === null) continue
      found.reader.close()
      if (found.first.previous > position) break
      keepFrom = index
    }
    // Oldest first: dying here leaves a shorter journal, never one with a hole.
    for (const name of this.#segments.slice(0, keepFrom)) this.#folder.disk.remove(name.path)
    this.#dropSuspect()
    this.#segments = listSegments(this.#folder)
  }

  close(): void {
    this.#current?.close()
    this.#current = null
    this.#next?.reader.close()
    this.#next = null
    this.#dropSuspect()
    this.#link = chainStart
  }

  #follows(frame: Frame): boolean {
    return frame.previous === this.#link.position && Buffer.compare(frame.previousTag, this.#link.tag) === 0
  }

  #enter(next: { readonly reader: SegmentReader; readonly first: Frame }): void {
    this.#dropSuspect()
    this.#current?.close()
    this.#current = next.reader
    this.#next = null
    this.#searched = false
  }

  #findNext(current: SegmentReader): { readonly reader: SegmentReader; readonly first: Frame } | null {
    if (this.#next !== null || this.#searched) return this.#next
    this.#searched = true
    for (const name of this.#segments) {
      if (name.number <= current.name.number) continue
      this.#next = this.#openFirst(name)
      if (this.#next !== null) break
    }
    return this.#next
  }

  /** @returns null when the segment has no first batch, or none that can be read; then it is the suspect. */
  #openFirst(name: SegmentName): { readonly reader: SegmentReader; readonly first: Frame } | null {
    const reader = new SegmentReader(this.#folder, name, this.#ahead)
    const first = reader.peek()
    if (first !== null && reader.open(first) !== null) return { reader, first }
    if (reader.atEnd || this.#suspect !== null) reader.close()
    else this.#suspect = reader
    return null
  }

  #dropSuspect(): void {
    this.#suspect?.close()
    this.#suspect = null
  }

  #stop(until: Until): null {
    if (this.#link.position >= Math.min(until.end, until.proved)) return null
    if (this.#current !== null) throw this.#current.corrupt('durable-events-missing')
    throw new Fault('record.corrupt', { segment: path.basename(this.#folder.dir), offset: 0, what: 'segments-missing' })
  }

  /** No batch where one could be. A clean end, a tail that a crash tore, or damage. */
  #unreadable(current: SegmentReader, until: Until): null {
    const at = current.atEnd && this.#suspect !== null ? this.#suspect : current
    const durable = this.#link.position < until.proved || this.#next !== null
    if (durable || at.laterProvesDurable(this.#link.position)) throw at.corrupt('batch')
    return null
  }
}
