// The client's end of an answer: released bytes in the order they were carried, although some wait for the journal.

import type { Released } from '../../kernel/decision.ts'
import type { HttpExchange } from '../../kernel/protocol.ts'
import type { ResponseHead } from './response-head.ts'

export interface OutletEvents {
  /** The client, or the journal, is slower than the target. */
  slow(): void
  ready(): void
  failed(thrown: unknown): void
}

type Use = (bytes: Released) => void

export class Outlet {
  readonly #exchange: HttpExchange
  readonly #events: OutletEvents
  /** What waits for the journal; short, as the target is paused meanwhile. */
  readonly #waiting: { readonly released: Promise<Released>; readonly use: Use }[] = []
  #isPumping = false
  #isBlocked = false
  #isClosed = false
  #head: ResponseHead | null = null
  /** Kept until the end, so that its length can be told; null for what goes out as it comes. */
  #whole: Released[] | null = null
  #hasStarted = false

  constructor(exchange: HttpExchange, events: OutletEvents) {
    this.#exchange = exchange
    this.#events = events
  }

  get hasStarted(): boolean {
    return this.#hasStarted
  }

  get isSlow(): boolean {
    return this.#isPumping || this.#isBlocked
  }

  /** Uses the bytes now, or when they are released and all before them were used. */
  push(released: Released | Promise<Released>, use: Use): void {
    if (!(released instanceof Promise) && !this.#isPumping) {
      if (!this.#isClosed) use(released)
      return
    }
    const waiting = Promise.resolve(released)
    // The pump sees a failure in its turn; until then it is not unhandled.
    waiting.catch(() => undefined)
    this.#waiting.push({ released: waiting, use })
    if (this.#isPumping) return
    this.#isPumping = true
    this.#events.slow()
    void this.#pump()
  }

  open(head: ResponseHead, isWhole: boolean): void {
    this.#head = head
    this.#whole = isWhole ? [] : null
  }

  write(bytes: Released): void {
    if (bytes.length === 0) return
    if (this.#whole === null) this.#send(bytes)
    else this.#whole.push(bytes)
  }

  end(): void {
    const whole = this.#whole ?? []
    if (!this.#hasStarted) {
      const length = whole.reduce((sum, bytes) => sum + bytes.length, 0)
      const hasBody = this.#head?.status !== 204 && this.#head?.status !== 304
      this.#start(hasBody ? ['content-length', String(length)] : [])
    }
    this.#whole = null
    for (const bytes of whole) this.#send(bytes)
    this.#isClosed = true
    this.#exchange.end()
  }

  /** Nothing more is used; what waits is forgotten. */
  close(): void {
    this.#isClosed = true
    this.#waiting.length = 0
    this.#whole = null
  }

  async #pump(): Promise<void> {
    try {
      for (let item = this.#waiting.shift(); item !== undefined && !this.#isClosed; item = this.#waiting.shift()) {
        const bytes = await item.released
        if (!this.#isClosed) item.use(bytes)
      }
    } catch (error) {
      this.#events.failed(error)
    }
    this.#isPumping = false
    if (!this.#isClosed) this.#events.ready()
  }

  #start(more: readonly string[]): void {
    if (this.#head === null) return
    this.#hasStarted = true
    this.#exchange.start(this.#head.status, [...this.#head.headers, ...more])
  }

  #send(bytes: Released): void {
    if (!this.#hasStarted) this.#start([])
    if (this.#exchange.write(bytes) || this.#isBlocked) return
    this.#isBlocked = true
    this.#events.slow()
    this.#exchange.onDrain(() => {
      this.#isBlocked = false
      if (!this.#isClosed) this.#events.ready()
    })
  }
}
