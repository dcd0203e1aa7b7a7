// Who am I, how do I sign in, and one identity for a run.

import { z } from 'zod'
import type { Connection } from '../../kernel/connection.ts'
import { isDenial } from '../../kernel/decision.ts'
import type { Principal } from '../../kernel/principal.ts'
import { Denied } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import { errorBody, loginBody, principalBody, runBody, type PrincipalBody } from '../contract.ts'
import type { AdminRooms } from '../rooms.ts'
import { mayUse, requireUsable } from './connections.ts'

export function identityRoutes(api: Api, rooms: AdminRooms): void {
  api.get('/api/login', { schema: { summary: 'Where to sign in', response: { 200: loginBody } } }, () => ({
    issuers: rooms.issuers.flatMap(({ issuer, deviceClientId, audience }) =>
      deviceClientId === undefined ? [] : [{ issuer, clientId: deviceClientId, audience }],
    ),
  }))

  api.get('/.well-known/jwks.json', { schema: { hide: true } }, () => rooms.identifier.runTokens.jwks)

  api.get(
    '/api/whoami',
    { schema: { summary: 'The caller', response: { 200: principalBody, 401: errorBody } } },
    async (request) => toBody(await callerOf(rooms, request)),
  )

  const runInput = z.strictObject({ connections: z.array(z.string().max(64)).max(100).optional() })
  api.post(
    '/api/runs',
    { schema: { summary: 'One identity for a run', body: runInput, response: { 200: runBody } } },
    async (request) => {
      const caller = await callerOf(rooms, request)
      const issued = await rooms.identifier.mintRun(caller)
      if (isDenial(issued)) throw new Denied(403, issued.reason)
      const connections = connectionsFor(rooms, issued.principal, request.body.connections)
      const token = issued.token.reveal()
      const env: Record<string, string> = { SALLYPORT_TOKEN: token }
      for (const connection of connections) Object.assign(env, envOf(rooms, connection, token))
      return {
        run: issued.principal.run ?? '',
        token,
        expiresAt: new Date(issued.principal.expiresAtMs).toISOString(),
        env,
      }
    },
  )
}

/** Those asked for, or all. One that the run may not use does not exist for it: names are knowledge. */
function connectionsFor(
  rooms: AdminRooms,
  principal: Principal,
  names: readonly string[] | undefined,
): readonly Connection[] {
  if (names === undefined) return rooms.connections.filter((known) => mayUse(rooms, principal, known))
  return names.map((name) => requireUsable(rooms, principal, name))
}

function envOf(rooms: AdminRooms, connection: Connection, token: string): Readonly<Record<string, string>> {
  const protocol = rooms.protocols.find((known) => known.id === connection.protocol)
  return protocol?.howToConnect(rooms.addressOf(connection.protocol), connection, token).env ?? {}
}

export function toBody(principal: Principal): PrincipalBody {
  const { id, display, kind, groups, act, run, expiresAtMs } = principal
  return { id, display, kind, groups: [...groups], act: [...act], run, expiresAt: new Date(expiresAtMs).toISOString() }
}
