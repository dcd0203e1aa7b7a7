// The only maker of a Grant: the value that dial/ takes, so that nobody reaches a target without a decision. It ends with
// the identity that it was given to, and with the access that was approved; asking again never makes it longer.

import { grantMark, type Allow, type Grant, type Hold } from '../kernel/decision.ts'
import { newId } from '../kernel/ids.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Use } from './approvals.ts'

export interface Granting {
  readonly principal: Principal
  readonly connection: string
  readonly decision: Allow | Hold
  /** The approval that was used up, when access was held; authorizer.ts checks that it is of these two. */
  readonly use: Use | null
  readonly nowMs: number
}

export function makeGrant({ principal, connection, decision, use, nowMs }: Granting): Grant {
  const untilMs = use?.untilMs ?? Number.POSITIVE_INFINITY
  return Object.freeze({
    [grantMark]: true,
    id: newId('grt', nowMs),
    principalId: principal.id,
    connection,
    expiresAtMs: Math.min(principal.expiresAtMs, untilMs),
    policyVersion: decision.policyVersion,
  } satisfies Grant)
}
