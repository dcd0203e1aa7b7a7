// Who there is in the demo. No passwords: whoever can open a page on this machine's loopback may be anyone.

export interface Account {
  readonly id: string
  readonly kind: 'human' | 'agent'
  readonly name: string
  readonly groups: readonly string[]
}

export const accounts: readonly Account[] = [
  { id: 'alice', kind: 'human', name: 'Alice Ahn', groups: ['developers', 'support'] },
  { id: 'dana', kind: 'human', name: 'Dana Diaz', groups: ['dba', 'oncall', 'security'] },
  { id: 'nightly-agent', kind: 'agent', name: 'Nightly agent', groups: ['agents'] },
]

export const audience = 'sallyport'
export const loginClient = 'sallyport-cli'
export const agentClient = 'nightly-agent'
/** Printed on purpose: it opens nothing but this demo. */
export const agentClientSecret = 'demo-only-secret-of-the-nightly-agent'

export function findAccount(id: string | undefined): Account | undefined {
  return accounts.find((account) => account.id === id)
}

export function claimsOf(account: Account): { kind: string; name: string; groups: string[] } {
  return { kind: account.kind, name: account.name, groups: [...account.groups] }
}
