// The upstream side as dial/ lends it: bytes or HTTP, with the credential behind a handle that proves and never shows.

import type { Passage } from './journey.ts'

/** A TCP or TLS stream to a target. */
export interface ByteTarget {
  readonly url: URL
  readonly credential: CredentialHandle
  /** Starts delivery; called once. Bytes are valid during the call only: copy what is kept. */
  attach(sink: ByteSink): void
  /** Only an action that passed goes upstream. @returns false when the caller should stop reading its client until `drained`. */
  send(bytes: Uint8Array, passage: Passage): boolean
  pause(): void
  resume(): void
  /** In-band TLS (after the protocol agreed on it). Verification follows the connection's settings. @throws Fault `upstream.tls` */
  startTls(): Promise<void>
  /** What the connection demands of TLS: `require` must not go on without it. */
  readonly tlsMode: 'disable' | 'prefer' | 'require'
  /** `tls-server-end-point` channel binding data (RFC 5929 §4); null without TLS. */
  channelBinding(): Uint8Array | null
  /**
   * A second connection to the same address that carries these bytes and closes: out-of-band cancel. When this one is under
   * TLS, so is the other, or nothing is sent. @throws Fault `upstream.tls`, `upstream.unreachable`, `upstream.timeout`
   */
  sendAside(bytes: Uint8Array, tls: TlsRequest): Promise<void>
  close(): void
}

/** How a connection that begins in clear turns to TLS: what asks for it, and the one byte that agrees. */
export interface TlsRequest {
  readonly ask: Uint8Array
  readonly agreed: number
}

export interface ByteSink {
  bytes(chunk: Uint8Array): void
  drained(): void
  /** The target closed; null when it did so cleanly. */
  closed(fault: Error | null): void
}

/** Proofs from a credential; the credential itself stays in dial/. */
export interface CredentialHandle {
  /** The account at the target. */
  readonly user: string
  /** RFC 5802 with SHA-256. `password` is taken as UTF-8 after SASLprep where that is defined. */
  scramSha256(
    salt: Uint8Array,
    iterations: number,
    authMessage: Uint8Array,
  ): Promise<{ readonly clientProof: Uint8Array; readonly serverSignature: Uint8Array }>
  /** PostgreSQL's md5: hex(md5(hex(md5(password + user)) + salt)), with its `md5` prefix. */
  md5Password(salt: Uint8Array): string
  /** The password itself, for a target that insists on it. @throws Fault `upstream.auth` unless the upstream leg is TLS or loopback. */
  cleartextPassword(): Uint8Array
}

/** An HTTP target; the credential is put into the headers inside dial/. */
export interface HttpTarget {
  /** Client headers are flat name, value pairs, credential headers already removed by the plug-in; dial/ removes them again. */
  send(request: HttpRequest, passage: Passage, sink: HttpSink): HttpCall
}

export interface HttpRequest {
  readonly method: string
  /** Path and query below the target's own path. */
  readonly path: string
  readonly headers: readonly string[]
  readonly body: Uint8Array | null
}

export interface HttpSink {
  head(status: number, headers: readonly string[]): void
  /** Valid during the call only. */
  data(chunk: Uint8Array): void
  end(): void
  failed(fault: Error): void
}

export interface HttpCall {
  /** Closes the upstream request: a client that went away must not keep a model working. */
  abort(): void
  pause(): void
  resume(): void
}
