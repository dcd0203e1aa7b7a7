// Cancel keys are minted here, one a session and one table a listener: the server's own key would let a client that saw it
// cancel past the gateway, and a guessed one would let it cancel somebody else's statement.

import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** Protocol 3.0 has room for four bytes; 3.2 for 4 to 256. */
const shortKeyBytes = 4
const longKeyBytes = 32

export interface CancelKey {
  readonly processId: number
  readonly key: Uint8Array
}

interface Issued extends CancelKey {
  readonly cancel: () => void
}

export class CancelKeys {
  /** By the process id we told the client. One an open session: bounded by the listener's connections. */
  readonly #issued = new Map<number, Issued>()

  get size(): number {
    return this.#issued.size
  }

  issue(isLong: boolean, cancel: () => void): CancelKey {
    const key = randomBytes(isLong ? longKeyBytes : shortKeyBytes)
    let processId = randomInt(1, 2 ** 31 - 1)
    while (this.#issued.has(processId)) processId = randomInt(1, 2 ** 31 - 1)
    this.#issued.set(processId, { processId, key, cancel })
    return { processId, key }
  }

  revoke(processId: number): void {
    this.#issued.delete(processId)
  }

  /** Does nothing for a key we did not issue, and does not say so. */
  cancel(processId: number, key: Uint8Array): void {
    const issued = this.#issued.get(processId)
    // Compared also when there is none, so that the time does not tell which process ids exist.
    const expected = issued?.key ?? new Uint8Array(key.length)
    const isEqual = key.length === expected.length && timingSafeEqual(key, expected)
    if (isEqual) issued?.cancel()
  }
}
