// One client of a byte protocol: fulfils a codec's wishes over the client's socket, the journey and the target. It knows
// order and back-pressure, and no protocol.
//
// A fault anywhere ends the session: the codec says it in its protocol's words, nothing else follows, both sockets close.

import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Action } from '../kernel/action.ts'
import { isDenial, toDenial, toFaultDenial, type Denial } from '../kernel/decision.ts'
import type { EndReason } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { HeldRequest, Journey, Passage, Peer, Presented, Session } from '../kernel/journey.ts'
import type { Carrier } from '../kernel/masker.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Codec, CodecProtocol, Opened, Phase, Wishes } from '../kernel/protocol.ts'
import type { ByteTarget, TlsRequest } from '../kernel/target.ts'
import { ClientSocket } from './client-socket.ts'
import { PhaseDeadline } from './phase-deadline.ts'

/** Above this a side stops being read until the other has taken its bytes (G9). */
const highWaterBytes = 1024 * 1024

export interface RelayParts {
  readonly protocol: CodecProtocol
  readonly newCodec: (wishes: Wishes) => Codec
  readonly journey: Journey
  readonly tls: SecureContext | null
}

export class Relay implements Wishes {
  readonly #parts: RelayParts
  readonly #client: ClientSocket
  readonly #deadline: PhaseDeadline
  readonly #codec: Codec
  readonly #gone = new AbortController()
  #session: Session | null = null
  #target: ByteTarget | null = null
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Set when the state becomes `closed`. */
  #endReason: EndReason = 'client-closed'
  #clientPaused = false
  #targetBlocked = false

  constructor(socket: Socket, parts: RelayParts) {
    this.#parts = parts
    this.#client = new ClientSocket(
      socket,
      { context: parts.tls, directAlpn: parts.protocol.directTlsAlpn },
      {
        bytes: (chunk) => this.#fromClient(chunk),
        drained: () => this.#relieve(),
        securing: () => this.phase('tls'),
        secured: () => this.#run(() => this.#codec.secured()),
        failed: (fault) => this.#fail(fault),
        gone: () => this.#clientGone(),
      },
    )
    this.#deadline = new PhaseDeadline(parts.protocol.limits.phaseMs, (fault) => this.#fail(fault))
    this.phase('greeting')
    this.#codec = parts.newCodec(this)
  }

  /** The gateway is going down, or somebody pulled the plug. */
  stop(reason: EndReason): void {
    this.#refuse(toDenial('The gateway is stopping.', 'revoked'), reason)
  }

  // ── wishes ──

  peer = (): Peer => this.#client.peer

  offersTls = (): boolean => this.#client.offersTls

  say(bytes: Uint8Array): void {
    this.#client.output.ready(bytes)
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
      this.#client.pause()
    }
  }

  startTls(): void {
    this.phase('tls')
    this.#client.startTls()
  }

  startTargetTls(answer: () => void): void {
    this.#wait(async () => {
      await this.#target?.startTls()
      return answer
    })
  }

  phase(phase: Phase): void {
    this.#deadline.enter(phase)
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
    this.#client.pause()
  }

  resumeClient(): void {
    this.#clientPaused = false
    if (!this.#targetBlocked && this.#state === 'open') this.#client.resume()
  }

  close(reason: 'client-closed' | 'target-closed' | 'fault'): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#client.output.whenEmpty(() => this.#finish(reason))
  }

  // ── how they are fulfilled ──

  #waiting(held: (hold: HeldRequest) => void): { held(hold: HeldRequest): void; gone: AbortSignal } {
    return { held: (hold) => this.#run(() => this.#whileHeld(hold, held)), gone: this.#gone.signal }
  }

  #whileHeld(hold: HeldRequest, held: (hold: HeldRequest) => void): void {
    this.#deadline.suspend()
    held(hold)
  }

  async #dial(session: Session, answer: (outcome: Opened | Denial) => void): Promise<() => void> {
    this.#session = session
    const onRevoked = (): void => this.#refuse(toDenial('Access was revoked.', 'revoked'), 'revoked')
    session.revoked.addEventListener('abort', onRevoked)
    if (session.revoked.aborted) onRevoked()
    // The client went away while its session was made. Nobody else knows of the session, so nobody else would end it.
    else if (this.#state === 'closed') this.#endSession()
    if (this.#state !== 'open') return () => undefined
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
      return () => answer(toFaultDenial(fault))
    }
  }

  #release(released: Uint8Array | Promise<Uint8Array>, expectedBytes: number): void {
    if (released instanceof Promise) {
      const fill = this.#client.output.reserve(expectedBytes)
      released.then(
        (bytes) => {
          fill(bytes)
          this.#relieve()
        },
        (error: unknown) => this.#fail(error),
      )
    } else this.#client.output.borrowed(released)
    if (this.#client.output.waitingBytes > highWaterBytes) this.#target?.pause()
  }

  /** The client has taken what it was owed: the target may go on. */
  #relieve(): void {
    if (this.#client.output.waitingBytes <= highWaterBytes) this.#target?.resume()
  }

  #targetDrained(): void {
    this.#targetBlocked = false
    if (!this.#clientPaused && this.#state === 'open') this.#client.resume()
  }

  #fromClient(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#run(() => this.#codec.fromClient(bytes))
  }

  #fromTarget(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#run(() => this.#codec.fromTarget(bytes))
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
    this.#refuse(toFaultDenial(fault), 'fault')
  }

  /** Says why, in the protocol's words, and closes. What was not released yet never is. */
  #refuse(denial: Denial, reason: EndReason): void {
    if (this.#state === 'closed') return
    this.#client.output.discard()
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
      if (this.#codec.clientClosed())
        this.#session?.failed(new Fault('frame.truncated', { phase: this.#deadline.phase }))
    } catch (error) {
      this.#session?.failed(error)
    }
    this.#finish('client-closed')
  }

  #finish(reason: EndReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#endReason = reason
    this.#deadline.stop()
    this.#gone.abort()
    this.#target?.close()
    this.#client.close()
    this.#endSession()
  }

  #endSession(): void {
    this.#session?.end(this.#endReason).catch((error: unknown) => this.#session?.failed(error))
  }
}
