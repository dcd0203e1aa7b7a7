// The Claude API (https://platform.claude.com/docs/en/api): Messages as JSON and as server-sent events, and every other
// path of it by policy. It knows how this API is asked, refused and cut; whom it serves and what is a secret it is told.

import type { HttpProtocol } from '../../kernel/protocol.ts'
import { BodyBudget } from './body-budget.ts'
import { checkConnection, howToConnect } from './connect.ts'
import { defaultLimits, serveExchange, type ExchangeLimits } from './exchange.ts'
import { render } from './render.ts'
import { cedar, credentialKinds, prefix, protocolId } from './vocabulary.ts'

/** All request bodies together; sixteen of the largest. */
const maxHeldBytes = 512 * 1024 * 1024

export function createProtocol(limits: ExchangeLimits, maxBodiesBytes: number): HttpProtocol {
  const budget = new BodyBudget(maxBodiesBytes)
  return {
    id: protocolId,
    title: 'Claude API',
    shape: 'http',
    prefix,
    targetSchemes: ['https', 'http'],
    credentialKinds,
    cedar,
    checkConnection,
    howToConnect,
    render,
    handle: (exchange, journey) => serveExchange(exchange, journey, budget, limits),
  }
}

export const anthropic: HttpProtocol = createProtocol(defaultLimits, maxHeldBytes)
