// The rooms that a session is introduced to: real ones, but for a journal that a test plays and a clock that it moves.

import { ApprovalDesk } from '../../authorize/approvals.ts'
import { MemoryApprovals } from '../../authorize/memory-approvals.ts'
import { at, authorizerOf } from '../../authorize/testing/world.ts'
import { Dialer } from '../../dial/dialer.ts'
import { References } from '../../dial/reference.ts'
import { makeWorld } from '../../identify/testing/world.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Connection } from '../../kernel/connection.ts'
import type { Event, Journal, Position } from '../../kernel/event.ts'
import type { IdentityStore } from '../../kernel/identity-store.ts'
import type { Log } from '../../kernel/log.ts'
import type { Principal } from '../../kernel/principal.ts'
import { Secret } from '../../kernel/secret.ts'
import { newMasking } from '../../../test/harness/masking.ts'
import { LiveSession } from '../session.ts'
import type { Rooms } from '../rooms.ts'

/** The two clocks apart, because the wall's may step. */
export class TwoClocks implements Clock {
  wallMs = 1_790_000_000_000
  runningMs = 1_000

  nowMs(): number {
    return this.wallMs
  }

  upMs(): number {
    return this.runningMs
  }
}

export class PlayedJournal implements Journal {
  readonly events: Event[] = []
  /** What `written` and `durable` answer. */
  answer: () => undefined | Promise<void> = () => undefined

  append(event: Event): Position {
    return this.events.push(event)
  }

  written(): undefined | Promise<void> {
    return this.answer()
  }

  durable(): undefined | Promise<void> {
    return this.answer()
  }

  get types(): string[] {
    return this.events.map(({ t }) => t)
  }
}

export class KeptLog implements Log {
  readonly lines: string[] = []
  readonly info = (): void => undefined
  readonly warn = (what: string): void => this.#keep(what)
  readonly error = (what: string): void => this.#keep(what)

  #keep(what: string): void {
    this.lines.push(what)
  }
}

export interface Stage {
  readonly rooms: Rooms
  readonly journal: PlayedJournal
  readonly clock: TwoClocks
  readonly log: KeptLog
  /** A session on the connection `orders`. */
  open(principal: Principal, shared: boolean, whenEnded?: (id: string) => void): LiveSession
  readonly identities: IdentityStore
  /** Sessions that said that they ended. */
  readonly ended: string[]
  /** Ends that the journal did not take. */
  readonly owed: (() => Promise<void>)[]
}

const orders: Connection = {
  name: 'orders',
  protocol: 'sql-toy',
  target: new URL('toy://127.0.0.1:1'),
  tags: ['prod'],
  capture: { mode: 'full', bytesPerAction: 1_000 },
  source: 'test',
}

export async function openStage(policies: string): Promise<Stage> {
  const [journal, clock, log, ended] = [new PlayedJournal(), new TwoClocks(), new KeptLog(), [] as string[]]
  const owed: (() => Promise<void>)[] = []
  const authorizer = authorizerOf(policies, clock, log)
  const { identifier, store: identities } = await makeWorld()
  const rooms: Rooms = {
    identifier,
    authorizer,
    approvals: new ApprovalDesk({
      store: new MemoryApprovals(),
      settings: { holdFor: 60_000, validFor: 60_000 },
      clock,
      policyVersion: () => authorizer.policyVersion,
      record: () => Promise.resolve(),
    }),
    dialer: new Dialer({
      connections: [],
      kindsOf: () => [],
      references: new References('.', {}, null),
      clock,
      fingerprintKey: new Secret(new Uint8Array(32)),
    }),
    // Nothing is looked for: what is found is not this room's.
    masking: newMasking({ detectors: [] }),
    journal,
    clock,
    log,
    connections: [orders],
    durability: 'standard',
    sharesSessions: () => true,
  }
  let opened = 0
  return {
    rooms,
    journal,
    clock,
    log,
    identities,
    ended,
    owed,
    open: (principal, shared, whenEnded = () => undefined) => {
      const decision = authorizer.connect(principal, at('orders'))
      if (decision.outcome !== 'allow') throw new Error('the test needs a rule that lets it in')
      const id = `ses_${opened++}`
      return new LiveSession(rooms, {
        id,
        principal,
        connection: orders,
        circumstances: at('orders'),
        grant: authorizer.grant(principal, 'orders', decision),
        shared,
        opened: 1,
        whenEnded: () => {
          ended.push(id)
          whenEnded(id)
        },
        whenOwed: (record) => owed.push(record),
      })
    },
  }
}
