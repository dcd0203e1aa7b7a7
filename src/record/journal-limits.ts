// What bounds the journal. The defaults are for a node with a disk of its own.

export interface JournalLimits {
  /** A new segment after this many bytes, and after this long when it holds anything. */
  readonly segmentBytes: number
  readonly segmentAgeMs: number
  /** Appended and not yet on disk: beyond it nothing passes (G9). */
  readonly maxUnsyncedBytes: number
  /** Beyond it `written` waits for the disk too, so that senders slow down long before they are refused. */
  readonly slowDownBytes: number
  /** A batch of this size is written at once and does not wait for the turn of the event loop to end. */
  readonly batchBytes: number
  /** Written bytes are synced after this long when nobody waits for them. With the sync itself, G1's 5 ms. */
  readonly syncAfterMs: number
  /** A sync that others are about to ask for as well waits for them this long; then it does not. */
  readonly gatherMs: number
  /** How often a failed journal looks whether it can write again. */
  readonly probeEveryMs: number
}

export const defaultLimits: JournalLimits = Object.freeze({
  segmentBytes: 64 * 1024 * 1024,
  segmentAgeMs: 60 * 60 * 1000,
  maxUnsyncedBytes: 64 * 1024 * 1024,
  slowDownBytes: 16 * 1024 * 1024,
  batchBytes: 64 * 1024,
  syncAfterMs: 4,
  gatherMs: 1,
  probeEveryMs: 1000,
})
