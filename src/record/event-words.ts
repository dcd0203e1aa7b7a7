// The numbers that stand for words in the encoding of events (event-codec.ts has the layout). Only ever added to.

import type { Denial } from '../kernel/decision.ts'
import type { Done } from '../kernel/event.ts'

export const kindRequest = 1
export const kindResponse = 2
export const kindDone = 3
export const kindRefused = 4
export const kindCold = 5

export const outcomes: readonly Done['outcome'][] = ['completed', 'failed', 'cut']
export const causes: readonly Denial['cause'][] = ['policy', 'identity', 'approval', 'fault', 'revoked']

/** What every event of an action begins with. */
export interface Moment {
  readonly session: string
  readonly atMs: number
  readonly upMs: number
  readonly action: number
}
