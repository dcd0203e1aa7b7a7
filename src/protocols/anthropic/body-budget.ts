// How many bytes of request bodies the gateway holds at once (G9): a body is whole in memory from its first byte until
// its answer has ended, and a thousand clients may send the largest at the same time.

export class BodyBudget {
  readonly #maxBytes: number
  #heldBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** @returns what gives the bytes back, to be called once; null when there is no room */
  take(bytes: number): (() => void) | null {
    if (this.#heldBytes + bytes > this.#maxBytes) return null
    this.#heldBytes += bytes
    return () => {
      this.#heldBytes -= bytes
    }
  }
}
