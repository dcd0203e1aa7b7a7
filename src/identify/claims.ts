// Verified claims → Principal, by the issuer's mapping. What is missing, of the wrong type or unclean is refused, except
// for `groups` (absent: none, and the policy denies) and the display name (falls back to the subject).

import { hash } from 'node:crypto'
import type { Actor, Principal, PrincipalKind } from '../kernel/principal.ts'
import { readIssuerActors, toPrincipalId } from './act-chain.ts'
import { toRefusal, type Refusal } from './refusal.ts'
import type { IssuerSettings } from './settings.ts'
import { isName } from './text.ts'

export type Claims = Readonly<Record<string, unknown>>

const maxGroups = 512
const maxClaimPath = 8

export interface Verified {
  readonly claims: Claims
  /** `exp` with the issuer's clock skew: until then the token itself is accepted, so the session may live. */
  readonly expiresAtMs: number
  readonly issuedAtMs: number
  /** SHA-256 of the token, hexadecimal. */
  readonly digest: string
  /** Of the issuer's keys that vouched for it. */
  readonly keysVersion: number
}

export function toPrincipal(issuer: IssuerSettings, verified: Verified): Principal | Refusal {
  const { claims } = verified
  const missing = Object.entries(issuer.requiredClaims).find(([name, value]) => claimAt(claims, name) !== value)
  if (missing !== undefined) return toRefusal('claims', issuer.name, missing[0])
  const subject = claimAt(claims, issuer.principal.id)
  if (!isName(subject)) return toRefusal('claims', issuer.name, issuer.principal.id)
  const kind = kindOf(issuer, claims)
  if (kind === null) return toRefusal('claims', issuer.name, 'kind')
  const groups = groupsOf(claimAt(claims, issuer.principal.groups))
  if (groups === null) return toRefusal('claims', issuer.name, issuer.principal.groups)
  const actors = readIssuerActors(claims['act'], issuer.issuer)
  if (actors === null) return toRefusal('claims', issuer.name, 'act')

  const named: Actor = { issuer: issuer.issuer, subject, kind }
  const [current = named, ...earlier] = actors
  const shown = issuer.principal.display === undefined ? undefined : claimAt(claims, issuer.principal.display)
  return {
    ...current,
    id: toPrincipalId(current),
    display: current === named && isName(shown) ? shown : current.subject,
    groups,
    act: current === named ? [] : [...earlier, named],
    run: null,
    expiresAtMs: verified.expiresAtMs,
    proof: { method: 'oidc', tokenId: tokenIdOf(claims['jti'], verified.digest) },
    boundTo: null,
  }
}

/** A name as it stands, then as a dotted path. Own properties only: a claim named `__proto__` finds nothing. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  const steps = path.split('.')
  if (steps.length < 2 || steps.length > maxClaimPath) return undefined
  let at: unknown = claims
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined
    at = (at as Claims)[step]
  }
  return at
}

function kindOf(issuer: IssuerSettings, claims: Claims): PrincipalKind | null {
  const { kind } = issuer.principal
  if (typeof kind === 'string') return kind
  const value = claimAt(claims, kind.claim)
  return typeof value === 'string' && Object.hasOwn(kind.map, value) ? (kind.map[value] ?? null) : null
}

/** Sorted, without duplicates; null when it is not a list of names. One string is not a list: it may hold several. */
export function groupsOf(claim: unknown): readonly string[] | null {
  if (claim === undefined) return []
  if (!Array.isArray(claim) || claim.length > maxGroups) return null
  const list: readonly unknown[] = claim
  if (!list.every((group) => isName(group))) return null
  return Object.freeze([...new Set(list)].sort())
}

/** A `jti` is what the issuer's log knows the token by; without a usable one, a digest names it. */
function tokenIdOf(jti: unknown, digest: string): string {
  return isName(jti, 128) ? jti : `sha256:${digest.slice(0, 32)}`
}

export function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}
