// One connection to an HTTP target and the exchange on it: one at a time, so that an answer belongs to the request before it
// whatever the target says. Nothing is sent before TLS has verified who is there: the first bytes hold the credential.

import { Buffer } from 'node:buffer'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Clock } from '../kernel/clock.ts'
import { Fault, toFault } from '../kernel/fault.ts'
import type { HttpCall, HttpSink } from '../kernel/target.ts'
import { ResponseReader } from './response-reader.ts'

/** What one read brings at most: a TLS record, or what a kernel's buffer usually holds. */
const tlsReadBytes = 16 * 1024
const plainReadBytes = 64 * 1024
/** A shorter body is copied behind its head, which costs less than a second buffer for the kernel. */
const joinedBytes = 16 * 1024

export interface Waits {
  readonly connectMs: number
  /** To the first byte of an answer. */
  readonly headersMs: number
  /** The longest silence inside one. */
  readonly bodyMs: number
}

export interface ConnectionEvents {
  /** Ready for another exchange. */
  idle(connection: HttpConnection): void
  closed(connection: HttpConnection): void
  /** What a later connection may resume TLS by. */
  ticket(session: Buffer): void
}

export interface Outgoing {
  /** Latin-1, with its blank line. */
  readonly head: string
  readonly body: Uint8Array | null
  /** It is HEAD, and its answer has no body. */
  readonly toHead: boolean
}

/** The part of an exchange that is this connection's: gone when the exchange is over. */
export class HttpExchangeCall implements HttpCall {
  readonly outgoing: Outgoing
  readonly sink: HttpSink
  connection: HttpConnection | null = null
  isOver = false

  constructor(outgoing: Outgoing, sink: HttpSink) {
    this.outgoing = outgoing
    this.sink = sink
  }

  /** What was asked for is not wanted any more; the rest of its answer is not read. */
  abort(): void {
    if (this.isOver) return
    this.isOver = true
    this.connection?.destroy()
  }

  pause(): void {
    if (!this.isOver) this.connection?.pause()
  }

  resume(): void {
    if (!this.isOver) this.connection?.resume()
  }

  fail(thrown: unknown): void {
    if (this.isOver) return
    this.isOver = true
    this.sink.failed(toFault(thrown, 'upstream.closed'))
  }
}

export class HttpConnection {
  readonly #socket: Socket
  readonly #waits: Waits
  readonly #clock: Clock
  readonly #events: ConnectionEvents
  readonly #reader: ResponseReader
  #call: HttpExchangeCall | null = null
  #isReady = false
  /** Connected, but who it is has not been proved. */
  #isSecuring = false
  #isClosed = false
  #isPaused = false
  #hasAnswer = false
  /** When it was last heard, or asked, or became idle; by the monotonic clock. */
  #lastMs: number
  #idleMs = 0

  constructor(url: URL, session: Buffer | null, waits: Waits, clock: Clock, events: ConnectionEvents) {
    this.#waits = waits
    this.#clock = clock
    this.#events = events
    this.#lastMs = clock.upMs()
    this.#reader = new ResponseReader({
      head: (status, headers) => {
        this.#hasAnswer = true
        if (this.#call?.isOver === false) this.#call.sink.head(status, headers)
      },
      data: (bytes) => {
        if (this.#call?.isOver === false) this.#call.sink.data(bytes)
      },
      end: (idleMs) => this.#ended(idleMs),
    })
    this.#socket = this.#open(url, session)
  }

