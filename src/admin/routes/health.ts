// For load balancers: alive, and able to record. Nothing else is told to whoever asks.

import { z } from 'zod'
import type { Api } from '../caller.ts'
import type { AdminRooms } from '../rooms.ts'

const state = z.object({ status: z.string() })

export function healthRoutes(api: Api, rooms: AdminRooms): void {
  api.get('/healthz', { schema: { response: { 200: state } } }, () => ({ status: 'alive' }))
  api.get('/readyz', { schema: { response: { 200: state, 503: state } } }, async (_request, reply) => {
    const ready = rooms.isReady()
    return await reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })
}
