// A JWT of a configured issuer: signature, algorithm, issuer, audience and times (RFC 7519 §7.2, RFC 8725 §3). jose does
// the cryptography; this adds what it leaves to its caller and says which check failed.

import { errors, jwtVerify } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import { digestOf, type Claims, type Verified } from './claims.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { isRefusal, toRefusal, type Refusal, type RefusalClass } from './refusal.ts'
import type { IssuerSettings } from './settings.ts'
import { toLoggableIssuer, type JwtShape } from './token-shape.ts'

export interface TrustedIssuer {
  readonly settings: IssuerSettings
  readonly keys: IssuerKeys
}

/** What an access or identity token may call itself; a logout token or a DPoP proof of the same issuer is neither. */
const types = new Set(['jwt', 'at+jwt', 'application/at+jwt'])

/**
 * The one issuer that a token's own words and the asked rule agree on.
 * @param mayChoose which issuers stand for the rule that was asked for
 */
export function chooseIssuer(
  issuers: readonly TrustedIssuer[],
  shape: JwtShape,
  mayChoose: (settings: IssuerSettings) => boolean,
): TrustedIssuer | Refusal {
  const known = issuers.filter(({ settings }) => settings.issuer === shape.issuer)
  if (known.length === 0) return toRefusal('unknown-issuer', null, toLoggableIssuer(shape.issuer))
  const ruled = known.filter(({ settings }) => mayChoose(settings))
  if (ruled.length === 0) return toRefusal('wrong-rule', known[0]?.settings.name ?? null)
  const meant = ruled.filter(({ settings }) => shape.audiences.includes(settings.audience))
  const [only, another] = meant
  if (only === undefined) return toRefusal('wrong-audience', ruled[0]?.settings.name ?? null)
  // Two mappings fit, and they may make two different principals of one token.
  return another === undefined ? only : toRefusal('wrong-audience', null, 'fits several issuers')
}

/** @throws Fault `identity.unavailable` */
export async function verifyIssuerToken(
  { settings, keys }: TrustedIssuer,
  shape: JwtShape,
  token: Secret,
  clock: Clock,
): Promise<Verified | Refusal> {
  const { name, issuer, audience, algorithms, clockSkew } = settings
  if (!algorithms.some((allowed) => allowed === shape.algorithm)) return toRefusal('algorithm', name)
  if (shape.type !== null && !types.has(shape.type.toLowerCase())) return toRefusal('malformed', name, 'typ')
  const text = token.reveal()
  await keys.refresh()
  // Before the check, not after: a set that changes meanwhile must not vouch for a signature it was not asked about.
  const keysVersion = keys.version
  const nowMs = clock.nowMs()
  const verified = await verifyJwt(name, () =>
    jwtVerify(text, (header, input) => keys.find(header, input), {
      algorithms,
      issuer,
      audience,
      clockTolerance: clockSkew,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'iat', 'sub'],
    }),
  )
  if (isRefusal(verified)) return verified
  const { claims } = verified
  const { exp, iat } = claims
  if (typeof exp !== 'number' || typeof iat !== 'number') return toRefusal('claims', name, 'exp, iat')
  if (iat > nowMs / 1000 + clockSkew) return toRefusal('not-yet-valid', name, 'iat')
  if (!(exp > iat) || exp - iat > settings.maxLifetime) return toRefusal('lifetime', name)
  return { claims, expiresAtMs: (exp + clockSkew) * 1000, issuedAtMs: iat * 1000, digest: digestOf(text), keysVersion }
}

/** Errors of jose as refusals; their messages and causes hold claims, so nothing but the class is kept. */
export async function verifyJwt(
  issuer: string | null,
  verify: () => Promise<{ readonly payload: object }>,
): Promise<{ readonly claims: Claims } | Refusal> {
  try {
    return { claims: { ...(await verify()).payload } }
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed) {
      return toRefusal(classOfClaim(error.claim, error.reason), issuer, error.claim)
    }
    if (error instanceof errors.JOSEError) return toRefusal(classes[error.code] ?? 'malformed', issuer)
    throw error
  }
}

const classes: Readonly<Record<string, RefusalClass>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JWSSignatureVerificationFailed.code]: 'bad-signature',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JOSENotSupported.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'unknown-key',
  [errors.JWKSMultipleMatchingKeys.code]: 'unknown-key',
}

function classOfClaim(claim: string, reason: string): RefusalClass {
  if (claim === 'aud') return 'wrong-audience'
  if (claim === 'iss') return 'unknown-issuer'
  return claim === 'nbf' && reason === 'check_failed' ? 'not-yet-valid' : 'claims'
}
