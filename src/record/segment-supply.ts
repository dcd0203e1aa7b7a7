// Where new segments come from: numbered, durable under their names, and one of them ahead of time, so that rotation
// waits for no file to be made.

import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { toErrorCode } from './disk.ts'
import type { Folder } from './segment-file.ts'
import { openSegmentWriter } from './segment-writer.ts'
import type { SegmentWriter } from './segment-writer.ts'

interface Origin {
  readonly folder: Folder
  readonly boot: string
  readonly clock: Clock
  readonly log: Log
  /** Pause after a failure to make one ahead of time. */
  readonly retryMs: number
}

export class SegmentSupply {
  readonly #origin: Origin
  /** Highest number that was ever tried. */
  #number: number
  #spare: SegmentWriter | null = null
  #making: Promise<void> | null = null
  #notBeforeUpMs = 0
  /** Discarded and still there: nothing new may follow the same batch until it is gone. */
  #leftover: SegmentWriter | null = null

  /** Numbers go on after `number`. */
  constructor(origin: Origin, number: number) {
    this.#origin = origin
    this.#number = number
  }

  /** Makes the spare in the background, when there is none. A failure is logged: the current segment still takes events. */
  prepare(): void {
    const { clock, log, retryMs } = this.#origin
    if (this.#spare !== null || this.#making !== null || clock.upMs() < this.#notBeforeUpMs) return
    this.#making = this.#make().then(
      (spare) => {
        this.#spare = spare
        this.#making = null
      },
      (failure: unknown) => {
        this.#notBeforeUpMs = clock.upMs() + retryMs
        this.#making = null
        log.warn('journal.segment-not-made', { error: toErrorCode(failure) })
      },
    )
  }

  /** The spare, if it is ready. */
  takeSpare(): SegmentWriter | null {
    const spare = this.#spare
    this.#spare = null
    return spare
  }

  /** One now. @throws what the disk threw */
  async take(): Promise<SegmentWriter> {
    await this.#making
    if (this.#leftover !== null) this.#origin.folder.disk.remove(this.#leftover.name.path)
    this.#leftover = null
    return this.takeSpare() ?? (await this.#make())
  }

  /** A segment that is written to its end. */
  settle(segment: SegmentWriter): void {
    try {
      this.#origin.folder.disk.close(segment.fd)
    } catch (failure) {
      this.#origin.log.warn('journal.close-failed', { error: toErrorCode(failure), segment: segment.name.number })
    }
  }

  /** A segment in which nothing was acknowledged. Its one batch may be readable, so it must not stay beside its successor. */
  discard(segment: SegmentWriter): void {
    this.settle(segment)
    try {
      this.#origin.folder.disk.remove(segment.name.path)
    } catch (failure) {
      this.#leftover = segment
      this.#origin.log.warn('journal.segment-left', { error: toErrorCode(failure), segment: segment.name.number })
    }
  }

  async close(): Promise<void> {
    await this.#making
    const spare = this.takeSpare()
    if (spare !== null) this.discard(spare)
  }

  #make(): Promise<SegmentWriter> {
    const { folder, boot, clock } = this.#origin
    this.#number++
    return openSegmentWriter(folder, this.#number, { boot, atMs: clock.nowMs(), upMs: clock.upMs() })
  }
}
