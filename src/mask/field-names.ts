// The fields of values inside JSON: one context a key, so that what the name says is found out once. Keys come from targets
// and models, so only the last few hundred are kept.

import type { FieldContext } from '../kernel/action.ts'
import type { FieldPolicies, FieldPolicy } from './engine/context.ts'

const maxKept = 512

export class FieldNames {
  readonly policies: FieldPolicies
  readonly #byKey = new Map<string, FieldContext>()

  constructor(policies: FieldPolicies) {
    this.policies = policies
  }

  policyOf(name: string | null): FieldPolicy {
    const key = name ?? ''
    let field = this.#byKey.get(key)
    if (field === undefined) field = { name, content: 'text' }
    else this.#byKey.delete(key)
    this.#byKey.set(key, field)
    if (this.#byKey.size > maxKept) {
      const [oldest] = this.#byKey.keys()
      if (oldest !== undefined) this.#byKey.delete(oldest)
    }
    return this.policies.of(field)
  }
}
