// Who may do what: facts in, decision out, synchronously. What was decided is remembered as long as nothing that a rule can
// see has changed; what cannot be decided is denied and told to the operator.

import { createHash } from 'node:crypto'
import type { Facts } from '../kernel/action.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Allow, Circumstances, Decision, Grant, Hold } from '../kernel/decision.ts'
import { Fault, faultTable, toFault } from '../kernel/fault.ts'
import type { DataClass } from '../kernel/finding.ts'
import type { Log } from '../kernel/log.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Use } from './approvals.ts'
import { BoundedCache } from './bounded-cache.ts'
import { Engine } from './engine.ts'
import { makeGrant } from './grant.ts'
import type { PolicySet } from './policies.ts'
import { connectAction, type ClassAction } from './schema.ts'
import { contextOf, toDataClass, toPrincipalKey, toScope, toTick, type Scope } from './scope.ts'
import { merge, toDeny, toVerdict, type Verdict } from './verdict.ts'

const maxScopes = 10_000
const maxDecisions = 20_000
/** A longer key is remembered by its digest. */
const maxKeyLength = 256
/** Failures a second that reach the log; every one denies. */
const failureLogMs = 1_000

/** Questions about data classes that a scope remembers: one an action, and one a tool that is named. */
const maxRemembered = 64

interface ClassQuestion {
  readonly action: ClassAction
  readonly tool: string | null
}

/** Masked unless a permit says otherwise; every other class is shown unless a forbid says otherwise. */
const sensitiveFamilies = new Set(['pii', 'pci', 'phi', 'secret'])

const toConnect: Facts = Object.freeze({
  actions: Object.freeze([connectAction]),
  effectful: true,
  complete: true,
  context: Object.freeze({}),
  key: '\0connect',
})

export class Authorizer {
  readonly #engine = new Engine()
  readonly #clock: Clock
  readonly #log: Log
  #policies: PolicySet
  /** By identity of what a session holds for its whole life; the same scope hangs in `#scopes` by its key. */
  #askers = new WeakMap<Circumstances, WeakMap<Principal, Scope>>()
  #scopes = new BoundedCache<Scope>(maxScopes)
  #decisions = new BoundedCache<Decision>(maxDecisions)
  /** Decisions on access that were made here, and for whom: a grant is made of nothing else. */
  #access = new WeakMap<Decision, Scope>()
  #lastFailureMs = Number.NEGATIVE_INFINITY

  constructor(options: { readonly policies: PolicySet; readonly clock: Clock; readonly log: Log }) {
    this.#clock = options.clock
    this.#log = options.log
    this.#policies = options.policies
    this.activate(options.policies)
  }

  get policyVersion(): string {
    return this.#policies.version
  }

  /** Replaces the rules; nothing decided under the old ones is remembered. @throws Fault `policy.failed`: the old ones stay */
  activate(policies: PolicySet): void {
    this.#engine.load(policies)
    this.#policies = policies
    this.#askers = new WeakMap()
    this.#scopes = new BoundedCache(maxScopes)
    this.#decisions = new BoundedCache(maxDecisions)
    this.#access = new WeakMap()
  }

  decide(principal: Principal, circumstances: Circumstances, facts: Facts): Decision {
    const scope = this.#scopeOf(principal, circumstances)
    const known = scope.byFacts.get(facts)
    if (known !== undefined) return known
    const key = `${scope.key}\0${scope.tick}\0${shorten(facts.key)}`
    const decision = this.#decisions.get(key) ?? this.#decideAll(scope, facts)
    this.#decisions.set(key, decision)
    scope.byFacts.set(facts, decision)
    return decision
  }

  /** May this principal open a session there? */
  connect(principal: Principal, circumstances: Circumstances): Decision {
    const decision = this.decide(principal, circumstances, toConnect)
    this.#access.set(decision, this.#scopeOf(principal, circumstances))
    return decision
  }

