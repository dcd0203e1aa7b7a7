// What a plug-in is. One folder under protocols/ exports one of these, protocols/index.ts lists it, nothing else knows it.

import type { Action } from './action.ts'
import type { Connection } from './connection.ts'
import type { Denial, Released } from './decision.ts'
import type { Journey, HeldRequest, Passage, Peer, Presented, Session } from './journey.ts'
import type { Carrier } from './masker.ts'
import type { Principal } from './principal.ts'
import type { CredentialHandle, TlsRequest } from './target.ts'

export type Protocol = CodecProtocol | HttpProtocol

interface ProtocolBase {
  readonly id: string
  readonly title: string
  /** URL schemes a connection's target may have. */
  readonly targetSchemes: readonly string[]
  readonly credentialKinds: readonly CredentialKind[]
  /** The plug-in's part of the Cedar schema and the words policies may use. */
  readonly cedar: CedarFragment
  /** Problems with a connection's own settings, in words for an operator; empty when it is fine. */
  checkConnection(connection: Connection): readonly string[]
  /** Lines to paste, exact for this gateway. `token` is a placeholder or a live credential. */
  howToConnect(at: GatewayAddress, connection: Connection, token: string): ConnectLines
  /** A recorded action as a person reads it: text, no control characters but newline and tab. */
  render(recorded: RecordedAction): RenderedAction
}

/** A protocol over its own port: a pure codec, bytes in, wishes out. */
export interface CodecProtocol extends ProtocolBase {
  readonly shape: 'codec'
  readonly defaultPort: number
  readonly limits: CodecLimits
  /** ALPN name when clients may start with TLS at once; null when TLS is only ever in-band. */
  readonly directTlsAlpn: string | null
  /** Once per listener: what codecs of the same listener share (cancel keys). Returns the constructor of a codec. */
  listener(): (wishes: Wishes) => Codec
}

/** A protocol inside HTTP, below a path prefix of the HTTPS listener. */
export interface HttpProtocol extends ProtocolBase {
  readonly shape: 'http'
  /** `/name`; what follows may begin with the name of a connection. */
  readonly prefix: string
  /** Serves one exchange to its end. What it throws is a fault that the listener tells in plain HTTP. */
  handle(exchange: HttpExchange, journey: Journey): Promise<void>
}

/** `user` and `password` for a kind that dial/ uses in a handshake; a header for one that it sends. */
export interface CredentialKind {
  readonly name: string
  readonly fields: readonly string[]
  /** For HTTP targets: how the secret field travels. */
  readonly header: { readonly name: string; readonly prefix: string; readonly field: string } | null
}

export interface CedarFragment {
  /** Key of the plug-in's record in `context`: `sql`, `model`. */
  readonly contextKey: string
  /** Attributes of that record. */
  readonly attributes: { readonly [name: string]: CedarAttribute }
  /** Every leaf action (`sql:select`) with the groups it belongs to (`sql:read`). Plug-ins that share a context key must agree. */
  readonly actions: { readonly [id: string]: { readonly memberOf: readonly string[] } }
}

export interface CedarAttribute {
  readonly type: 'Boolean' | 'Long' | 'String' | 'Set<String>'
  readonly required: boolean
  readonly doc: string
}

export interface GatewayAddress {
  readonly host: string
  /** Origin of the HTTPS listener: `https://localhost:8470`. */
  readonly httpOrigin: string
  /** Port of this protocol's own listener, when it has one. */
  readonly port: number | null
  readonly tls: boolean
  /** PEM file that clients must trust; null when the certificate is publicly trusted or TLS is off. */
  readonly caFile: string | null
}

export interface ConnectLines {
  /** Commands for a shell, most useful first. */
  readonly lines: readonly string[]
  /** Environment for `sallyport run`. */
  readonly env: { readonly [name: string]: string }
}

export interface RecordedAction {
  readonly label: string
  readonly parts: readonly { readonly role: string; readonly bytes: Uint8Array | null; readonly length: number }[]
  /** As much of it as there is to show. */
  readonly response: Uint8Array
}

export interface RenderedAction {
  readonly request: string
  readonly response: string
}

// ── codecs ──

export interface CodecLimits {
  /** Longest frame before the client is identified. */
  readonly maxHandshakeFrameBytes: number
  readonly maxFrameBytes: number
  /** Milliseconds each phase may take. */
  readonly phaseMs: { readonly [phase in Phase]: number }
}

