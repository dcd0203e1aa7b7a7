// One client's connection, from its first byte to its last: start-up of the client, start-up of the target, conversation.
// Sans-I/O; what each stage does is in its own file, what is here is how they follow each other and how they end.

import { randomBytes } from 'node:crypto'
import { toDenial, toFaultDenial, type Denial } from '../../kernel/decision.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HeldRequest } from '../../kernel/journey.ts'
import type { Codec, CodecLimits, Opened, Wishes } from '../../kernel/protocol.ts'
import { HeldBytes } from '../../wire/held-bytes.ts'
import type { CancelKey, CancelKeys } from './cancel-keys.ts'
import { ClientStartup } from './client-startup.ts'
import { ColumnCache } from './columns.ts'
import { Conversation } from './conversation.ts'
import type { SqlDialect } from './dialect.ts'
import { connectionFailure, toFatalFrame } from './errors.ts'
import { HoldNotice, type Ticker } from './hold-notice.ts'
import { fromTarget, toFrame } from './messages.ts'
import { ResponseCarrier } from './response-carrier.ts'
import { ServerState } from './server-state.ts'
import { tlsRequest, toCancelRequest, type Startup } from './startup-packet.ts'
import { isOtherDatabase, toDatabase, UpstreamStartup } from './upstream-startup.ts'

/** Rows may be larger than statements. */
export const maxTargetFrameBytes = 64 * 1024 * 1024
/** Room for one read behind a frame that is not whole. */
const readBytes = 1024 * 1024
const sharedBytes = 4096

/** What codecs of one listener share. */
export interface Shared {
  readonly keys: CancelKeys
  readonly limits: CodecLimits
  readonly dialect: SqlDialect
  readonly loaded: Promise<void>
  readonly ticker: Ticker
}

export class WireCodec implements Codec {
  readonly #wishes: Wishes
  readonly #shared: Shared
  readonly #unread: HeldBytes
  readonly #fromTarget = new HeldBytes({ maxBytes: maxTargetFrameBytes + readBytes, code: 'upstream.protocol' })
  readonly #columns = new ColumnCache()
  readonly #carrier = new ResponseCarrier(this.#columns)
  readonly #state = new ServerState()
  readonly #hold: HoldNotice
  readonly #client: ClientStartup
  #upstream: UpstreamStartup | null = null
  #conversation: Conversation | null = null
  #opened: Opened | null = null
  /** The server's own cancel key, and the one that the client was given. */
  #serverKey: CancelKey | null = null
  #clientKey: CancelKey | null = null
  #isOver = false

