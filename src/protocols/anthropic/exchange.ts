// One exchange from its first byte to its last: who, what, on which connection, may it, and then the relay. Everything is
// decided before anything goes upstream; a refusal is one clean answer without a stream.

import { toDenial, isDenial, type Denial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Journey, Session, Waiting } from '../../kernel/journey.ts'
import type { Principal } from '../../kernel/principal.ts'
import type { HttpExchange } from '../../kernel/protocol.ts'
import type { HttpRequest, HttpTarget } from '../../kernel/target.ts'
import { decodeBody, parseCodings } from '../../wire/content-coding.ts'
import { toAction } from './action.ts'
import type { BodyBudget } from './body-budget.ts'
import { HoldDeadline } from './hold-deadline.ts'
import { toFaultRefusal, toOverloaded, toRefusal, type Refusal } from './refusal.ts'
import { toOutward } from './outward.ts'
import { Relay } from './relay.ts'
import { toForwarded, toPresented, valuesOf } from './request-headers.ts'
import { toGatewayUrl, toOrigin } from './results-url.ts'
import { toRoute, type Route } from './route.ts'
import { serveTokenExchange, tokenPath } from './token-exchange.ts'
import { prefix, protocolId } from './vocabulary.ts'

export interface ExchangeLimits {
  /** Largest request; the API's own limit is 32 MB. */
  readonly maxBodyBytes: number
  /** How long a body may take to arrive. */
  readonly bodyMs: number
  /** How long a held request waits without an answer; the client gives up after 300 s. */
  readonly holdMs: number
  /** Body of a refused request that is read and thrown away, so that the refusal can be read. */
  readonly maxRefusedBytes: number
  readonly refusedMs: number
}

export const defaultLimits: ExchangeLimits = {
  maxBodyBytes: 32 * 1024 * 1024,
  bodyMs: 120_000,
  holdMs: 280_000,
  maxRefusedBytes: 256 * 1024,
  refusedMs: 5_000,
}

const overloadedRetryS = 5

export async function serveExchange(
  exchange: HttpExchange,
  journey: Journey,
  budget: BodyBudget,
  limits: ExchangeLimits,
): Promise<void> {
  try {
    const route = toRoute(exchange.method, exchange.path)
    if (route.path === tokenPath && exchange.method === 'POST') {
      await within(limits.bodyMs, serveTokenExchange(exchange, journey))
      return
    }
    const principal = await identify(exchange, journey)
    if (isDenial(principal)) {
      await discardBody(exchange, limits)
      say(exchange, toRefusal(principal, null))
      return
    }
    const release = budget.take(principal.id, bodyBytes(exchange, limits))
    if (release === null) {
      say(exchange, toOverloaded(overloadedRetryS))
      return
    }
    try {
      const body = await readBody(exchange, limits)
      await new Ask(exchange, journey, limits).serve(principal, route, body)
    } finally {
      release()
    }
  } catch (error) {
    tell(exchange, journey.failed(error, exchange.peer))
  }
}

/** One identified request: session, decision, relay. */
class Ask {
  readonly #exchange: HttpExchange
  readonly #journey: Journey
  readonly #limits: ExchangeLimits

  constructor(exchange: HttpExchange, journey: Journey, limits: ExchangeLimits) {
    this.#exchange = exchange
    this.#journey = journey
    this.#limits = limits
  }

  async serve(principal: Principal, route: Route, body: Uint8Array): Promise<void> {
    const exchange = this.#exchange
    const hold = new HoldDeadline(exchange, this.#limits.holdMs)
    const waiting: Waiting = {
      // No header before the decision, so that a refusal can be a plain 403.
      held: () => undefined,
      get gone() {
        return hold.signal
      },
    }
    let session: Session | Denial
    try {
      const client = valuesOf(exchange.headers, 'user-agent')[0]?.slice(0, 200) ?? null
      const want = { connection: route.connection, protocol: protocolId, client }
      session = await this.#journey.open(principal, want, exchange.peer, waiting)
      if (isDenial(session)) {
        say(exchange, toRefusal(session, null))
        return
      }
      await this.#inSession(session, { route, body }, waiting, () => hold.clear())
    } finally {
      hold.clear()
    }
  }

  async #inSession(
    session: Session,
    asked: { readonly route: Route; readonly body: Uint8Array },
    waiting: Waiting,
    decided: () => void,
  ): Promise<void> {
    const exchange = this.#exchange
    const { route, body } = asked
    try {
      const { method, query } = exchange
      // What ends here is not judged either: `Connection` may name any header.
      const headers = toForwarded(exchange.headers)
      const action = toAction({ method, route, query, headers, body })
      const passage = await session.begin(action, waiting)
      decided()
      if (isDenial(passage)) {
        say(exchange, toRefusal(withWhy(passage, action.unreadable), session.id))
        return
      }
      if (action.unreadable !== null || route.endpoint === null) {
        passage.end({ outcome: 'failed', code: '403', rows: null })
        say(exchange, toRefusal(toUnreadableDenial(action.unreadable), session.id))
        return
      }
      const { endpoint } = route
      const relay = new Relay({
        exchange,
        session,
        passage,
        endpoint,
        toResultsUrl: this.#toResultsUrl(session, route),
      })
      let target: HttpTarget
      let request: HttpRequest
      try {
        target = await session.dialHttp()
        const sent = toOutward(endpoint, body, passage.outward())
        request = { method, path: route.path + query, headers, body: sent }
      } catch (error) {
        // Nothing of it left. It is over all the same, and a session with an action that never ends is never idle.
        passage.end({ outcome: 'cut', code: error instanceof Fault ? error.code : 'internal', rows: null })
        throw error
      }
      await relay.run(target, request)
    } catch (error) {
      tell(exchange, session.failed(error))
    }
  }

