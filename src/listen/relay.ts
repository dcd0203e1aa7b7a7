// One client of a byte protocol: fulfils a codec's wishes over the client's socket, the journey and the target. It knows
// order, back-pressure and deadlines, and no protocol.
//
// A fault anywhere ends the session: the codec says it in its protocol's words, nothing else follows, both sockets close.

import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import type { Action } from '../kernel/action.ts'
import { isDenial, toDenial, type Denial } from '../kernel/decision.ts'
import type { EndReason } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { HeldRequest, Journey, Passage, Peer, Presented, Session } from '../kernel/journey.ts'
import type { Carrier } from '../kernel/masker.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Codec, CodecProtocol, Opened, Phase, Wishes } from '../kernel/protocol.ts'
import type { ByteTarget, TlsRequest } from '../kernel/target.ts'
import { isLoopback } from './address.ts'
import { Output } from './output.ts'

/** Above this a side stops being read until the other has taken its bytes (G9). */
const highWaterBytes = 1024 * 1024
/** A client that does not read its refusal is not waited for longer. */
const lingerMs = 2_000

export interface RelayParts {
  readonly protocol: CodecProtocol
  readonly newCodec: (wishes: Wishes) => Codec
  readonly journey: Journey
  readonly tls: SecureContext | null
}

export class Relay implements Wishes {
  readonly #parts: RelayParts
  readonly #codec: Codec
  readonly #output: Output
  readonly #gone = new AbortController()
  readonly #address: string
  #socket: Socket
  #session: Session | null = null
  #target: ByteTarget | null = null
  #deadline: NodeJS.Timeout | null = null
  #phase: Phase = 'greeting'
  #state: 'open' | 'closing' | 'closed' = 'open'
  #clientPaused = false
  #targetBlocked = false
  /** Set once the client's socket carries TLS. */
  #secured = false

  constructor(socket: Socket, parts: RelayParts) {
    this.#parts = parts
    this.#socket = socket
    this.#address = socket.remoteAddress ?? 'unknown'
    this.#output = new Output(socket)
    socket.setNoDelay(true)
    this.#codec = parts.newCodec(this)
    this.phase('greeting')
    socket.on('error', () => this.#clientGone())
    socket.on('close', () => this.#clientGone())
    // The first byte tells direct TLS (0x16, RFC 8446 §5.1) from a protocol that begins in clear.
    socket.once('data', (first: Buffer) => {
      if (first[0] === 0x16 && parts.protocol.directTlsAlpn !== null) {
        socket.pause()
        socket.unshift(first)
        this.#secure(parts.protocol.directTlsAlpn)
      } else {
        this.#listen(socket)
        this.#fromClient(first)
      }
    })
  }

  /** The gateway is going down, or somebody pulled the plug. */
  stop(reason: EndReason): void {
    this.#refuse(toDenial('The gateway is stopping.', 'revoked'), reason)
  }

  // ── wishes ──

  peer = (): Peer => ({ address: this.#address, tls: this.#secured, loopback: isLoopback(this.#address) })

  offersTls = (): boolean => this.#parts.tls !== null

  say(bytes: Uint8Array): void {
    this.#output.ready(bytes)
  }

  tellClient(bytes: Uint8Array, passage: Passage, carrier: Carrier): void {
    if (this.#state === 'open') this.#release(passage.respond(bytes, carrier), bytes.length)
  }

  endResponse(passage: Passage, carrier: Carrier, outcome: Parameters<Passage['end']>[0]): void {
    if (this.#state === 'open') this.#release(passage.finish(carrier), 0)
    passage.end(outcome)
  }

  tellTarget(bytes: Uint8Array, passage: Passage): void {
    const target = this.#target
    if (target === null || this.#state !== 'open') return
    // Copied: the read buffer these bytes may lie in is used again before the socket has taken them.
    if (!target.send(Buffer.from(bytes), passage)) {
      this.#targetBlocked = true
      this.#socket.pause()
    }
  }

  startTls(): void {
    if (this.#parts.tls === null) throw new Fault('tls.failed', { why: 'TLS is off on this listener' })
    this.#socket.pause()
    this.#socket.removeAllListeners('data')
    this.phase('tls')
    this.#output.whenEmpty(() => this.#secure(null))
  }

  startTargetTls(answer: () => void): void {
    this.#wait(async () => {
      await this.#target?.startTls()
      return answer
    })
  }

  phase(phase: Phase): void {
    this.#phase = phase
    if (this.#deadline !== null) clearTimeout(this.#deadline)
    this.#deadline = null
    if (phase === 'ready') return
    const ms = this.#parts.protocol.limits.phaseMs[phase]
    // In the last phase before ready it is the target that is waited for.
    const code = phase === 'open' ? 'upstream.timeout' : 'phase.timeout'
    this.#deadline = setTimeout(() => this.#fail(new Fault(code, { phase, ms })), ms)
  }

  identify(presented: Presented, answer: (outcome: Principal | Denial) => void): void {
    this.#wait(async () => {
      const outcome = await this.#parts.journey.identify(presented, this.peer())
      return () => answer(outcome)
    })
  }

  open(
    principal: Principal,
    want: { connection: string; client: string | null },
    held: (hold: HeldRequest) => void,
    answer: (outcome: Opened | Denial) => void,
  ): void {
    this.#wait(async () => {
      const wanted = { ...want, protocol: this.#parts.protocol.id }
      const opened = await this.#parts.journey.open(principal, wanted, this.peer(), this.#waiting(held))
      if (isDenial(opened)) return () => answer(opened)
      return await this.#dial(opened, answer)
    })
  }

  judge(
    session: Session,
    action: Action,
    held: (hold: HeldRequest) => void,
    answer: (outcome: Passage | Denial) => void,
  ): void {
    session.begin(action, this.#waiting(held)).then(
      (outcome) => this.#run(() => answer(outcome)),
      (error: unknown) => this.#fail(error),
    )
  }

  aside(bytes: Uint8Array, tls: TlsRequest): void {
    this.#target?.sendAside(bytes, tls).catch((error: unknown) => this.#session?.failed(error))
  }

  pauseClient(): void {
    this.#clientPaused = true
    this.#socket.pause()
  }

  resumeClient(): void {
    this.#clientPaused = false
    if (!this.#targetBlocked && this.#state === 'open') this.#socket.resume()
  }

  close(reason: 'client-closed' | 'target-closed' | 'fault'): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#output.whenEmpty(() => this.#finish(reason))
  }

  // ── how they are fulfilled ──

  #waiting(held: (hold: HeldRequest) => void): { held(hold: HeldRequest): void; gone: AbortSignal } {
    return { held: (hold) => this.#run(() => this.#whileHeld(hold, held)), gone: this.#gone.signal }
  }

  /** A human takes longer than a handshake: the deadline of the phase waits with us; the hold has its own. */
  #whileHeld(hold: HeldRequest, held: (hold: HeldRequest) => void): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline)
    held(hold)
  }

  async #dial(session: Session, answer: (outcome: Opened | Denial) => void): Promise<() => void> {
    this.#session = session
    session.revoked.addEventListener('abort', () => {
      this.#refuse(toDenial('Access was revoked.', 'revoked'), 'revoked')
    })
    this.phase('open')
    try {
      const target = await session.dialBytes()
      if (this.#state !== 'open') {
        target.close()
        return () => undefined
      }
      this.#target = target
      return () => {
        answer({ session, target })
        target.attach({
          bytes: (chunk) => this.#fromTarget(chunk),
          drained: () => this.#targetDrained(),
          closed: () => this.#run(() => this.#codec.targetClosed()),
        })
      }
    } catch (error) {
      const fault = session.failed(error)
      return () => answer(toDenial(fault.tell, 'fault', { faultId: fault.id }))
    }
  }

  #release(released: Uint8Array | Promise<Uint8Array>, expectedBytes: number): void {
    if (released instanceof Promise) {
      const fill = this.#output.reserve(expectedBytes)
      released.then(
        (bytes) => {
          fill(bytes)
          this.#relieve()
        },
        (error: unknown) => this.#fail(error),
      )
    } else this.#output.borrowed(released)
    if (this.#output.waitingBytes > highWaterBytes) this.#target?.pause()
  }

  /** The client has taken what it was owed: the target may go on. */
  #relieve(): void {
    if (this.#output.waitingBytes <= highWaterBytes) this.#target?.resume()
  }

  #targetDrained(): void {
    this.#targetBlocked = false
    if (!this.#clientPaused && this.#state === 'open') this.#socket.resume()
  }

  #fromClient(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#run(() => this.#codec.fromClient(bytes))
  }

  #fromTarget(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#run(() => this.#codec.fromTarget(bytes))
  }