  /** The next request; only while no other is on its way. */
  begin(call: HttpExchangeCall): void {
    this.#call = call
    call.connection = this
    this.#hasAnswer = false
    this.#lastMs = this.#clock.upMs()
    if (this.#isReady) this.#send(call.outgoing)
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#lastMs = this.#clock.upMs()
    this.#socket.resume()
  }

  /** Called now and then. Ends what waits for too long, in words that say for what. */
  checkTime(nowMs: number): void {
    const silentMs = nowMs - this.#lastMs
    if (this.#call === null) {
      if (silentMs >= this.#idleMs) this.destroy()
      return
    }
    // A client that does not read is its own matter: the target may be as loud as it likes.
    if (this.#isPaused) return
    const { connectMs, headersMs, bodyMs } = this.#waits
    const [phase, ms] = !this.#isReady
      ? (['connect', connectMs] as const)
      : this.#hasAnswer
        ? (['body', bodyMs] as const)
        : (['headers', headersMs] as const)
    if (silentMs >= ms) this.#fail(new Fault('upstream.timeout', { phase, ms }))
  }

  /** Whether it may be asked again: the target has not been told to wait longer than it said it would. */
  isFresh(nowMs: number): boolean {
    return !this.#isClosed && nowMs - this.#lastMs < this.#idleMs
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.destroy()
    this.#events.closed(this)
  }

  // ── the socket ──

  #open(url: URL, session: Buffer | null): Socket {
    const isTls = url.protocol === 'https:'
    const buffer = Buffer.allocUnsafeSlow(isTls ? tlsReadBytes : plainReadBytes)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const options = {
      host,
      port: Number(url.port || (isTls ? 443 : 80)),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      onread: {
        buffer,
        callback: (count: number): boolean => {
          this.#read(buffer.subarray(0, count))
          return true
        },
      },
    }
    const socket = isTls ? this.#secure(options, host, session) : connectTcp(options)
    if (!isTls) socket.once('connect', () => this.#ready())
    let failure: Error | null = null
    socket.on('error', (error) => {
      failure = error
    })
    socket.once('end', () => this.#closed(failure))
    socket.once('close', () => this.#closed(failure))
    return socket
  }

  #secure(options: object, host: string, session: Buffer | null): Socket {
    const socket = connectTls({ ...options, ...toTlsOptions(host, session) })
    socket.once('connect', () => {
      this.#isSecuring = true
    })
    socket.once('secureConnect', () => this.#ready())
    // By a ticket a target is taken for who it was: only of one whose name was verified.
    socket.on('session', (ticket: Buffer) => {
      if (socket.authorized) this.#events.ticket(ticket)
    })
    return socket
  }

  #ready(): void {
    this.#isReady = true
    this.#lastMs = this.#clock.upMs()
    if (this.#call !== null) this.#send(this.#call.outgoing)
  }

  #send({ head, body, toHead }: Outgoing): void {
    this.#reader.expect(toHead)
    const socket = this.#socket
    const bodyBytes = body?.length ?? 0
    if (body === null || bodyBytes === 0) socket.write(head, 'latin1')
    else if (bodyBytes <= joinedBytes) {
      const whole = Buffer.allocUnsafe(head.length + bodyBytes)
      whole.write(head, 0, 'latin1')
      whole.set(body, head.length)
      socket.write(whole)
    } else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
  }

  #read(bytes: Buffer): void {
    if (this.#isClosed) return
    this.#lastMs = this.#clock.upMs()
    try {
      this.#reader.read(bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  #ended(idleMs: number): void {
    const call = this.#call
    this.#call = null
    this.#idleMs = idleMs
    const wasOver = call === null || call.isOver
    if (call !== null) call.isOver = true
    // A request that is answered before it was read to its end is still in the way.
    const isFree = idleMs > 0 && !this.#isClosed && this.#socket.writableLength === 0
    if (isFree) {
      this.resume()
      this.#events.idle(this)
    } else this.destroy()
    if (!wasOver) call.sink.end()
  }

  #closed(failure: Error | null): void {
    if (this.#isClosed) return
    if (failure === null && this.#isReady) {
      try {
        this.#reader.closed()
        this.#fail(new Fault('upstream.closed', { phase: 'request' }))
      } catch (error) {
        this.#fail(error)
      }
    } else this.#fail(this.#toFault(failure))
  }

  #toFault(failure: Error | null): Fault {
    const why = failure === null ? 'closed' : 'code' in failure ? String(failure.code) : failure.name
    if (this.#isReady) return new Fault('upstream.closed', { why }, failure ?? undefined)
    return new Fault(this.#isSecuring ? 'upstream.tls' : 'upstream.unreachable', { why }, failure ?? undefined)
  }

  #fail(thrown: unknown): void {
    const call = this.#call
    this.#call = null
    this.destroy()
    call?.fail(thrown)
  }
}

function toTlsOptions(host: string, session: Buffer | null): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    ...(/^[\d.:]+$/.test(host) || host.includes(':') ? {} : { servername: host }),
    ...(session === null ? {} : { session }),
  }
}
