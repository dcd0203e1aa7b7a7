// Wakes those who wait for an approval in this process. Another process's decision is found by looking again every so often,
// so a ring that is missed costs a second and never an answer.

export class DecisionBell {
  readonly #waiting = new Map<string, Set<Listener>>()
  #count = 0

  get count(): number {
    return this.#count
  }

  listen(id: string, gone: AbortSignal): Listener {
    const listeners = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, listeners)
    const listener = new Listener(gone, () => {
      if (listeners.delete(listener)) this.#count--
      if (listeners.size === 0 && this.#waiting.get(id) === listeners) this.#waiting.delete(id)
    })
    listeners.add(listener)
    this.#count++
    return listener
  }

  ring(id: string): void {
    for (const listener of this.#waiting.get(id) ?? []) listener.wake()
  }
}

export class Listener {
  readonly #gone: AbortSignal
  readonly #leave: () => void
  /** Rung since the last pause: the row that was read before may be old. */
  #rung = false
  #resume: (() => void) | null = null
  readonly wake = (): void => {
    this.#rung = true
    this.#resume?.()
  }

  constructor(gone: AbortSignal, leave: () => void) {
    this.#gone = gone
    this.#leave = leave
    gone.addEventListener('abort', this.wake, { once: true })
  }

  /** Resolves at the ring, when the asker goes away, or after `ms`. */
  async pause(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#resume = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#resume = null
    this.#rung = false
  }

  close(): void {
    this.#gone.removeEventListener('abort', this.wake)
    this.#leave()
  }
}
