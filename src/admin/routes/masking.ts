// What masking found over sessions: which rules fire most, so that one that is too broad is seen. Counts only, and only of
// sessions that the caller may read.

import { z } from 'zod'
import type { Principal } from '../../kernel/principal.ts'
import type { FoundLine } from '../../kernel/seal-store.ts'
import { readerOf } from '../access.ts'
import { callerOf, type Api } from '../caller.ts'
import { errorBody, maskingReportBody, type MaskingReportBody } from '../contract.ts'
import type { AdminRooms } from '../rooms.ts'

const hourMs = 3_600_000
const defaultMs = 7 * 24 * hourMs
/** Rows of the index that are looked through, and lines that are made of them: what a report may cost everybody else. */
const maxRows = 30_000
const maxLines = 5_000

export function maskingRoutes(api: Api, rooms: AdminRooms): void {
  const query = z.strictObject({
    since: z.iso.datetime({ offset: true }).optional(),
    connection: z.string().max(64).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  })
  api.get(
    '/api/masking/report',
    {
      schema: {
        summary: 'Which masking rules fire most, by connection and field',
        querystring: query,
        response: { 200: maskingReportBody, 400: errorBody },
      },
    },
    async (request) => reportFor(rooms, await callerOf(rooms, request), request.query),
  )
}

interface ReportQuery {
  readonly since?: string | undefined
  readonly connection?: string | undefined
  readonly limit: number
}

export function reportFor(rooms: AdminRooms, caller: Principal, query: ReportQuery): MaskingReportBody {
  const nowMs = rooms.clock.nowMs()
  const sinceMs = query.since === undefined ? nowMs - defaultMs : Date.parse(query.since)
  const sinceHour = Math.floor(sinceMs / hourMs)
  const found = rooms.record.index.found({ sinceHour, principalId: caller.id, maxRows, limit: maxLines })
  const mayRead = readerOf(rooms, caller)
  const lines = found.lines.filter(
    (line) =>
      mayRead(line.connection, line.own) && (query.connection === undefined || line.connection === query.connection),
  )
  const merged = merge(lines)
  const total = merged.reduce((sum, line) => sum + line.count, 0)
  return {
    from: new Date(found.fromHour * hourMs).toISOString(),
    complete: found.complete,
    total,
    lines: merged
      .slice(0, query.limit)
      .map((line) => Object.assign(line, { share: Math.round((line.count / total) * 1e4) / 1e4 })),
  }
}

/** One's own and others' are one line; their sessions are different ones. */
function merge(lines: readonly FoundLine[]): Omit<FoundLine, 'own'>[] {
  const merged = new Map<string, Omit<FoundLine, 'own'>>()
  for (const { own: _own, ...line } of lines) {
    const { class: name, rule, connection, field, side, ignoredBy } = line
    const key = JSON.stringify([name, rule, connection, field, side, ignoredBy])
    const before = merged.get(key)
    const { count, sessions } = before ?? { count: 0, sessions: 0 }
    merged.set(key, { ...line, count: line.count + count, sessions: line.sessions + sessions })
  }
  return [...merged.values()].sort((a, b) => b.count - a.count)
}
