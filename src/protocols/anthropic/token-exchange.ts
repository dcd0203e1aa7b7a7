// `POST /v1/oauth/token`: an agent's platform token for a run token of the gateway (RFC 7523), as agents with workload
// federation ask for it before their first request and whenever a token was refused.

import { isDenial } from '../../kernel/decision.ts'
import type { Journey } from '../../kernel/journey.ts'
import type { HttpExchange } from '../../kernel/protocol.ts'
import {
  isTokenProblem,
  maxTokenRequestBytes,
  parseTokenRequest,
  toTokenAnswer,
  toTokenProblemAnswer,
  type TokenAnswer,
} from '../../languages/oauth-token-request.ts'
import { valuesOf } from './request-headers.ts'

export const tokenPath = '/v1/oauth/token'

export async function serveTokenExchange(exchange: HttpExchange, journey: Journey): Promise<void> {
  const body = await exchange.readBody(maxTokenRequestBytes)
  const { status, headers, body: answer } = await toExchanged(body, exchange, journey)
  exchange.say(status, headers, answer)
}

async function toExchanged(body: Uint8Array, exchange: HttpExchange, journey: Journey): Promise<TokenAnswer> {
  const request = parseTokenRequest(body, valuesOf(exchange.headers, 'content-type')[0] ?? null)
  if (isTokenProblem(request)) return toTokenProblemAnswer(request)
  const issued = await journey.exchange({ token: request.assertion, rule: request.rule }, exchange.peer)
  if (!isDenial(issued)) return toTokenAnswer(issued.token.reveal(), issued.expiresInS)
  const problem = issued.cause === 'fault' ? 'temporarily_unavailable' : 'invalid_grant'
  return toTokenProblemAnswer({ problem, description: issued.reason })
}
