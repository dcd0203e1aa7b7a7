// The write-ahead journal: group commit with exactly G1's durability. `append` encodes. What somebody waits for is written at
// the end of the turn of the event loop, with all that came before it; what nobody waits for goes with the next write, or
// with the sync 4 ms later. One fdatasync at a time takes all that was written. A sync that fails proves nothing
// about what it should have covered, so nothing after the last good one is trusted, written again or said to be durable:
// the journal fails, everybody who waits is told, and it goes on in a new segment when the disk can write again.
// What happens to events afterwards is not known here.

import type { Clock } from '../kernel/clock.ts'
import type { Event, Journal, Position } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { toErrorCode } from './disk.ts'
import type { DurableMark } from './durable-mark.ts'
import { EventEncoder } from './event-codec.ts'
import type { JournalLimits } from './journal-limits.ts'
import { LostPositions } from './lost-positions.ts'
import type { Folder } from './segment-file.ts'
import { SegmentSupply } from './segment-supply.ts'
import type { Link, SegmentWriter } from './segment-writer.ts'
import { SyncDemand } from './sync-demand.ts'
import { Waiters } from './waiters.ts'

interface Surroundings {
  readonly folder: Folder
  readonly boot: string
  readonly clock: Clock
  readonly log: Log
  readonly limits: JournalLimits
  readonly mark: DurableMark
  readonly unlock: () => void
}

export class FileJournal implements Journal {
  readonly #around: Surroundings
  readonly #limits: JournalLimits
  readonly #encoder: EventEncoder
  readonly #lost = new LostPositions()
  readonly #supply: SegmentSupply
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

  #turning = false
  readonly #demand: SyncDemand
  #syncing: Promise<void> | null = null
  #probeTimer: NodeJS.Timeout | null = null
  #probing: Promise<void> | null = null

  /** Who waits for the next flush, for the sync that runs, and for the one after it. */
  #flushWaiters: Waiters | null = null
  #syncWaiters: Waiters | null = null
  #nextSyncWaiters: Waiters | null = null
  /** The last position that the running sync covers. */
  #syncTarget: Position = 0

  #fault: Fault | null = null
  #failedAtMs = 0
  #closed = false
  #closing: Promise<void> | null = null

  constructor(around: Surroundings, at: { segment: SegmentWriter; link: Link; last: Position }) {
    this.#around = around
    this.#limits = around.limits
    this.#encoder = new EventEncoder(around.limits.maxUnsyncedBytes + around.limits.batchBytes)
    this.#segment = at.segment
    this.#supply = new SegmentSupply({ ...around, retryMs: around.limits.probeEveryMs }, at.segment.name.number)
    this.#written = at.link
    this.#synced = at.link
    this.#last = at.last
    this.#demand = new SyncDemand(around.limits, () => this.#sync())
  }

  /** Why nothing can be recorded now; null when it can. */
  get failed(): Fault | null {
    return this.#fault
  }

