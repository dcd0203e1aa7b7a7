// What a journal does while it has failed: looks every so often whether the disk can write again, saves what may still be saved,
// and goes on in a new segment. It refuses to know what failed, and who was told.

import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { toErrorCode } from './disk.ts'
import type { JournalTail } from './journal-tail.ts'
import type { SegmentSupply } from './segment-supply.ts'
import type { SegmentWriter } from './segment-writer.ts'

export interface RecoveryParts {
  readonly tail: JournalTail
  readonly supply: SegmentSupply
  readonly clock: Clock
  readonly log: Log
  readonly probeEveryMs: number
  /** The sync that still runs; null when none does. It settles nothing that this may not settle again. */
  readonly running: () => Promise<void> | null
  /** Events may be appended again. */
  readonly recovered: () => void
}

export class Recovery {
  readonly #parts: RecoveryParts
  #failedAtMs = 0
  #timer: NodeJS.Timeout | null = null
  #probing: Promise<void> | null = null
  #isOver = false

  constructor(parts: RecoveryParts) {
    this.#parts = parts
  }

  /** The journal has failed. */
  begin(): void {
    this.#failedAtMs = this.#parts.clock.nowMs()
    this.#probeLater()
  }

  /** Begins no probe any more. Resolves when the one under way is over. */
  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer ?? undefined)
    await this.#probing
  }

  #probeLater(): void {
    if (this.#isOver) return
    this.#timer = setTimeout(() => {
      this.#probing = this.#probe()
    }, this.#parts.probeEveryMs)
    this.#timer.unref()
  }

  async #probe(): Promise<void> {
    const { supply, log } = this.#parts
    let next: SegmentWriter | null = null
    try {
      await this.#settle()
      next = await supply.take()
      await this.#resume(next)
    } catch (failure) {
      log.warn('journal.still-failed', { error: toErrorCode(failure) })
      if (next !== null) supply.discard(next)
      this.#probeLater()
    }
  }

  async #settle(): Promise<void> {
    const { tail, log, running } = this.#parts
    await running()
    const lost = await tail.settle()
    if (lost !== null) log.error('journal.tail-lost', { error: toErrorCode(lost.failure), position: tail.synced })
  }

  /** The first event of the new segment says what is missing: that it can be written and synced is the proof that is waited for. */
  async #resume(next: SegmentWriter): Promise<void> {
    const { tail, supply, clock, log, recovered } = this.#parts
    const body = { cause: 'journal', fromMs: this.#failedAtMs, lostAfter: tail.synced, lostThrough: tail.last }
    const old = await tail.resume(next, {
      t: 'gateway',
      kind: 'downtime',
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      body,
    })
    recovered()
    supply.settle(old)
    log.info('journal.recovered', { ...body, segment: next.name.number })
  }
}
