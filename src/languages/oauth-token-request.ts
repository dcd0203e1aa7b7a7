// `POST /v1/oauth/token`: RFC 7523 §2.1 as workloads send it (JSON with a federation rule beside the assertion, or the
// form of RFC 6749 §4), and the answers of RFC 6749 §5. Pure; refuses to know whose assertion it is or what it is worth.

import { Secret } from '../kernel/secret.ts'
import { parseUniqueJson } from './unique-json.ts'

export const maxTokenRequestBytes = 64 * 1024
const maxAssertionLength = 16 * 1024
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ruleForm = /^[A-Za-z0-9._:-]{1,128}$/

export interface TokenRequest {
  readonly assertion: Secret
  /** `federation_rule_id`; null when the issuer is to be chosen by the assertion's `iss`. */
  readonly rule: string | null
}

/** RFC 6749 §5.2. `description` is ours and fixed: nothing of the request is repeated. */
export interface TokenProblem {
  readonly problem: 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type' | 'temporarily_unavailable'
  readonly description: string
}

export interface TokenAnswer {
  readonly status: number
  /** Flat name, value pairs. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

/** @param contentType the header as received; null when there is none */
export function parseTokenRequest(body: Uint8Array, contentType: string | null): TokenRequest | TokenProblem {
  if (body.length > maxTokenRequestBytes) return toProblem('The request is too large.')
  const text = toText(body)
  if (text === null) return toProblem('The request is not UTF-8.')
  const fields = readFields(text, contentType)
  if ('problem' in fields) return fields
  const grant = fields.get('grant_type')
  if (grant === undefined) return toProblem('grant_type is missing.')
  if (grant !== jwtBearer) {
    return { problem: 'unsupported_grant_type', description: `The only grant type here is ${jwtBearer}.` }
  }
  const assertion = fields.get('assertion')
  if (typeof assertion !== 'string' || assertion === '') return toProblem('assertion is missing.')
  if (assertion.length > maxAssertionLength) return toProblem('assertion is too long.')
  const rule = fields.get('federation_rule_id') ?? null
  if (rule !== null && (typeof rule !== 'string' || !ruleForm.test(rule))) {
    return toProblem('federation_rule_id is not the name of a rule.')
  }
  // A token file that was written by an editor or `echo` ends in a line break.
  return { assertion: new Secret(assertion.trim()), rule }
}

export function isTokenProblem(value: TokenRequest | TokenProblem): value is TokenProblem {
  return 'problem' in value
}

/** RFC 6749 §5.1. The body holds the token in clear: to be sent, never to be kept. */
export function toTokenAnswer(accessToken: string, expiresInS: number): TokenAnswer {
  return toAnswer(200, { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInS })
}

/** `x-should-retry` is what the SDK obeys; a refused assertion is refused again. */
export function toTokenProblemAnswer({ problem, description }: TokenProblem): TokenAnswer {
  const isTemporary = problem === 'temporarily_unavailable'
  const answer = toAnswer(isTemporary ? 503 : 400, { error: problem, error_description: description })
  return { ...answer, headers: [...answer.headers, 'x-should-retry', String(isTemporary)] }
}

type Fields = ReadonlyMap<string, unknown>

function readFields(text: string, contentType: string | null): Fields | TokenProblem {
  const media = (contentType ?? '').split(';')[0]?.trim().toLowerCase()
  if (media === 'application/json') {
    const value = parseUniqueJson(text)
    return value === null ? toProblem('The body is not one unambiguous JSON object.') : new Map(Object.entries(value))
  }
  if (media !== 'application/x-www-form-urlencoded') {
    return toProblem('The body must be application/json or application/x-www-form-urlencoded.')
  }
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    // RFC 6749 §3.2: parameters must not be repeated.
    if (fields.has(name)) return toProblem('A parameter is repeated.')
    fields.set(name, value)
  }
  return fields
}

function toProblem(description: string): TokenProblem {
  return { problem: 'invalid_request', description }
}

function toAnswer(status: number, body: Readonly<Record<string, string | number>>): TokenAnswer {
  const headers = ['content-type', 'application/json', 'cache-control', 'no-store', 'pragma', 'no-cache']
  return { status, headers, body: new TextEncoder().encode(JSON.stringify(body)) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function toText(body: Uint8Array): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}
