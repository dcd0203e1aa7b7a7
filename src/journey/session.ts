// One principal on one connection, live: judges and records its actions, makes their passages, and ends exactly once.

import type { Action } from '../kernel/action.ts'
import { isDenial, toDenial, type Circumstances, type Decision, type Denial, type Grant } from '../kernel/decision.ts'
import type { Connection } from '../kernel/connection.ts'
import type { EndReason, Position } from '../kernel/event.ts'
import { toFault, type Fault } from '../kernel/fault.ts'
import type { Passage, Session, Waiting } from '../kernel/journey.ts'
import type { Pseudonyms } from '../kernel/masker.ts'
import type { Principal } from '../kernel/principal.ts'
import type { ByteTarget, HttpTarget } from '../kernel/target.ts'
import type { Dialled } from '../dial/dialer.ts'
import { Downstream } from './downstream.ts'
import { faultEvent, logFault } from './failing.ts'
import { hold, thingOf, type Approved } from './holding.ts'
import { LivePassage } from './passage.ts'
import { toWatched } from './watched-target.ts'
import { RequestRecorder } from './recording.ts'
import type { Rooms } from './rooms.ts'

export interface SessionParts {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly circumstances: Circumstances
  readonly grant: Grant
  readonly shared: boolean
  readonly startedAtMs: number
  /** Where `session.open` stands in the journal. */
  readonly opened: Position
  readonly whenEnded: () => void
}

/** A credential that was rotated is used within this time by sessions that live long. */
const redialMs = 60_000
/** The record's view: masked for everybody. */
const seesNothing = (): boolean => false

export class LiveSession implements Session {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly passage: Passage
  readonly startedAtMs: number
  readonly #parts: SessionParts
  readonly #rooms: Rooms
  readonly #recorder: RequestRecorder
  readonly #revoked = new AbortController()
  readonly #downstream: Downstream
  #http: { readonly target: HttpTarget; readonly atMs: number } | null = null
  #fingerprint = ''
  #actions = 0
  #bytesSent = 0
  #bytesScanned = 0
  #matches = 0
  #ended: Promise<void> | null = null
  /** Actions that passed and have not ended. */
  busy = 0
  /** When the last action began; an idle shared session is ended by the register. */
  lastUsedMs: number

