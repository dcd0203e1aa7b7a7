// What happened, as record/ keeps it and seal/ commits to it. Everything in here is masked already; a payload is bytes.
// Order within a session is the order of `append`; times are for people.

import type { Denial } from './decision.ts'
import type { Coverage, DataClass, Finding } from './finding.ts'
import type { Actor, Principal } from './principal.ts'

/** A place in the journal; grows with every append of a node, over restarts too. */
export type Position = number

export type Event =
  | GatewayEvent
  | SessionOpened
  | Requested
  | Answered
  | Done
  | Refused
  | Held
  | ApprovalDecided
  | Injected
  | Accessed
  | Faulted
  | SessionEnded

interface InSession {
  readonly session: string
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** Monotonic milliseconds of this boot: durations survive a clock that steps. */
  readonly upMs: number
}

export interface GatewayEvent {
  readonly t: 'gateway'
  readonly kind: 'start' | 'stop' | 'heartbeat' | 'policy.activate' | 'config.change' | 'downtime'
  readonly atMs: number
  readonly upMs: number
  /** Ids, digests and counters only. */
  readonly body: { readonly [name: string]: string | number | boolean | null }
}

export interface SessionOpened extends InSession {
  readonly t: 'session.open'
  readonly connection: string
  readonly protocol: string
  readonly principal: Pick<Principal, 'id' | 'issuer' | 'subject' | 'kind' | 'display' | 'groups' | 'run' | 'proof'> & {
    readonly act: readonly Actor[]
  }
  readonly peer: { readonly address: string; readonly tls: boolean }
  readonly client: string | null
  readonly policyVersion: string
  readonly grant: string
  readonly visibleClasses: readonly DataClass[]
}

/** An action that was allowed, before its first byte went upstream. */
export interface Requested extends InSession {
  readonly t: 'request'
  /** Number of the action within its session, from 1. */
  readonly action: number
  readonly label: string
  readonly actions: readonly string[]
  readonly effectful: boolean
  readonly complete: boolean
  readonly policies: readonly string[]
  readonly policyVersion: string
  /** The approval that let it pass, when it was held. */
  readonly approval: string | null
  readonly parts: readonly RecordedPart[]
  /** Findings in the recorded request. */
  readonly findings: readonly Finding[]
}

export interface RecordedPart {
  readonly role: string
  readonly digest: string | null
  /** Masked bytes; null when a part of the same digest was recorded before in this session, or when over the capture limit. */
  readonly bytes: Uint8Array | null
  /** Length before masking. */
  readonly length: number
}

/** A piece of a response, as released. */
export interface Answered extends InSession {
  readonly t: 'response'
  readonly action: number
  readonly bytes: Uint8Array
}

/** The end of an action. */
export interface Done extends InSession {
  readonly t: 'done'
  readonly action: number
  /** `completed`: the target answered to the end; `failed`: it answered with an error; `cut`: either side went away or a fault stopped it. */
  readonly outcome: 'completed' | 'failed' | 'cut'
  /** The target's own code (SQLSTATE, HTTP status) or the fault's. */
  readonly code: string | null
  readonly responseBytes: number
  /** Bytes of the response that are in the journal; less than `responseBytes` beyond the capture limit. */
  readonly capturedBytes: number
  /** SHA-256 over the response bytes beyond the captured ones, hexadecimal, when not all were captured. */
  readonly responseDigest: string | null
  readonly rows: number | null
  readonly findings: readonly Finding[]
  readonly coverage: Readonly<Coverage>
}

/** An action that was denied; nothing went upstream. */
export interface Refused extends InSession {
  readonly t: 'refused'
  readonly action: number
  readonly label: string
  readonly actions: readonly string[]
  readonly policies: readonly string[]
  readonly policyVersion: string
  readonly denial: Pick<Denial, 'reason' | 'cause' | 'approval' | 'faultId'>
  readonly parts: readonly RecordedPart[]
}

/** An action waits for a human. */
export interface Held extends InSession {
  readonly t: 'held'
  readonly action: number
  readonly approval: string
  readonly label: string
  readonly reason: string
  readonly policies: readonly string[]
  readonly approverGroups: readonly string[]
  /** SHA-256 that binds the approval (G4), hexadecimal. */
  readonly binding: string
}

export interface ApprovalDecided {
  readonly t: 'approval'
  readonly atMs: number
  readonly upMs: number
  /** The session that asked; null when a reviewer outlives it. */
  readonly session: string | null
  readonly approval: string
  readonly decision: 'approved' | 'denied' | 'expired' | 'used'
  readonly approver: Pick<Principal, 'id' | 'display' | 'kind'> | null
  readonly reason: string | null
  readonly binding: string
}

/** The target's credential was used on the upstream leg. */
export interface Injected extends InSession {
  readonly t: 'cred.inject'
  /** The reference, never the value: `file:orders`. */
  readonly source: string
  readonly kind: string
  /** Keyed fingerprint, hexadecimal; the same over sessions of a node. */
  readonly fingerprint: string
}

/** Somebody looked into the record, or ended a session by hand: the watchers are watched, too. */
export interface Accessed {
  readonly t: 'access'
  readonly atMs: number
  readonly upMs: number
  readonly kind: 'read' | 'kill'
  readonly who: Pick<Principal, 'id' | 'display' | 'kind'>
  /** The session that it was about; it may be over. */
  readonly about: string
  /** Whether what was asked and answered was in it, and not only when and what of. */
  readonly content: boolean
}

export interface Faulted {
  readonly t: 'fault'
  readonly atMs: number
  readonly upMs: number
  readonly session: string | null
  readonly id: string
  readonly code: string
  readonly facts: { readonly [name: string]: string | number | boolean | null }
}

export interface SessionEnded extends InSession {
  readonly t: 'session.end'
  readonly reason: EndReason
  /** What was measured for the statement of credential non-exposure. */
  readonly exposure: ExposureCount
}

export type EndReason =
  | 'client-closed'
  | 'target-closed'
  | 'expired'
  | 'revoked'
  | 'fault'
  | 'gateway-stop'
  | 'gateway-crash'

export interface ExposureCount {
  readonly bytesSent: number
  readonly bytesScanned: number
  readonly matches: number
}

/** Where events go. record/ implements it. */
export interface Journal {
  /**
   * Queues an event. Returns at once; the bytes are copied or encoded before it returns, so buffers may be reused.
   * @throws Fault `record.unavailable` when the journal is failed or its queue is full: nothing may pass then (G1, G9).
   */
  append(event: Event): Position
  /** undefined when `write` has returned for this position already; rejects with `record.unavailable`. */
  written(position: Position): undefined | Promise<void>
  /** undefined when it is on disk (`fdatasync`) already; rejects with `record.unavailable`. */
  durable(position: Position): undefined | Promise<void>
}

/** How seal/ follows the journal: the same loop live and after a crash. */
export interface JournalReader {
  /** Events after `position`, in order, that are durable now. At most `maxBytes` of encoded events a call; empty when there are none. */
  readAfter(position: Position, maxBytes: number): readonly StoredEvent[]
  /** Everything up to here is sealed and may be dropped. */
  release(position: Position): void
}

export interface StoredEvent {
  readonly position: Position
  /** Which start of the gateway wrote it; a session whose boot is over and which has no end was cut by a crash. */
  readonly boot: string
  readonly event: Event
}
