// What one side sent and nobody consumed yet: as a rule the chunk of the moment, borrowed; sometimes the beginning of a
// frame that is not whole, kept. A frame's length is the peer's word, so room grows with the bytes that came and never
// with the length that was claimed.

import { Buffer } from 'node:buffer'
import { Fault, type FaultCode } from '../kernel/fault.ts'

const empty = Buffer.alloc(0)
const firstCapacity = 4096
/** A kept buffer above this is given back when it has run empty: one large frame must not cost its size for ever. */
const keptCapacity = 256 * 1024

export interface HeldLimits {
  /** More than this unconsumed is a fault. At least the longest frame and one read. */
  maxBytes: number
  readonly code: FaultCode
}

/** Bytes `at` to `end` of `bytes` are unconsumed; the owner moves `at`. Valid until `push` or `settle`. */
export class HeldBytes {
  bytes: Uint8Array = empty
  at = 0
  end = 0
  readonly limits: HeldLimits
  #own: Buffer = empty
  #isBorrowed = true
  #isStable = false

  constructor(limits: HeldLimits) {
    this.limits = limits
  }

  get left(): number {
    return this.end - this.at
  }

  /** Nobody writes into these bytes again: views of them may be kept. */
  get isStable(): boolean {
    return this.#isStable
  }

  /**
   * @param isGiven the chunk is ours from now on
   * @throws Fault of `limits.code` when too much would be held
   */
  push(chunk: Uint8Array, isGiven = false): void {
    this.#isStable = false
    if (this.at === this.end) {
      this.#isStable = isGiven
      this.bytes = chunk
      this.at = 0
      this.end = chunk.length
      this.#isBorrowed = true
      return
    }
    const needed = this.left + chunk.length
    if (needed > this.limits.maxBytes) throw new Fault(this.limits.code, { heldBytes: needed })
    // Behind what is kept, while there is room: a frame that comes in a thousand pieces is moved a few times and not a thousand.
    if (this.bytes !== this.#own || this.end + chunk.length > this.#own.length) this.#keep(needed)
    this.#own.set(chunk, this.end)
    this.end += chunk.length
    this.#isBorrowed = false
  }

  /** The chunk's owner takes it back: what is left is kept. Called at the end of every call that pushed. */
  settle(): void {
    if (this.at === this.end) {
      this.bytes = empty
      this.at = 0
      this.end = 0
      if (this.#own.length > keptCapacity) this.#own = empty
    } else if (this.#isBorrowed) {
      const left = this.left
      if (left > this.limits.maxBytes) throw new Fault(this.limits.code, { heldBytes: left })
      this.#keep(left)
      this.#isStable = false
    }
    this.#isBorrowed = false
  }

  /** What is left lies at the beginning of our own buffer, which has at least this much room. */
  #keep(needed: number): void {
    const left = this.left
    const from = this.bytes
    if (needed > this.#own.length) {
      const capacity = Math.max(firstCapacity, needed, Math.min(this.#own.length * 2, this.limits.maxBytes))
      const larger = Buffer.allocUnsafeSlow(capacity)
      larger.set(from.subarray(this.at, this.end), 0)
      this.#own = larger
    } else if (from !== this.#own || this.at > 0) this.#own.set(from.subarray(this.at, this.end), 0)
    this.bytes = this.#own
    this.at = 0
    this.end = left
  }
}
