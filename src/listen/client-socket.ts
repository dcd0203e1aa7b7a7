// One client's socket: in clear, under TLS from its first byte, or taken to TLS later; read or paused; closed without waiting
// for a client that does not read. It refuses to know what the bytes mean, and who asked for them.

import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import { Fault } from '../kernel/fault.ts'
import type { Peer } from '../kernel/journey.ts'
import { isLoopbackAddress } from '../wire/loopback.ts'
import { Output } from './output.ts'

/** A client that does not read its refusal is not waited for longer. */
const lingerMs = 2_000
/** First byte of a TLS record that begins a handshake (RFC 8446 §5.1). */
const handshakeRecord = 0x16

export interface ClientTls {
  /** null when TLS is off on this listener. */
  readonly context: SecureContext | null
  /** ALPN name of clients that begin with TLS at once; null when TLS is only ever asked for in clear. */
  readonly directAlpn: string | null
}

export interface ClientEvents {
  /** Valid until the socket is read again: copy what is kept. */
  readonly bytes: (chunk: Uint8Array) => void
  /** All that was written is on its way. */
  readonly drained: () => void
  /** A TLS handshake begins. */
  readonly securing: () => void
  readonly secured: () => void
  /** Fault `tls.failed`; the socket cannot be used any more. */
  readonly failed: (fault: Fault) => void
  /** Closed, from whichever side; may be told more than once. */
  readonly gone: () => void
}

export class ClientSocket {
  readonly output: Output
  readonly #address: string
  readonly #tls: ClientTls
  readonly #events: ClientEvents
  #socket: Socket
  #isSecured = false

  constructor(socket: Socket, tls: ClientTls, events: ClientEvents) {
    this.#socket = socket
    this.#address = socket.remoteAddress ?? 'unknown'
    this.#tls = tls
    this.#events = events
    this.output = new Output(socket)
    socket.setNoDelay(true)
    socket.on('error', events.gone)
    socket.on('close', events.gone)
    socket.once('data', (first: Buffer) => this.#begin(socket, first))
  }

  get peer(): Peer {
    return { address: this.#address, tls: this.#isSecured, loopback: isLoopbackAddress(this.#address) }
  }

  get offersTls(): boolean {
    return this.#tls.context !== null
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** After all that was written; nothing is read in clear from here on. @throws Fault `tls.failed` when TLS is off */
  startTls(): void {
    const context = this.#requireContext()
    this.#socket.pause()
    this.#socket.removeAllListeners('data')
    this.output.whenEmpty(() => this.#secure(context, null))
  }

  /** After what was written, as far as the client takes it. */
  close(): void {
    this.#socket.end()
    if (this.#socket.closed) return
    const linger = setTimeout(() => this.#socket.destroy(), lingerMs)
    this.#socket.once('close', () => clearTimeout(linger))
  }

  #begin(socket: Socket, first: Buffer): void {
    const { directAlpn } = this.#tls
    if (first[0] !== handshakeRecord || directAlpn === null) {
      this.#listen(socket)
      this.#events.bytes(first)
      return
    }
    socket.pause()
    socket.unshift(first)
    try {
      this.#secure(this.#requireContext(), directAlpn)
    } catch (error) {
      this.#events.failed(toTlsFault(error))
    }
  }

  #requireContext(): SecureContext {
    if (this.#tls.context === null) throw new Fault('tls.failed', { why: 'TLS is off on this listener' })
    return this.#tls.context
  }

  #secure(context: SecureContext, alpn: string | null): void {
    this.#events.securing()
    const secured = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: context,
      ...(alpn === null ? {} : { ALPNProtocols: [alpn] }),
    })
    secured.on('error', (error) => {
      if (!this.#isSecured) this.#events.failed(toTlsFault(error))
      this.#events.gone()
    })
    secured.on('close', this.#events.gone)
    secured.once('secure', () => {
      this.#isSecured = true
      this.#socket = secured
      this.output.moveTo(secured)
      this.#listen(secured)
      this.#events.secured()
    })
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#events.bytes)
    socket.on('drain', this.#events.drained)
  }
}

function toTlsFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const name = error instanceof Error ? error.name : 'unknown'
  const code = error instanceof Error && 'code' in error ? String(error.code) : name
  return new Fault('tls.failed', { why: code }, error)
}
