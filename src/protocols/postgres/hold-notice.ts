// What a client hears while a human decides: why and whom to ask at once, and a sign of life every twenty seconds, so that
// nothing on the way takes the connection for dead.

import type { HeldRequest } from '../../kernel/journey.ts'
import { toHeldNotice, toStillHeldNotice } from './errors.ts'

export const keepAliveMs = 20_000

/** Calls `tick` every so often until the returned function is called. */
export type Ticker = (everyMs: number, tick: () => void) => () => void

export const timer: Ticker = (everyMs, tick) => {
  const interval = setInterval(tick, everyMs)
  interval.unref()
  return () => clearInterval(interval)
}

export class HoldNotice {
  readonly #say: (bytes: Uint8Array) => void
  readonly #ticker: Ticker
  #stop: (() => void) | null = null

  constructor(say: (bytes: Uint8Array) => void, ticker: Ticker) {
    this.#say = say
    this.#ticker = ticker
  }

  start(hold: HeldRequest): void {
    this.stop()
    this.#say(toHeldNotice(hold))
    this.#stop = this.#ticker(keepAliveMs, () => this.#say(toStillHeldNotice(hold)))
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
  }
}
