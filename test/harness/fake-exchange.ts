// An HTTP exchange without sockets: what a client sent, what it was sent back, and a client that is slow or goes away.

import type { Released } from '../../src/kernel/decision.ts'
import { Fault } from '../../src/kernel/fault.ts'
import type { Peer } from '../../src/kernel/journey.ts'
import type { HttpExchange } from '../../src/kernel/protocol.ts'

export interface FakeRequest {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: readonly string[]
  readonly body?: Uint8Array | string
}

export class FakeExchange implements HttpExchange {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly string[]
  readonly peer: Peer = { address: '127.0.0.1', tls: true, loopback: true }
  readonly #body: Uint8Array
  readonly #gone = new AbortController()
  readonly #written: Uint8Array[] = []
  #resume: (() => void) | null = null
  status = 0
  sentHeaders: readonly string[] = []
  /** `said`: the gateway's own answer; `ended`: the target's, whole; `destroyed`: cut. */
  state: 'open' | 'started' | 'said' | 'ended' | 'destroyed' = 'open'
  lastWords = ''
  /** A client that does not read: every write asks for a pause. */
  isSlow = false
  bodiesRead = 0

  constructor(request: FakeRequest = {}) {
    this.method = request.method ?? 'POST'
    this.path = request.path ?? '/v1/messages'
    this.query = request.query ?? ''
    this.#body = Buffer.from(request.body ?? '')
    this.headers = request.headers ?? [
      'Host',
      'gateway.example:8470',
      'Authorization',
      'Bearer token-of-the-client',
      'Content-Type',
      'application/json',
      'Content-Length',
      String(this.#body.length),
    ]
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  get body(): string {
    return Buffer.concat(this.#written).toString('utf8')
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#written)
  }

  header(name: string): string | undefined {
    const at = this.sentHeaders.findIndex((part, i) => i % 2 === 0 && part.toLowerCase() === name)
    return at === -1 ? undefined : this.sentHeaders[at + 1]
  }

  leave(): void {
    this.#gone.abort()
  }

  drain(): void {
    const resume = this.#resume
    this.#resume = null
    this.isSlow = false
    resume?.()
  }

  readBody(maxBytes: number): Promise<Uint8Array> {
    this.bodiesRead++
    if (this.#body.length <= maxBytes) return Promise.resolve(this.#body)
    return Promise.reject(new Fault('request.too-large', { bytes: this.#body.length, maxBytes }))
  }

  say(status: number, headers: readonly string[], body: Uint8Array): void {
    if (this.state !== 'open') throw new Error(`said in state ${this.state}`)
    this.state = 'said'
    this.status = status
    this.sentHeaders = headers
    this.#written.push(body)
  }

  start(status: number, headers: readonly string[]): void {
    if (this.state !== 'open') throw new Error(`started in state ${this.state}`)
    this.state = 'started'
    this.status = status
    this.sentHeaders = headers
  }

  write(bytes: Released): boolean {
    if (this.state !== 'started') throw new Error(`written in state ${this.state}`)
    this.#written.push(Buffer.from(bytes))
    return !this.isSlow
  }

  onDrain(resume: () => void): void {
    this.#resume = resume
  }

  end(): void {
    if (this.state !== 'started') throw new Error(`ended in state ${this.state}`)
    this.state = 'ended'
  }

  destroy(words?: Uint8Array): void {
    this.state = 'destroyed'
    this.lastWords = words === undefined ? '' : Buffer.from(words).toString('utf8')
  }
}
