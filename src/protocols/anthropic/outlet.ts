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

/** What was carried: its bytes, or why there are none; neither while it waits for the journal. */
interface Slot {
  readonly use: Use
  readonly expectedBytes: number
  bytes: Released | null
  failure: { readonly thrown: unknown } | null
}

/** So much may wait for the journal before the target is paused: a pause is a turn of the loop for every stream. */
const maxWaitingBytes = 128 * 1024

export class Outlet {
  readonly #exchange: HttpExchange
  readonly #events: OutletEvents
  /** Oldest first. Bounded by the target, which is paused above the maximum, and by what one read of it brings. */
  readonly #slots: Slot[] = []
  #waitingBytes = 0
  #isBehind = false
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
    return this.#isBehind || this.#isBlocked
  }

  /**
   * Uses the bytes now, or when they are released and all before them were used.
   * @param expectedBytes what waits with them
   */
  push(released: Released | Promise<Released>, expectedBytes: number, use: Use): void {
    if (this.#isClosed) return
    const isReady = !(released instanceof Promise)
    if (isReady && this.#slots.length === 0) {
      use(released)
      return
    }
    const slot: Slot = { use, expectedBytes, bytes: isReady ? released : null, failure: null }
    this.#slots.push(slot)
    this.#waitingBytes += expectedBytes
    if (!isReady) this.#await(released, slot)
    if (this.#isBehind || this.#waitingBytes <= maxWaitingBytes) return
    this.#isBehind = true
    this.#events.slow()
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
      const hasBody = this.#head?.status !== 204 && this.#head?.status !== 304 && this.#exchange.method !== 'HEAD'
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
    this.#slots.length = 0
    this.#whole = null
  }

  #await(released: Promise<Released>, slot: Slot): void {
    released.then(
      (bytes) => {
        slot.bytes = bytes
        this.#drain()
      },
      (thrown: unknown) => {
        slot.failure = { thrown }
        this.#drain()
      },
    )
  }

  /** In order: what failed is told in its turn, when all that was released before it is on its way. */
  #drain(): void {
    try {
      for (let slot = this.#slots[0]; slot !== undefined && !this.#isClosed; slot = this.#slots[0]) {
        if (slot.failure !== null) throw slot.failure.thrown
        if (slot.bytes === null) return
        this.#slots.shift()
        this.#waitingBytes -= slot.expectedBytes
        slot.use(slot.bytes)
      }
    } catch (error) {
      this.#events.failed(error)
      return
    }
    if (this.#isClosed || !this.#isBehind) return
    this.#isBehind = false
    this.#events.ready()
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
