// Who may decide on a held request (G4): a human, signed in as themself, of a group that the rules name; not the one who
// asks, nobody it asks for, not the author of a rule that holds it. Several groups need several people.

import type { Approval, Signature } from '../kernel/approval.ts'
import type { Principal } from '../kernel/principal.ts'

/** @returns why this principal may not decide, in words for it; null when it may */
export function whyNotDecide(row: Approval, approver: Principal): string | null {
  if (approver.kind !== 'human') return 'Only people decide on requests; agents, services and jobs never do.'
  // A run token or a connection's credential is handed to programs, so it proves no person at the keyboard.
  if (approver.proof.method !== 'oidc' || approver.run !== null || approver.act.length > 0 || approver.boundTo !== null)
    return 'Decide with your own login, not with a token made for a program.'
  if (approver.id === row.principal.id) return 'You asked for this yourself; somebody else must decide.'
  if (isBehind(row, approver)) return 'This was asked for on your behalf; somebody else must decide.'
  if (row.authors.some((author) => isNamed(author, approver)))
    return 'You wrote a rule that holds this; somebody else must decide.'
  if (groupsOf(row, approver).length === 0) return `This is decided by ${row.approverGroups.join(' and ')}.`
  return null
}

function isBehind(row: Approval, approver: Principal): boolean {
  const isSame = (one: { readonly issuer: string; readonly subject: string }): boolean =>
    one.issuer === approver.issuer && one.subject === approver.subject
  return isSame(row.principal) || row.principal.act.some(isSame)
}

/** An author is written as an id or an e-mail address; the displayed name only ever excludes somebody here. */
function isNamed(author: string, { id, subject, display }: Principal): boolean {
  const wanted = author.trim().toLowerCase()
  return [id, subject, display].some((name) => name.toLowerCase() === wanted)
}

export function groupsOf(row: Approval, approver: Principal): readonly string[] {
  return row.approverGroups.filter((group) => approver.groups.includes(group))
}

/** Has every group a person of its own? One who is in two groups stands for one of them (bipartite matching, Kuhn). */
export function isSatisfied(groups: readonly string[], signatures: readonly Signature[]): boolean {
  const standsFor = new Map<string, string>()
  const find = (person: Signature, tried: Set<string>): boolean =>
    person.groups.some((group) => {
      if (tried.has(group)) return false
      tried.add(group)
      const holder = signatures.find((one) => one.approver.id === standsFor.get(group))
      if (holder !== undefined && !find(holder, tried)) return false
      standsFor.set(group, person.approver.id)
      return true
    })
  const people = new Map(signatures.map((one) => [one.approver.id, one]))
  for (const person of people.values()) find(person, new Set())
  return groups.length > 0 && groups.every((group) => standsFor.has(group))
}
