// A codec's wishes, written down and answered as a test says: what reached the client, what reached the target and under
// which passage, what was judged. It insists on the order that the real relay relies on, and throws when a codec breaks it.

import type { Action } from '../../src/kernel/action.ts'
import { isDenial, passageMark, toDenial, type Denial, type Released } from '../../src/kernel/decision.ts'
import { toFault, type Fault } from '../../src/kernel/fault.ts'
import type { HeldRequest, Outcome, Passage, Peer, Presented, Session } from '../../src/kernel/journey.ts'
import type { Carrier, Masker } from '../../src/kernel/masker.ts'
import type { Principal } from '../../src/kernel/principal.ts'
import type { Codec, CodecProtocol, Opened, Phase, Wishes } from '../../src/kernel/protocol.ts'
import type { CredentialHandle, TlsRequest } from '../../src/kernel/target.ts'
import { agent } from './fake-journey.ts'
import { FakeMasker, passingMasker } from './fake-masker.ts'

export class RecordedPassage implements Passage {
  readonly [passageMark] = true
  readonly action: number
  outcome: Outcome | null = null

  constructor(action: number) {
    this.action = action
  }

  outward(): Masker {
    return passingMasker
  }

  respond(chunk: Uint8Array): Released {
    return chunk as Released
  }

  finish(): Released {
    return new Uint8Array(0) as Released
  }

  end(outcome: Outcome): void {
    this.outcome ??= outcome
  }
}

export type Judgement = 'allow' | 'hold' | Denial

export interface WishOptions {
  /** `later`: answers wait for `settle`, as a journal makes them wait. */
  readonly answers?: 'now' | 'later'
  readonly peer?: Partial<Peer>
  readonly url?: string
  readonly tlsMode?: Opened['target']['tlsMode']
  readonly binding?: Uint8Array
  readonly credential?: CredentialHandle
  readonly offersTls?: boolean
  readonly judge?: (action: Action) => Judgement
  readonly consider?: (action: Action) => Denial | null
  readonly identity?: Principal | Denial
  readonly opened?: Denial
  /** A measurement keeps nothing. */
  readonly forgets?: boolean
}

const credential: CredentialHandle = {
  user: 'app',
  scramSha256: () => Promise.reject(new Error('not this test')),
  md5Password: () => 'md5-of-it',
  cleartextPassword: () => Buffer.from('in clear'),
}

export class RecordingWishes implements Wishes {
  readonly masker = new FakeMasker()
  readonly clientBytes: Uint8Array[] = []
  readonly targetBytes: Uint8Array[] = []
  /** In order, what was sent up: action number and length. */
  readonly upstream: { readonly action: number; readonly bytes: Uint8Array }[] = []
  readonly actions: Action[] = []
  readonly considered: Action[] = []
  readonly passages: RecordedPassage[] = []
  readonly outcomes: string[] = []
  readonly presented: Presented[] = []
  readonly wanted: { connection: string; client: string | null }[] = []
  readonly phases: Phase[] = []
  readonly asides: Uint8Array[] = []
  readonly asideTls: TlsRequest[] = []
  readonly faults: Fault[] = []
  readonly holds: ((outcome: Judgement) => void)[] = []
  tlsStarted = 0
  targetTls: (() => void) | null = null
  isPaused = false
  closed: string | null = null
  readonly codec: Codec
  readonly session: Session
  readonly #options: WishOptions
  readonly #sessionPassage = new RecordedPassage(0)
  #isOpen = false
  #queue: (() => void)[] = []
  #peer: Peer

  constructor(protocol: CodecProtocol, options: WishOptions = {}, newCodec = protocol.listener()) {
    this.#options = options
    this.#peer = { address: '192.0.2.1', tls: false, loopback: true, ...options.peer }
    this.session = this.#newSession(protocol.id)
    this.codec = newCodec(this)
  }

  get toClient(): Buffer {
    return Buffer.concat(this.clientBytes)
  }

  get toTarget(): Buffer {
    return Buffer.concat(this.targetBytes)
  }

  /** Takes what the client was sent so far. */
  takeClient(): Buffer {
    const all = this.toClient
    this.clientBytes.length = 0
    return all
  }

  takeTarget(): Buffer {
    const all = this.toTarget
    this.targetBytes.length = 0
    return all
  }

  /** Gives the answers that wait, and those that they bring about. */
  settle(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next()
  }

  /** TLS of the client came up. */
  secured(): void {
    this.#peer = { ...this.#peer, tls: true }
    this.codec.secured()
  }

  // ── wishes ──

  peer = (): Peer => this.#peer

  offersTls = (): boolean => this.#options.offersTls ?? true

  say(bytes: Uint8Array): void {
    this.#toClient(bytes)
  }

  tellClient(bytes: Uint8Array, passage: Passage, carrier: Carrier): void {
    if (bytes.length === 0) throw new Error('the client is told nothing')
    this.#requireLive(passage)
    this.#toClient(carrier.carry(bytes, this.masker))
  }