  #secure(alpn: string | null): void {
    const context = this.#parts.tls
    if (context === null) {
      this.#fail(new Fault('tls.failed', { why: 'TLS is off on this listener' }))
      return
    }
    this.phase('tls')
    const secured = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: context,
      ...(alpn === null ? {} : { ALPNProtocols: [alpn] }),
    })
    secured.on('error', (error) => {
      if (!this.#secured)
        this.#fail(new Fault('tls.failed', { why: 'code' in error ? String(error.code) : error.name }, error))
      this.#clientGone()
    })
    secured.on('close', () => this.#clientGone())
    secured.once('secure', () => {
      this.#secured = true
      this.#socket = secured
      this.#output.moveTo(secured)
      this.#listen(secured)
      this.#run(() => this.#codec.secured())
    })
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#fromClient(chunk))
    socket.on('drain', () => this.#relieve())
  }

  /** An answer that comes later: its faults are the session's, and a closed relay hears none. */
  #wait(work: () => Promise<() => void>): void {
    work().then(
      (answer) => this.#run(answer),
      (error: unknown) => this.#fail(error),
    )
  }

  #run(work: () => void): void {
    if (this.#state === 'closed') return
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (this.#state === 'closed') return
    const fault = this.#session?.failed(error) ?? this.#parts.journey.failed(error, this.peer())
    this.#refuse(toDenial(fault.tell, 'fault', { faultId: fault.id }), 'fault')
  }

  /** Says why, in the protocol's words, and closes. What was not released yet never is. */
  #refuse(denial: Denial, reason: EndReason): void {
    if (this.#state === 'closed') return
    this.#output.discard()
    try {
      this.#codec.refuse(denial)
    } catch (error) {
      this.#session?.failed(error)
    }
    this.#finish(reason)
  }

  #clientGone(): void {
    if (this.#state === 'closed') return
    this.#gone.abort()
    try {
      if (this.#codec.clientClosed()) this.#session?.failed(new Fault('frame.truncated', { phase: this.#phase }))
    } catch (error) {
      this.#session?.failed(error)
    }
    this.#finish('client-closed')
  }

  #finish(reason: EndReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    if (this.#deadline !== null) clearTimeout(this.#deadline)
    this.#gone.abort()
    this.#target?.close()
    this.#socket.end()
    const linger = setTimeout(() => this.#socket.destroy(), lingerMs)
    this.#socket.once('close', () => clearTimeout(linger))
    this.#session?.end(reason).catch((error: unknown) => this.#session?.failed(error))
  }
}
