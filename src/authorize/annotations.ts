// What stands before a policy: `@id`, `@approval`, `@grant`, `@reason`, `@author`. Cedar accepts any annotation and ignores
// it; here a misspelt `@aproval` would turn "ask a human" into "never" in silence, so an unknown one is an error.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { toDuration } from './duration.ts'
import { classActions, connectAction } from './schema.ts'

export interface Annotations {
  readonly id: string
  /** Group whose members may approve what this forbids; null when nobody may. */
  readonly approval: string | null
  readonly grantForMs: number | null
  readonly reason: string | null
  readonly author: string | null
}

const ofClasses: readonly string[] = classActions
const known = ['id', 'approval', 'grant', 'reason', 'author']
const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
/** Told to clients inside of other protocols' messages: one line, nothing invisible. */
const textShape = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,500}$/u
const maxGrantMs = 30 * 86_400_000

/** @returns problems instead when there are any, in words for an operator */
export function toAnnotations(policy: PolicyJson): Annotations | readonly string[] {
  const given = new Map(Object.entries(policy.annotations ?? {}))
  const problems: string[] = []
  for (const [name, value] of given) {
    if (!known.includes(name))
      problems.push(`unknown annotation @${name}; known are ${known.map((one) => `@${one}`).join(', ')}`)
    else if (typeof value !== 'string' || value.trim() === '') problems.push(`@${name} needs a value: @${name}("…")`)
    else if (!textShape.test(value)) problems.push(`@${name} is one line of at most 500 visible characters`)
  }
  const id = given.get('id')
  if (id === undefined) problems.push('every policy needs a name of its own: @id("…")')
  else if (typeof id === 'string' && !idShape.test(id))
    problems.push('@id is made of letters, digits, dots, dashes and underscores')
  const grant = given.get('grant')
  const grantForMs = grant === undefined ? null : toDuration(grant ?? '')
  problems.push(...placeProblems(policy, given.has('approval'), grant !== undefined))
  if (grant !== undefined && (grantForMs === null || grantForMs > maxGrantMs))
    problems.push('@grant is a duration of at most 30d: @grant("1h")')
  if (problems.length > 0 || id === undefined) return problems
  const text = (name: string): string | null => given.get(name) ?? null
  return { id, approval: text('approval'), grantForMs, reason: text('reason'), author: text('author') }
}

function placeProblems(policy: PolicyJson, approval: boolean, grant: boolean): string[] {
  const only = onlyActions(policy)
  const problems: string[] = []
  if (approval && policy.effect !== 'forbid') problems.push('@approval belongs on a forbid: it says who may lift it')
  if (approval && only !== null && only.length > 0 && only.every((action) => ofClasses.includes(action)))
    problems.push('@approval cannot lift a forbid on view, disclose or restore: masking does not wait for a human')
  if (grant && !approval) problems.push('@grant needs @approval on the same forbid')
  if (grant && (only === null || only.length === 0 || only.some((action) => action !== connectAction)))
    problems.push('@grant belongs on a forbid over Action::"connect" alone: only access lasts')
  return problems
}

/** Action ids that the scope names; null when it is open to all. */
export function onlyActions({ action }: PolicyJson): readonly string[] | null {
  if (action.op === 'All') return null
  if ('slot' in action) return []
  const entities = 'entities' in action ? action.entities : [action.entity]
  return entities.map((entity) => ('__entity' in entity ? entity.__entity.id : entity.id))
}
