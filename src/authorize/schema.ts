// The Cedar schema, generated from what the plug-ins say about themselves: which actions there are, which groups they
// belong to, and what a condition may read. A policy is validated against it, and so is every request (docs.cedarpolicy.com,
// "Cedar schema format: JSON"). Knows no protocol by name.
//
//   principals  Human Agent Service Ci, each in Group     resources  Connection in Tag; DataClass in DataClass ("pii")
//   actions     connect, view, disclose, restore,          context    connection, now, hour, tool, and the plug-in's
//               and every plug-in's own                               record

import type { SchemaJson, Type, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs'
import { Fault } from '../kernel/fault.ts'
import type { PrincipalKind } from '../kernel/principal.ts'
import type { CedarAttribute, CedarFragment } from '../kernel/protocol.ts'

export const entityTypeOf: Readonly<Record<PrincipalKind, string>> = {
  human: 'Human',
  agent: 'Agent',
  service: 'Service',
  ci: 'Ci',
}

export const principalTypes: readonly string[] = Object.values(entityTypeOf)

/** Opening a session: what every protocol has. */
export const connectAction = 'connect'
/**
 * What is asked of a data class: may the principal see it in what the target answers, may the target see it in what the
 * principal sends, and where what was kept from the target is put back: a tool by its name, the client itself as `""`.
 */
export const classActions = ['view', 'disclose', 'restore'] as const
export type ClassAction = (typeof classActions)[number]

const ownActions: readonly string[] = [connectAction, ...classActions]
const ownContextKeys = new Set(['connection', 'now', 'hour', 'tool'])

const attributeTypes: Readonly<Record<CedarAttribute['type'], Type<string>>> = {
  Boolean: { type: 'Boolean' },
  Long: { type: 'Long' },
  String: { type: 'String' },
  'Set<String>': { type: 'Set', element: { type: 'String' } },
}

/** `now`: seconds since the epoch and the hour; `hour`: 0 to 23 in UTC; `never`: a policy that reads either fails. */
export type TimeRead = 'never' | 'hour' | 'now'

/** @throws Fault `internal` when plug-ins contradict each other: a defect of theirs, found at start */
export function toSchema(fragments: readonly CedarFragment[], time: TimeRead): SchemaJson<string> {
  const own = { connection: { type: 'Entity', name: 'Connection' }, ...timeAttributes(time) } as const
  const actions: SchemaJson<string>[string]['actions'] = {
    [connectAction]: { appliesTo: applies('Connection', own) },
    view: { appliesTo: applies('DataClass', own) },
    disclose: { appliesTo: applies('DataClass', own) },
    restore: { appliesTo: applies('DataClass', { ...own, tool: { type: 'String' } }) },
  }
  for (const [id, leaf] of mergeActions(fragments)) {
    for (const group of leaf.memberOf) actions[group] ??= {}
    const record = { type: 'Record', attributes: leaf.attributes } as const
    actions[id] = {
      memberOf: leaf.memberOf.map((group) => ({ id: group })),
      appliesTo: applies('Connection', { ...own, [leaf.contextKey]: record }),
    }
  }
  return { '': { entityTypes: entityTypes(), actions } }
}

/** Every leaf action with its groups; what `Action::"sql:read"` stands for. */
export function actionGroups(fragments: readonly CedarFragment[]): ReadonlyMap<string, readonly string[]> {
  const leaves = [...mergeActions(fragments)].map(([id, leaf]) => [id, leaf.memberOf] as const)
  return new Map([...ownActions.map((id) => [id, []] as const), ...leaves])
}

interface Leaf {
  readonly memberOf: readonly string[]
  readonly contextKey: string
  readonly attributes: Record<string, TypeOfAttribute<string>>
}

function mergeActions(fragments: readonly CedarFragment[]): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const groups = new Set<string>()
  for (const { contextKey, attributes, actions } of fragments) {
    if (ownContextKeys.has(contextKey)) throw conflict('context key', contextKey)
    for (const [id, { memberOf }] of Object.entries(actions)) {
      const leaf = { memberOf: [...new Set(memberOf)].sort(), contextKey, attributes: toAttributes(attributes) }
      const known = leaves.get(id)
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(leaf)) throw conflict('action', id)
      leaves.set(id, leaf)
      for (const group of memberOf) groups.add(group)
    }
  }
  for (const name of ownActions) if (leaves.has(name) || groups.has(name)) throw conflict('action', name)
  for (const group of groups) if (leaves.has(group)) throw conflict('action group', group)
  return leaves
}

function conflict(what: string, name: string): Fault {
  return new Fault('internal', { why: 'plug-ins contradict each other in the policy schema', what, name })
}

function toAttributes(attributes: CedarFragment['attributes']): Leaf['attributes'] {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    sorted.map(([name, one]) => [name, { ...attributeTypes[one.type], required: one.required }]),
  )
}

function timeAttributes(time: TimeRead): Record<string, TypeOfAttribute<string>> {
  const hour = { type: 'Long' } as const
  if (time === 'never') return {}
  return time === 'hour' ? { hour } : { hour, now: { type: 'Long' } }
}

function applies(resource: string, attributes: Record<string, TypeOfAttribute<string>>) {
  const context = { type: 'Record', attributes } as const
  return { principalTypes: [...principalTypes], resourceTypes: [resource], context }
}

function entityTypes(): SchemaJson<string>[string]['entityTypes'] {
  const principals = principalTypes.map((name) => [name, { memberOfTypes: ['Group'] }] as const)
  return {
    ...Object.fromEntries(principals),
    Group: {},
    Connection: { memberOfTypes: ['Tag'] },
    Tag: {},
    DataClass: { memberOfTypes: ['DataClass'] },
  }
}
