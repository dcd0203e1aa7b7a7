// Puts a gateway together: every room is made here, introduced to the others, and closed in the opposite order.
//
// Order of starting: keys and state, then the record, then who may, then sockets – nobody is let in before what they do can be
// recorded. Order of stopping: sockets, sessions, the record, the log.

import type { ServedApi } from './admin/api.ts'
import type { Configuration } from './admin/config/configuration.ts'
import { Dialer } from './dial/dialer.ts'
import { References } from './dial/reference.ts'
import { createIdentifier, type Identifier } from './identify/identifier.ts'
import type { IssuerSettings } from './identify/settings.ts'
import { LiveJourney } from './journey.ts'
import type { Watch } from './admin/rooms.ts'
import type { Clock } from './kernel/clock.ts'
import type { GatewayEvent } from './kernel/event.ts'
import { newId } from './kernel/ids.ts'
import type { Log } from './kernel/log.ts'
import type { GatewayAddress, Protocol } from './kernel/protocol.ts'
import { readServerCertificate, type ServerCertificate } from './listen/authority.ts'
import { listenForBytes, type Listening } from './listen/byte-listener.ts'
import { listenForHttp, protocolRoute } from './listen/https-listener.ts'
import { createAuthority, type Authority } from './main/authority.ts'
import { Closers } from './main/closers.ts'
import { toMasking } from './main/masking.ts'
import { createOperatorApi } from './main/operator-api.ts'
import { releaseStartMemory } from './main/start-memory.ts'
import { startRecord, type RunningRecord } from './main/record.ts'
import { toWebOrigin } from './main/web-origin.ts'
import { openIdentityStore } from './store/identities.ts'
import { openNodeKeys, type NodeKeys } from './store/keys.ts'
import { openState, type State } from './store/state.ts'

export interface GatewayParts {
  readonly clock: Clock
  readonly log: Log
  readonly protocols: readonly Protocol[]
}

export interface Gateway {
  readonly httpOrigin: string
  /** PEM that clients trust; null when the operator brought certificates or TLS is off. */
  readonly caFile: string | null
  /** By protocol, those that have one of their own. */
  readonly ports: Readonly<Record<string, number>>
  readonly issuers: readonly IssuerSettings[]
  close(): Promise<void>
}

/** Reported to the log that often, so that a gap in the record is a gap and not a quiet night. */
const heartbeatMs = 60_000

/** @throws Fault `config.invalid`, `record.unavailable`, `record.corrupt`, `state.unavailable` */
export async function startGateway(configuration: Configuration, parts: GatewayParts): Promise<Gateway> {
  const { clock, log, protocols } = parts
  const { dataDir, settings, connections, baseDir } = configuration
  const boot = newId('boot', clock.nowMs())
  const closers = new Closers()
  try {
    const keys = openNodeKeys(dataDir)
    const state = openState(dataDir)
    closers.add(() => state.destroy())
    const record = await startRecord({ configuration, keys, boot, clock, log })
    closers.add(() => record.close())
    const identifier = await createIdentity(configuration, keys, state, parts)
    const masking = toMasking(settings.masking, keys.mask, clock)
    const authority = createAuthority({
      configuration,
      protocols,
      classes: masking.classes,
      state,
      journal: record.journal,
      clock,
      log,
    })
    closers.add(() => authority.close())
    const dialer = new Dialer({
      connections: settings.connections,
      kindsOf: (id) => protocols.find((one) => one.id === id)?.credentialKinds ?? [],
      references: new References(baseDir, process.env, null),
      clock,
      fingerprintKey: keys.fingerprint,
    })
    closers.add(() => dialer.close())
    const announce = announcer(record, parts)
    announce('start', { boot, policyVersion: authority.authorizer.policyVersion, connections: connections.length })
    // Said last: a record that ends otherwise has no word of why.
    closers.add(() => announce('stop', {}))
    const journey = new LiveJourney({
      identifier,
      authorizer: authority.authorizer,
      approvals: authority.approvals,
      dialer,
      masking,
      journal: record.journal,
      clock,
      log,
      connections,
      durability: settings.evidence.durability,
      sharesSessions: (id) => protocols.find((one) => one.id === id)?.shape === 'http',
    })
    closers.add(() => journey.register.close())
    identifier.onRevoked((covers) => journey.register.revokeWhere((session) => covers(session.principal), 'revoked'))
    const heartbeat = setInterval(
      () => announce('heartbeat', { openSessions: journey.register.sessions.length }),
      heartbeatMs,
    )
    heartbeat.unref()
    closers.add(() => clearInterval(heartbeat))
    const gateway = await listen({ configuration, parts, journey, identifier, authority, record, closers })
    // Whoever waits for the gateway to listen need not wait for this; the first value would.
    setImmediate(() => {
      masking.warm()
      releaseStartMemory()
    })
    return gateway
  } catch (error) {
    await closers.abandon(log)
    throw error
  }
}

