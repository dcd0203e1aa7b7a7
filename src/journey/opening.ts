// The row `open`: which connection, may this principal, a grant, and the session's first event.

import type { Connection } from '../kernel/connection.ts'
import { isDenial, toDenial, type Circumstances, type Denial, type Grant } from '../kernel/decision.ts'
import { newId } from '../kernel/ids.ts'
import type { Peer, Waiting, Wanted } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import { hold } from './holding.ts'
import type { Register } from './register.ts'
import type { Rooms } from './rooms.ts'
import { LiveSession } from './session.ts'

export interface Asker {
  readonly principal: Principal
  readonly want: Wanted
  readonly peer: Peer
}

/** A name that does not exist and one that may not be used are told apart by nobody. */
const noSuchConnection = 'There is no such connection, or you may not use it.'

export async function openSession(
  rooms: Rooms,
  register: Register,
  asker: Asker,
  waiting: Waiting,
): Promise<LiveSession | Denial> {
  const connection = chooseConnection(rooms, asker)
  if (connection === null) return toDenial(noSuchConnection, 'policy')
  const bound = asker.principal.boundTo
  if (bound !== null && bound !== connection.name) return toDenial(noSuchConnection, 'identity')
  if (!rooms.sharesSessions(connection.protocol)) return await open(rooms, register, asker, connection, waiting)
  const key = sharingKey(asker.principal, connection)
  return await register.share(key, () => open(rooms, register, asker, connection, waiting), isSession)
}

/**
 * Whoever joins a session is judged, recorded, revoked and cut off as the one who opened it. So only requests with one and the
 * same proof share: another token of the run may have fewer groups, be for one connection, or end at another time.
 */
function sharingKey(principal: Principal, connection: Connection): string {
  const { id, kind, groups, act, run, proof, boundTo, expiresAtMs } = principal
  return JSON.stringify([id, kind, groups, act, run, proof.tokenId, boundTo, expiresAtMs, connection.name])
}

function isSession(value: LiveSession | Denial): value is LiveSession {
  return !isDenial(value)
}

function chooseConnection(rooms: Rooms, { principal, want }: Asker): Connection | null {
  const candidates = rooms.connections.filter((known) => known.protocol === want.protocol)
  if (want.connection !== null) return candidates.find((known) => known.name === want.connection) ?? null
  if (candidates.length === 1) return candidates[0] ?? null
  const allowed = candidates.filter(
    (known) => rooms.authorizer.connect(principal, circumstancesOf(known)).outcome === 'allow',
  )
  return allowed.length === 1 ? (allowed[0] ?? null) : null
}

function circumstancesOf(connection: Connection): Circumstances {
  return { connection: connection.name, tags: connection.tags, attributes: {} }
}

async function open(
  rooms: Rooms,
  register: Register,
  asker: Asker,
  connection: Connection,
  waiting: Waiting,
): Promise<LiveSession | Denial> {
  const granted = await toGrant(rooms, asker, connection, waiting)
  if (isDenial(granted)) return granted
  const { identifier, clock } = rooms
  // A human may have been asked for minutes, and until there is a session nothing that ends sessions knows of this one.
  if (identifier.isRevoked(asker.principal)) return toDenial('Access was revoked.', 'revoked')
  if (granted.expiresAtMs <= clock.nowMs()) return toDenial('Your login has ended; log in again.', 'identity')
  const id = newId('ses', clock.nowMs())
  const opened = recordOpening(rooms, asker, connection, granted, id)
  // Reaching a target is an effect of its own: a login there, a line in its log.
  await rooms.journal.durable(opened)
  const isRevoked = identifier.isRevoked(asker.principal)
  const session = new LiveSession(rooms, {
    id,
    principal: asker.principal,
    connection,
    circumstances: circumstancesOf(connection),
    grant: granted,
    shared: rooms.sharesSessions(connection.protocol),
    opened,
    whenEnded: () => register.remove(id),
    whenOwed: (record) => register.owe(record),
  })
  register.add(session)
  if (isRevoked) session.revoke('revoked')
  return session
}

async function toGrant(rooms: Rooms, asker: Asker, connection: Connection, waiting: Waiting): Promise<Grant | Denial> {
  const { authorizer, log } = rooms
  const { principal } = asker
  const decision = authorizer.connect(principal, circumstancesOf(connection))
  if (decision.outcome === 'allow') return authorizer.grant(principal, connection.name, decision)
  log.info('access was not allowed at once', {
    principal: principal.id,
    connection: connection.name,
    outcome: decision.outcome,
  })
  if (decision.outcome === 'deny')
    return toDenial(decision.policies.length === 0 ? noSuchConnection : decision.reason, 'policy')
  const held = { principal, connection, session: null, actionNumber: 0, parts: [] }
  const label = `connect to ${connection.name}`
  const approved = await hold(rooms, { ...held, label, canonical: [Buffer.from(label)] }, decision, waiting)
  return isDenial(approved) ? approved : authorizer.grant(principal, connection.name, decision, approved.use)
}

function recordOpening(rooms: Rooms, asker: Asker, connection: Connection, grant: Grant, session: string): number {
  const { principal, peer, want } = asker
  const { id, issuer, subject, kind, display, groups, run, proof, act } = principal
  const view = rooms.authorizer.allows('view', principal, circumstancesOf(connection))
  return rooms.journal.append({
    t: 'session.open',
    session,
    atMs: rooms.clock.nowMs(),
    upMs: rooms.clock.upMs(),
    connection: connection.name,
    protocol: connection.protocol,
    principal: { id, issuer, subject, kind, display, groups, run, proof, act },
    peer: { address: peer.address, tls: peer.tls },
    client: want.client,
    policyVersion: grant.policyVersion,
    grant: grant.id,
    visibleClasses: rooms.masking.classes.filter((dataClass) => view(dataClass)),
  })
}
