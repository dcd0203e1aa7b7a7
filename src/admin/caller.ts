// The Fastify instance that routes are added to, and who is calling.

import { fastify, type FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Peer } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import { peerOf } from '../listen/http-exchange.ts'
import { requirePrincipal } from './access.ts'
import type { AdminRooms } from './rooms.ts'

const maxBodyBytes = 1024 * 1024

export function createFastify() {
  return fastify({ logger: false, bodyLimit: maxBodyBytes, requestTimeout: 30_000 }).withTypeProvider<ZodTypeProvider>()
}

export type Api = ReturnType<typeof createFastify>

/** Every route but health, login and OpenAPI begins with this. @throws Denied 401 */
export async function callerOf(rooms: AdminRooms, request: FastifyRequest): Promise<Principal> {
  return await requirePrincipal(rooms, request.headers.authorization, peerFrom(request))
}

export function peerFrom(request: FastifyRequest): Peer {
  return peerOf(request.raw)
}
