// The record as people look at it: sessions, their timelines, and the end of one that is live.

import { z } from 'zod'
import type { Principal } from '../../kernel/principal.ts'
import type { EventRow, SessionRow } from '../../kernel/seal-store.ts'
import { Denied, decideOnRecord, readerOf, type RecordAction } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import { errorBody, eventBody, sessionBody, type EventBody, type SessionBody } from '../contract.ts'
import type { AdminRooms, PolicyRooms, ReadingRooms } from '../rooms.ts'

const maxPage = 500
/** Content is decrypted and rendered: a page of it stays small. */
const maxContentPage = 100
/** Characters of content; with the event that goes beyond it a page ends. */
const maxContentLength = 8 * 1024 * 1024
const notThere = 'There is no such session, or you may not read it.'

export function sessionRoutes(api: Api, rooms: AdminRooms): void {
  const query = z.strictObject({
    live: z.stringbool().optional(),
    connection: z.string().max(64).optional(),
    run: z.string().max(64).optional(),
    before: z.string().max(64).optional(),
    limit: z.coerce.number().int().min(1).max(maxPage).default(50),
  })
  const list = z.object({ sessions: z.array(sessionBody) })
  api.get(
    '/api/sessions',
    { schema: { summary: 'Recorded sessions, newest first', querystring: query, response: { 200: list } } },
    async (request) => {
      const caller = await callerOf(rooms, request)
      return { sessions: sessionsFor(rooms, caller, request.query) }
    },
  )

  const params = z.object({ id: z.string().max(64) })
  api.get(
    '/api/sessions/:id',
    { schema: { summary: 'One session', params, response: { 200: sessionBody, 404: errorBody } } },
    async (request) => sessionFor(rooms, await callerOf(rooms, request), request.params.id),
  )

  const page = z.strictObject({
    after: z.coerce.number().int().min(-1).default(-1),
    limit: z.coerce.number().int().min(1).max(maxPage).default(maxContentPage),
    content: z.stringbool().default(false),
  })
  const events = z.object({ events: z.array(eventBody), next: z.number().nullable() })
  api.get(
    '/api/sessions/:id/events',
    {
      schema: { summary: 'Its timeline, masked', params, querystring: page, response: { 200: events, 404: errorBody } },
    },
    async (request) => eventsFor(rooms, await callerOf(rooms, request), request.params.id, request.query),
  )

  const killed = z.object({ killed: z.literal(true) })
  api.post(
    '/api/sessions/:id/kill',
    {
      schema: {
        summary: 'End it now',
        params,
        body: z.strictObject({}),
        response: { 200: killed, 403: errorBody, 404: errorBody },
      },
    },
    async (request) => {
      const caller = await callerOf(rooms, request)
      const live = rooms.journey.register.sessions.find((session) => session.id === request.params.id)
      if (live === undefined) throw new Denied(404, 'There is no live session of this id.')
      requireOnRecord(rooms, caller, 'record:kill', {
        connection: live.connection.name,
        principalId: live.principal.id,
      })
      // Before it is recorded: a session is to end also when nothing can be written any more.
      rooms.journey.register.revokeWhere((session) => session.id === live.id, 'revoked')
      await rooms.watch(caller, { kind: 'kill', about: live.id, content: false })
      rooms.log.info('a session was ended by hand', { session: live.id, by: caller.id })
      return { killed: true as const }
    },
  )
}