async function createIdentity(
  configuration: Configuration,
  keys: NodeKeys,
  state: State,
  { clock, log }: GatewayParts,
): Promise<Identifier> {
  const { settings } = configuration
  const store = await openIdentityStore(state, clock)
  return createIdentifier({
    origin: settings.origin,
    issuers: settings.identity.issuers,
    store,
    signingKey: keys['run-token'],
    clock,
    log,
  })
}

interface Listeners {
  readonly configuration: Configuration
  readonly parts: GatewayParts
  readonly journey: LiveJourney
  readonly identifier: Identifier
  readonly authority: Authority
  readonly record: RunningRecord
  readonly closers: Closers
}

async function listen(all: Listeners): Promise<Gateway> {
  const { configuration, parts, journey, closers } = all
  const { settings, dataDir, listeners } = configuration
  const certificateOf = async (
    tls: typeof settings.listen.https.tls,
    host: string,
  ): Promise<ServerCertificate | null> => await readServerCertificate(tls, `${dataDir}/tls`, [host], parts.clock)
  const https = settings.listen.https
  const certificate = await certificateOf(https.tls, https.host)
  const open: Record<string, Listening> = {}
  for (const { protocol, settings: own } of listeners) {
    const listening = await listenForBytes(own, await certificateOf(own.tls, own.host), protocol, journey)
    closers.add(() => listening.close())
    open[protocol.id] = listening
  }
  const origin = { port: https.port }
  const addressOf = (id: string): GatewayAddress => ({
    host: https.host,
    httpOrigin: toWebOrigin(https.host, origin.port, certificate !== null),
    port: open[id]?.port ?? null,
    tls: (id === 'https' ? https : (settings.listen[id] ?? https)).tls !== 'off',
    caFile: certificate?.caFile ?? null,
  })
  const api = createOperatorApi(async () => await loadApi(all, addressOf), parts.log)
  const routes = parts.protocols.flatMap((protocol) =>
    protocol.shape === 'http' ? [protocolRoute(protocol, journey)] : [],
  )
  const web = await listenForHttp(https, certificate, [
    ...routes,
    { prefix: '/', serve: (request, response) => api.serve(request, response) },
  ])
  origin.port = web.port
  closers.add(() => web.close())
  closers.add(() => api.close())
  return {
    httpOrigin: addressOf('https').httpOrigin,
    caFile: certificate?.caFile ?? null,
    ports: Object.fromEntries(Object.entries(open).map(([id, { port }]) => [id, port])),
    issuers: settings.identity.issuers,
    close: async () => await closers.close(),
  }
}

async function loadApi(all: Listeners, addressOf: (id: string) => GatewayAddress): Promise<ServedApi> {
  const { configuration, parts, journey, identifier, authority, record } = all
  const { createApi } = await import('./admin/api.ts')
  return await createApi({
    identifier,
    issuers: configuration.settings.identity.issuers,
    authorizer: authority.authorizer,
    approvals: authority.approvals,
    journey,
    record: record.reader,
    connections: configuration.connections,
    protocols: parts.protocols,
    addressOf,
    clock: parts.clock,
    watch: watcher(record, parts.clock),
    log: parts.log,
    isReady: () => record.isReady(),
  })
}

function watcher({ journal }: RunningRecord, clock: Clock): Watch {
  return async ({ id, display, kind }, what) => {
    const times = { atMs: clock.nowMs(), upMs: clock.upMs() }
    await journal.durable(journal.append({ t: 'access', ...times, who: { id, display, kind }, ...what }))
  }
}

/** The record says when the gateway was there to record, and under which rules. */
function announcer(
  record: RunningRecord,
  { clock, log }: GatewayParts,
): (kind: GatewayEvent['kind'], body: GatewayEvent['body']) => void {
  return (kind, body) => {
    try {
      record.journal.append({ t: 'gateway', kind, atMs: clock.nowMs(), upMs: clock.upMs(), body })
    } catch (error) {
      log.error('the record could not take an event of the gateway itself', {
        kind,
        error: error instanceof Error ? error.name : 'unknown',
      })
    }
  }
}
