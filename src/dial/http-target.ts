// The upstream leg of an HTTP protocol: HTTP/1.1 over connections that are kept, without redirects, decompression or retries. The
// credential is added here, and what the client sent in its place never passes (`request-head.ts`).

import type { Clock } from '../kernel/clock.ts'
import { passageMark } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import type { Passage } from '../kernel/journey.ts'
import type { HttpCall, HttpRequest, HttpSink, HttpTarget } from '../kernel/target.ts'
import { HttpPool, type HttpLimits } from './http-pool.ts'
import { toRequestHead } from './request-head.ts'

/** A pool a target. */
export class HttpPools {
  readonly #limits: HttpLimits
  readonly #clock: Clock
  readonly #pools = new Map<string, HttpPool>()

  constructor(limits: HttpLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  poolOf(url: URL): HttpPool {
    let pool = this.#pools.get(url.origin)
    if (pool === undefined) this.#pools.set(url.origin, (pool = new HttpPool(url, this.#limits, this.#clock)))
    return pool
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close()
  }
}

export class PooledHttpTarget implements HttpTarget {
  readonly #pool: HttpPool
  readonly #host: string
  readonly #basePath: string
  readonly #credentialHeaders: () => readonly string[]

  constructor(pool: HttpPool, url: URL, credentialHeaders: () => readonly string[]) {
    this.#pool = pool
    this.#host = url.host
    this.#basePath = url.pathname.replace(/\/$/, '')
    this.#credentialHeaders = credentialHeaders
  }

  send(request: HttpRequest, passage: Passage, sink: HttpSink): HttpCall {
    if (!passage[passageMark]) throw new Fault('internal', { why: 'a request for a target without a passage' })
    const head = toRequestHead(request, this.#host, this.#basePath + request.path, this.#credentialHeaders())
    return this.#pool.send({ head, body: request.body, toHead: request.method === 'HEAD' }, sink)
  }
}
