// A journey that says what a test tells it to, and a target that a test plays.

import type { Action } from '../../src/kernel/action.ts'
import { passageMark, toDenial, type Denial, type Released } from '../../src/kernel/decision.ts'
import { toFault, type Fault } from '../../src/kernel/fault.ts'
import type {
  IssuedToken,
  Journey,
  Outcome,
  Passage,
  Presented,
  Session,
  Waiting,
  Wanted,
} from '../../src/kernel/journey.ts'
import type { Carrier, Masker } from '../../src/kernel/masker.ts'
import type { Principal } from '../../src/kernel/principal.ts'
import type { HttpCall, HttpRequest, HttpSink, HttpTarget } from '../../src/kernel/target.ts'
import { FakeMasker, passingMasker } from './fake-masker.ts'

export const agent: Principal = {
  issuer: 'https://idp.example',
  subject: 'nightly',
  kind: 'agent',
  id: 'https://idp.example|nightly',
  display: 'nightly',
  groups: ['agents'],
  act: [],
  run: null,
  boundTo: null,
  expiresAtMs: 4_000_000_000_000,
  proof: { method: 'oidc', tokenId: 'tok' },
}

export class FakeTarget implements HttpTarget, HttpCall {
  readonly requests: HttpRequest[] = []
  sink: HttpSink | null = null
  aborted = 0
  isPaused = false
  /** What the target does as soon as it is asked. */
  onSend: (sink: HttpSink) => void = () => undefined

  send(request: HttpRequest, _passage: Passage, sink: HttpSink): HttpCall {
    this.requests.push(request)
    this.sink = sink
    this.onSend(sink)
    return this
  }

  abort(): void {
    this.aborted++
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }
}

export class FakePassage implements Passage {
  readonly [passageMark] = true
  readonly action = 1
  readonly outcomes: Outcome[] = []
  readonly masker: FakeMasker
  /** Makes every release wait a turn, as a journal does. */
  isSlow = false
  /** What is carried now will not be released. */
  failsLater = false
  /** Thrown for the response bytes after this many calls. */
  breaksAfter = Number.POSITIVE_INFINITY
  /** Of what goes to the target. */
  outwardMasker: Masker = passingMasker
  #calls = 0

  constructor(masker: FakeMasker) {
    this.masker = masker
  }

  outward(): Masker {
    return this.outwardMasker
  }

  respond(chunk: Uint8Array, carrier: Carrier): Released | Promise<Released> {
    if (++this.#calls > this.breaksAfter) throw toFault(new Error('the disk is full'), 'record.unavailable')
    return this.#released(carrier.carry(chunk, this.masker))
  }

  finish(carrier: Carrier): Released | Promise<Released> {
    return this.#released(carrier.finish(this.masker))
  }

  end(outcome: Outcome): void {
    this.outcomes.push(outcome)
  }

  #released(bytes: Uint8Array): Released | Promise<Released> {
    const released = bytes as Released
    if (this.failsLater) return Promise.reject(toFault(new Error('the disk is full'), 'record.unavailable'))
    return this.isSlow ? Promise.resolve().then(() => released) : released
  }
}

export class FakeJourney implements Journey {
  readonly masker = new FakeMasker()
  readonly target = new FakeTarget()
  readonly passage = new FakePassage(this.masker)
  readonly revoked = new AbortController()
  readonly presented: Presented[] = []
  readonly wanted: Wanted[] = []
  readonly actions: Action[] = []
  readonly faults: Fault[] = []
  targetUrl = 'https://api.example'
  identity: Principal | Denial = agent
  opened: Denial | null = null
  issued: IssuedToken | Denial = toDenial('No.', 'identity')
  /** What `begin` answers; an approval that is open waits for the client to go or the hold to end. */
  decide: (action: Action, waiting: Waiting) => Promise<Passage | Denial> = () => Promise.resolve(this.passage)

  identify(presented: Presented): Promise<Principal | Denial> {
    this.presented.push(presented)
    return Promise.resolve(this.identity)
  }

  exchange(presented: Presented): Promise<IssuedToken | Denial> {
    this.presented.push(presented)
    return Promise.resolve(this.issued)
  }

  open(principal: Principal, want: Wanted): Promise<Session | Denial> {
    this.wanted.push(want)
    return Promise.resolve(this.opened ?? this.#session(principal))
  }

  failed(thrown: unknown): Fault {
    const fault = toFault(thrown)
    this.faults.push(fault)
    return fault
  }

  #session(principal: Principal): Session {
    return {
      id: 'ses_01',
      principal,
      passage: this.passage,
      revoked: this.revoked.signal,
      connection: {
        name: 'claude',
        protocol: 'anthropic',
        target: new URL(this.targetUrl),
        tags: [],
        capture: { mode: 'full', bytesPerAction: 1024 },
        source: 'test',
      },
      dialBytes: () => Promise.reject(new Error('not this protocol')),
      dialHttp: () => Promise.resolve(this.target),
      begin: (action, waiting) => {
        this.actions.push(action)
        return this.decide(action, waiting)
      },
      consider: () => null,
      failed: (thrown) => this.failed(thrown),
      end: () => Promise.resolve(),
    }
  }
}

/** Held until the client goes away or the hold ends, as the journey does it. */
export function heldUntilGone(approval: string): (action: Action, waiting: Waiting) => Promise<Denial> {
  return (_action, waiting) => {
    waiting.held({ approval, reason: 'A human decides.', approverGroups: ['oncall'], untilMs: 0 })
    const { gone } = waiting
    const denial = toDenial('The client stopped waiting.', 'approval', { approval, retryAfterMs: 0 })
    return new Promise((resolve) => {
      if (gone.aborted) resolve(denial)
      gone.addEventListener('abort', () => resolve(denial))
    })
  }
}
