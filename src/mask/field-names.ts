// What the names of values inside JSON and forms say, found out once a name. Names come from targets and models, so only the last
// few hundred are kept.

import type { FieldPolicies, FieldPolicy } from './engine/context.ts'

const maxKept = 512

export class FieldNames {
  readonly policies: FieldPolicies
  /** The names of late, and those before them: kept are at most both. Nothing is deleted one by one. */
  #late = new Map<string, FieldPolicy>()
  #earlier = new Map<string, FieldPolicy>()
  #unnamed: FieldPolicy | null = null

  constructor(policies: FieldPolicies) {
    this.policies = policies
  }

  policyOf(name: string | null): FieldPolicy {
    if (name === null) return (this.#unnamed ??= this.policies.toPolicy(null))
    let policy = this.#late.get(name)
    if (policy !== undefined) return policy
    policy = this.#earlier.get(name) ?? this.policies.toPolicy(name)
    if (this.#late.size >= maxKept / 2) {
      this.#earlier = this.#late
      this.#late = new Map()
    }
    this.#late.set(name, policy)
    return policy
  }
}