/** `ready` has no deadline: an idle session is the grant's business. */
export type Phase = 'greeting' | 'tls' | 'identify' | 'open' | 'ready'

/**
 * Sans-I/O: holds a split frame until it is whole, never keeps a reference to `bytes`, calls its wishes during the call.
 * Throws only Faults; after one it is closed. One codec a client connection.
 */
export interface Codec {
  fromClient(bytes: Uint8Array): void
  fromTarget(bytes: Uint8Array): void
  /** Client TLS is up (after `startTls`), or was from the start. */
  secured(): void
  /** Ended by the gateway: the deny frame or error in the protocol's own words, through `say`. */
  refuse(denial: Denial): void
  /** The target went away. The codec tells the client in its own words and wishes `close`. */
  targetClosed(): void
  /** A side closed: outstanding passages end as cut. Returns whether a frame was left incomplete. */
  clientClosed(): boolean
}

/** What a codec wants. listen/ fulfils; wishes of one codec take effect in the order they were made. */
export interface Wishes {
  readonly peer: () => Peer
  /** The gateway's own words to the client: greetings, denials, notices. Never a byte that a target sent. */
  say(bytes: Uint8Array): void
  /** Response bytes, under the passage that asked. Copied or consumed during the call. */
  tellClient(bytes: Uint8Array, passage: Passage, carrier: Carrier): void
  /** Ends a response: what the carrier holds is released, then the passage ends. */
  endResponse(
    passage: Passage,
    carrier: Carrier,
    outcome: { outcome: 'completed' | 'failed' | 'cut'; code: string | null; rows: number | null },
  ): void
  /** Upstream, under a passage. Copied or consumed during the call. */
  tellTarget(bytes: Uint8Array, passage: Passage): void
  /** Whether `startTls` can work: false when TLS is off on this listener. Absent means it can. */
  readonly offersTls?: () => boolean
  /** Takes the client's socket to TLS after all that was said; `codec.secured()` follows. */
  startTls(): void
  /** In-band TLS with the target; `answer` when it is up. Failure ends the session. */
  startTargetTls(answer: () => void): void
  /** Enters a phase: its deadline starts. */
  phase(phase: Phase): void
  identify(presented: Presented, answer: (outcome: Principal | Denial) => void): void
  /** Session, then the dialled target. */
  open(
    principal: Principal,
    want: { connection: string; client: string | null },
    held: (hold: HeldRequest) => void,
    answer: (outcome: Opened | Denial) => void,
  ): void
  judge(
    session: Session,
    action: Action,
    held: (hold: HeldRequest) => void,
    answer: (outcome: Passage | Denial) => void,
  ): void
  /** Bytes on a connection of their own to the same target, as protected as the session's own: out-of-band cancel. */
  aside(bytes: Uint8Array, tls: TlsRequest): void
  /** Stops and restarts reading from the client: bounded pipelining. */
  pauseClient(): void
  resumeClient(): void
  /** After everything said and told: both sides close. */
  close(reason: 'client-closed' | 'target-closed' | 'fault'): void
}

export interface Opened {
  readonly session: Session
  readonly target: {
    readonly url: URL
    readonly credential: CredentialHandle
    readonly tlsMode: 'disable' | 'prefer' | 'require'
    channelBinding(): Uint8Array | null
  }
}

// ── HTTP ──

export interface HttpExchange {
  readonly method: string
  /** Path after the plug-in's prefix, beginning with `/`; percent-encoding untouched. */
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** Flat name, value pairs as received. */
  readonly headers: readonly string[]
  readonly peer: Peer
  /** The whole body. @throws Fault `request.too-large`, `client.gone` */
  readBody(maxBytes: number): Promise<Uint8Array>
  /** Aborted when the client's socket closes before the response ended. */
  readonly gone: AbortSignal
  /** The gateway's own answer, whole. */
  say(status: number, headers: readonly string[], body: Uint8Array): void
  /** The target's answer: its head, released bytes, its end. The head goes out with the first bytes, or with the end. */
  start(status: number, headers: readonly string[]): void
  /** @returns false when the caller should pause its target until `onDrain` */
  write(bytes: Released): boolean
  onDrain(resume: () => void): void
  end(): void
  /**
   * Closes the socket: the answer cannot be completed honestly. `words` are the gateway's own last ones inside an answer
   * that has begun, in the protocol's error language; sent before the socket closes as far as the client takes them.
   */
  destroy(words?: Uint8Array): void
}
