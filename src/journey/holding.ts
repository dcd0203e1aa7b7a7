// A held action or grant: asks for an approval, tells the client, waits, and uses the approval up. Approved does not mean
// passed: only `consume`, once, for exactly this binding, does (G4).

import type { Use } from '../authorize/approvals.ts'
import type { Action } from '../kernel/action.ts'
import { toDenial, type Denial, type Hold } from '../kernel/decision.ts'
import type { Connection } from '../kernel/connection.ts'
import type { RecordedPart } from '../kernel/event.ts'
import type { Waiting } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Rooms } from './rooms.ts'

export interface HeldThing {
  readonly principal: Principal
  readonly connection: Connection
  /** null when access itself is held, before there is a session. */
  readonly session: string | null
  readonly actionNumber: number
  readonly label: string
  /** What exactly is asked; see Action.canonical. */
  readonly canonical: readonly Uint8Array[]
  /** What a reviewer reads: masked. */
  readonly parts: readonly RecordedPart[]
}

export interface Approved {
  readonly approval: string
  /** Proof for authorize/ that it was used up. */
  readonly use: Use
}

export function thingOf(
  action: Action,
  parts: readonly RecordedPart[],
): Pick<HeldThing, 'label' | 'canonical' | 'parts'> {
  return { label: action.label, canonical: action.canonical(), parts }
}

/** @returns the approval that was used up, or why the thing may not pass */
export async function hold(
  rooms: Rooms,
  thing: HeldThing,
  decision: Hold,
  waiting: Waiting,
): Promise<Approved | Denial> {
  const { approvals, journal, clock } = rooms
  const asked = await approvals.ask({ ...thing, decision })
  const { id: approval, binding, untilMs } = asked
  const before = asked.status === 'approved' ? await approvals.consume(approval, binding) : null
  if (before !== null) return used(rooms, thing, before, binding)
  if (asked.isNew && thing.session !== null) {
    const position = journal.append({
      t: 'held',
      session: thing.session,
      action: thing.actionNumber,
      approval,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      label: thing.label,
      reason: decision.reason,
      policies: decision.policies,
      approverGroups: decision.approverGroups,
      binding,
    })
    await journal.durable(position)
  }
  waiting.held({ approval, reason: decision.reason, approverGroups: decision.approverGroups, untilMs })
  const outcome = await approvals.wait(approval, untilMs, waiting.gone)
  const use = outcome === 'approved' ? await approvals.consume(approval, binding) : null
  if (use !== null) return used(rooms, thing, use, binding)
  return refusalOf(outcome, approval, decision.reason)
}

function refusalOf(outcome: 'approved' | 'denied' | 'expired' | 'gone', approval: string, reason: string): Denial {
  if (outcome === 'gone') return toDenial('The client stopped waiting.', 'approval', { approval, retryAfterMs: 0 })
  if (outcome === 'denied')
    return toDenial(`${reason} Request ${approval} was denied by a reviewer.`, 'approval', { approval })
  if (outcome === 'expired')
    return toDenial(`${reason} Nobody decided request ${approval} in time; ask again.`, 'approval', { approval })
  return toDenial(`${reason} Request ${approval} was used already; ask again.`, 'approval', { approval })
}

function used(rooms: Rooms, thing: HeldThing, use: Use, binding: string): Approved {
  const { approval } = use
  rooms.journal.append({
    t: 'approval',
    atMs: rooms.clock.nowMs(),
    upMs: rooms.clock.upMs(),
    session: thing.session,
    approval,
    decision: 'used',
    approver: null,
    reason: null,
    binding,
  })
  return { approval, use }
}
