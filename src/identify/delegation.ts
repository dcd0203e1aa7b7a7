// Who a run belongs to. A run is never a human: what runs on a human's behalf is an agent that acts for them, with at most
// their groups, so that nothing an agent holds can approve anything (G4) and every record names both.

import type { Actor, Principal } from '../kernel/principal.ts'
import { maxActors, toPrincipalId } from './act-chain.ts'
import { toRefusal, type Refusal } from './refusal.ts'

export interface Delegation {
  /** What acts, in the delegator's own words: `claude`, `reviewer`. Null keeps a principal that is no human as it is. */
  readonly actor: string | null
  /** Keeps only these of the delegator's groups; null keeps all. */
  readonly groups: readonly string[] | null
}

const actorForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const defaultActor = 'agent'

export function toRunning(
  principal: Principal,
  run: string,
  { actor, groups }: Delegation,
  issuer: string,
): Principal | Refusal {
  // A credential for one connection must not become one for all of them.
  if (principal.boundTo !== null) return toRefusal('not-exchangeable', null, 'bound to a connection')
  const kept = groups === null ? principal.groups : principal.groups.filter((group) => groups.includes(group))
  if (actor === null && principal.kind !== 'human') return { ...principal, groups: kept, run }
  const name = actor ?? defaultActor
  if (!actorForm.test(name)) return toRefusal('not-exchangeable', null, 'actor')
  const act = [toActor(principal), ...principal.act]
  if (act.length > maxActors) return toRefusal('not-exchangeable', null, 'the chain is too long')
  // Named after the one finally acted for: stable over tokens, and no longer with each delegation.
  const subject = `${name}/${toPrincipalId(act.at(-1) ?? principal)}`
  const agent: Actor = { issuer, subject, kind: 'agent' }
  const [person = principal.display] = principal.display.split(' → ')
  return { ...principal, ...agent, id: toPrincipalId(agent), display: `${person} → ${name}`, groups: kept, act, run }
}

function toActor({ issuer, subject, kind }: Principal): Actor {
  return { issuer, subject, kind }
}
