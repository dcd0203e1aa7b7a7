// What the API is introduced to.

import type { ApprovalDesk } from '../authorize/approvals.ts'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { Identifier } from '../identify/identifier.ts'
import type { IssuerSettings } from '../identify/settings.ts'
import type { LiveJourney } from '../journey.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Connection } from '../kernel/connection.ts'
import type { Accessed } from '../kernel/event.ts'
import type { Log } from '../kernel/log.ts'
import type { Principal } from '../kernel/principal.ts'
import type { GatewayAddress, Protocol } from '../kernel/protocol.ts'
import type { RecordReader } from './record-reader.ts'

export interface AdminRooms {
  readonly identifier: Identifier
  readonly issuers: readonly IssuerSettings[]
  readonly authorizer: Authorizer
  readonly approvals: ApprovalDesk
  readonly journey: LiveJourney
  readonly record: RecordReader
  readonly connections: readonly Connection[]
  readonly protocols: readonly Protocol[]
  readonly addressOf: (protocol: string) => GatewayAddress
  readonly clock: Clock
  /** Who looked into the record goes to the record. */
  readonly watch: Watch
  readonly log: Log
  /** False while the gateway starts or when it cannot record. */
  readonly isReady: () => boolean
}

/** What it takes to know who calls. */
export interface CallerRooms {
  readonly identifier: Pick<Identifier, 'identify' | 'isRevoked'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** And to say what they may do. */
export interface PolicyRooms {
  readonly authorizer: Pick<Authorizer, 'decide'>
  readonly connections: readonly Connection[]
}

/** Settles when it is on disk. @throws Fault `record.unavailable`: what cannot be recorded is not done */
export type Watch = (who: Principal, what: Pick<Accessed, 'kind' | 'about' | 'content'>) => Promise<void>

/** To read what was recorded. */
export interface ReadingRooms extends PolicyRooms {
  readonly watch: Watch
  readonly journey: { readonly register: Pick<LiveJourney['register'], 'has'> }
  readonly record: Pick<RecordReader, 'action'> & {
    readonly index: Pick<RecordReader['index'], 'session' | 'sessions' | 'events'>
  }
  readonly protocols: readonly Pick<Protocol, 'id' | 'render'>[]
}
