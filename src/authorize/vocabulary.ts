// What a policy names, looked up in what there is: connections, tags, data classes. The validator knows types, not names; a
// rule about `Connection::"ordres"` type-checks and never matches, and the operator believes it protects something.

import type { Clause, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { Connection } from '../kernel/connection.ts'
import type { DataClass } from '../kernel/finding.ts'
import type { CedarFragment } from '../kernel/protocol.ts'
import { nearest } from '../languages/nearest.ts'
import { onlyActions } from './annotations.ts'
import { actionGroups, connectAction, principalTypes, type TimeRead } from './schema.ts'

/** Everything that policies can be about. */
export interface World {
  /** `protocol: null` for words that hold on every connection. */
  readonly vocabularies: readonly { readonly protocol: string | null; readonly cedar: CedarFragment }[]
  readonly connections: readonly Pick<Connection, 'name' | 'protocol' | 'tags'>[]
  readonly classes: readonly DataClass[]
}

export interface NameProblems {
  readonly errors: readonly string[]
  /** Loads, but says something that is not so today: a tag that no connection has. */
  readonly warnings: readonly string[]
}

interface Entity {
  readonly type: string
  readonly id: string
}

export function checkNames(policy: PolicyJson, world: World): NameProblems {
  const scope = entitiesIn([policy.principal, policy.resource])
  const errors = [...scope, ...policy.conditions.flatMap((clause) => entitiesIn(clause))]
    .filter((entity) => entity.type !== 'Tag' && !isKnown(entity, world))
    .map((entity) => unknown(entity, world))
  errors.push(
    ...scope.filter((entity) => entity.type === 'Tag' && !isKnown(entity, world)).map((tag) => unknown(tag, world)),
  )
  if (errors.length === 0) errors.push(...unspoken(policy, world))
  // A tag in `unless` of a forbid only makes exceptions: without a connection that has it the rule is stricter, not dead.
  const conditions = policy.conditions.filter(({ kind }) => policy.effect === 'permit' || kind === 'when')
  const warnings = conditions
    .flatMap((clause: Clause) => entitiesIn(clause))
    .filter((entity) => entity.type === 'Tag' && !isKnown(entity, world))
    .map((entity) => unknown(entity, world))
  return { errors: [...new Set(errors)], warnings: [...new Set(warnings)] }
}

function isKnown({ type, id }: Entity, world: World): boolean {
  return namesOf(type, world)?.includes(id) ?? true
}

/** null when nothing here knows them all: groups and principals are the issuer's. */
function namesOf(type: string, world: World): readonly string[] | null {
  if (type === 'Connection') return world.connections.map(({ name }) => name)
  if (type === 'Tag') return [...new Set(world.connections.flatMap(({ tags }) => tags))]
  if (type === 'DataClass') return [...new Set(world.classes.flatMap((one) => [one, ...familiesOf(one)]))]
  return null
}

/** More names than this in a message help nobody. */
const maxNamed = 20

const titles: Readonly<Record<string, string>> = { Connection: 'connection', Tag: 'tag', DataClass: 'data class' }

function unknown({ type, id }: Entity, world: World): string {
  const names = [...(namesOf(type, world) ?? [])].sort()
  const hint = names.length > maxNamed ? fewOf(id, names) : `there are ${names.join(', ') || 'none'}`
  return type === 'Tag'
    ? `no connection has the tag "${id}"; ${hint}`
    : `there is no ${titles[type] ?? type} "${id}"; ${hint}`
}

function fewOf(id: string, names: readonly string[]): string {
  const near = nearest(id, names)
  return near === null ? `there are ${names.slice(0, maxNamed).join(', ')}, …` : `did you mean "${near}"?`
}

/** `pii/email` → `pii`; what `resource in DataClass::"pii"` means. */
export function familiesOf(dataClass: DataClass): readonly string[] {
  const parts = dataClass.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** A rule for some connections over actions that none of them speaks. */
function unspoken(policy: PolicyJson, world: World): readonly string[] {
  const [entity] = entitiesIn(policy.resource)
  const actions = onlyActions(policy)
  if (entity === undefined || actions === null || entity.type === 'DataClass') return []
  const meant = world.connections.filter(({ name, tags }) =>
    entity.type === 'Connection' ? name === entity.id : tags.includes(entity.id),
  )
  if (meant.some(({ protocol }) => speaks(protocol, actions, world))) return []
  return [`no action it names exists on ${entity.type}::"${entity.id}", so it can never match`]
}

function speaks(protocol: string, actions: readonly string[], world: World): boolean {
  if (actions.includes(connectAction)) return true
  return world.vocabularies
    .filter((one) => one.protocol === null || one.protocol === protocol)
    .some(({ cedar }) =>
      [...actionGroups([cedar])].some(([id, groups]) => [id, ...groups].some((name) => actions.includes(name))),
    )
}

/** Does a rule tell one person from another, beyond kind and groups? Cedar can only compare with what the text spells out. */
export function namesPrincipal(policy: PolicyJson): boolean {
  return entitiesIn([policy.principal, policy.conditions]).some(({ type }) => principalTypes.includes(type))
}

/** Which clock a rule reads. `context` used in any way but `context.name` could be anything, so it counts as reading time. */
export function timeRead(policy: PolicyJson): TimeRead {
  const read = policy.conditions.flatMap((clause) => contextReads(clause.body))
  if (read.some((name) => name === 'now' || name === null)) return 'now'
  return read.includes('hour') ? 'hour' : 'never'
}

function contextReads(node: unknown): (string | null)[] {
  if (Array.isArray(node)) return node.flatMap(contextReads)
  if (!isRecord(node)) return []
  if (node['Var'] === 'context') return [null]
  return Object.entries(node).flatMap(([key, inner]) => {
    const access = (key === '.' || key === 'has') && isRecord(inner) ? inner : null
    if (access === null || !isContext(access['left'])) return contextReads(inner)
    const attribute: unknown = Array.isArray(access['attr']) ? access['attr'][0] : access['attr']
    return [typeof attribute === 'string' ? attribute : null]
  })
}

function isContext(node: unknown): boolean {
  return isRecord(node) && node['Var'] === 'context'
}

function entitiesIn(node: unknown): Entity[] {
  if (Array.isArray(node)) return node.flatMap(entitiesIn)
  if (!isRecord(node)) return []
  const { type, id } = node
  if (typeof type === 'string' && typeof id === 'string') return [{ type, id }]
  return Object.values(node).flatMap(entitiesIn)
}

function isRecord(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}
