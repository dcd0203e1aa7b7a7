// The transparency log for whoever wants to check it: C2SP tlog-tiles below /log/. Commitments only; no payload, no name.

import { z } from 'zod'
import { callerOf, type Api } from '../caller.ts'
import { Denied } from '../access.ts'
import type { AdminRooms } from '../rooms.ts'

/** Tiles, the checkpoint, the key an auditor pins, and the signed statements that seals commit to; never payloads. */
const publicPath = new RegExp(
  [
    String.raw`^(?:checkpoint|log\.policy`,
    String.raw`tile/(?:\d{1,2}|entries)/(?:x\d{3}/){0,6}\d{3}(?:\.p/\d{1,3})?`,
    String.raw`seal/\d{4}/\d{2}/\d{2}/[\w-]{1,80}\.json)$`,
  ].join('|'),
)

export function logRoutes(api: Api, rooms: AdminRooms): void {
  const params = z.object({ '*': z.string().max(200) })
  api.get(
    '/log/*',
    { schema: { summary: 'Checkpoint and tiles (C2SP tlog-tiles)', params } },
    async (request, reply) => {
      await callerOf(rooms, request)
      const path = request.params['*']
      const bytes = publicPath.test(path) ? await rooms.record.logObject(path) : null
      if (bytes === null) throw new Denied(404, 'There is no such part of the log.')
      const isText = path === 'checkpoint' || path === 'log.policy'
      return await reply
        .header('content-type', isText ? 'text/plain; charset=utf-8' : 'application/octet-stream')
        .header('cache-control', isText || path.includes('.p/') ? 'no-store' : 'private, max-age=31536000, immutable')
        .send(bytes)
    },
  )
}
