// Accepts clients of one byte protocol on one port. Bounded: a client above the limit is closed at once, before anything
// is read from it.

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { Fault } from '../kernel/fault.ts'
import type { Journey } from '../kernel/journey.ts'
import type { CodecProtocol } from '../kernel/protocol.ts'
import type { ServerCertificate } from './authority.ts'
import { isLoopbackAddress } from '../wire/loopback.ts'
import { Relay, type RelayParts } from './relay.ts'
import type { ListenerSettings } from './settings.ts'

export interface Listening {
  readonly port: number
  /** Stops accepting, ends what is open, resolves when all sockets are closed. */
  close(): Promise<void>
}

export async function listenForBytes(
  settings: ListenerSettings,
  certificate: ServerCertificate | null,
  protocol: CodecProtocol,
  journey: Journey,
): Promise<Listening> {
  const tls =
    certificate === null
      ? null
      : createSecureContext({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' })
  const parts: RelayParts = { protocol, newCodec: protocol.listener(), journey, tls }
  const open = new Map<Socket, Relay>()
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const address = socket.remoteAddress ?? 'unknown'
    if (open.size >= settings.maxConnections) {
      journey.failed(new Fault('listen.busy', { protocol: protocol.id, limit: settings.maxConnections }), {
        address,
        tls: false,
        loopback: isLoopbackAddress(address),
      })
      socket.destroy()
      return
    }
    socket.once('close', () => open.delete(socket))
    open.set(socket, new Relay(socket, parts))
  })
  const host = settings.tls === 'off' ? 'localhost' : settings.host
  const port = await startListening(server, { host, port: settings.port, name: protocol.id })
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      for (const relay of open.values()) relay.stop('gateway-stop')
      await closed
    },
  }
}

interface Place {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** For the operator: which listener it is. */
  readonly name: string
}

/** @returns the port that it got. @throws Fault `config.invalid` when the port cannot be had */
export async function startListening(server: Server, { host, port, name }: Place): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    // Kept for ever: a client that could not be accepted (no memory, no descriptor) is lost, and the gateway is not.
    server.on('error', (error) => {
      const why = 'code' in error ? String(error.code) : error.name
      reject(new Fault('config.invalid', { where: `listen.${name}`, port, why }, error))
    })
    server.listen({ host, port }, () => resolve())
  })
  const address = server.address() as AddressInfo
  return address.port
}