  #toResultsUrl(session: Session, route: Route): (url: string) => string {
    const { headers, peer } = this.#exchange
    const base = route.connection === null ? prefix : `${prefix}/${route.connection}`
    const { target } = session.connection
    return (url) => {
      const origin = toOrigin(valuesOf(headers, 'host')[0] ?? '', peer.tls)
      return toGatewayUrl({ origin, base, target }, url)
    }
  }
}

async function identify(exchange: HttpExchange, journey: Journey): Promise<Principal | Denial> {
  const presented = toPresented(exchange.headers)
  if (presented !== null) return await journey.identify(presented, exchange.peer)
  return toDenial('Present one credential: Authorization: Bearer, or x-api-key.', 'identity')
}

function toUnreadableDenial(why: string | null): Denial {
  return toDenial(toNotSure(why ?? 'its path'), 'policy')
}

/** What could be anything is refused by a rule about something else: the client is told what made it so. */
function withWhy(denial: Denial, unreadable: string | null): Denial {
  if (unreadable === null || denial.cause !== 'policy') return denial
  return { ...denial, reason: `${denial.reason} (${toNotSure(unreadable)})` }
}

function toNotSure(why: string): string {
  return `The gateway cannot be sure what this request asks for: ${why}.`
}

/**
 * Without its content codings, and so it goes upstream: a target that reads a coding in another way than we do, or not at
 * all, would see another request than the one that was judged.
 */
async function readBody(exchange: HttpExchange, limits: ExchangeLimits): Promise<Uint8Array> {
  const codings = parseCodings(valuesOf(exchange.headers, 'content-encoding'), 'request.encoding')
  const body = await within(limits.bodyMs, exchange.readBody(limits.maxBodyBytes))
  if (codings.length === 0) return body
  return await decodeBody(body, codings, { maxBytes: limits.maxBodyBytes }, 'request.encoding')
}

/** What a body may take: as declared, or the most when it does not say; with a coding, what it may grow to as well. */
function bodyBytes(exchange: HttpExchange, limits: ExchangeLimits): number {
  const codings = parseCodings(valuesOf(exchange.headers, 'content-encoding'), 'request.encoding')
  return declaredBytes(exchange, limits) + (codings.length > 0 ? limits.maxBodyBytes : 0)
}

function declaredBytes(exchange: HttpExchange, limits: ExchangeLimits): number {
  const declared = valuesOf(exchange.headers, 'content-length')[0]
  if (declared === undefined)
    return valuesOf(exchange.headers, 'transfer-encoding').length > 0 ? limits.maxBodyBytes : 0
  const bytes = Number(declared)
  if (!(bytes >= 0 && bytes <= limits.maxBodyBytes))
    throw new Fault('request.too-large', { bytes, maxBytes: limits.maxBodyBytes })
  return bytes
}

/** A client that is still sending when its socket closes may never read why. What takes too long is cut off all the same. */
async function discardBody(exchange: HttpExchange, limits: ExchangeLimits): Promise<void> {
  const declared = Number(valuesOf(exchange.headers, 'content-length')[0] ?? 0)
  if (!(declared > 0 && declared <= limits.maxRefusedBytes)) return
  await within(limits.refusedMs, exchange.readBody(limits.maxRefusedBytes)).catch(() => undefined)
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timer = setTimeout(() => reject(new Fault('phase.timeout', { phase: 'body', ms })), ms)
  work.finally(() => clearTimeout(timer)).then(resolve, reject)
  return await promise
}

function tell(exchange: HttpExchange, fault: Fault): void {
  if (fault.code !== 'client.gone') say(exchange, toFaultRefusal(fault))
}

function say(exchange: HttpExchange, { status, headers, body }: Refusal): void {
  exchange.say(status, headers, body)
}