  append(event: Event): Position {
    if (this.#fault !== null || this.#closed) throw this.#unavailable()
    const encoder = this.#encoder
    if (this.#unsyncedBytes + encoder.length > this.#limits.maxUnsyncedBytes) {
      throw new Fault('record.unavailable', { reason: 'disk-too-slow', bytes: this.#unsyncedBytes + encoder.length })
    }
    encoder.encode(event)
    const position = ++this.#last
    if (event.t === 'request') this.#demand.requested()
    if (encoder.length >= this.#limits.batchBytes) {
      this.#flush()
      if (this.#fault !== null) throw this.#unavailable()
    } else this.#wantSync()
    return position
  }

  written(position: Position): undefined | Promise<void> {
    if (this.#lost.has(position)) return Promise.reject(this.#unavailable())
    if (position <= this.#written.position) {
      return this.#unsyncedBytes > this.#limits.slowDownBytes ? this.durable(position) : undefined
    }
    if (this.#fault !== null || this.#closed || position > this.#last) return Promise.reject(this.#unavailable())
    this.#flushWaiters ??= new Waiters()
    this.#turn()
    return this.#flushWaiters.promise
  }

  durable(position: Position): undefined | Promise<void> {
    if (this.#lost.has(position)) return Promise.reject(this.#unavailable())
    if (position <= this.#synced.position) return undefined
    if (this.#fault !== null || this.#closed || position > this.#last) return Promise.reject(this.#unavailable())
    if (this.#syncing !== null && position <= this.#syncTarget) {
      this.#syncWaiters ??= new Waiters()
      return this.#syncWaiters.promise
    }
    this.#nextSyncWaiters ??= new Waiters()
    const { promise } = this.#nextSyncWaiters
    this.#demand.asked()
    this.#wantSync()
    return promise
  }

  /** Everything appended is on disk, or it rejects with `record.unavailable`; either way the folder is free then. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#flush()
    this.#closed = true
    clearTimeout(this.#probeTimer ?? undefined)
    await this.#probing
    // What a running sync does not cover needs one more.
    await this.#syncing
    this.#sync()
    await this.#syncing
    this.#demand.stop()
    try {
      await this.#supply.close()
      this.#supply.settle(this.#segment)
      this.#around.mark.close()
    } finally {
      this.#around.unlock()
    }
    if (this.#fault !== null) throw this.#fault
  }

  #unavailable(): Fault {
    const facts = this.#fault?.facts ?? { reason: this.#closed ? 'closed' : 'lost' }
    return new Fault('record.unavailable', facts, this.#fault?.cause)
  }

  // ── write ──

  #turn(): void {
    if (!this.#turning) setImmediate(this.#endTurn)
    this.#turning = true
  }

  readonly #endTurn = (): void => {
    this.#turning = false
    if (this.#nextSyncWaiters !== null && this.#syncing === null && this.#demand.isComplete) this.#sync()
    else if (this.#flushWaiters !== null) this.#flush()
  }

  #flush(): void {
    const encoder = this.#encoder
    if (encoder.count === 0 || this.#fault !== null) return
    const before = this.#segment.bytes
    try {
      this.#writeBatch()
    } catch (failure) {
      this.#fail('write', failure)
      return
    }
    this.#unsyncedBytes += this.#segment.bytes - before
    this.#flushWaiters?.resolve()
    this.#flushWaiters = null
    this.#wantSync()
  }

  #writeBatch(): void {
    const encoder = this.#encoder
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
  }

  // ── sync ──

  /** Now when all that was requested waits for it; a little later when answers of others may still come to share it. */
  #wantSync(): void {
    if (this.#syncing !== null) return
    if (this.#nextSyncWaiters === null) this.#demand.beginLater()
    else if (this.#demand.isComplete) this.#turn()
    else this.#demand.beginWhenGathered()
  }

  #sync(): void {
    // Some who wait for this sync may have appended since the last flush.
    this.#flush()
    if (this.#syncing !== null || this.#fault !== null || this.#written === this.#synced) return
    this.#demand.reset()
    const segment = this.#segment
    const target = this.#written
    const bytes = this.#unsyncedBytes
    this.#syncTarget = target.position
    this.#syncWaiters = this.#nextSyncWaiters
    this.#nextSyncWaiters = null
    this.#syncing = this.#around.folder.disk.sync(segment.fd).then(
      () => this.#onSynced(target, bytes),
      (failure: unknown) => {
        this.#syncing = null
        segment.untrusted = true
        this.#fail('sync', failure)
      },
    )
  }

  #onSynced(target: Link, bytes: number): void {
    this.#syncing = null
    const waiters = this.#syncWaiters
    this.#syncWaiters = null
    try {
      this.#setSynced(target, bytes)
    } catch (failure) {
      // On disk, but the reader cannot be told.
      this.#syncWaiters = waiters
      this.#fail('mark', failure)
      return
    }
    waiters?.resolve()
    if (this.#fault !== null) return
    this.#rotate()
    if (this.#encoder.count > 0 || this.#written !== this.#synced) this.#wantSync()
  }

  #setSynced(target: Link, bytes: number): void {
    this.#synced = target
    this.#unsyncedBytes -= bytes
    this.#around.mark.write(target.position)
  }

  // ── rotate ──

  /** Only between two syncs: then the old segment can be settled, and no error of its can be told to somebody else. */
  #rotate(): void {
    const { segmentBytes, segmentAgeMs } = this.#limits
    const share = Math.max(
      this.#segment.bytes / segmentBytes,
      (this.#around.clock.upMs() - this.#segment.bornUpMs) / segmentAgeMs,
    )
    if (share < 0.5) return
    const spare = share < 1 ? null : this.#supply.takeSpare()
    if (spare === null) this.#supply.prepare()
    else this.#enter(spare)
    // Making a new one fails for ever, though this one still grows.
    if (spare === null && this.#segment.bytes > segmentBytes * 4) this.#fail('rotate', null)
  }

  /** The old segment is on disk to its end before the first batch of the new one says where that is. */
  #enter(next: SegmentWriter): void {
    const old = this.#segment
    const { disk } = this.#around.folder
    try {
      if (this.#encoder.count > 0) this.#writeBatch()
      if (this.#written !== this.#synced) disk.syncNow(old.fd)
      this.#setSynced(this.#written, this.#unsyncedBytes)
    } catch (failure) {
      old.untrusted = true
      this.#supply.discard(next)
      this.#fail('rotate', failure)
      return
    }
    this.#segment = next
    this.#encoder.clearStrings()
    this.#fresh = true
    this.#unsyncedBytes = 0
    this.#flushWaiters?.resolve()
    this.#flushWaiters = null
    this.#nextSyncWaiters?.resolve()
    this.#nextSyncWaiters = null
    this.#demand.reset()
    this.#supply.settle(old)
  }

  // ── fail and recover ──

  #fail(step: string, failure: unknown): void {
    if (this.#fault !== null) return
    const facts = { step, error: toErrorCode(failure), position: this.#synced.position }
    const fault = new Fault('record.unavailable', facts, failure ?? undefined)
    this.#fault = fault
    this.#failedAtMs = this.#around.clock.nowMs()
    this.#lost.add(this.#segment.untrusted ? this.#synced.position : this.#written.position, this.#last)
    this.#encoder.clearBatch()
    this.#encoder.clearStrings()
    this.#demand.reset()
    this.#fresh = true
    for (const waiters of [this.#flushWaiters, this.#syncWaiters, this.#nextSyncWaiters]) waiters?.reject(fault)
    this.#flushWaiters = null
    this.#syncWaiters = null
    this.#nextSyncWaiters = null
    this.#around.log.error('journal.failed', { ...facts, faultId: fault.id })
    this.#probeLater()
  }

  #probeLater(): void {
    if (this.#closed) return
    this.#probeTimer = setTimeout(() => {
      this.#probing = this.#probe()
    }, this.#limits.probeEveryMs)
    this.#probeTimer.unref()
  }

  async #probe(): Promise<void> {
    let next: SegmentWriter | null = null
    try {
      await this.#settle()
      next = await this.#supply.take()
      await this.#resume(next)
    } catch (failure) {
      this.#around.log.warn('journal.still-failed', { error: toErrorCode(failure) })
      if (next !== null) this.#supply.discard(next)
      this.#probeLater()
    }
  }

  /** What was written before the failure and not synced: one sync more may save it, unless one has failed already. */
  async #settle(): Promise<void> {
    await this.#syncing
    const old = this.#segment
    const rest = this.#written
    if (rest === this.#synced) return
    if (!old.untrusted) {
      try {
        await this.#around.folder.disk.sync(old.fd)
        this.#setSynced(rest, this.#unsyncedBytes)
        return
      } catch (failure) {
        this.#around.log.error('journal.tail-lost', { error: toErrorCode(failure), position: this.#synced.position })
        old.untrusted = true
      }
    }
    this.#lost.add(this.#synced.position, rest.position)
    this.#written = this.#synced
    this.#unsyncedBytes = 0
  }

  /** The first event of the new segment says what is missing: that it can be written and synced is the proof that is waited for. */
  async #resume(next: SegmentWriter): Promise<void> {
    const { clock, log, folder, mark } = this.#around
    const atMs = clock.nowMs()
    const lostThrough = this.#last
    const body = { cause: 'journal', fromMs: this.#failedAtMs, lostAfter: this.#synced.position, lostThrough }
    this.#encoder.encode({ t: 'gateway', kind: 'downtime', atMs, upMs: clock.upMs(), body })
    this.#last++
    const batch = { plain: this.#encoder.batch(), events: 1, first: this.#last, durable: this.#synced.position }
    let link: Link
    try {
      link = next.write({ ...batch, fresh: true }, this.#synced)
      await folder.disk.sync(next.fd)
      mark.write(link.position)
    } catch (failure) {
      this.#lost.add(lostThrough, this.#last)
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
    this.#fault = null
    this.#supply.settle(old)
    log.info('journal.recovered', { ...body, segment: next.name.number })
  }
}
