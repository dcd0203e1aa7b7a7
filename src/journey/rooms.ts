// What the journey is introduced to: the rooms, each by the few words it is asked.

import type { ApprovalDesk } from '../authorize/approvals.ts'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { Dialer } from '../dial/dialer.ts'
import type { Identifier } from '../identify/identifier.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Connection } from '../kernel/connection.ts'
import type { Journal } from '../kernel/event.ts'
import type { Log } from '../kernel/log.ts'
import type { Masking } from '../mask/index.ts'

export interface Rooms {
  readonly identifier: Identifier
  readonly authorizer: Authorizer
  readonly approvals: ApprovalDesk
  readonly dialer: Dialer
  readonly masking: Masking
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  readonly connections: readonly Connection[]
  /** `full`: response bytes, too, are on disk before they are released. */
  readonly durability: 'standard' | 'full'
  /** Plug-ins whose sessions are shared by many short exchanges. */
  readonly sharesSessions: (protocol: string) => boolean
}
