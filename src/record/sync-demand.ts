// When the next sync is to begin. A sync costs the same however many share it, so one that several are about to ask for waits
// a moment for all of them; one that nobody else will ask for waits for nobody.

import type { JournalLimits } from './journal-limits.ts'

export class SyncDemand {
  readonly #limits: JournalLimits
  readonly #due: () => void
  /** Requests since the last sync began, and how often a sync was asked for since. Who asked for none yet is on its way. */
  #requests = 0
  #asked = 0
  #laterTimer: NodeJS.Timeout | null = null
  #gatherTimer: NodeJS.Timeout | null = null

  constructor(limits: JournalLimits, begin: () => void) {
    this.#limits = limits
    this.#due = () => {
      this.stop()
      begin()
    }
  }

  /** Somebody will ask for a sync, as a rule soon: with the answer to this request. */
  requested(): void {
    this.#requests++
  }

  asked(): void {
    this.#asked++
  }

  /** Nobody is on its way: waiting would gain nothing. */
  get isComplete(): boolean {
    return this.#asked >= this.#requests
  }

  /** Nobody waits; G1 does. */
  beginLater(): void {
    this.#laterTimer ??= setTimeout(this.#due, this.#limits.syncAfterMs)
  }

  /** Those on their way are waited for once and shortly: what they asked for may take hours. */
  beginWhenGathered(): void {
    this.#gatherTimer ??= setTimeout(this.#due, this.#limits.gatherMs)
  }

  /** A sync begins, or nobody can have one. */
  reset(): void {
    this.#requests = 0
    this.#asked = 0
    this.stop()
  }

  stop(): void {
    if (this.#laterTimer !== null) clearTimeout(this.#laterTimer)
    if (this.#gatherTimer !== null) clearTimeout(this.#gatherTimer)
    this.#laterTimer = null
    this.#gatherTimer = null
  }
}
