// What the names of values inside JSON and forms say, found out once a name. Names come from targets and models, so only the last
// few hundred are kept.

import type { FieldPolicies, FieldPolicy } from './engine/context.ts'

const maxKept = 512

export class FieldNames {
  readonly policies: FieldPolicies
  readonly #names = new LastNames<FieldPolicy>()
  /** Texts that name what stands beside them. Most are ids, and would drive out the names above. */
  readonly #texts = new LastNames<Said>()
  #unnamed: FieldPolicy | null = null

  constructor(policies: FieldPolicies) {
    this.policies = policies
  }

  policyOf(name: string | null): FieldPolicy {
    if (name === null) return (this.#unnamed ??= this.policies.toPolicy(null))
    const known = this.#names.get(name)
    return known ?? this.#names.keep(name, this.policies.toPolicy(name))
  }

  /** Of a text that names what stands beside it. */
  saidBy(text: string): Said {
    const known = this.#texts.get(text)
    return known ?? this.#texts.keep(text, new Said(this.policies, this.policies.toPolicy(text, true)))
  }
}

/** What was said of a value besides its own name. */
export class Said {
  readonly #policies: FieldPolicies
  readonly #policy: FieldPolicy
  /** For whom it was asked for last. Members of one list have one name. */
  #own: FieldPolicy | null = null
  #joint: FieldPolicy | null = null

  constructor(policies: FieldPolicies, policy: FieldPolicy) {
    this.#policies = policies
    this.#policy = policy
  }

  and(other: Said): Said {
    if (!other.says || other === this) return this
    return this.says ? new Said(this.#policies, this.#policies.toJoint(this.#policy, other.#policy)) : other
  }

  /** @returns `own` when nothing is to be added to it */
  of(own: FieldPolicy): FieldPolicy {
    if (!this.says) return own
    if (this.#own !== own || this.#joint === null) {
      this.#own = own
      this.#joint = this.#policies.toJoint(own, this.#policy)
    }
    return this.#joint
  }

  /** Most texts say nothing. */
  get says(): boolean {
    return this.#policy.speaksFor || this.#policy.isSecret
  }
}

/** The names of late, and those before them: kept are at most both. Nothing is deleted one by one. */
class LastNames<Kept> {
  #late = new Map<string, Kept>()
  #earlier = new Map<string, Kept>()

  get(name: string): Kept | undefined {
    const late = this.#late.get(name)
    if (late !== undefined) return late
    const earlier = this.#earlier.get(name)
    return earlier === undefined ? undefined : this.keep(name, earlier)
  }

  keep(name: string, kept: Kept): Kept {
    if (this.#late.size >= maxKept / 2) {
      this.#earlier = this.#late
      this.#late = new Map()
    }
    this.#late.set(name, kept)
    return kept
  }
}
