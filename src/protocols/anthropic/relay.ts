// The answer on its way from the target to the client: carried, released, written in order, with back-pressure both ways,
// and ended exactly once however it ends. The head goes out with the first released byte of the body, so that what breaks
// before it can still be answered with a clean error.

import { toDenial, type Released } from '../../kernel/decision.ts'
import { Fault, toFault } from '../../kernel/fault.ts'
import type { Outcome, Passage, Session } from '../../kernel/journey.ts'
import type { HttpExchange } from '../../kernel/protocol.ts'
import type { HttpCall, HttpRequest, HttpSink, HttpTarget } from '../../kernel/target.ts'
import { ContentDecoder, parseCodings } from '../../wire/content-coding.ts'
import { toCarrier, type ChosenCarrier } from './carriers.ts'
import { HeadStart } from './head-start.ts'
import { Outlet } from './outlet.ts'
import { tellOf, toErrorEvent, toFaultRefusal, toRefusal } from './refusal.ts'
import { valuesOf } from './request-headers.ts'
import { HeadCarrier, valueOf } from './response-head.ts'
import type { Endpoint } from './route.ts'
import { SseCarrier } from './sse-carrier.ts'

/** What a model says compresses by 3 to 20. */
const decodingLimits = { maxBytes: 1024 * 1024 * 1024, maxRatio: 200 }

export interface RelayParts {
  readonly exchange: HttpExchange
  readonly session: Session
  readonly passage: Passage
  readonly endpoint: Endpoint
  readonly toResultsUrl: (url: string) => string
}

export class Relay implements HttpSink {
  readonly #parts: RelayParts
  readonly #outlet: Outlet
  #call: HttpCall | null = null
  #decoder: ContentDecoder | null = null
  #chosen: ChosenCarrier | null = null
  #status = 0
  readonly #headStart = new HeadStart()
  /** The target has said all. */
  #hasEnded = false
  #isOver = false
  #whenOver: () => void = () => undefined

