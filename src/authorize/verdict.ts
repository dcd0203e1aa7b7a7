// Three outcomes out of Cedar's two. A forbid with `@approval` can be lifted by a human: when every forbid that matched is
// of that kind, the action is held; one that is not, and it is denied. Where nothing matched, it is denied (G3). The human's
// approval stands in for a permit: a rule that holds an action says by itself that it may be asked for.

import type { Decision, Deny, Hold } from '../kernel/decision.ts'
import type { Answer } from './engine.ts'
import type { PolicySet, Rule } from './policies.ts'

/** Of one action. */
export interface Verdict {
  readonly outcome: Decision['outcome']
  readonly rules: readonly Rule[]
}

export function toVerdict({ allowed, deciding }: Answer, policies: PolicySet): Verdict {
  const rules = deciding.flatMap((id) => policies.rules.get(id) ?? [])
  // A deciding rule that is not known here would be a defect; what it says cannot be read, so it denies.
  if (rules.length !== deciding.length) return { outcome: 'deny', rules }
  if (allowed) return { outcome: 'allow', rules }
  const liftable = rules.length > 0 && rules.every(({ approval }) => approval !== null)
  return { outcome: liftable ? 'hold' : 'deny', rules }
}

export function toDeny(verdict: Verdict, action: string, connection: string, policyVersion: string): Deny {
  const final = verdict.rules.filter(({ approval }) => approval === null)
  const reason = reasonsOf(final)
  const plain =
    final.length === 0 ? `No rule allows ${action} on ${connection}.` : `A rule forbids ${action} on ${connection}.`
  const policies = verdict.rules.map(({ id }) => id)
  return Object.freeze({ outcome: 'deny', policies, policyVersion, reason: reason === '' ? plain : reason })
}

/** Actions that are all allowed or held: one held holds all, and every group that any of them needs is needed. */
export function merge(verdicts: readonly Verdict[], policyVersion: string): Decision {
  const held = unique(verdicts.filter(({ outcome }) => outcome === 'hold').flatMap(({ rules }) => rules))
  if (held.length === 0) {
    const policies = unique(verdicts.flatMap(({ rules }) => rules)).map(({ id }) => id)
    return Object.freeze({ outcome: 'allow', policies, policyVersion })
  }
  return toHold(held, policyVersion)
}

function toHold(held: readonly Rule[], policyVersion: string): Hold {
  const approverGroups = sortedSet(held.flatMap(({ approval }) => approval ?? []))
  const reason = reasonsOf(held)
  const grants = held.map(({ grantForMs }) => grantForMs)
  return Object.freeze({
    outcome: 'hold',
    policies: held.map(({ id }) => id),
    policyVersion,
    reason: reason === '' ? `This needs an approval by ${approverGroups.join(' and ')}.` : reason,
    approverGroups,
    // The shortest of them, and a single use as soon as one of the rules asks for that.
    grantForMs: grants.includes(null) ? null : Math.min(...grants.flatMap((one) => one ?? [])),
    authors: sortedSet(held.flatMap(({ author }) => author ?? [])),
  })
}

function reasonsOf(rules: readonly Rule[]): string {
  return [...new Set(rules.flatMap(({ reason }) => reason ?? []))].join(' ')
}

function unique(rules: readonly Rule[]): readonly Rule[] {
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function sortedSet(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
