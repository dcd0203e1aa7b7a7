// The head of a request as it goes to a target (RFC 9112 §3, §5). Method, path and headers are a client's words, so what could
// end a line or begin another request is refused here, whoever looked at it before. Credential headers of the client and
// headers of one hop never survive this file.

import { Fault } from '../kernel/fault.ts'
import type { HttpRequest } from '../kernel/target.ts'

/** Names that carry a client's credential or belong to one hop only (RFC 9110 §7.6.1). */
const notForwarded = new Set([
  'authorization',
  'x-api-key',
  'cookie',
  'proxy-authorization',
  'proxy-connection',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
])

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const target = /^\/[\x21-\x7e]*$/
/** Everything but control characters; a tab is allowed. As Latin-1, so nothing beyond. */
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/** What expects a body says so even when it has none (RFC 9110 §8.6). */
const withBody = new Set(['POST', 'PUT', 'PATCH'])

/**
 * @param path of the target's own and the request's
 * @param credential flat name, value pairs; last, and never the client's
 * @returns Latin-1 text, its blank line included
 * @throws Fault `request.malformed`
 */
export function toRequestHead(request: HttpRequest, host: string, path: string, credential: readonly string[]): string {
  const { method, headers, body } = request
  if (!token.test(method)) throw malformed('method')
  if (!target.test(path)) throw malformed('path')
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!notForwarded.has(name.toLowerCase())) head += toLine(name, headers[i + 1] ?? '')
  }
  for (let i = 0; i + 1 < credential.length; i += 2) head += toLine(credential[i] ?? '', credential[i + 1] ?? '')
  const length = body?.length ?? 0
  if (length > 0 || withBody.has(method)) head += `content-length: ${String(length)}\r\n`
  return `${head}\r\n`
}

function toLine(name: string, text: string): string {
  if (!token.test(name)) throw malformed('header name')
  if (!value.test(text)) throw malformed('header value')
  return `${name}: ${text}\r\n`
}

/** What it is, never what it says: it may be a credential. */
function malformed(what: string): Fault {
  return new Fault('request.malformed', { what })
}
