// How long a held request waits for a human: until its client gives up or leaves.

import type { HttpExchange } from '../../kernel/protocol.ts'

/** One deadline for access and action together: the client counts from its first byte. Made when something waits. */
export class HoldDeadline {
  readonly #exchange: HttpExchange
  readonly #holdMs: number
  #signal: AbortSignal | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(exchange: HttpExchange, holdMs: number) {
    this.#exchange = exchange
    this.#holdMs = holdMs
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      const late = new AbortController()
      this.#timer = setTimeout(() => late.abort(), this.#holdMs)
      this.#signal = AbortSignal.any([this.#exchange.gone, late.signal])
    }
    return this.#signal
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
