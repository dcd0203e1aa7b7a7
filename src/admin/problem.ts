// What a caller reads when something is wrong: one form, whichever layer noticed. Nothing of a request is told back but the
// name of the part that is wrong, and that is cut.

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Fault } from '../kernel/fault.ts'
import { Denied } from './access.ts'

export interface Problem {
  readonly status: number
  readonly body: { readonly error: string; readonly code: string; readonly fault: string | null }
}

/** A name that the caller made up may be as long as its body. */
const maxToldLength = 300

const toldOf: { readonly [status: number]: string } = {
  400: 'The request cannot be read: the path must be plain and the body JSON.',
  404: 'There is nothing here.',
  413: 'The body is larger than the API accepts.',
  414: 'A part of the path is longer than anything here.',
  415: 'The body must be JSON, with content-type: application/json.',
}

export const nothingHere: Problem = toProblem(404, toldOf[404] ?? '', 'not-found')

/** @param failed told of what is nobody's mistake, and gives it an id */
export function problemOf(error: FastifyError, failed: (thrown: unknown) => Fault): Problem {
  if (error instanceof Denied)
    return toProblem(error.status, error.message, error.status === 404 ? 'not-found' : 'denied')
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    return toProblem(400, `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`.trim(), 'invalid')
  }
  const { statusCode: status } = error
  if (status !== undefined && status < 500)
    return toProblem(status, toldOf[status] ?? 'The request is not valid.', status === 404 ? 'not-found' : 'invalid')
  const fault = failed(error)
  const { tell, code, id } = fault
  return { status: fault.blame === 'client' ? 400 : 503, body: { error: tell, code, fault: id } }
}

function toProblem(status: number, error: string, code: string): Problem {
  const told = error.length > maxToldLength ? `${error.slice(0, maxToldLength)}…` : error
  return { status, body: { error: told, code, fault: null } }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, { status, body }: Problem): void {
  // A body that was refused unread must not be waited for, nor be mistaken for the next request.
  if (!request.raw.complete) void reply.header('connection', 'close')
  if (status === 401) void reply.header('www-authenticate', 'Bearer')
  void reply.status(status).type('application/json; charset=utf-8').send(body)
}
