// The row `begin`: may it, held for a human when it must be, and recorded as G1 says before anything of it goes upstream. One for
// a session; it numbers its actions. It refuses to know what becomes of an action that passed.

import type { Action } from '../kernel/action.ts'
import type { Connection } from '../kernel/connection.ts'
import { isDenial, toDenial, type Circumstances, type Decision, type Denial } from '../kernel/decision.ts'
import type { Position } from '../kernel/event.ts'
import type { Passage, Waiting } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import { hold, thingOf, type Approved } from './holding.ts'
import { RequestRecorder, seesNothing } from './recording.ts'
import type { Rooms } from './rooms.ts'

/** The session that is judged for. */
export interface Judged {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly circumstances: Circumstances
  readonly revoked: AbortSignal
  readonly isOver: () => boolean
  /** Nothing else is on its way here, so this answer will wait for a sync that nobody else asks for. */
  readonly isAlone: () => boolean
  /** Makes the passage of an action whose request stands at `began`. */
  readonly pass: (action: number, began: Position) => Passage
}

export class Judge {
  readonly #rooms: Rooms
  readonly #session: Judged
  readonly #recorder: RequestRecorder
  #actions = 0

  constructor(rooms: Rooms, session: Judged) {
    const { name, capture } = session.connection
    this.#rooms = rooms
    this.#session = session
    this.#recorder = new RequestRecorder(rooms.masking.open(seesNothing, name), capture.bytesPerAction)
  }

  /** Judges only: nothing is recorded, nobody is asked. */
  decide(action: Action): Decision {
    const { principal, circumstances } = this.#session
    return this.#rooms.authorizer.decide(principal, circumstances, action.facts)
  }

  /** @throws Fault `record.unavailable`, `approval.busy`, `approval.too-large`, `state.unavailable` */
  async begin(action: Action, waiting: Waiting): Promise<Passage | Denial> {
    const number = ++this.#actions
    const decision = this.decide(action)
    if (decision.outcome === 'deny') return await this.#deny(action, number, decision)
    const approved = decision.outcome === 'hold' ? await this.#hold(action, number, decision, waiting) : null
    if (approved !== null && isDenial(approved)) return await this.#deny(action, number, decision, approved)
    return await this.#pass(action, number, decision, approved)
  }

  async #hold(
    action: Action,
    actionNumber: number,
    decision: Decision & { outcome: 'hold' },
    waiting: Waiting,
  ): Promise<Approved | Denial> {
    const { id: session, principal, connection, revoked, isOver } = this.#session
    const parts = this.#recorder.toReview(action.parts)
    const thing = { principal, connection, session, actionNumber, ...thingOf(action, parts) }
    // Who was cut off does not wait on for an answer (G7), nor uses up an approval that comes too late.
    const gone = AbortSignal.any([waiting.gone, revoked])
    const outcome = await hold(this.#rooms, thing, decision, { held: (about) => waiting.held(about), gone })
    if (revoked.aborted) return toDenial('Access was ended by the gateway.', 'revoked')
    if (isDenial(outcome)) return outcome
    // Minutes have passed. The approval was for the rules as they were; a changed rule decides again.
    const now = this.decide(action)
    if (now.outcome === 'deny') return toDenial(now.reason, 'policy')
    return now.policyVersion === decision.policyVersion && !isOver()
      ? outcome
      : toDenial('The rules changed while the request was held; ask again.', 'approval', { approval: outcome.approval })
  }

  async #pass(action: Action, number: number, decision: Decision, approved: Approved | null): Promise<Passage> {
    const { journal, clock } = this.#rooms
    const session = this.#session
    const { facts, label } = action
    const parts = this.#recorder.toRecorded(action.parts)
    const began = journal.append({
      t: 'request',
      session: session.id,
      action: number,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      label,
      actions: facts.actions,
      effectful: facts.effectful,
      complete: facts.complete,
      policies: decision.policies,
      policyVersion: decision.policyVersion,
      approval: approved?.approval ?? null,
      parts,
      findings: this.#recorder.findings(),
    })
    // G1: a read is written before it is sent, anything that may have an effect is on disk before.
    const recorded = facts.effectful ? journal.durable(began) : journal.written(began)
    // The answer will wait for the disk all the same; so it is asked for now, while the target thinks. Not when there is more to
    // do: then a sync that is asked for later takes more requests along.
    if (!facts.effectful && session.isAlone()) journal.durable(began)?.catch(() => undefined)
    if (recorded !== undefined) await recorded
    return session.pass(number, began)
  }

  async #deny(action: Action, number: number, decision: Decision, denial?: Denial): Promise<Denial> {
    const { journal, clock } = this.#rooms
    const told = denial ?? toDenial(decision.outcome === 'deny' ? decision.reason : 'Denied.', 'policy')
    const { reason, cause, approval, faultId } = told
    const parts = this.#recorder.toRecorded(action.parts)
    // What was found in a request that goes nowhere must not be counted with the next one.
    this.#recorder.findings()
    const position = journal.append({
      t: 'refused',
      session: this.#session.id,
      action: number,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      label: action.label,
      actions: action.facts.actions,
      policies: decision.policies,
      policyVersion: decision.policyVersion,
      denial: { reason, cause, approval, faultId },
      parts,
    })
    await journal.written(position)
    return told
  }
}