  constructor(rooms: Rooms, parts: SessionParts) {
    this.id = parts.id
    this.principal = parts.principal
    this.connection = parts.connection
    this.startedAtMs = parts.startedAtMs
    this.lastUsedMs = parts.startedAtMs
    this.#rooms = rooms
    this.#parts = parts
    this.#recorder = new RequestRecorder(
      rooms.masking.open(seesNothing, parts.connection.name),
      parts.connection.capture.bytesPerAction,
    )
    this.#downstream = this.#newDownstream()
    this.passage = this.#newPassage(0, parts.opened, this.#downstream)
  }

  get revoked(): AbortSignal {
    return this.#revoked.signal
  }

  get grantExpiresAtMs(): number {
    return this.#parts.grant.expiresAtMs
  }

  get isShared(): boolean {
    return this.#parts.shared
  }

  get actions(): number {
    return this.#actions
  }

  async dialBytes(): Promise<ByteTarget> {
    const dialled = await this.#rooms.dialer.bytes(this.#parts.grant, this.connection)
    this.#used(dialled)
    // One stream of bytes for the whole session: a credential cut by two answers is still found.
    this.#downstream.scanFor(dialled.needles)
    return dialled.target
  }

  dialHttp(): Promise<HttpTarget> {
    const nowMs = this.#rooms.clock.upMs()
    if (this.#http === null || nowMs - this.#http.atMs > redialMs) {
      const dialled = this.#rooms.dialer.http(this.#parts.grant, this.connection)
      this.#http = { target: toWatched(dialled), atMs: nowMs }
      this.#used(dialled)
    }
    return Promise.resolve(this.#http.target)
  }

  consider(action: Action): Denial | null {
    const decision = this.#decide(action)
    return decision.outcome === 'deny' ? toDenial(decision.reason, 'policy') : null
  }

  async begin(action: Action, waiting: Waiting): Promise<Passage | Denial> {
    if (this.#ended !== null) return toDenial('The session is over.', 'revoked')
    const number = ++this.#actions
    this.lastUsedMs = this.#rooms.clock.nowMs()
    const decision = this.#decide(action)
    if (decision.outcome === 'deny') return await this.#deny(action, number, decision)
    const approved = decision.outcome === 'hold' ? await this.#hold(action, number, decision, waiting) : null
    if (approved !== null && isDenial(approved)) return await this.#deny(action, number, decision, approved)
    return await this.#pass(action, number, decision, approved)
  }

  failed(thrown: unknown): Fault {
    const fault = toFault(thrown)
    logFault(this.#rooms.log, fault, this.id)
    this.#append(() => this.#rooms.journal.append(faultEvent(this.#rooms.clock, fault, this.id)))
    return fault
  }

  /** Somebody or something pulls the plug: the protocol says so to its client and ends the session. */
  revoke(reason: EndReason): void {
    this.#revoked.abort(reason)
    if (this.#parts.shared) void this.#finish(reason)
  }

  end(reason: EndReason): Promise<void> {
    // Exchanges of a shared session come and go; the register ends it.
    if (this.#parts.shared && (reason === 'client-closed' || reason === 'target-closed')) return Promise.resolve()
    return this.#finish(reason)
  }

  // ── the steps of begin ──

  #decide(action: Action): Decision {
    return this.#rooms.authorizer.decide(this.principal, this.#parts.circumstances, action.facts)
  }

  async #hold(
    action: Action,
    number: number,
    decision: Decision & { outcome: 'hold' },
    waiting: Waiting,
  ): Promise<Approved | Denial> {
    const parts = this.#recorder.toReview(action.parts)
    const held = { principal: this.principal, connection: this.connection, session: this.id, actionNumber: number }
    const thing = { ...held, ...thingOf(action, parts) }
    // Who was cut off does not wait on for an answer (G7), nor uses up an approval that comes too late.
    const gone = AbortSignal.any([waiting.gone, this.revoked])
    const outcome = await hold(this.#rooms, thing, decision, { held: (about) => waiting.held(about), gone })
    if (this.revoked.aborted) return toDenial('Access was ended by the gateway.', 'revoked')
    if (isDenial(outcome)) return outcome
    // Minutes have passed. The approval was for the rules as they were; a changed rule decides again.
    const now = this.#decide(action)
    if (now.outcome === 'deny') return toDenial(now.reason, 'policy')
    return now.policyVersion === decision.policyVersion && this.#ended === null
      ? outcome
      : toDenial('The rules changed while the request was held; ask again.', 'approval', { approval: outcome.approval })
  }

  async #pass(action: Action, number: number, decision: Decision, approved: Approved | null): Promise<Passage> {
    const { journal, clock } = this.#rooms
    const { facts, label } = action
    const parts = this.#recorder.toRecorded(action.parts)
    const began = journal.append({
      t: 'request',
      session: this.id,
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
    if (!facts.effectful && this.#parts.shared && this.busy === 0) journal.durable(began)?.catch(() => undefined)
    if (recorded !== undefined) await recorded
    return this.#newPassage(number, began, this.#parts.shared ? this.#newDownstream() : this.#downstream)
  }

  async #deny(action: Action, number: number, decision: Decision, denial?: Denial): Promise<Denial> {
    const { journal, clock } = this.#rooms
    const told = denial ?? toDenial(decision.outcome === 'deny' ? decision.reason : 'Denied.', 'policy')
    const { reason, cause, approval, faultId } = told
    const parts = this.#recorder.toRecorded(action.parts)
    this.#recorder.findings()
    const position = journal.append({
      t: 'refused',
      session: this.id,
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

  // ── the rest ──

  #newPassage(action: number, began: Position, downstream: Downstream): LivePassage {
    const { journal, clock, durability } = this.#rooms
    const { capture } = this.connection
    if (action > 0) this.busy++
    const released = (bytes: number): void => {
      this.#bytesSent += bytes
    }
    const ended = (): void => {
      this.busy--
      this.lastUsedMs = this.#rooms.clock.nowMs()
    }
    return new LivePassage({
      session: this.id,
      action,
      began,
      journal,
      clock,
      durability,
      capture,
      downstream,
      newPseudonyms: () => this.#newPseudonyms(),
      newRecordMasker: () => this.#rooms.masking.open(seesNothing, this.connection.name),
      released,
      ended,
    })
  }

  #newPseudonyms(): Pseudonyms {
    const { authorizer, masking } = this.#rooms
    const { principal, circumstances } = this.#parts
    return masking.pseudonyms({
      connection: this.connection.name,
      discloses: authorizer.allows('disclose', principal, circumstances),
      restores: (tool) => authorizer.allows('restore', principal, circumstances, tool),
    })
  }

  #newDownstream(): Downstream {
    const { authorizer, masking } = this.#rooms
    const view = authorizer.allows('view', this.principal, this.#parts.circumstances)
    return new Downstream(masking.open(view, this.connection.name), (bytes, matches) => {
      this.#bytesScanned += bytes
      this.#matches += matches
    })
  }

  #used(dialled: Dialled<unknown>): void {
    if (dialled.credential.fingerprint === this.#fingerprint) return
    this.#fingerprint = dialled.credential.fingerprint
    const { journal, clock } = this.#rooms
    journal.append({
      t: 'cred.inject',
      session: this.id,
      atMs: clock.nowMs(),
      upMs: clock.upMs(),
      ...dialled.credential,
    })
  }

  #finish(reason: EndReason): Promise<void> {
    this.#ended ??= this.#close(reason)
    return this.#ended
  }

  async #close(reason: EndReason): Promise<void> {
    this.#parts.whenEnded()
    const { journal, clock } = this.#rooms
    const exposure = { bytesSent: this.#bytesSent, bytesScanned: this.#bytesScanned, matches: this.#matches }
    const position = this.#append(() =>
      journal.append({ t: 'session.end', session: this.id, atMs: clock.nowMs(), upMs: clock.upMs(), reason, exposure }),
    )
    if (position !== null) await journal.written(position)
  }

  /** At the end of a session the journal may be the very thing that failed; the end is then found by recovery. */
  #append(work: () => Position): Position | null {
    try {
      return work()
    } catch (error) {
      logFault(this.#rooms.log, toFault(error), this.id)
      return null
    }
  }
}
