// Connections as the caller sees them, and short-lived credentials for one.

import { z } from 'zod'
import type { Facts } from '../../kernel/action.ts'
import type { Connection } from '../../kernel/connection.ts'
import { isDenial, type Decision } from '../../kernel/decision.ts'
import type { Principal } from '../../kernel/principal.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { circumstancesOf, Denied } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import { connectBody, connectionBody, errorBody, type ConnectionBody } from '../contract.ts'
import type { AdminRooms } from '../rooms.ts'

const notThere = 'There is no such connection, or you may not use it.'

export function connectionRoutes(api: Api, rooms: AdminRooms): void {
  const list = z.object({ connections: z.array(connectionBody) })
  api.get(
    '/api/connections',
    { schema: { summary: 'Connections, what you may do on each, and why not', response: { 200: list } } },
    async (request) => {
      const caller = await callerOf(rooms, request)
      const visible = rooms.connections.map((connection) => toBody(rooms, caller, connection))
      // What somebody may not even connect to without a rule saying so is not shown: names are knowledge, too.
      return { connections: visible.filter((body) => body.access !== 'deny' || body.reason !== null) }
    },
  )

  const params = z.object({ name: z.string() })
  api.post(
    '/api/connections/:name/credential',
    {
      schema: {
        summary: 'A short-lived credential and client lines',
        params,
        body: z.strictObject({}),
        response: { 200: connectBody, 403: errorBody },
      },
    },
    async (request) => {
      const caller = await callerOf(rooms, request)
      const connection = requireUsable(rooms, caller, request.params.name)
      const issued = await rooms.identifier.issueConnectCredential(caller, connection.name)
      if (isDenial(issued)) throw new Denied(403, issued.reason)
      const protocol = requireProtocol(rooms, connection)
      const { lines, env } = protocol.howToConnect(rooms.addressOf(protocol.id), connection, issued.secret.reveal())
      return {
        connection: connection.name,
        expiresAt: new Date(issued.expiresAtMs).toISOString(),
        lines: [...lines],
        env: { ...env },
      }
    },
  )
}

export function mayUse(rooms: AdminRooms, principal: Principal, connection: Connection): boolean {
  return rooms.authorizer.connect(principal, circumstancesOf(rooms, connection.name)).outcome !== 'deny'
}

/** @throws Denied 404 */
export function requireUsable(rooms: AdminRooms, principal: Principal, name: string): Connection {
  const connection = rooms.connections.find((known) => known.name === name)
  if (connection === undefined || !mayUse(rooms, principal, connection)) throw new Denied(404, notThere)
  return connection
}

function requireProtocol(rooms: AdminRooms, connection: Connection): Protocol {
  const protocol = rooms.protocols.find((known) => known.id === connection.protocol)
  if (protocol === undefined) throw new Denied(404, notThere)
  return protocol
}

function toBody(rooms: AdminRooms, caller: Principal, connection: Connection): ConnectionBody {
  const circumstances = circumstancesOf(rooms, connection.name)
  const access = rooms.authorizer.connect(caller, circumstances)
  const { name, protocol, tags, source } = connection
  const actions = Object.keys(requireProtocol(rooms, connection).cedar.actions).map((action) => ({
    action,
    outcome: rooms.authorizer.decide(caller, circumstances, plainFacts(rooms, connection, action)).outcome,
  }))
  return { name, protocol, tags: [...tags], source, access: access.outcome, reason: reasonOf(access), actions }
}

/** The action in its mildest form: every flag false, every set empty. What a policy says of a special case is not shown here. */
function plainFacts(rooms: AdminRooms, connection: Connection, action: string): Facts {
  const { contextKey, attributes } = requireProtocol(rooms, connection).cedar
  const mild = { Boolean: false, Long: 1, String: '', 'Set<String>': [] }
  const context = Object.fromEntries(
    Object.entries(attributes).map(([key, { type }]) => [key, key === 'complete' ? true : mild[type]]),
  )
  return {
    actions: [action],
    effectful: true,
    complete: true,
    context: { [contextKey]: context },
    key: `plain ${action}`,
  }
}

function reasonOf(decision: Decision): string | null {
  if (decision.outcome === 'allow') return null
  return decision.outcome === 'deny' && decision.policies.length === 0 ? null : decision.reason
}
