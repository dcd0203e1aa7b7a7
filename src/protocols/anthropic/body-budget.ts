// How many bytes of request bodies the gateway holds at once (G9): a body is whole in memory from its first byte until
// its answer has ended, and a thousand clients may send the largest at the same time.

/** What one asker may hold of it: whoever announces large bodies and does not send them must not keep all others out. */
const shareOfOne = 4

export class BodyBudget {
  readonly #maxBytes: number
  readonly #maxBytesOfOne: number
  #heldBytes = 0
  /** Of those who hold any. */
  readonly #byAsker = new Map<string, number>()

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#maxBytesOfOne = maxBytes / shareOfOne
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** @returns what gives the bytes back, to be called once; null when there is no room, or none for this one */
  take(asker: string, bytes: number): (() => void) | null {
    const own = (this.#byAsker.get(asker) ?? 0) + bytes
    if (own > this.#maxBytesOfOne || this.#heldBytes + bytes > this.#maxBytes) return null
    this.#heldBytes += bytes
    this.#byAsker.set(asker, own)
    return () => {
      this.#heldBytes -= bytes
      const left = (this.#byAsker.get(asker) ?? 0) - bytes
      if (left > 0) this.#byAsker.set(asker, left)
      else this.#byAsker.delete(asker)
    }
  }
}