  endResponse(passage: Passage, carrier: Carrier, outcome: Outcome): void {
    this.#requireLive(passage)
    this.#toClient(carrier.finish(this.masker))
    passage.end(outcome)
    if (this.#options.forgets !== true)
      this.outcomes.push(`${passage.action} ${outcome.outcome} ${outcome.code ?? '-'} ${outcome.rows ?? '-'}`)
  }

  tellTarget(bytes: Uint8Array, passage: Passage): void {
    if (!this.#isOpen) throw new Error('bytes for a target that was not granted')
    this.#requireLive(passage)
    const copy = Buffer.from(bytes)
    this.targetBytes.push(copy)
    if (this.#options.forgets !== true) this.upstream.push({ action: passage.action, bytes: copy })
  }

  startTls(): void {
    this.tlsStarted++
  }

  startTargetTls(answer: () => void): void {
    this.targetTls = answer
  }

  phase(phase: Phase): void {
    this.phases.push(phase)
  }

  identify(presented: Presented, answer: (outcome: Principal | Denial) => void): void {
    this.presented.push(presented)
    this.#answer(() => answer(this.#options.identity ?? agent))
  }

  open(
    _principal: Principal,
    want: { connection: string; client: string | null },
    _held: (hold: HeldRequest) => void,
    answer: (outcome: Opened | Denial) => void,
  ): void {
    this.wanted.push(want)
    this.#answer(() => {
      if (this.#options.opened !== undefined) answer(this.#options.opened)
      else {
        this.#isOpen = true
        answer({ session: this.session, target: this.#target() })
      }
    })
  }

  judge(
    _session: Session,
    action: Action,
    held: (hold: HeldRequest) => void,
    answer: (outcome: Passage | Denial) => void,
  ): void {
    if (this.#options.forgets !== true) this.actions.push(action)
    const judgement = this.#options.judge?.(action) ?? 'allow'
    const give = (outcome: Judgement): void => {
      if (outcome === 'hold') throw new Error('held already')
      answer(outcome === 'allow' ? this.#newPassage() : outcome)
    }
    if (judgement !== 'hold') this.#answer(() => give(judgement))
    else {
      this.holds.push((outcome) => this.#answer(() => give(outcome)))
      this.#answer(() => held({ approval: 'apr_1', reason: 'A human decides.', approverGroups: ['dba'], untilMs: 0 }))
    }
  }

  aside(bytes: Uint8Array, tls: TlsRequest): void {
    this.asides.push(Buffer.from(bytes))
    this.asideTls.push(tls)
  }

  pauseClient(): void {
    this.isPaused = true
  }

  resumeClient(): void {
    this.isPaused = false
  }

  close(reason: string): void {
    this.closed ??= reason
  }

  // ── the rest ──

  #toClient(bytes: Uint8Array): void {
    if (this.closed !== null) throw new Error('words after the end')
    if (bytes.length > 0) this.clientBytes.push(Buffer.from(bytes))
  }

  #requireLive(passage: Passage): void {
    if (passage instanceof RecordedPassage && passage.outcome !== null)
      throw new Error(`passage ${passage.action} is over`)
  }

  #answer(give: () => void): void {
    if (this.#options.answers === 'later') this.#queue.push(give)
    else give()
  }

  #newPassage(): RecordedPassage {
    const passage = new RecordedPassage(this.passages.length + 1)
    this.passages.push(passage)
    if (this.#options.forgets === true) this.passages.length = 0
    return passage
  }

  #target(): Opened['target'] {
    const { url = 'postgres://db.internal:5432/orders', tlsMode = 'disable', binding = null } = this.#options
    return {
      url: new URL(url),
      credential: this.#options.credential ?? credential,
      tlsMode,
      channelBinding: () => binding,
    }
  }

  #newSession(protocol: string): Session {
    const never = (): Promise<never> => Promise.reject(new Error('not by a codec'))
    return {
      id: 'ses_01',
      principal: agent,
      connection: {
        name: 'orders',
        protocol,
        target: new URL('postgres://db.internal:5432/orders'),
        tags: [],
        capture: { mode: 'full', bytesPerAction: 1024 },
        source: 'test',
      },
      passage: this.#sessionPassage,
      revoked: new AbortController().signal,
      dialBytes: never,
      dialHttp: never,
      begin: never,
      consider: (action) => {
        this.considered.push(action)
        const given = this.#options.consider?.(action)
        if (given !== undefined) return given
        const judgement = this.#options.judge?.(action) ?? 'allow'
        return typeof judgement === 'object' && isDenial(judgement) ? judgement : null
      },
      failed: (thrown) => {
        const fault = toFault(thrown)
        this.faults.push(fault)
        return fault
      },
      end: () => Promise.resolve(),
    }
  }
}

export function denied(reason: string): Denial {
  return toDenial(reason, 'policy')
}
