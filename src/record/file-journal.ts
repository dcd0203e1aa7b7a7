// The write-ahead journal: group commit with exactly G1's durability. `append` encodes. What somebody waits for is written at
// the end of the turn of the event loop, with all that came before it; what nobody waits for goes with the next write, or
// with the sync 4 ms later. One fdatasync at a time takes all that was written. A sync that fails proves nothing
// about what it should have covered, so nothing after the last good one is trusted, written again or said to be durable:
// the journal fails, everybody who waits is told, and recovery.ts goes on in a new segment when the disk can write again.
// Here is when; what lies where is journal-tail.ts's, and what happens to events afterwards is known to neither.

import type { Clock } from '../kernel/clock.ts'
import type { Event, Journal, Position } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { toErrorCode } from './disk.ts'
import type { DurableMark } from './durable-mark.ts'
import type { JournalLimits } from './journal-limits.ts'
import { JournalTail, type Cover } from './journal-tail.ts'
import { Recovery } from './recovery.ts'
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
  readonly #tail: JournalTail
  readonly #supply: SegmentSupply
  readonly #recovery: Recovery

  #turning = false
  readonly #demand: SyncDemand
  #syncing: Promise<void> | null = null

  /** Who waits for the next flush, for the sync that runs, and for the one after it. */
  #flushWaiters: Waiters | null = null
  #syncWaiters: Waiters | null = null
  #nextSyncWaiters: Waiters | null = null
  /** The last position that the running sync covers. */
  #syncTarget: Position = 0

  #fault: Fault | null = null
  #closed = false
  #closing: Promise<void> | null = null

  constructor(around: Surroundings, at: { segment: SegmentWriter; link: Link; last: Position }) {
    this.#around = around
    this.#limits = around.limits
    const { disk } = around.folder
    const maxBatchBytes = around.limits.maxUnsyncedBytes + around.limits.batchBytes
    this.#tail = new JournalTail({ disk, mark: around.mark, maxBatchBytes }, at)
    this.#supply = new SegmentSupply({ ...around, retryMs: around.limits.probeEveryMs }, at.segment.name.number)
    this.#demand = new SyncDemand(around.limits, () => this.#sync())
    this.#recovery = new Recovery({
      tail: this.#tail,
      supply: this.#supply,
      clock: around.clock,
      log: around.log,
      probeEveryMs: around.limits.probeEveryMs,
      running: () => this.#syncing,
      recovered: () => {
        this.#fault = null
      },
    })
  }

  /** Why nothing can be recorded now; null when it can. */
  get failed(): Fault | null {
    return this.#fault
  }

  append(event: Event): Position {
    if (this.#fault !== null || this.#closed) throw this.#unavailable()
    const tail = this.#tail
    const waitingBytes = tail.unsyncedBytes + tail.queuedBytes
    if (waitingBytes > this.#limits.maxUnsyncedBytes) {
      throw new Fault('record.unavailable', { reason: 'disk-too-slow', bytes: waitingBytes })
    }
    const position = tail.append(event)
    if (event.t === 'request') this.#demand.requested()
    if (tail.queuedBytes >= this.#limits.batchBytes) {
      this.#flush()
      if (this.#fault !== null) throw this.#unavailable()
    } else this.#wantSync()
    return position
  }

  written(position: Position): undefined | Promise<void> {
    const tail = this.#tail
    if (tail.isLost(position)) return Promise.reject(this.#unavailable())
    if (position <= tail.written) {
      return tail.unsyncedBytes > this.#limits.slowDownBytes ? this.durable(position) : undefined
    }
    if (this.#fault !== null || this.#closed || position > tail.last) return Promise.reject(this.#unavailable())
    this.#flushWaiters ??= new Waiters()
    this.#turn()
    return this.#flushWaiters.promise
  }

  durable(position: Position): undefined | Promise<void> {
    const tail = this.#tail
    if (tail.isLost(position)) return Promise.reject(this.#unavailable())
    if (position <= tail.synced) return undefined
    if (this.#fault !== null || this.#closed || position > tail.last) return Promise.reject(this.#unavailable())
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
    await this.#recovery.stop()
    // What a running sync does not cover needs one more.
    await this.#syncing
    this.#sync()
    await this.#syncing
    this.#demand.stop()
    try {
      await this.#supply.close()
      this.#supply.settle(this.#tail.segment)
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
    if (this.#tail.isWritten || this.#fault !== null) return
    try {
      this.#tail.write()
    } catch (failure) {
      this.#fail('write', failure)
      return
    }
    this.#flushWaiters?.resolve()
    this.#flushWaiters = null
    this.#wantSync()
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
    if (this.#syncing !== null || this.#fault !== null || this.#tail.isSynced) return
    this.#demand.reset()
    const cover = this.#tail.cover()
    this.#syncTarget = cover.link.position
    this.#syncWaiters = this.#nextSyncWaiters
    this.#nextSyncWaiters = null
    this.#syncing = this.#around.folder.disk.sync(cover.segment.fd).then(
      () => this.#onSynced(cover),
      (failure: unknown) => {
        this.#syncing = null
        cover.segment.untrusted = true
        this.#fail('sync', failure)
      },
    )
  }

  #onSynced(cover: Cover): void {
    this.#syncing = null
    const waiters = this.#syncWaiters
    this.#syncWaiters = null
    try {
      this.#tail.setSynced(cover)
    } catch (failure) {
      // On disk, but the reader cannot be told.
      this.#syncWaiters = waiters
      this.#fail('mark', failure)
      return
    }
    waiters?.resolve()
    if (this.#fault !== null) return
    this.#rotate()
    if (!this.#tail.isWritten || !this.#tail.isSynced) this.#wantSync()
  }

  // ── rotate ──

  /** Only between two syncs: then the old segment can be settled, and no error of its can be told to somebody else. */
  #rotate(): void {
    const { segmentBytes, segmentAgeMs } = this.#limits
    const { bytes, bornUpMs } = this.#tail.segment
    const share = Math.max(bytes / segmentBytes, (this.#around.clock.upMs() - bornUpMs) / segmentAgeMs)
    if (share < 0.5) return
    const spare = share < 1 ? null : this.#supply.takeSpare()
    if (spare === null) this.#supply.prepare()
    else this.#enter(spare)
    // Making a new one fails for ever, though this one still grows.
    if (spare === null && bytes > segmentBytes * 4) this.#fail('rotate', null)
  }

  #enter(next: SegmentWriter): void {
    const old = this.#tail.segment
    try {
      this.#tail.enter(next)
    } catch (failure) {
      this.#supply.discard(next)
      this.#fail('rotate', failure)
      return
    }
    this.#flushWaiters?.resolve()
    this.#flushWaiters = null
    this.#nextSyncWaiters?.resolve()
    this.#nextSyncWaiters = null
    this.#demand.reset()
    this.#supply.settle(old)
  }

  #fail(step: string, failure: unknown): void {
    if (this.#fault !== null) return
    const facts = { step, error: toErrorCode(failure), position: this.#tail.synced }
    const fault = new Fault('record.unavailable', facts, failure ?? undefined)
    this.#fault = fault
    this.#tail.lose()
    this.#demand.reset()
    for (const waiters of [this.#flushWaiters, this.#syncWaiters, this.#nextSyncWaiters]) waiters?.reject(fault)
    this.#flushWaiters = null
    this.#syncWaiters = null
    this.#nextSyncWaiters = null
    this.#around.log.error('journal.failed', { ...facts, faultId: fault.id })
    this.#recovery.begin()
  }
}
