// Who may do what here: the same tokens and the same policies as on every other path. What is asked of a record is an action
// on its connection, so that "auditors may read what happened on orders" is one line of Cedar.

import type { Facts } from '../kernel/action.ts'
import { isDenial, type Circumstances, type Decision } from '../kernel/decision.ts'
import type { Peer } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import type { CedarFragment } from '../kernel/protocol.ts'
import { Secret } from '../kernel/secret.ts'
import type { CallerRooms, PolicyRooms } from './rooms.ts'

export type RecordAction = 'record:read' | 'record:kill'

/** The API's own part of the policy vocabulary. */
export const recordVocabulary: CedarFragment = {
  contextKey: 'record',
  attributes: { own: { type: 'Boolean', required: true, doc: 'the session is of the one who asks' } },
  actions: {
    'record:read': { memberOf: ['record:manage'] },
    'record:kill': { memberOf: ['record:manage'] },
  },
}

export class Denied extends Error {
  override readonly name = 'Denied'
  readonly status: 401 | 403 | 404

  constructor(status: 401 | 403 | 404, message: string) {
    super(message)
    this.status = status
  }
}

/** @throws Denied 401 */
export async function requirePrincipal(
  rooms: Pick<CallerRooms, 'identifier'>,
  authorization: string | undefined,
  peer: Peer,
): Promise<Principal> {
  const token = /^Bearer ([\x21-\x7e]{1,20000})$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) throw new Denied(401, 'Sign in first: sallyport login')
  const principal = await rooms.identifier.identify({ token: new Secret(token), rule: null }, peer)
  if (isDenial(principal)) throw new Denied(401, principal.reason)
  // A credential for one connection opens that connection and nothing else.
  if (principal.boundTo !== null) throw new Denied(403, 'This credential is for a connection, not for the API.')
  return principal
}

/**
 * For who was believed before a body came, which may have taken half a minute.
 * @throws Denied 401 when they were revoked since, or their credential is over
 */
export function requireStillValid({ identifier, clock }: CallerRooms, principal: Principal): void {
  if (identifier.isRevoked(principal) || principal.expiresAtMs <= clock.nowMs())
    throw new Denied(401, 'This credential is not valid any more. Sign in again: sallyport login')
}

const factsOf: { readonly [action in RecordAction]: { readonly own: Facts; readonly others: Facts } } = {
  'record:read': { own: toFacts('record:read', true), others: toFacts('record:read', false) },
  'record:kill': { own: toFacts('record:kill', true), others: toFacts('record:kill', false) },
}

function toFacts(action: RecordAction, own: boolean): Facts {
  return {
    actions: [action],
    effectful: action === 'record:kill',
    complete: true,
    context: { record: { own } },
    key: `${action} ${own}`,
  }
}

/** A person's own record, and that of agents that act for them, is theirs to read. */
export function decideOnRecord(
  rooms: PolicyRooms,
  principal: Principal,
  connection: string,
  action: RecordAction,
  own: boolean,
): Decision {
  return rooms.authorizer.decide(principal, circumstancesOf(rooms, connection), factsOf[action][own ? 'own' : 'others'])
}

/** What a caller may read of many records: asked once a connection, for one's own and for others'. */
export function readerOf(rooms: PolicyRooms, principal: Principal): (connection: string, own: boolean) => boolean {
  const known = new Map<string, boolean>()
  return (connection, own) => {
    const key = `${own ? 'own' : 'others'} ${connection}`
    let may = known.get(key)
    if (may === undefined) {
      may = decideOnRecord(rooms, principal, connection, 'record:read', own).outcome === 'allow'
      known.set(key, may)
    }
    return may
  }
}

export function circumstancesOf(rooms: Pick<PolicyRooms, 'connections'>, name: string): Circumstances {
  const connection = rooms.connections.find((known) => known.name === name)
  return { connection: name, tags: connection?.tags ?? [], attributes: {} }
}
