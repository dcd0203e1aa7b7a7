// Who may: the rules, the one that decides by them, and the desk where people do.

import { ApprovalDesk } from '../authorize/approvals.ts'
import { Authorizer } from '../authorize/authorizer.ts'
import { loadPolicies } from '../authorize/policies.ts'
import type { World } from '../authorize/vocabulary.ts'
import { recordVocabulary } from '../admin/access.ts'
import type { Configuration } from '../admin/config/configuration.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Journal } from '../kernel/event.ts'
import type { DataClass } from '../kernel/finding.ts'
import type { Log } from '../kernel/log.ts'
import type { Protocol } from '../kernel/protocol.ts'
import { SqlApprovals } from '../store/approvals.ts'
import type { State } from '../store/state.ts'

export interface Authority {
  readonly authorizer: Authorizer
  readonly approvals: ApprovalDesk
  /** Stops the sweeping. */
  close(): void
}

export interface AuthorityParts {
  readonly configuration: Configuration
  readonly protocols: readonly Protocol[]
  readonly classes: readonly DataClass[]
  readonly state: State
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
}

/** Requests that nobody waits for any more are written down as expired within this time. */
const sweepMs = 30_000

/** What policies can be about; `sallyport check` asks the same. */
export function toWorld(
  configuration: Pick<Configuration, 'connections'>,
  protocols: readonly Protocol[],
  classes: readonly DataClass[],
): World {
  return {
    vocabularies: [
      ...protocols.map(({ id, cedar }) => ({ protocol: id, cedar })),
      { protocol: null, cedar: recordVocabulary },
    ],
    connections: configuration.connections,
    classes,
  }
}

/** @throws Fault `config.invalid` naming every problem of the policies */
export function createAuthority(parts: AuthorityParts): Authority {
  const { configuration, protocols, classes, state, journal, clock, log } = parts
  const policies = loadPolicies(configuration.policiesDir, toWorld(configuration, protocols, classes))
  const authorizer = new Authorizer({ policies, clock, log })
  const approvals = new ApprovalDesk({
    store: new SqlApprovals(state),
    settings: configuration.settings.approvals,
    clock,
    policyVersion: () => authorizer.policyVersion,
    record: async (event) => await journal.durable(journal.append(event)),
  })
  const timer = setInterval(() => {
    approvals.expireOver().catch((error: unknown) => {
      log.error('held requests could not be swept', { error: error instanceof Error ? error.name : 'unknown' })
    })
  }, sweepMs)
  timer.unref()
  return { authorizer, approvals, close: () => clearInterval(timer) }
}
