// The beginning of a stream that comes with much behind it: it is on its way to the client before the rest is looked at.

/** So much goes first. */
const firstBytes = 2 * 1024
/** So much may wait behind it before the target is paused. */
const maxWaitingBytes = 128 * 1024

export class HeadStart {
  #waiting: Uint8Array[] | null = null
  #waitingBytes = 0
  #isOver = false

  get isWaiting(): boolean {
    return this.#waiting !== null
  }

  get isFull(): boolean {
    return this.#waitingBytes > maxWaitingBytes
  }

  /**
   * Of what comes first of all.
   * @returns what of it goes first, and the rest waits; null when there is no rest to speak of, or something came before
   */
  begin(chunk: Uint8Array): Uint8Array | null {
    const isBurst = !this.#isOver && chunk.length > 2 * firstBytes
    this.#isOver = true
    if (!isBurst) return null
    this.#waiting = []
    this.keep(chunk.subarray(firstBytes))
    return chunk.subarray(0, firstBytes)
  }

  /** @param chunk may lie in a buffer that is used again */
  keep(chunk: Uint8Array): void {
    this.#waiting?.push(new Uint8Array(chunk))
    this.#waitingBytes += chunk.length
  }

  /** All that waits, in order; nothing waits then. */
  take(): readonly Uint8Array[] {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    this.#waitingBytes = 0
    return waiting
  }
}
