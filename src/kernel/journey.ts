// The port through which a protocol makes its way: identify, open, begin, respond, end. src/journey.ts implements it;
// a protocol never sees a stage.

import type { Action } from './action.ts'
import type { Connection } from './connection.ts'
import type { Denial, passageMark, Released } from './decision.ts'
import type { EndReason } from './event.ts'
import type { Fault } from './fault.ts'
import type { Carrier, Masker } from './masker.ts'
import type { Principal } from './principal.ts'
import type { Secret } from './secret.ts'
import type { ByteTarget, HttpTarget } from './target.ts'

export interface Journey {
  /** A presented credential becomes a principal or a denial. Never throws on a bad token. */
  identify(presented: Presented, peer: Peer): Promise<Principal | Denial>
  /** RFC 7523: a platform's token for a run token of the gateway's own. */
  exchange(presented: Presented, peer: Peer): Promise<IssuedToken | Denial>
  /**
   * One principal on one connection. May hold (just-in-time access); `waiting` says how to wait. For an HTTP protocol
   * the session is shared by all exchanges of the same principal and run, and the journey ends it when it falls idle.
   */
  open(principal: Principal, want: Wanted, peer: Peer, waiting: Waiting): Promise<Session | Denial>
  /** Something went wrong before there was a session: logged and recorded. @returns the fault that was made of it. */
  failed(thrown: unknown, peer: Peer): Fault
}

export interface Presented {
  readonly token: Secret
  /** The federation rule or issuer name the client asks for; null to choose by the token's `iss`. */
  readonly rule: string | null
}

export interface IssuedToken {
  readonly token: Secret
  readonly expiresInS: number
  readonly principal: Principal
}

/** The other end of a client's socket. */
export interface Peer {
  readonly address: string
  readonly tls: boolean
  readonly loopback: boolean
}

export interface Wanted {
  /** Connection name; null means the only connection of this protocol that the principal may open. */
  readonly connection: string | null
  readonly protocol: string
  /** What the client says it is: application_name, User-Agent; recorded, never trusted. */
  readonly client: string | null
}

/** How the asker waits for a human. */
export interface Waiting {
  /** Called once, when a hold starts: tell the client in its own protocol, start its keep-alive. */
  held(hold: HeldRequest): void
  /** The client went away: stop waiting; the approval stays open for the same request coming again. */
  readonly gone: AbortSignal
}

export interface HeldRequest {
  readonly approval: string
  readonly reason: string
  readonly approverGroups: readonly string[]
  readonly untilMs: number
}

export interface Session {
  readonly id: string
  readonly connection: Connection
  readonly principal: Principal
  /** Covers what is not part of an action: greetings, asynchronous notices. */
  readonly passage: Passage
  /** Aborted when the session must end now (G7): grant over, identity disabled, kill switch. The reason is an EndReason. */
  readonly revoked: AbortSignal
  /** Reaches the target with the connection's credential. @throws Fault `upstream.*`, `credential.unavailable` */
  dialBytes(): Promise<ByteTarget>
  dialHttp(): Promise<HttpTarget>
  /**
   * Judges and records an action. Resolves when it may go upstream: written for a read, on disk for anything that could
   * change something (G1), approved when it was held (G4).
   */
  begin(action: Action, waiting: Waiting): Promise<Passage | Denial>
  /**
   * Judges without recording or holding: may this action be prepared at all? Null means it is not denied outright.
   * For an early answer only; `begin` decides.
   */
  consider(action: Action): Denial | null
  /** A fault inside the session: logged, recorded. @returns the fault that was made of what was thrown. */
  failed(thrown: unknown): Fault
  /** Idempotent. Resolves when the end is written, or cannot be; does not reject. */
  end(reason: EndReason): Promise<void>
}

/** Made by the journey when an action was judged and recorded; the only thing that forwards it and answers it. */
export interface Passage {
  readonly [passageMark]: true
  /** Number of the action in its session, from 1; 0 for the session's own passage. */
  readonly action: number
  /**
   * What masks a request's text on its way to a target that is not to see it. What it replaced is put back in the answer
   * of this passage as far as policy allows. Asked for before the answer begins.
   */
  outward(): Masker
  /**
   * Response bytes → carried (masked), scanned for the target's credentials, written to the journal. Order is kept.
   * Synchronous when nothing must wait, and then valid as long as the chunk is and the carrier was not called again.
   * @throws or rejects with Fault `record.unavailable`, `credential.exposed`, `mask.failed`: then nothing of the chunk may be sent and the session ends.
   */
  respond(chunk: Uint8Array, carrier: Carrier): Released | Promise<Released>
  /** What the carrier still holds, at the end of a response; empty as a rule. */
  finish(carrier: Carrier): Released | Promise<Released>
  end(outcome: Outcome): void
}

export interface Outcome {
  readonly outcome: 'completed' | 'failed' | 'cut'
  readonly code: string | null
  readonly rows: number | null
}
