// One principal on one connection, live: from its opening to its one end. Whether an action passes is judging.ts's, what passes
// is passages.ts's; here are the target that it reaches, and the end.

import type { Action } from '../kernel/action.ts'
import { toDenial, type Circumstances, type Denial, type Grant } from '../kernel/decision.ts'
import type { Connection } from '../kernel/connection.ts'
import type { EndReason, Position } from '../kernel/event.ts'
import { toFault, type Fault } from '../kernel/fault.ts'
import type { Passage, Session, Waiting } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import type { ByteTarget, HttpTarget } from '../kernel/target.ts'
import type { Dialled } from '../dial/dialer.ts'
import { faultEvent, logFault } from './failing.ts'
import { Judge } from './judging.ts'
import { Passages } from './passages.ts'
import type { Rooms } from './rooms.ts'
import { toWatched } from './watched-target.ts'

export interface SessionParts {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly circumstances: Circumstances
  readonly grant: Grant
  /** By many exchanges, each with an answer of its own; the register ends it. */
  readonly shared: boolean
  /** Where `session.open` stands in the journal. */
  readonly opened: Position
  /** Called once, before the end is recorded. */
  readonly whenEnded: () => void
  /** The journal could not take the end; it is asked for again when it may. */
  readonly whenOwed: (record: () => Promise<void>) => void
}

/** A credential that was rotated is used within this time by sessions that live long. */
const redialMs = 60_000

export class LiveSession implements Session {
  readonly id: string
  readonly principal: Principal
  readonly connection: Connection
  readonly #parts: SessionParts
  readonly #rooms: Rooms
  readonly #judge: Judge
  readonly #passages: Passages
  readonly #revoked = new AbortController()
  #http: { readonly target: HttpTarget; readonly dialledUpMs: number } | null = null
  #fingerprint = ''
  #lastUsedUpMs: number
  #ended: Promise<void> | null = null

  constructor(rooms: Rooms, parts: SessionParts) {
    const { id, principal, connection, circumstances, opened, shared } = parts
    this.id = id
    this.principal = principal
    this.connection = connection
    this.#rooms = rooms
    this.#parts = parts
    this.#lastUsedUpMs = rooms.clock.upMs()
    const passages = new Passages(rooms, {
      id,
      principal,
      connection,
      circumstances,
      opened,
      whenEnded: () => this.use(),
    })
    this.#passages = passages
    this.#judge = new Judge(rooms, {
      id,
      principal,
      connection,
      circumstances,
      revoked: this.#revoked.signal,
      isOver: () => this.#ended !== null,
      isAlone: () => shared && passages.busy === 0,
      pass: (action, began) => passages.open(action, began, shared ? passages.newDownstream() : passages.downstream),
    })
  }

  get passage(): Passage {
    return this.#passages.own
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

  /** Milliseconds since anything began or ended here; 0 while an action is on its way. */
  get idleMs(): number {
    return this.#passages.busy > 0 ? 0 : this.#rooms.clock.upMs() - this.#lastUsedUpMs
  }

  /** Somebody is about to ask for something. */
  use(): void {
    this.#lastUsedUpMs = this.#rooms.clock.upMs()
  }

  async dialBytes(): Promise<ByteTarget> {
    const dialled = await this.#rooms.dialer.bytes(this.#parts.grant, this.connection)
    this.#used(dialled)
    // One stream of bytes for the whole session: a credential cut by two answers is still found.
    this.#passages.downstream.scanFor(dialled.needles)
    return dialled.target
  }

  dialHttp(): Promise<HttpTarget> {
    const upMs = this.#rooms.clock.upMs()
    if (this.#http === null || upMs - this.#http.dialledUpMs > redialMs) {
      const dialled = this.#rooms.dialer.http(this.#parts.grant, this.connection)
      this.#http = { target: toWatched(dialled), dialledUpMs: upMs }
      this.#used(dialled)
    }
    return Promise.resolve(this.#http.target)
  }

  consider(action: Action): Denial | null {
    const decision = this.#judge.decide(action)
    return decision.outcome === 'deny' ? toDenial(decision.reason, 'policy') : null
  }

  begin(action: Action, waiting: Waiting): Promise<Passage | Denial> {
    if (this.#ended !== null) return Promise.resolve(toDenial('The session is over.', 'revoked'))
    this.use()
    return this.#judge.begin(action, waiting)
  }

  failed(thrown: unknown): Fault {
    const fault = toFault(thrown)
    logFault(this.#rooms.log, fault, this.id)
    try {
      this.#rooms.journal.append(faultEvent(this.#rooms.clock, fault, this.id))
    } catch (error) {
      // The journal may be the very thing that failed.
      logFault(this.#rooms.log, toFault(error), this.id)
    }
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
    const { journal, clock, log } = this.#rooms
    const { exposure } = this.#passages
    const moment = { atMs: clock.nowMs(), upMs: clock.upMs() }
    const record = async (): Promise<void> => {
      await journal.written(journal.append({ t: 'session.end', session: this.id, ...moment, reason, exposure }))
    }
    try {
      await record()
    } catch (error) {
      // Nobody waits for it when a session is swept away, and the journal may be what failed.
      logFault(log, toFault(error), this.id)
      this.#parts.whenOwed(record)
    }
  }
}