  /**
   * The only way to a Grant. A held access needs the use of its approval, and ends when the approved time does, counted
   * from the approval: asking again does not extend it.
   * @throws Fault `internal` when the decision is not one that `connect` made for these two under the rules in force
   */
  grant(principal: Principal, connection: string, decision: Allow): Grant
  grant(principal: Principal, connection: string, decision: Hold, use: Use): Grant
  grant(principal: Principal, connection: string, decision: Allow | Hold, use: Use | null = null): Grant {
    const scope = this.#access.get(decision)
    const named = this.#policies.namesPrincipals
    const isOurs = scope?.connection === connection && scope.principalKey === toPrincipalKey(principal, named)
    if (!isOurs) throw new Fault('internal', { why: 'a grant without a decision on access' })
    const isUsed = use !== null && use.principalId === principal.id && use.connection === connection
    if (decision.outcome === 'hold' && !isUsed) throw new Fault('internal', { why: 'held access without its approval' })
    return makeGrant({ principal, connection, decision, use, nowMs: this.#clock.nowMs() })
  }

  /**
   * For which data classes an action is allowed. One whose rules need an approval or cannot be evaluated is not. The same
   * function, and the same answers from it, as long as nothing that a rule can see has changed: ask again for every use.
   * @param tool for `restore`: who is given the value; the client itself is `''`
   */
  allows(
    action: ClassAction,
    principal: Principal,
    circumstances: Circumstances,
    tool = '',
  ): (dataClass: DataClass) => boolean {
    const scope = this.#scopeOf(principal, circumstances)
    const key = `${action}\0${tool}`
    const known = scope.classes.get(key)
    if (known !== undefined) return known
    const about = { action, tool: action === 'restore' ? tool : null }
    const decided = new Map<DataClass, boolean>()
    const allows = (dataClass: DataClass): boolean => {
      let allowed = decided.get(dataClass)
      if (allowed !== undefined) return allowed
      allowed = this.#allowsClass(scope, about, dataClass)
      // A class that the masker does not announce is decided anew each time instead of growing the map.
      if (this.#policies.world.classes.includes(dataClass)) decided.set(dataClass, allowed)
      return allowed
    }
    // Tools are named by whoever asks, and only some are remembered.
    if (scope.classes.size < maxRemembered) scope.classes.set(key, allows)
    return allows
  }

  #scopeOf(principal: Principal, circumstances: Circumstances): Scope {
    let scope = this.#askers.get(circumstances)?.get(principal)
    if (scope === undefined) {
      scope = this.#findScope(principal, circumstances)
      const askers = this.#askers.get(circumstances) ?? new WeakMap<Principal, Scope>()
      this.#askers.set(circumstances, askers.set(principal, scope))
    }
    const { readsTime } = this.#policies
    if (readsTime !== 'never') {
      const tick = toTick(this.#clock.nowMs(), readsTime)
      if (scope.tick !== tick) {
        scope.tick = tick
        scope.byFacts = new WeakMap()
        scope.classes = new Map()
      }
    }
    return scope
  }

  #findScope(principal: Principal, circumstances: Circumstances): Scope {
    const principalKey = toPrincipalKey(principal, this.#policies.namesPrincipals)
    const key = JSON.stringify([principalKey, circumstances.connection, circumstances.tags])
    const scope = this.#scopes.get(key) ?? toScope(principalKey, principal, circumstances, key)
    this.#scopes.set(key, scope)
    return scope
  }

  #decideAll(scope: Scope, facts: Facts): Decision {
    const { version } = this.#policies
    const verdicts: Verdict[] = []
    const context = { ...facts.context, ...this.#contextOf(scope) }
    try {
      for (const action of facts.actions) {
        const { principal, resource, entities } = scope
        const answer = this.#engine.ask({ principal, action, resource, entities, context: context as CedarContext })
        const verdict = toVerdict(answer, this.#policies)
        // One denied action denies all; the others need not be known.
        if (verdict.outcome === 'deny') return toDeny(verdict, action, scope.connection, version)
        verdicts.push(verdict)
      }
    } catch (error) {
      return this.#failed(error, scope)
    }
    // Facts without an action are a defect of their author, and would otherwise be allowed by nobody's forbidding them.
    if (verdicts.length === 0) return this.#failed(new Fault('policy.failed', { why: 'no action was named' }), scope)
    return merge(verdicts, version)
  }

  #allowsClass(scope: Scope, { action, tool }: ClassQuestion, dataClass: DataClass): boolean {
    const { uid, entities } = toDataClass(dataClass)
    try {
      const answer = this.#engine.ask({
        principal: scope.principal,
        action,
        resource: uid,
        entities: [...scope.entities, ...entities],
        context: tool === null ? this.#contextOf(scope) : { ...this.#contextOf(scope), tool },
      })
      const isSensitive = sensitiveFamilies.has(dataClass.split('/')[0] ?? '')
      return answer.allowed || (answer.deciding.length === 0 && !isSensitive)
    } catch (error) {
      this.#failed(error, scope)
      return false
    }
  }

  #contextOf(scope: Scope): CedarContext {
    return contextOf(scope, this.#clock.nowMs(), this.#policies.readsTime)
  }

  #failed(thrown: unknown, scope: Scope): Decision {
    const fault = toFault(thrown, 'policy.failed')
    const upMs = this.#clock.upMs()
    if (upMs - this.#lastFailureMs >= failureLogMs) {
      this.#lastFailureMs = upMs
      const { tell, fix } = faultTable[fault.code]
      this.#log.error(tell, { fault: fault.id, code: fault.code, connection: scope.connection, ...fault.facts, fix })
    }
    const { version: policyVersion } = this.#policies
    return Object.freeze({ outcome: 'deny', policies: [], policyVersion, reason: `${fault.tell} (${fault.id})` })
  }
}

type CedarContext = ReturnType<typeof contextOf>

function shorten(key: string): string {
  return key.length <= maxKeyLength ? `=${key}` : `#${createHash('sha256').update(key).digest('base64')}`
}
