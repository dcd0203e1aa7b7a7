// Facts about requests. Equal facts are the same object as long as they are remembered, so that a decision is looked up
// and not made again.

import { createHash } from 'node:crypto'
import type { Facts } from '../../kernel/action.ts'
import type { Endpoint } from './route.ts'
import { actionOf, everyAction } from './vocabulary.ts'

export interface ModelContext {
  readonly endpoint: string
  readonly model: string
  readonly tools: readonly string[]
  readonly stream: boolean
}

/** Facts remembered for the whole gateway; the oldest is forgotten. Longer ones are made anew each time. */
const maxFacts = 1024
const maxKeyLength = 16 * 1024
const remembered = new Map<string, Facts>()

const nothingKnown: ModelContext = { endpoint: '', model: '', tools: [], stream: false }

export function toFacts(endpoint: Endpoint, effectful: boolean, known: Partial<ModelContext>): Facts {
  const model = { ...nothingKnown, ...known }
  const key = JSON.stringify([endpoint, effectful, model.endpoint, model.model, model.stream, model.tools])
  const facts = { actions: actionOf(endpoint), effectful, complete: true, context: { model } }
  if (key.length > maxKeyLength) return { ...facts, key: createHash('sha256').update(key).digest('hex') }
  const before = remembered.get(key)
  if (before !== undefined) return before
  if (remembered.size >= maxFacts) forgetOldest()
  const made = { ...facts, key }
  remembered.set(key, made)
  return made
}

function forgetOldest(): void {
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest)
    return
  }
}

/** G3: it could be any request. */
export const notUnderstood: Facts = {
  actions: everyAction,
  effectful: true,
  complete: false,
  context: { model: { ...nothingKnown } },
  key: 'not understood',
}
