// From a dialled target to its first ReadyForQuery: TLS, start-up packet, the proof of the vault's credential. What the
// target says on the way goes to the client as its own words would, except what concerns the credential and its cancel key.

import { Fault } from '../../kernel/fault.ts'
import type { Opened, Wishes } from '../../kernel/protocol.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import type { CancelKey } from './cancel-keys.ts'
import { readErrorField } from './error-fields.ts'
import { frameLength, fromClient, fromTarget, headerBytes, toFrame } from './messages.ts'
import type { ResponseCarrier } from './response-carrier.ts'
import { ScramExchange } from './scram.ts'
import type { ServerState } from './server-state.ts'
import { sslRequest, toStartup, type Startup } from './startup-packet.ts'

export interface UpstreamStartupParts {
  readonly wishes: Wishes
  readonly opened: Opened
  readonly startup: Startup
  readonly database: string | null
  readonly carrier: ResponseCarrier
  readonly state: ServerState
  readonly maxFrameBytes: number
  /** The server's cancel key came; the client is to be given another. */
  readonly key: (key: CancelKey) => void
  /** Runs `then` with what comes later; its faults end the session. */
  readonly later: <T>(work: Promise<T>, then: (value: T) => void) => void
  /** The target said why it refuses and will close. */
  readonly refused: () => void
  /** ReadyForQuery is the next frame. */
  readonly ready: () => void
}

const maxApplicationName = 63

export class UpstreamStartup {
  readonly #parts: UpstreamStartupParts
  #state: 'ssl' | 'tls' | 'auth' | 'proving' | 'settings' | 'over' = 'auth'
  #scram: ScramExchange | null = null
  /** One method a login: a target that asks again, for something weaker, is refused. */
  #hasProved = false

  constructor(parts: UpstreamStartupParts) {
    this.#parts = parts
  }

  begin(): void {
    const { opened } = this.#parts
    if (opened.target.tlsMode === 'disable') this.#sendStartup()
    else {
      this.#state = 'ssl'
      this.#tell(sslRequest)
    }
  }

