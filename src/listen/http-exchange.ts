// node:http's request and response as the narrow exchange a plug-in is handed.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Released } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import type { Peer } from '../kernel/journey.ts'
import type { HttpExchange } from '../kernel/protocol.ts'
import { isLoopbackAddress } from '../wire/loopback.ts'

const lastWordsMs = 2_000
/** What a client still sends of a body that was refused is taken in and thrown away, but not for longer. */
export const refusedBodyMs = 10_000
/** A client that has not taken what is ready after so long is gone: it holds a socket to the target as well. */
export const unreadMs = 300_000

export class NodeExchange implements HttpExchange {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly string[]
  readonly peer: Peer
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #gone: AbortController | null = null
  /** While the client has not taken what is ready. */
  #unread: NodeJS.Timeout | null = null

  constructor(request: IncomingMessage, response: ServerResponse, prefix: string) {
    this.#request = request
    this.#response = response
    const url = request.url ?? '/'
    const mark = url.indexOf('?')
    const path = (mark === -1 ? url : url.slice(0, mark)).slice(prefix.length)
    this.method = request.method ?? 'GET'
    this.path = path === '' ? '/' : path
    this.query = mark === -1 ? '' : url.slice(mark)
    this.headers = request.rawHeaders
    this.peer = peerOf(request)
  }

  /** Made only when asked for; the listener costs more than the check. */
  get gone(): AbortSignal {
    if (this.#gone === null) {
      const gone = new AbortController()
      this.#gone = gone
      if (this.#response.destroyed) gone.abort()
      this.#response.once('close', () => {
        if (!this.#response.writableFinished) gone.abort()
      })
    }
    return this.#gone.signal
  }

  async readBody(maxBytes: number): Promise<Uint8Array> {
    const request = this.#request
    const declared = Number(request.headers['content-length'] ?? 0)
    if (declared > maxBytes) throw new Fault('request.too-large', { bytes: declared, maxBytes })
    return await new Promise<Uint8Array>((resolve, reject) => {
      const chunks: Buffer[] = []
      let size = 0
      const keep = (chunk: Buffer): void => {
        size += chunk.length
        if (size <= maxBytes) {
          chunks.push(chunk)
          return
        }
        request.off('data', keep).pause()
        chunks.length = 0
        reject(new Fault('request.too-large', { bytes: size, maxBytes }))
      }
      request.on('data', keep)
      request.once('end', () =>
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)),
      )
      request.once('error', (error) => reject(new Fault('client.gone', {}, error)))
      request.once('close', () => {
        if (!request.complete) reject(new Fault('client.gone'))
      })
    })
  }

  say(status: number, headers: readonly string[], body: Uint8Array): void {
    const response = this.#response
    if (response.headersSent || response.destroyed) return
    // A body that was refused unread must not be mistaken for the next request.
    const unread = !this.#request.complete
    response.writeHead(status, [
      ...headers,
      'content-length',
      String(body.length),
      ...(unread ? ['connection', 'close'] : []),
    ])
    if (unread) this.#sayWhileSending(body)
    else response.end(body)
  }

  /**
   * A socket that closes with bytes in it resets the client, which then may never read why. So it closes when the client
   * has sent all it meant to, or has gone: whoever reads sees the answer at once.
   */
  #sayWhileSending(body: Uint8Array): void {
    const [request, response] = [this.#request, this.#response]
    const end = (): void => {
      clearTimeout(timer)
      response.end()
    }
    const timer = setTimeout(end, refusedBodyMs)
    request.once('end', end).once('close', end).once('error', end)
    response.write(body)
    request.resume()
  }

  start(status: number, headers: readonly string[]): void {
    if (this.#response.headersSent || this.#response.destroyed) return
    // Not sent alone: what follows at once goes with it, in one record of TLS.
    this.#response.writeHead(status, [...headers])
  }

  write(bytes: Released): boolean {
    const isTaken = bytes.length === 0 || this.#response.destroyed || this.#response.write(bytes)
    if (!isTaken) this.#await('drain')
    return isTaken
  }

  onDrain(resume: () => void): void {
    this.#response.once('drain', resume)
  }

  end(): void {
    this.#response.end()
    if (!this.#response.destroyed && !this.#response.writableFinished) this.#await('finish')
  }

  /** Not for ever, until the client has taken what is ready. */
  #await(taken: 'drain' | 'finish'): void {
    const response = this.#response
    if (taken === 'drain' && this.#unread !== null) return
    response.once(taken, () => this.#forget())
    if (this.#unread !== null) return
    response.once('close', () => this.#forget())
    this.#unread = setTimeout(() => response.destroy(), unreadMs)
  }

  #forget(): void {
    if (this.#unread !== null) clearTimeout(this.#unread)
    this.#unread = null
  }

  destroy(words?: Uint8Array): void {
    const response = this.#response
    if (words === undefined || !response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    // A client that does not read its last words is not waited for.
    const timer = setTimeout(() => response.destroy(), lastWordsMs)
    response.once('close', () => clearTimeout(timer))
    response.write(words, () => response.destroy())
  }
}

export function peerOf(request: IncomingMessage): Peer {
  const address = request.socket.remoteAddress ?? 'unknown'
  return { address, tls: 'encrypted' in request.socket, loopback: isLoopbackAddress(address) }
}
