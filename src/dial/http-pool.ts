// The connections to one HTTP target: asked again while the target keeps them, opened when all are busy, waited for when there
// are as many as there may be. They are shared by all sessions of a connection, as they carry the same credential.

import type { Buffer } from 'node:buffer'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { HttpCall, HttpSink } from '../kernel/target.ts'
import {
  HttpConnection,
  HttpExchangeCall,
  type ConnectionEvents,
  type Outgoing,
  type Waits,
} from './http-connection.ts'

export interface HttpLimits extends Waits {
  readonly maxSockets: number
  /** Requests that wait for a connection. */
  readonly maxWaiting: number
}

/** How often time limits are looked at: none of them is shorter than some seconds. */
const checkMs = 1_000

export class HttpPool {
  readonly #url: URL
  readonly #limits: HttpLimits
  readonly #clock: Clock
  readonly #all = new Set<HttpConnection>()
  /** Used last is asked first, so that what is not needed grows old. */
  readonly #idle: HttpConnection[] = []
  readonly #waiting: HttpExchangeCall[] = []
  readonly #events: ConnectionEvents
  readonly #timer: NodeJS.Timeout
  #ticket: Buffer | null = null
  #isClosed = false

  constructor(url: URL, limits: HttpLimits, clock: Clock) {
    this.#url = url
    this.#limits = limits
    this.#clock = clock
    this.#events = {
      idle: (connection) => this.#free(connection),
      closed: (connection) => this.#forget(connection),
      ticket: (session) => {
        this.#ticket = session
      },
    }
    this.#timer = setInterval(() => this.#check(), checkMs)
    this.#timer.unref()
  }

  /** @throws Fault `upstream.unreachable` when too many wait already, or the gateway stops */
  send(outgoing: Outgoing, sink: HttpSink): HttpCall {
    if (this.#isClosed) throw new Fault('upstream.unreachable', { why: 'the gateway stops' })
    const call = new HttpExchangeCall(outgoing, sink)
    const connection = this.#take()
    if (connection !== null) connection.begin(call)
    else if (this.#all.size < this.#limits.maxSockets) this.#open().begin(call)
    else {
      if (this.#waiting.length >= this.#limits.maxWaiting)
        throw new Fault('upstream.unreachable', { why: 'too many requests wait for a connection' })
      this.#waiting.push(call)
    }
    return call
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const call of this.#waiting.splice(0)) call.fail(new Fault('upstream.closed', { why: 'the gateway stops' }))
    for (const connection of this.#all) connection.destroy()
  }

  #open(): HttpConnection {
    const connection = new HttpConnection(this.#url, this.#ticket, this.#limits, this.#clock, this.#events)
    this.#all.add(connection)
    return connection
  }

  #take(): HttpConnection | null {
    const nowMs = this.#clock.upMs()
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isFresh(nowMs)) return connection
      connection.destroy()
    }
    return null
  }

  #free(connection: HttpConnection): void {
    const next = this.#next()
    if (next === null) this.#idle.push(connection)
    else connection.begin(next)
  }

  #forget(connection: HttpConnection): void {
    this.#all.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
    if (this.#isClosed) return
    const next = this.#next()
    if (next !== null) this.#open().begin(next)
  }

  /** The one that waits longest and was not given up. */
  #next(): HttpExchangeCall | null {
    for (let call = this.#waiting.shift(); call !== undefined; call = this.#waiting.shift())
      if (!call.isOver) return call
    return null
  }

  #check(): void {
    const nowMs = this.#clock.upMs()
    for (const connection of this.#all) connection.checkTime(nowMs)
  }
}
