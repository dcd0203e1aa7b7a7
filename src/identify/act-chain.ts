// Who acts for whom. In a token (RFC 8693 §4.1) `sub` is the one acted for and `act` the actor, with earlier actors inside
// it; a Principal is the actor itself with `act` leading outwards to the human. A delegated token is never a human's.

import type { Actor, PrincipalKind } from '../kernel/principal.ts'
import { isName } from './text.ts'

export const maxActors = 8

/** A principal's id in the kernel's form. Issuers hold no `|`, so the first one always divides. */
export function toPrincipalId({ issuer, subject }: Pick<Actor, 'issuer' | 'subject'>): string {
  return `${issuer}|${subject}`
}

/**
 * Actors of an issuer's token, the current one first. An issuer speaks for its own subjects only: naming an actor of
 * another issuer would let a weak one impersonate principals of a strong one.
 * @returns null when the claim is not a chain that can be believed
 */
export function readIssuerActors(claim: unknown, issuer: string): readonly Actor[] | null {
  return readActors(claim, (actor) => {
    const { sub, iss } = actor
    if (!isName(sub) || (iss !== undefined && iss !== issuer)) return null
    return { issuer, subject: sub, kind: 'agent' }
  })
}

/** Actors of the gateway's own token: ids and kinds as it wrote them. */
export function readOwnActors(claim: unknown): readonly Actor[] | null {
  return readActors(claim, ({ sub, kind }) => readActor(sub, kind))
}

export function readActor(id: unknown, kind: unknown): Actor | null {
  if (!isName(id, 1024) || !isKind(kind)) return null
  const at = id.indexOf('|')
  return at > 0 && at < id.length - 1 ? { issuer: id.slice(0, at), subject: id.slice(at + 1), kind } : null
}

export function isKind(value: unknown): value is PrincipalKind {
  return value === 'human' || value === 'agent' || value === 'service' || value === 'ci'
}

interface ActClaim {
  readonly sub: string
  readonly kind: PrincipalKind
  readonly act?: ActClaim
}

/** The `act` claim of these actors, the current one first; undefined when there are none. */
export function toActClaim(actors: readonly Actor[]): ActClaim | undefined {
  return actors.reduceRight<ActClaim | undefined>(
    (inner, actor) => ({
      sub: toPrincipalId(actor),
      kind: actor.kind,
      ...(inner === undefined ? {} : { act: inner }),
    }),
    undefined,
  )
}

function readActors(
  claim: unknown,
  read: (actor: Readonly<Record<string, unknown>>) => Actor | null,
): readonly Actor[] | null {
  const actors: Actor[] = []
  for (let at = claim; at !== undefined;) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || actors.length === maxActors) return null
    const fields = at as Readonly<Record<string, unknown>>
    const actor = read(fields)
    if (actor === null) return null
    actors.push(actor)
    at = fields['act']
  }
  return actors
}
