// Everything that is HTTP on one port, by path prefix: plug-ins, the API and the console. Only the longest matching prefix
// is asked, and a prefix matches whole path segments.

import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { toFault } from '../kernel/fault.ts'
import type { Journey } from '../kernel/journey.ts'
import type { HttpProtocol } from '../kernel/protocol.ts'
import type { ServerCertificate } from './authority.ts'
import { startListening, type Listening } from './byte-listener.ts'
import { NodeExchange, peerOf } from './http-exchange.ts'
import type { ListenerSettings } from './settings.ts'

export interface Route {
  /** `/api`; `/` takes what nothing else does. */
  readonly prefix: string
  serve(request: IncomingMessage, response: ServerResponse): void
}

/** Head of a request; a body has its own limit where it is read. */
const maxHeaderBytes = 64 * 1024
const headersMs = 15_000

export async function listenForHttp(
  settings: ListenerSettings,
  certificate: ServerCertificate | null,
  routes: readonly Route[],
): Promise<Listening> {
  const byLength = [...routes].sort((a, b) => b.prefix.length - a.prefix.length)
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (namesHostTwice(request.rawHeaders)) {
      response.writeHead(400, { connection: 'close' }).end()
      return
    }
    const path = request.url ?? '/'
    const route = byLength.find((candidate) => matches(path, candidate.prefix))
    if (route === undefined) response.writeHead(404).end()
    else route.serve(request, response)
  }
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersMs,
    // A held request may send its body early and wait for minutes: the body has no deadline of its own here.
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
    noDelay: true,
    insecureHTTPParser: false,
  }
  const server: Server =
    certificate === null
      ? createHttp(options, serve)
      : createHttps(
          {
            ...options,
            cert: certificate.cert,
            key: certificate.key,
            minVersion: 'TLSv1.2',
            handshakeTimeout: headersMs,
            ALPNProtocols: ['http/1.1'],
          },
          serve,
        )
  server.maxConnections = settings.maxConnections
  const host = settings.tls === 'off' ? 'localhost' : settings.host
  const port = await startListening(server, { host, port: settings.port, name: 'https' })
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      server.closeAllConnections()
      await closed
    },
  }
}

/** A plug-in's route: what it throws before it answered is told in plain words, with the fault's id. */
export function protocolRoute(protocol: HttpProtocol, journey: Journey): Route {
  return {
    prefix: protocol.prefix,
    serve(request, response) {
      const exchange = new NodeExchange(request, response, protocol.prefix)
      protocol.handle(exchange, journey).catch((error: unknown) => {
        const fault = journey.failed(toFault(error), peerOf(request))
        if (response.headersSent) response.destroy()
        else
          exchange.say(502, ['content-type', 'text/plain; charset=utf-8'], Buffer.from(`${fault.tell} (${fault.id})\n`))
      })
    },
  }
}

/** Two of them are an old way to have two hops see two requests (RFC 9112 §3.2); node takes the first. */
function namesHostTwice(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}

function matches(path: string, prefix: string): boolean {
  if (prefix === '/') return true
  if (!path.startsWith(prefix)) return false
  const next = path.charAt(prefix.length)
  return next === '' || next === '/' || next === '?'
}
