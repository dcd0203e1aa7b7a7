// A request as the gateway judges and records it.

import type { Action } from '../../kernel/action.ts'
import { toCanonicalBody } from './canonical.ts'
import { notUnderstood, toFacts } from './facts.ts'
import { whyUnreadable } from './outward.ts'
import { toPlainParts, toPromptParts } from './parts.ts'
import { isUnreadable, toPrompt } from './prompt.ts'
import { toPrintable, type ApiRequest } from './request.ts'
import { valuesOf } from './request-headers.ts'

export interface ApiAction extends Action {
  /** Why the request does not go upstream whatever the policy says: it could be read in two ways. */
  readonly unreadable: string | null
}

const encoder = new TextEncoder()

export function toAction(request: ApiRequest): ApiAction {
  const { method, route } = request
  const { endpoint, template } = route
  if (endpoint === null) return toUnreadable(request, 'its path can be read in two ways')
  // RFC 9110 §9.3.8: no sender may put a credential into one, and the gateway puts one into everything.
  if (method === 'TRACE') return toUnreadable(request, 'TRACE asks the target to say what it was sent')
  if (endpoint !== 'message' && endpoint !== 'count') {
    const why = whyUnreadable(endpoint, request.body)
    if (why !== null) return toUnreadable(request, why)
    const effectful = method !== 'GET' && method !== 'HEAD'
    return { ...toPlain(request), facts: toFacts(endpoint, effectful, { endpoint: template }), unreadable: null }
  }
  const prompt = toPrompt(request.body)
  if (isUnreadable(prompt)) return toUnreadable(request, prompt.unreadable)
  const { model, tools, stream, runsThere } = prompt
  return {
    label: `${method} ${route.path} ${toPrintable(model)}`,
    facts: toFacts(endpoint, endpoint === 'message' && runsThere, { endpoint: template, model, tools, stream }),
    canonical: () => [...toIdentity(request), ...toCanonicalBody(request.body, prompt)],
    parts: toPromptParts(request, prompt),
    unreadable: null,
  }
}

function toUnreadable(request: ApiRequest, why: string): ApiAction {
  return { ...toPlain(request), facts: notUnderstood, unreadable: why }
}

function toPlain(request: ApiRequest): Pick<Action, 'label' | 'canonical' | 'parts'> {
  return {
    label: `${request.method} ${toPrintable(request.route.path)}`,
    // The same bytes are other parts under another boundary, and another text in another character set.
    canonical: () => [
      ...toIdentity(request),
      encoder.encode(request.query),
      request.body,
      ...valuesOf(request.headers, 'content-type').map((value) => encoder.encode(value)),
    ],
    parts: toPlainParts(request),
  }
}

function toIdentity(request: ApiRequest): Uint8Array[] {
  return [request.method, request.route.path].map((text) => encoder.encode(text))
}
