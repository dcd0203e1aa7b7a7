// Cedar, asked one question at a time. Answers which rules decided and whether evaluating any of them failed; what that
// means for a client is authorizer.ts's. The library keeps parsed policies by name for as long as the process lives, so one
// engine uses two names in turn: the rules in force, and those being loaded.

import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type CedarValueJson,
  type EntityJson,
  type TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs'
import { Fault } from '../kernel/fault.ts'
import type { PolicySet } from './policies.ts'

export interface Question {
  readonly principal: TypeAndId
  readonly action: string
  readonly resource: TypeAndId
  readonly context: Readonly<Record<string, CedarValueJson>>
  /** The principal with its groups, the resource with its tags. */
  readonly entities: readonly EntityJson[]
}

export interface Answer {
  readonly allowed: boolean
  /** Ids of the deciding rules, sorted: permits when allowed, forbids when not, none when nothing matched. */
  readonly deciding: readonly string[]
}

let engines = 0

export class Engine {
  readonly #names = [`engine-${++engines}a`, `engine-${engines}b`] as const
  #name: string = this.#names[0]

  /** @throws Fault `policy.failed`; the rules before stay in force */
  load(policies: PolicySet): void {
    const staticPolicies = Object.fromEntries([...policies.rules].map(([id, { source }]) => [id, source.text]))
    const name = this.#name === this.#names[0] ? this.#names[1] : this.#names[0]
    const schema = preparseSchema(name, policies.schema)
    const parsed = schema.type === 'success' ? preparsePolicySet(name, { staticPolicies }) : schema
    if (parsed.type === 'failure') throw new Fault('policy.failed', { why: parsed.errors[0]?.message ?? 'unknown' })
    this.#name = name
  }

  /**
   * @throws Fault `policy.failed` when the request does not fit the schema or any rule failed: Cedar skips a failing rule,
   *   and a skipped forbid allows what it was written to stop
   */
  ask(question: Question): Answer {
    const { principal, action, resource, context, entities } = question
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action },
      resource,
      context: { ...context },
      entities: [...entities],
      preparsedSchemaName: this.#name,
      preparsedPolicySetId: this.#name,
      validateRequest: true,
    })
    // Cedar's message may quote a value of the request, so only which action and which rule is kept.
    if (answer.type === 'failure')
      throw new Fault('policy.failed', { why: 'the request does not fit the schema', action })
    const { decision, diagnostics } = answer.response
    const [failed] = diagnostics.errors
    if (failed !== undefined)
      throw new Fault('policy.failed', { why: 'a rule failed', policy: failed.policyId, action })
    return { allowed: decision === 'allow', deciding: [...diagnostics.reason].sort() }
  }
}