  constructor(wishes: Wishes, shared: Shared) {
    this.#wishes = wishes
    this.#shared = shared
    this.#unread = new HeldBytes({ maxBytes: shared.limits.maxHandshakeFrameBytes, code: 'frame.too-large' })
    this.#hold = new HoldNotice((bytes) => wishes.say(bytes), shared.ticker)
    this.#client = new ClientStartup({
      wishes,
      keys: shared.keys,
      maxFrameBytes: shared.limits.maxHandshakeFrameBytes,
      held: (hold: HeldRequest) => this.#hold.start(hold),
      opened: (opened, startup, database) => this.#dialled(opened, startup, database),
    })
  }

  fromClient(bytes: Uint8Array): void {
    if (this.#isOver) return
    // One copy of a small read instead of one a message. Not of large ones: a portal that lives on keeps what it lies in.
    const isCopied = bytes.length <= sharedBytes && this.#conversation?.isCopying === false
    this.#unread.push(isCopied ? Buffer.from(bytes) : bytes, isCopied)
    if (this.#conversation === null) this.#client.fromClient(this.#unread)
    else this.#conversation.advance()
    this.#unread.settle()
  }

  fromTarget(bytes: Uint8Array): void {
    if (this.#isOver) return
    const held = this.#fromTarget
    held.push(bytes)
    if (this.#conversation === null) {
      if (this.#upstream === null) this.#client.fromTarget()
      this.#upstream?.fromTarget(held)
    }
    this.#conversation?.fromTarget(held)
    held.settle()
  }

  secured(): void {
    this.#client.secured()
    this.#wishes.phase('greeting')
  }

  refuse(denial: Denial): void {
    if (this.#isOver) return
    this.#over(denial.cause)
    this.#wishes.say(toFatalFrame(denial))
  }

  targetClosed(): void {
    if (this.#isOver) return
    const isSaid = this.#conversation?.saidGoodbye ?? false
    const fault = isSaid ? null : (this.#opened?.session.failed(new Fault('upstream.closed')) ?? null)
    this.#over(connectionFailure)
    if (!isSaid) {
      const tell = fault?.tell ?? 'The target closed the connection.'
      this.#wishes.say(toFatalFrame(toDenial(tell, 'fault', { faultId: fault?.id ?? null }), connectionFailure))
    }
    this.#wishes.close('target-closed')
  }

  clientClosed(): boolean {
    const isCut = this.#conversation?.isIncomplete ?? this.#unread.left > 0
    this.#over(null)
    return isCut
  }

  // ── how the stages follow each other ──

  #dialled(opened: Opened, startup: Startup, database: string | null): void {
    this.#hold.stop()
    this.#opened = opened
    if (isOtherDatabase(opened, database)) {
      this.refuse(toDenial('This connection is for another database of the target.', 'policy'))
      this.#wishes.close('fault')
      return
    }
    this.#upstream = new UpstreamStartup({
      wishes: this.#wishes,
      opened,
      startup,
      database,
      carrier: this.#carrier,
      state: this.#state,
      maxFrameBytes: maxTargetFrameBytes,
      key: (key) => {
        this.#serverKey = key
      },
      later: (work, then) => this.#later(work, then),
      refused: () => {
        this.#over(connectionFailure)
        this.#wishes.close('target-closed')
      },
      ready: () => this.#later(this.#shared.loaded, () => this.#converse(opened, startup, database)),
    })
    this.#upstream.begin()
  }

  #converse(opened: Opened, startup: Startup, database: string | null): void {
    const { limits, dialect, ticker } = this.#shared
    this.#unread.limits.maxBytes = limits.maxFrameBytes + readBytes
    const conversation = new Conversation({
      wishes: this.#wishes,
      session: opened.session,
      dialect,
      ticker,
      state: this.#state,
      carrier: this.#carrier,
      columns: this.#columns,
      database: toDatabase(opened, database),
      impossiblePortal: `refused-${randomBytes(16).toString('hex')}`,
      maxClientFrameBytes: limits.maxFrameBytes,
      maxTargetFrameBytes,
      unread: this.#unread,
    })
    this.#conversation = conversation
    this.#giveKey(startup)
    this.#wishes.phase('ready')
    conversation.expectReady()
    // The ReadyForQuery that waited for this, and whatever the client said too early.
    conversation.fromTarget(this.#fromTarget)
    this.#fromTarget.settle()
  }

  #giveKey(startup: Startup): void {
    if (this.#serverKey === null) return
    const given = this.#shared.keys.issue(startup.minor >= 2, () => this.#cancel())
    this.#clientKey = given
    this.#wishes.say(toFrame(fromTarget.backendKeyData, (body) => body.int32(given.processId).bytes(given.key)))
  }

  #cancel(): void {
    const key = this.#serverKey
    if (this.#isOver || key === null || this.#conversation?.cancelHeld() !== false) return
    this.#wishes.aside(toCancelRequest(key.processId, key.key), tlsRequest)
  }

  #later<T>(work: Promise<T>, then: (value: T) => void): void {
    const run = (step: () => void): void => {
      if (this.#isOver) return
      try {
        step()
      } catch (error) {
        this.#fail(error)
      }
    }
    work.then(
      (value) => run(() => then(value)),
      (error: unknown) => run(() => this.#fail(error)),
    )
  }

  /** A fault that nobody called us for: the session's, told like any other. */
  #fail(error: unknown): void {
    const fault = this.#opened?.session.failed(error)
    this.refuse(fault === undefined ? toDenial('The gateway failed.', 'fault') : toFaultDenial(fault))
    this.#wishes.close('fault')
  }

  #over(code: string | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#hold.stop()
    this.#conversation?.close(code)
    if (this.#clientKey !== null) this.#shared.keys.revoke(this.#clientKey.processId)
  }
}
