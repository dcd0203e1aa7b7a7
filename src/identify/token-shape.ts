// What a presented credential claims to be, read before any cryptography and believed in nothing but which check to run.
// JWS compact serialization (RFC 7515 §7.1), JWT claims (RFC 7519 §4), best practices of RFC 8725.

import { parseUniqueJson } from '../languages/unique-json.ts'
import { toRefusal, type Refusal } from './refusal.ts'
import { isSecureUrl } from './settings.ts'

export const maxTokenBytes = 16 * 1024
export const connectPrefix = 'spc_'

export type Shape = { readonly kind: 'connect' } | JwtShape

export interface JwtShape {
  readonly kind: 'jwt'
  readonly algorithm: string
  readonly type: string | null
  readonly issuer: string
  readonly audiences: readonly string[]
}

const connectForm = /^spc_[A-Za-z0-9_-]{43}$/
const segments = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/

/** `crit` names rules we would have to understand; `jwk` is a key that the sender chose. No issuer's token needs either. */
const refusedHeaders = ['crit', 'jwk', 'b64', 'zip', 'enc']

export function toShape(token: string): Shape | Refusal {
  if (token.length > maxTokenBytes) return toRefusal('too-large')
  if (token.startsWith(connectPrefix)) {
    return connectForm.test(token) ? { kind: 'connect' } : toRefusal('malformed', null, 'connect credential')
  }
  const parts = segments.exec(token)
  if (parts === null) return toRefusal('malformed', null, 'not three segments')
  const header = parseUniqueJson(toText(parts[1] ?? ''))
  const payload = parseUniqueJson(toText(parts[2] ?? ''))
  if (header === null || payload === null) return toRefusal('malformed', null, 'segments are not unambiguous JSON')
  if (refusedHeaders.some((name) => Object.hasOwn(header, name))) return toRefusal('malformed', null, 'header')
  const { alg, typ } = header
  const { iss, aud } = payload
  if (typeof alg !== 'string') return toRefusal('algorithm')
  if (typ !== undefined && typeof typ !== 'string') return toRefusal('malformed', null, 'typ')
  if (typeof iss !== 'string') return toRefusal('unknown-issuer')
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audiences.every(isString)) return toRefusal('wrong-audience')
  return { kind: 'jwt', algorithm: alg, type: typ ?? null, issuer: iss, audiences }
}

/** An issuer that nobody configured, in a form that may be logged: operators look for a missing slash, not for a secret. */
export function toLoggableIssuer(issuer: string): string | null {
  return issuer.length <= 200 && isSecureUrl(issuer) ? issuer : null
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function toText(segment: string): string | null {
  try {
    return utf8.decode(Buffer.from(segment, 'base64url'))
  } catch {
    return null
  }
}
