// From a client's first byte to a dialled target: TLS, versions, who it is, which connection it wants. The password it is
// asked for is a token, so it must travel inside TLS or stay on this machine.

import { isDenial, toDenial, type Denial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HeldRequest } from '../../kernel/journey.ts'
import type { Principal } from '../../kernel/principal.ts'
import type { Opened, Wishes } from '../../kernel/protocol.ts'
import { Secret } from '../../kernel/secret.ts'
import { ByteCursor } from '../../wire/byte-cursor.ts'
import type { HeldBytes } from '../../wire/held-bytes.ts'
import type { CancelKeys } from './cancel-keys.ts'
import { toFatalFrame } from './errors.ts'
import { frameLength, fromClient, fromTarget, headerBytes, toFrame } from './messages.ts'
import { parseFirstPacket, startupLength, toNegotiation, type Startup } from './startup-packet.ts'

const yes = Uint8Array.of('S'.charCodeAt(0))
const no = Uint8Array.of('N'.charCodeAt(0))
const askForPassword = toFrame(fromTarget.authentication, (body) => body.int32(3))
const authenticated = toFrame(fromTarget.authentication, (body) => body.int32(0))

const maxClientNameChars = 128

export interface ClientStartupParts {
  readonly wishes: Wishes
  readonly keys: CancelKeys
  readonly maxFrameBytes: number
  readonly held: (hold: HeldRequest) => void
  readonly opened: (opened: Opened, startup: Startup, database: string | null) => void
}

export class ClientStartup {
  readonly #parts: ClientStartupParts
  #state: 'first' | 'tls' | 'password' | 'waiting' | 'over' = 'first'
  #startup: Startup | null = null
  #askedForTls = false
  #askedForGss = false

  constructor(parts: ClientStartupParts) {
    this.#parts = parts
  }

  secured(): void {
    if (this.#state === 'tls' || this.#state === 'first') this.#state = 'first'
    else throw new Fault('frame.malformed', { why: 'TLS in the middle of a session' })
    this.#askedForTls = true
  }

  fromClient(held: HeldBytes): void {
    if (this.#state === 'tls') throw new Fault('frame.malformed', { why: 'plain bytes while TLS begins' })
    while (held.left > 0 && (this.#state === 'first' || this.#state === 'password')) {
      const isWhole = this.#state === 'first' ? this.#first(held) : this.#password(held)
      if (!isWhole) return
    }
  }

  fromTarget(): void {
    throw new Fault('upstream.protocol', { why: 'the target spoke first' })
  }

  #first(held: HeldBytes): boolean {
    const length = startupLength(held.bytes, held.at, held.end, this.#parts.maxFrameBytes)
    if (length === null) return false
    const packet = parseFirstPacket(held.bytes, held.at, length)
    held.at += length
    if (packet.kind === 'ssl') this.#startTls(held)
    else if (packet.kind === 'gss') this.#refuseGss()
    else if (packet.kind === 'cancel') this.#cancel(packet.processId, packet.key)
    else this.#begin(packet.startup)
    return true
  }

  #startTls(held: HeldBytes): void {
    const { wishes } = this.#parts
    if (this.#askedForTls) throw new Fault('frame.malformed', { why: 'TLS is asked for twice' })
    this.#askedForTls = true
    if (wishes.offersTls?.() === false) {
      wishes.say(no)
      return
    }
    // Bytes behind the request came before the handshake, so anybody on the way can have put them there (CVE-2021-23214).
    if (held.left > 0) throw new Fault('frame.malformed', { why: 'bytes behind the request for TLS', bytes: held.left })
    this.#state = 'tls'
    wishes.say(yes)
    wishes.startTls()
  }

  #refuseGss(): void {
    if (this.#askedForGss) throw new Fault('frame.malformed', { why: 'GSS encryption is asked for twice' })
    this.#askedForGss = true
    this.#parts.wishes.say(no)
  }

  #cancel(processId: number, key: Uint8Array): void {
    this.#state = 'over'
    this.#parts.keys.cancel(processId, key)
    this.#parts.wishes.close('client-closed')
  }

  #begin(startup: Startup): void {
    const { wishes } = this.#parts
    const peer = wishes.peer()
    if (!peer.tls && !peer.loopback) throw new Fault('tls.required', { phase: 'greeting' })
    if (startup.refusal !== null) {
      this.#refuse(toDenial(startup.refusal, 'policy'))
      return
    }
    this.#startup = startup
    this.#state = 'password'
    if (startup.negotiate !== null) wishes.say(toNegotiation(startup, startup.negotiate))
    wishes.say(askForPassword)
    wishes.phase('identify')
  }

  #password(held: HeldBytes): boolean {
    if (held.bytes[held.at] !== fromClient.password) {
      throw new Fault('frame.malformed', { why: 'not a password', type: held.bytes[held.at] ?? 0 })
    }
    if (held.left < headerBytes) return false
    const length = frameLength(held.bytes, held.at, this.#parts.maxFrameBytes, 'frame.malformed')
    if (held.left < length) return false
    const cursor = new ByteCursor(held.bytes, held.at + headerBytes, held.at + length, 'frame.malformed')
    const token = new Secret(cursor.text())
    cursor.requireEnd()
    held.at += length
    this.#state = 'waiting'
    this.#parts.wishes.identify({ token, rule: null }, (outcome) => {
      if (isDenial(outcome)) this.#refuse(outcome)
      else this.#open(outcome)
    })
    return true
  }

  #open(principal: Principal): void {
    const { wishes, opened, held } = this.#parts
    const startup = this.#startup
    if (startup === null || this.#state !== 'waiting') return
    // Only now, and before there is a target: a client accepts notices, such as "this is held", from here on.
    wishes.say(authenticated)
    wishes.phase('open')
    const slash = startup.database.indexOf('/')
    const connection = slash === -1 ? startup.database : startup.database.slice(0, slash)
    const database = slash === -1 ? null : startup.database.slice(slash + 1)
    wishes.open(principal, { connection, client: toClientName(startup) }, held, (outcome) => {
      if (this.#state !== 'waiting') return
      if (isDenial(outcome)) this.#refuse(outcome)
      else opened(outcome, startup, database)
    })
  }

  #refuse(denial: Denial): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#parts.wishes.say(toFatalFrame(denial))
    this.#parts.wishes.close('fault')
  }
}

/** What the client says of itself; recorded, never trusted. */
function toClientName(startup: Startup): string | null {
  const said = [startup.applicationName, startup.user === '' ? null : `user ${startup.user}`]
  const name = said.filter((word) => word !== null && word !== '').join(', ')
  return name === '' ? null : name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxClientNameChars)
}
