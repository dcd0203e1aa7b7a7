// The upstream leg of an HTTP protocol, over undici's dispatch (llhttp on the untrusted side, pooled keep-alive sockets,
// no redirects, no decompression, no retries). Credential headers of the client never survive this file.

import { Pool, type Dispatcher } from 'undici'
import { passageMark } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import type { Passage } from '../kernel/journey.ts'
import type { HttpCall, HttpRequest, HttpSink, HttpTarget } from '../kernel/target.ts'

/** A pool an origin. A socket carries no identity: the credential goes with every request. */
export interface HttpPools {
  poolOf(origin: string): Pool
  close(): Promise<void>
}

export interface HttpLimits {
  readonly connectMs: number
  /** Time to the first byte of an answer: a model may think for long. */
  readonly headersMs: number
  /** Longest silence inside an answer. */
  readonly bodyMs: number
  readonly maxSockets: number
}

export function createHttpPools(limits: HttpLimits): HttpPools {
  const pools = new Map<string, Pool>()
  return {
    poolOf(origin) {
      let pool = pools.get(origin)
      if (pool === undefined) {
        pool = new Pool(origin, {
          connections: limits.maxSockets,
          pipelining: 1,
          connect: { timeout: limits.connectMs },
          headersTimeout: limits.headersMs,
          bodyTimeout: limits.bodyMs,
          keepAliveTimeout: 30_000,
        })
        pools.set(origin, pool)
      }
      return pool
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

/** Names that carry a client's credential or belong to one hop only (RFC 9110 §7.6.1). */
const notForwarded = new Set([
  'authorization',
  'x-api-key',
  'cookie',
  'proxy-authorization',
  'proxy-connection',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
])

export class PooledHttpTarget implements HttpTarget {
  readonly #pool: Pool
  readonly #basePath: string
  readonly #credentialHeaders: () => readonly string[]

  constructor(pool: Pool, url: URL, credentialHeaders: () => readonly string[]) {
    this.#pool = pool
    this.#basePath = url.pathname.replace(/\/$/, '')
    this.#credentialHeaders = credentialHeaders
  }

  send(request: HttpRequest, passage: Passage, sink: HttpSink): HttpCall {
    if (!passage[passageMark]) throw new Fault('internal', { why: 'a request for a target without a passage' })
    const call = new Call(sink)
    this.#pool.dispatch(
      {
        // A method is a token of the client's; undici refuses what is not one.
        method: request.method,
        path: this.#basePath + request.path,
        headers: [...forwarded(request.headers), ...this.#credentialHeaders()],
        body: request.body === null || request.body.length === 0 ? null : request.body,
      },
      call,
    )
    return call
  }
}

function forwarded(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!notForwarded.has(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '')
  }
  return kept
}

class Call implements HttpCall, Dispatcher.DispatchHandler {
  readonly #sink: HttpSink
  #controller: Dispatcher.DispatchController | null = null
  #aborted = false
  /** Chunks that the read under way has brought: an event of a stream each, as a rule. */
  #chunks: Buffer[] = []

  constructor(sink: HttpSink) {
    this.#sink = sink
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(new Error('the client went away'))
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.#sink.head(status, rawHeadersOf(controller))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#chunks.push(chunk) === 1) queueMicrotask(this.#onRead)
  }

  /** The parser has gone through what one read brought: it goes on in one piece. */
  readonly #onRead = (): void => {
    const chunks = this.#chunks
    const [first] = chunks
    if (first === undefined) return
    this.#chunks = []
    if (!this.#aborted) this.#sink.data(chunks.length === 1 ? first : Buffer.concat(chunks))
  }

  onResponseEnd(): void {
    this.#onRead()
    this.#sink.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#onRead()
    if (!this.#aborted) this.#sink.failed(toUpstreamFault(error))
  }

  abort(): void {
    this.#aborted = true
    this.#controller?.abort(new Error('the client went away'))
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }
}

function rawHeadersOf(controller: Dispatcher.DispatchController): string[] {
  const raw = controller.rawHeaders
  return Array.isArray(raw) ? raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))) : []
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
/** It was reached, and what it said is no HTTP. */
const broken = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_HEADERS_OVERFLOW'])

function toUpstreamFault(error: Error): Fault {
  const why = 'code' in error ? String(error.code) : error.name
  if (timeouts.has(why)) return new Fault('upstream.timeout', { why }, error)
  if (broken.has(why) || error.name === 'HTTPParserError') return new Fault('upstream.protocol', { why }, error)
  return new Fault(why === 'UND_ERR_SOCKET' ? 'upstream.closed' : 'upstream.unreachable', { why }, error)
}