interface SessionQuery {
  readonly live?: boolean | undefined
  readonly connection?: string | undefined
  readonly run?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** What a caller may not read takes no place on its page, so other rows are looked through for it: so many pages of them. */
const maxPagesRead = 20

export function sessionsFor(rooms: ReadingRooms, caller: Principal, query: SessionQuery): SessionBody[] {
  const { live = null, connection = null, run = null, limit } = query
  const mayRead = readerOf(rooms, caller)
  const found: SessionBody[] = []
  let before = query.before ?? null
  for (let page = 0; page < maxPagesRead && found.length < limit; page++) {
    const rows = rooms.record.index.sessions({ live, connection, principal: null, run, before, limit: maxPage })
    for (const row of rows) {
      if (found.length < limit && mayRead(row.connection, row.principalId === caller.id)) found.push(toBody(rooms, row))
    }
    if (rows.length < maxPage) break
    before = rows.at(-1)?.id ?? null
  }
  return found
}

export function sessionFor(rooms: ReadingRooms, caller: Principal, id: string): SessionBody {
  const row = rooms.record.index.session(id)
  if (row === null) throw new Denied(404, notThere)
  requireOnRecord(rooms, caller, 'record:read', row)
  return toBody(rooms, row)
}

interface EventQuery {
  readonly after: number
  readonly limit: number
  readonly content: boolean
}

export async function eventsFor(
  rooms: ReadingRooms,
  caller: Principal,
  id: string,
  query: EventQuery,
): Promise<{ events: EventBody[]; next: number | null }> {
  const session = rooms.record.index.session(id)
  if (session === null) throw new Denied(404, notThere)
  requireOnRecord(rooms, caller, 'record:read', session)
  await rooms.watch(caller, { kind: 'read', about: id, content: query.content })
  const limit = Math.min(query.limit, query.content ? maxContentPage : maxPage)
  const rows = rooms.record.index.events(id, query.after, limit)
  const events: EventBody[] = []
  let length = 0
  for (const row of rows) {
    const event = await toEvent(rooms, session, row, query.content)
    events.push(event)
    length += (event.request?.length ?? 0) + (event.response?.length ?? 0)
    if (length > maxContentLength) return { events, next: row.seq }
  }
  return { events, next: rows.length < limit ? null : (rows.at(-1)?.seq ?? null) }
}

interface Recorded {
  readonly connection: string
  readonly principalId: string
}

function mayDo(rooms: PolicyRooms, caller: Principal, action: RecordAction, recorded: Recorded): boolean {
  const own = recorded.principalId === caller.id
  return decideOnRecord(rooms, caller, recorded.connection, action, own).outcome === 'allow'
}

function requireOnRecord(rooms: PolicyRooms, caller: Principal, action: RecordAction, recorded: Recorded): void {
  if (!mayDo(rooms, caller, action, recorded))
    throw new Denied(
      action === 'record:read' ? 404 : 403,
      action === 'record:read' ? notThere : 'You may not end this session.',
    )
}

/** Of a session in which nothing has ended, or that was recorded before coverage was. */
const nothingCovered = {
  scannedBytes: 0,
  opaqueBytes: 0,
  encodedBytes: 0,
  disclosedBytes: 0,
  uncapturedBytes: 0,
}

function toBody(rooms: ReadingRooms, row: SessionRow): SessionBody {
  return {
    id: row.id,
    connection: row.connection,
    protocol: row.protocol,
    principal: row.principalDisplay,
    principalKind: row.principalKind,
    run: row.run,
    startedAt: new Date(row.startedAtMs).toISOString(),
    endedAt: row.endedAtMs === null ? null : new Date(row.endedAtMs).toISOString(),
    endReason: row.endReason,
    live: row.endedAtMs === null && rooms.journey.register.has(row.id),
    requests: row.requests,
    refused: row.refused,
    held: row.held,
    maskedFields: row.maskedFields,
    ignoredFields: row.ignoredFields ?? 0,
    responseBytes: row.responseBytes,
    coverage: row.coverage ?? nothingCovered,
    sealIndex: row.sealLeaf,
  }
}

async function toEvent(rooms: ReadingRooms, session: SessionRow, row: EventRow, content: boolean): Promise<EventBody> {
  const recorded = content ? await rooms.record.action(row) : null
  const protocol = rooms.protocols.find((known) => known.id === session.protocol)
  const rendered =
    recorded === null || protocol === undefined ? null : protocol.render({ label: row.label, ...recorded })
  return {
    seq: row.seq,
    at: new Date(row.atMs).toISOString(),
    type: row.t,
    action: row.action,
    label: row.label,
    outcome: row.outcome,
    code: row.code,
    policies: [...row.policies],
    findings: row.findings.map(({ ignoredBy = null, ...finding }) => ({ ...finding, ignoredBy })),
    leafIndex: row.leafIndex,
    request: rendered?.request ?? null,
    response: rendered?.response ?? null,
    content: recorded?.state ?? null,
  }
}
