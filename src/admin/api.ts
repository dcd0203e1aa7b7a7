// The operator API: Fastify with zod shapes, errors in one form, OpenAPI from the same shapes. It is served below the HTTPS
// listener, which hands it Node's own request and response.

import type { IncomingMessage, ServerResponse } from 'node:http'
import fastifySwagger from '@fastify/swagger'
import type { FastifyError } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { createFastify, peerFrom } from './caller.ts'
import { consoleRoutes } from './console/routes.ts'
import { nothingHere, problemOf, sendProblem } from './problem.ts'
import type { AdminRooms } from './rooms.ts'
import { connectionRoutes } from './routes/connections.ts'
import { healthRoutes } from './routes/health.ts'
import { identityRoutes } from './routes/identity.ts'
import { logRoutes } from './routes/log.ts'
import { maskingRoutes } from './routes/masking.ts'
import { requestRoutes } from './routes/requests.ts'
import { sessionRoutes } from './routes/sessions.ts'

export interface ServedApi {
  serve(request: IncomingMessage, response: ServerResponse): void
  close(): Promise<void>
}

export async function createApi(rooms: AdminRooms): Promise<ServedApi> {
  const api = createFastify(rooms)
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  // The console's one form has no fields; its body is read and forgotten.
  api.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: 1024 },
    (_request, _body, done) => done(null, null),
  )
  api.setErrorHandler((error: FastifyError, request, reply) => {
    sendProblem(
      request,
      reply,
      problemOf(error, (thrown) => rooms.journey.failed(thrown, peerFrom(request))),
    )
  })
  api.setNotFoundHandler((request, reply) => sendProblem(request, reply, nothingHere))
  await api.register(fastifySwagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Sallyport', version: '0.1.0', description: 'The operator API.' } },
    transform: jsonSchemaTransform,
  })
  for (const routes of [
    healthRoutes,
    identityRoutes,
    connectionRoutes,
    requestRoutes,
    sessionRoutes,
    maskingRoutes,
    logRoutes,
    consoleRoutes,
  ]) {
    routes(api, rooms)
  }
  api.get('/api/openapi.json', { schema: { hide: true } }, () => api.swagger())
  await api.ready()
  return { serve: (request, response) => api.routing(request, response), close: () => api.close() }
}