  fromTarget(held: HeldBytes): void {
    while (held.left > 0 && this.#state !== 'over') {
      if (this.#state === 'ssl') this.#answerToTls(held)
      else if (this.#state === 'tls') throw protocolFault('plain bytes while TLS begins')
      else if (!this.#frame(held)) return
    }
  }

  #answerToTls(held: HeldBytes): void {
    const answer = String.fromCharCode(held.bytes[held.at++] ?? 0)
    // Whatever follows was not protected; a target that is honest waits (CVE-2021-23222).
    if (held.left > 0) throw protocolFault('bytes behind the answer to the request for TLS')
    const { wishes, opened } = this.#parts
    if (answer === 'S') {
      this.#state = 'tls'
      wishes.startTargetTls(() => this.#sendStartup())
    } else if (answer !== 'N') throw protocolFault('not an answer to the request for TLS')
    else if (opened.target.tlsMode === 'require')
      throw new Fault('upstream.tls', { why: 'the target does not offer TLS' })
    else this.#sendStartup()
  }

  #sendStartup(): void {
    const { startup, opened } = this.#parts
    this.#state = 'auth'
    const own = `gw/${opened.session.id}`
    const room = maxApplicationName - own.length - 1
    // The server counts bytes, and writes what is beyond ASCII in more of them: what is behind it would be cut off.
    const name = startup.applicationName?.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, room) ?? ''
    const parameters: (readonly [string, string])[] = [
      ['user', opened.target.credential.user],
      ['database', toDatabase(opened, this.#parts.database)],
      ['client_encoding', 'UTF8'],
      ['standard_conforming_strings', 'on'],
      // The target's own log then names our session: a connection without one came past the gateway.
      ['application_name', name === '' ? own : `${name} ${own}`],
      ...startup.settings,
    ]
    this.#tell(toStartup(startup.minor, parameters))
  }

  #frame(held: HeldBytes): boolean {
    if (held.left < headerBytes) return false
    const length = frameLength(held.bytes, held.at, this.#parts.maxFrameBytes, 'upstream.protocol')
    if (held.left < length) return false
    const type = held.bytes[held.at] ?? 0
    const frame = held.bytes.subarray(held.at, held.at + length)
    if (type === fromTarget.readyForQuery && this.#state === 'settings') {
      this.#state = 'over'
      this.#parts.ready()
      return true
    }
    held.at += length
    const body = new ByteCursor(frame, headerBytes, length, 'upstream.protocol')
    if (type === fromTarget.authentication) this.#authenticate(body)
    else if (type === fromTarget.error) this.#refused(frame)
    else if (type === fromTarget.negotiate) body.passOver(body.left)
    else if (type === fromTarget.notice) this.#pass(frame)
    else if (type === fromTarget.parameterStatus && this.#state === 'settings') this.#parameter(frame, body)
    else if (type === fromTarget.backendKeyData && this.#state === 'settings') this.#key(body)
    else throw protocolFault('a message that has no place at start', type)
    return true
  }

  #authenticate(body: ByteCursor): void {
    const method = body.int32()
    if (this.#state !== 'auth') throw protocolFault('authentication out of turn', method)
    const { credential } = this.#parts.opened.target
    if (method === 0) this.#authenticated()
    else if (method === 3) this.#prove(credential.cleartextPassword())
    else if (method === 5) this.#prove(Buffer.from(credential.md5Password(body.take(4)), 'latin1'))
    else if (method === 10) this.#startScram(body)
    else if (method === 11) this.#continueScram(body)
    else if (method === 12 && this.#scram !== null) this.#scram.verify(body.take(body.left))
    else throw new Fault('upstream.auth', { why: 'an authentication method that is not supported', method })
  }

  #authenticated(): void {
    if (this.#scram !== null && !this.#scram.isProven) {
      throw new Fault('upstream.auth', { why: 'the target skipped its own proof' })
    }
    this.#state = 'settings'
  }

  #prove(password: Uint8Array): void {
    this.#once()
    this.#tell(toFrame(fromClient.password, (body) => body.bytes(password).uint8(0)))
  }

  #startScram(body: ByteCursor): void {
    this.#once()
    const offered: string[] = []
    for (let name = body.text(); name !== ''; name = body.text()) offered.push(name)
    const scram = new ScramExchange(offered, this.#parts.opened.target.channelBinding())
    this.#scram = scram
    const first = Buffer.from(scram.first())
    this.#tell(
      toFrame(fromClient.password, (message) => message.cstring(scram.mechanism).int32(first.length).bytes(first)),
    )
  }

  #continueScram(body: ByteCursor): void {
    const scram = this.#scram
    if (scram === null) throw protocolFault('SCRAM out of turn')
    this.#state = 'proving'
    // Copied: the answer is computed after these bytes have gone back to the socket.
    const first = Uint8Array.from(body.take(body.left))
    this.#parts.later(scram.final(first, this.#parts.opened.target.credential), (final) => {
      this.#state = 'auth'
      this.#tell(toFrame(fromClient.password, (message) => message.text(final)))
    })
  }

  #once(): void {
    if (this.#hasProved) throw new Fault('upstream.auth', { why: 'the target asked for a second proof' })
    this.#hasProved = true
  }

  #refused(frame: Uint8Array): void {
    const sqlstate = readErrorField(frame, 'C') ?? ''
    // Its words are about our account there, which is nobody's business but the operator's.
    if (sqlstate.startsWith('28')) throw new Fault('upstream.auth', { sqlstate })
    this.#pass(frame)
    this.#state = 'over'
    this.#parts.refused()
  }

  #parameter(frame: Uint8Array, body: ByteCursor): void {
    this.#parts.state.track(body.text(), body.text())
    this.#pass(frame)
  }

  #key(body: ByteCursor): void {
    const processId = body.int32()
    const key = Uint8Array.from(body.take(body.left))
    if (key.length < 4 || key.length > 256) throw protocolFault('a cancel key of impossible length', key.length)
    this.#parts.key({ processId, key })
  }

  #pass(frame: Uint8Array): void {
    const { wishes, opened, carrier } = this.#parts
    wishes.tellClient(frame, opened.session.passage, carrier)
  }

  #tell(bytes: Uint8Array): void {
    const { wishes, opened } = this.#parts
    wishes.tellTarget(bytes, opened.session.passage)
  }
}

/** @returns the database that the target names; the client's word when it names none */
export function toDatabase(opened: Opened, wanted: string | null): string {
  const path = opened.target.url.pathname.slice(1)
  return path === '' ? (wanted ?? opened.target.credential.user) : decodeURIComponent(path)
}

/** A registered target that names its database is that database, not its server. */
export function isOtherDatabase(opened: Opened, wanted: string | null): boolean {
  return wanted !== null && wanted !== '' && toDatabase(opened, wanted) !== wanted
}

function protocolFault(why: string, message: number | null = null): Fault {
  return new Fault('upstream.protocol', { phase: 'start', why, message })
}
