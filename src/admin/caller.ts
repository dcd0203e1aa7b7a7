// The Fastify instance that routes are added to, and who is calling. A route answers nobody without a token unless it stands
// on the list here, and no body is read before it is known whose it is.

import { fastify, type FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Peer } from '../kernel/journey.ts'
import type { Principal } from '../kernel/principal.ts'
import { peerOf } from '../listen/http-exchange.ts'
import { Denied, requirePrincipal, requireStillValid } from './access.ts'
import { limitBodyTime } from './body-deadline.ts'
import { problemOf, sendProblem } from './problem.ts'
import type { AdminRooms, CallerRooms } from './rooms.ts'

const maxBodyBytes = 1024 * 1024

/** Shapes and ways to sign in, the state of the node, and the pages of the console, which have their cookie. */
const openRoutes: ReadonlySet<string> = new Set([
  '/healthz',
  '/readyz',
  '/.well-known/jwks.json',
  '/api/login',
  '/api/openapi.json',
  '/login',
  '/logout',
  '/',
  '/sessions/:id',
])

/** Known from `onRequest` on. */
const callers = new WeakMap<FastifyRequest, Principal>()

export function createFastify(rooms: CallerRooms & { readonly journey: Pick<AdminRooms['journey'], 'failed'> }) {
  const api = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    frameworkErrors: (error, request, reply) => {
      sendProblem(
        request,
        reply,
        problemOf(error, (thrown) => rooms.journey.failed(thrown, peerFrom(request))),
      )
    },
  }).withTypeProvider<ZodTypeProvider>()
  api.addHook('onRequest', async (request, reply) => {
    // Answers hold tokens and records: nobody keeps them, and nobody guesses what else they might be.
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (request.is404) throw new Denied(404, 'There is nothing here.')
    limitBodyTime(request.raw)
    if (!openRoutes.has(request.routeOptions.url ?? '')) callers.set(request, await identify(rooms, request))
  })
  // Between the two lies the body.
  api.addHook('preHandler', async (request) => {
    const caller = callers.get(request)
    if (caller !== undefined) requireStillValid(rooms, caller)
  })
  return api
}

export type Api = ReturnType<typeof createFastify>

/** @throws Denied 401 or 403 */
export async function callerOf(rooms: CallerRooms, request: FastifyRequest): Promise<Principal> {
  return callers.get(request) ?? (await identify(rooms, request))
}

async function identify(rooms: CallerRooms, request: FastifyRequest): Promise<Principal> {
  return await requirePrincipal(rooms, request.headers.authorization, peerFrom(request))
}

export function peerFrom(request: FastifyRequest): Peer {
  return peerOf(request.raw)
}
