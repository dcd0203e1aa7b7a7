// The gateway's own answers in the API's own error shape. Which status and which `x-should-retry` is not taste: clients
// re-send some refusals eleven times and never show the message of others. 403 is sent once and shown.

import { randomBytes } from 'node:crypto'
import type { Denial } from '../../kernel/decision.ts'
import type { Fault, FaultCode } from '../../kernel/fault.ts'

export interface Refusal {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

type ErrorType =
  | 'authentication_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'request_too_large'
  | 'overloaded_error'
  | 'timeout_error'
  | 'api_error'

/** A client waits for at most 59 seconds by itself and gives up at more. */
const maxRetryAfterS = 55
/** The re-sent request is held again at once, so there is no reason to keep it away for long. */
const minRetryAfterS = 1

export function toRefusal(denial: Denial, session: string | null): Refusal {
  const id = denial.faultId ?? denial.approval ?? session
  if (denial.cause === 'identity') return refusal(401, 'authentication_error', denial.reason, { id, retry: false })
  if (denial.cause === 'fault') return refusal(503, 'api_error', denial.reason, { id, retry: true })
  if (denial.retryAfterMs === null) return refusal(403, 'permission_error', denial.reason, { id, retry: false })
  const seconds = Math.min(maxRetryAfterS, Math.max(minRetryAfterS, Math.ceil(denial.retryAfterMs / 1000)))
  const message = `${denial.reason} The request waits for an approval${denial.approval === null ? '' : ` (${denial.approval})`}; the same request may be sent again.`
  return refusal(429, 'rate_limit_error', message, { id, retry: true, retryAfterS: seconds })
}

/** What the gateway refuses by itself, before anybody is asked. */
export function toOverloaded(retryAfterS: number): Refusal {
  const message = 'The gateway holds as many request bytes as it may; try again.'
  return refusal(529, 'overloaded_error', message, { id: null, retry: true, retryAfterS })
}

const faultStatus: Partial<Record<FaultCode, readonly [number, ErrorType]>> = {
  'request.too-large': [413, 'request_too_large'],
  'frame.too-large': [413, 'request_too_large'],
  'request.malformed': [403, 'permission_error'],
  'request.encoding': [403, 'permission_error'],
  'phase.timeout': [408, 'timeout_error'],
  'record.unavailable': [503, 'api_error'],
  'state.unavailable': [503, 'api_error'],
  'identity.unavailable': [503, 'api_error'],
  'policy.failed': [503, 'api_error'],
  'upstream.timeout': [504, 'timeout_error'],
}

/** The same request may well succeed a little later. */
const passing = new Set<FaultCode>([
  'record.unavailable',
  'state.unavailable',
  'identity.unavailable',
  'upstream.unreachable',
  'upstream.timeout',
  'upstream.closed',
  'phase.timeout',
])

export function toFaultRefusal(fault: Fault): Refusal {
  const [status, type] = faultStatus[fault.code] ?? [502, 'api_error']
  return refusal(status, type, tellOf(fault), { id: fault.id, retry: passing.has(fault.code) })
}

/** Last words inside a stream that has begun: the client knows this event, and it is not a piece of the answer. */
export function toErrorEvent(type: 'api_error' | 'permission_error', message: string, id: string | null): Uint8Array {
  return Buffer.from(`event: error\ndata: ${JSON.stringify(errorShape(type, message, id))}\n\n`)
}

export function tellOf(fault: Fault): string {
  return `${fault.tell} (${fault.id})`
}

interface More {
  /** What joins this answer to the record: a fault, an approval, or the session. */
  readonly id: string | null
  readonly retry: boolean
  readonly retryAfterS?: number
}

function refusal(status: number, type: ErrorType, message: string, more: More): Refusal {
  const id = more.id ?? `req_${randomBytes(12).toString('hex')}`
  const headers = ['content-type', 'application/json', 'request-id', id, 'x-should-retry', String(more.retry)]
  if (more.retryAfterS !== undefined) headers.push('retry-after', String(more.retryAfterS))
  return { status, headers, body: Buffer.from(JSON.stringify(errorShape(type, message, id))) }
}

function errorShape(type: ErrorType, message: string, id: string | null): object {
  return { type: 'error', error: { type, message }, request_id: id }
}
