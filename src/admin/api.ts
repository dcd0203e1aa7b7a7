// The operator API: Fastify with zod shapes, errors in one form, OpenAPI from the same shapes. It is served below the HTTPS
// listener, which hands it Node's own request and response.

import type { IncomingMessage, ServerResponse } from 'node:http'
import fastifySwagger from '@fastify/swagger'
import type { FastifyError, FastifyRequest } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { Fault } from '../kernel/fault.ts'
import { Denied } from './access.ts'
import { createFastify, peerFrom } from './caller.ts'
import { consoleRoutes } from './console/routes.ts'
import type { AdminRooms } from './rooms.ts'
import { connectionRoutes } from './routes/connections.ts'
import { healthRoutes } from './routes/health.ts'
import { identityRoutes } from './routes/identity.ts'
import { logRoutes } from './routes/log.ts'
import { requestRoutes } from './routes/requests.ts'
import { sessionRoutes } from './routes/sessions.ts'

export interface ServedApi {
  serve(request: IncomingMessage, response: ServerResponse): void
  close(): Promise<void>
}

export async function createApi(rooms: AdminRooms): Promise<ServedApi> {
  const api = createFastify()
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  // The console's one form has no fields; its body is read and forgotten.
  api.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: 1024 },
    (_request, _body, done) => done(null, null),
  )
  api.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, body } = toAnswer(error, rooms, request)
    void reply.status(status).send(body)
  })
  api.setNotFoundHandler((_request, reply) => {
    void reply.status(404).send({ error: 'There is nothing here.', code: 'not-found', fault: null })
  })
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
    logRoutes,
    consoleRoutes,
  ]) {
    routes(api, rooms)
  }
  api.get('/api/openapi.json', { schema: { hide: true } }, () => api.swagger())
  await api.ready()
  return { serve: (request, response) => api.routing(request, response), close: () => api.close() }
}

interface Answered {
  readonly status: number
  readonly body: { readonly error: string; readonly code: string; readonly fault: string | null }
}

function toAnswer(error: FastifyError, rooms: AdminRooms, request: FastifyRequest): Answered {
  if (error instanceof Denied)
    return { status: error.status, body: { error: error.message, code: codeOf(error.status), fault: null } }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    return {
      status: 400,
      body: {
        error: `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`.trim(),
        code: 'invalid',
        fault: null,
      },
    }
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return { status: error.statusCode, body: { error: 'The request is not valid.', code: 'invalid', fault: null } }
  }
  const fault = rooms.journey.failed(error, peerFrom(request))
  const status = fault instanceof Fault && fault.blame === 'client' ? 400 : 503
  return { status, body: { error: fault.tell, code: fault.code, fault: fault.id } }
}

function codeOf(status: number): string {
  return status === 404 ? 'not-found' : 'denied'
}
