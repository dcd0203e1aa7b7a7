// Held requests: who asks for what, and a human's decision. The desk knows who may decide (G4); this only asks it.

import { z } from 'zod'
import type { Approval } from '../../kernel/approval.ts'
import { isDenial } from '../../kernel/decision.ts'
import type { Principal } from '../../kernel/principal.ts'
import { Denied } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import { decisionInput, errorBody, requestBody, type RequestBody } from '../contract.ts'
import type { AdminRooms } from '../rooms.ts'

const maxListed = 200

export function requestRoutes(api: Api, rooms: AdminRooms): void {
  const query = z.strictObject({ state: z.enum(['open', 'all']).default('open') })
  const list = z.object({ requests: z.array(requestBody) })
  api.get(
    '/api/requests',
    { schema: { summary: 'Requests you may decide or that you made', querystring: query, response: { 200: list } } },
    async (request) => {
      const caller = await callerOf(rooms, request)
      const rows = await rooms.approvals.list(request.query.state === 'open' ? 'open' : null, maxListed)
      return { requests: rows.filter((row) => maySee(caller, row)).map(toBody) }
    },
  )

  const params = z.object({ id: z.string().max(64) })
  for (const verdict of ['approve', 'deny'] as const) {
    api.post(
      `/api/requests/:id/${verdict}`,
      {
        schema: {
          summary: `${verdict} a held request`,
          params,
          body: decisionInput,
          response: { 200: requestBody, 403: errorBody, 404: errorBody },
        },
      },
      async (request) => {
        const caller = await callerOf(rooms, request)
        const known = await rooms.approvals.get(request.params.id)
        if (known === null || !maySee(caller, known))
          throw new Denied(404, 'There is no such request, or it is not yours to decide.')
        const decided = await rooms.approvals.decide(
          known.id,
          caller,
          verdict === 'approve' ? 'approved' : 'denied',
          request.body.reason,
        )
        if (isDenial(decided)) throw new Denied(403, decided.reason)
        return toBody(decided)
      },
    )
  }
}

/** Reviewers of a group it needs, the one who asked, and the people it is asked for. */
function maySee(caller: Principal, row: Approval): boolean {
  const own =
    row.principal.id === caller.id ||
    row.principal.act.some((actor) => `${actor.issuer}|${actor.subject}` === caller.id)
  return own || (caller.kind === 'human' && row.approverGroups.some((group) => caller.groups.includes(group)))
}

function toBody(row: Approval): RequestBody {
  const last = row.refusal ?? row.signatures.at(-1) ?? null
  return {
    id: row.id,
    status: row.status,
    connection: row.connection,
    principal: row.principal.display,
    label: row.label,
    reason: row.reason,
    approverGroups: [...row.approverGroups],
    parts: row.parts.map(({ role, text }) => ({ role, text })),
    binding: row.binding,
    createdAt: new Date(row.createdAtMs).toISOString(),
    expiresAt: new Date(row.expiresAtMs).toISOString(),
    approver: last?.approver.display ?? null,
    decisionReason: last?.reason ?? null,
  }
}
