// Who asks about which connection, as Cedar sees them: everything of a question that is the same for all actions. Two
// principals that no rule can tell apart share one, so what was decided for one is known for the other.

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs'
import type { Facts } from '../kernel/action.ts'
import type { Circumstances, Decision } from '../kernel/decision.ts'
import type { DataClass } from '../kernel/finding.ts'
import type { Principal } from '../kernel/principal.ts'
import { entityTypeOf, type TimeRead } from './schema.ts'
import { familiesOf } from './vocabulary.ts'

export interface Scope {
  /** Equal exactly when no rule can tell two askers apart. */
  readonly key: string
  readonly principalKey: string
  readonly connection: string
  readonly principal: TypeAndId
  readonly resource: TypeAndId
  readonly entities: readonly EntityJson[]
  /** The moment that `byFacts` and `classes` hold for; 0 when no rule reads a clock. */
  tick: number
  byFacts: WeakMap<Facts, Decision>
  /** By action and tool; bounded by who asks. */
  classes: Map<string, (dataClass: DataClass) => boolean>
}

/** @param named whether some rule names a principal; then nobody shares with anybody */
export function toPrincipalKey(principal: Principal, named: boolean): string {
  return JSON.stringify([principal.kind, principal.groups, named ? principal.id : null])
}

export function toScope(principalKey: string, asker: Principal, at: Circumstances, key: string): Scope {
  const principal = { type: entityTypeOf[asker.kind], id: asker.id }
  const resource = { type: 'Connection', id: at.connection }
  return {
    key,
    principalKey,
    connection: at.connection,
    principal,
    resource,
    entities: [
      { uid: principal, attrs: {}, parents: asker.groups.map((id) => ({ type: 'Group', id })) },
      { uid: resource, attrs: {}, parents: at.tags.map((id) => ({ type: 'Tag', id })) },
    ],
    tick: 0,
    byFacts: new WeakMap(),
    classes: new Map(),
  }
}

export function toDataClass(dataClass: DataClass): {
  readonly uid: TypeAndId
  readonly entities: readonly EntityJson[]
} {
  const uid = { type: 'DataClass', id: dataClass }
  return {
    uid,
    entities: [{ uid, attrs: {}, parents: familiesOf(dataClass).map((id) => ({ type: 'DataClass', id })) }],
  }
}

/** Seconds or hours since the epoch, as finely as the rules read them. */
export function toTick(nowMs: number, reads: TimeRead): number {
  if (reads === 'never') return 0
  return Math.floor(nowMs / (reads === 'now' ? 1_000 : 3_600_000))
}

export function contextOf(scope: Scope, nowMs: number, reads: TimeRead): Record<string, CedarValueJson> {
  const connection = { __entity: scope.resource }
  if (reads === 'never') return { connection }
  const hour = Math.floor(nowMs / 3_600_000) % 24
  return reads === 'hour' ? { connection, hour } : { connection, hour, now: Math.floor(nowMs / 1_000) }
}