  constructor(parts: RelayParts) {
    this.#parts = parts
    this.#outlet = new Outlet(parts.exchange, {
      slow: () => this.#pause(),
      ready: () => this.#resume(),
      failed: (thrown) => this.#fail(thrown),
    })
  }

  /** Resolves when the exchange is over, well or not; never rejects. */
  async run(target: HttpTarget, request: HttpRequest): Promise<void> {
    const { exchange, session, passage } = this.#parts
    const { gone } = exchange
    const { revoked } = session
    const onGone = (): void => this.#cut(null)
    const onRevoked = (): void => this.#revoke()
    await new Promise<void>((resolve) => {
      this.#whenOver = resolve
      gone.addEventListener('abort', onGone)
      revoked.addEventListener('abort', onRevoked)
      if (gone.aborted) this.#cut(null)
      else if (revoked.aborted) this.#revoke()
      else this.#begin(() => target.send(request, passage, this))
    })
    // The session outlives many exchanges: it must not keep them.
    gone.removeEventListener('abort', onGone)
    revoked.removeEventListener('abort', onRevoked)
  }

  // ── what the target says ──

  head(status: number, headers: readonly string[]): void {
    if (this.#isOver) return
    this.#guard(() => {
      if (status >= 300 && status < 400 && status !== 304)
        throw new Fault('upstream.protocol', { why: 'a redirect', status })
      this.#status = status
      this.#decoder = this.#toDecoder(headers)
      const declared = valueOf(headers, 'content-length')
      const length = this.#decoder === null && declared !== null ? Number(declared) : -1
      const [contentType = '', ...otherTypes] = valuesOf(headers, 'content-type')
      if (otherTypes.some((type) => type !== contentType))
        throw new Fault('upstream.protocol', { why: 'two types of one body' })
      const { endpoint, toResultsUrl, passage } = this.#parts
      this.#chosen = toCarrier({ contentType, length, endpoint }, toResultsUrl)
      const isWhole = this.#chosen.delivery === 'whole'
      const head = new HeadCarrier(status, headers)
      this.#outlet.push(passage.respond(head.bytes, head), head.bytes.length, (released) => {
        this.#outlet.open(head.released(released), isWhole)
      })
    })
  }

  data(chunk: Uint8Array): void {
    if (this.#isOver) return
    if (this.#decoder === null) this.#carry(chunk)
    else if (!this.#decoder.write(chunk, () => this.#resume())) this.#call?.pause()
  }

  end(): void {
    if (this.#isOver) return
    if (this.#decoder === null) this.#finish()
    else this.#decoder.end()
  }

  failed(fault: Error): void {
    this.#fail(fault)
  }

  // ── the steps ──

  #begin(send: () => HttpCall): void {
    this.#guard(() => {
      const call = send()
      this.#call = call
      // A target may answer or fail before `send` returns.
      if (this.#isOver) call.abort()
    })
  }

  /** The gateway asks for no coding; a target or a cache before it may use one all the same. */
  #toDecoder(headers: readonly string[]): ContentDecoder | null {
    const codings = parseCodings(valuesOf(headers, 'content-encoding'), 'upstream.encoding')
    if (codings.length === 0) return null
    return new ContentDecoder(codings, decodingLimits, 'upstream.encoding', {
      data: (chunk) => this.#carry(chunk),
      end: () => this.#finish(),
      failed: (fault) => this.#fail(fault),
    })
  }

  #carry(chunk: Uint8Array): void {
    if (this.#isOver) return
    const headStart = this.#headStart
    if (headStart.isWaiting) headStart.keep(chunk)
    else {
      const first = this.#chosen?.delivery === 'stream' ? headStart.begin(chunk) : null
      if (first === null) this.#release(chunk, this.#write)
      else this.#release(first, this.#writeFirst)
    }
    if (headStart.isFull) this.#pause()
  }

  #release(chunk: Uint8Array, use: (bytes: Released) => void): void {
    this.#guard(() => {
      this.#outlet.push(this.#parts.passage.respond(chunk, this.#carrier()), chunk.length, use)
    })
  }

  readonly #write = (bytes: Released): void => this.#outlet.write(bytes)

  readonly #writeFirst = (bytes: Released): void => {
    this.#write(bytes)
    // Not before the loop has written it.
    setImmediate(() => {
      for (const chunk of this.#headStart.take()) this.#carry(chunk)
      if (this.#hasEnded) this.#finish()
      else this.#resume()
    })
  }

  #finish(): void {
    if (this.#isOver) return
    this.#hasEnded = true
    if (this.#headStart.isWaiting) return
    this.#guard(() => {
      this.#outlet.push(this.#parts.passage.finish(this.#carrier()), 0, (bytes) => {
        this.#write(bytes)
        this.#outlet.end()
        const carrier = this.#carrier()
        const isError = this.#status >= 400 || (carrier instanceof SseCarrier && carrier.failed)
        this.#over({ outcome: isError ? 'failed' : 'completed', code: String(this.#status), rows: null })
      })
    })
  }

  #carrier(): ChosenCarrier['carrier'] {
    if (this.#chosen === null) throw new Fault('upstream.protocol', { why: 'a body before its head' })
    return this.#chosen.carrier
  }

  #guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#fail(error)
    }
  }

  #pause(): void {
    this.#call?.pause()
    this.#decoder?.pause()
  }

  #resume(): void {
    if (this.#outlet.isSlow || this.#headStart.isFull) return
    this.#decoder?.resume()
    this.#call?.resume()
  }

  // ── the ends ──

  #over(outcome: Outcome): void {
    this.#isOver = true
    this.#decoder?.close()
    try {
      this.#parts.passage.end(outcome)
    } catch (error) {
      // The journal may be what failed. Nothing follows that would have to be recorded.
      this.#parts.session.failed(error)
    }
    this.#whenOver()
  }

  /** Either side went away: nobody is left to be told. */
  #cut(code: string | null): void {
    if (this.#isOver) return
    this.#outlet.close()
    this.#over({ outcome: 'cut', code, rows: null })
    // After it is over: an abort may be reported back as a failure.
    this.#call?.abort()
  }

  #revoke(): void {
    if (this.#isOver) return
    const { exchange, session } = this.#parts
    const denial = toDenial('Access was ended by the gateway.', 'revoked')
    if (this.#outlet.hasStarted) {
      exchange.destroy(this.#lastWords(toErrorEvent('permission_error', denial.reason, session.id)))
    } else {
      const { status, headers, body } = toRefusal(denial, session.id)
      exchange.say(status, headers, body)
    }
    this.#cut('revoked')
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return
    const { exchange, session } = this.#parts
    const fault = session.failed(toFault(thrown))
    if (this.#outlet.hasStarted) {
      exchange.destroy(this.#lastWords(toErrorEvent('api_error', tellOf(fault), fault.id)))
    } else {
      const { status, headers, body } = toFaultRefusal(fault)
      exchange.say(status, headers, body)
    }
    this.#cut(fault.code)
  }

  /** Only a stream of events has room for words that are no part of the answer. */
  #lastWords(words: Uint8Array): Uint8Array | undefined {
    return this.#chosen?.delivery === 'stream' ? words : undefined
  }
}
