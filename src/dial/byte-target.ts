// The upstream leg of a byte protocol: TCP, TLS once the protocol agreed on it, and a second connection for what travels
// aside (cancel). Sends only under a Passage.

import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { passageMark } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import type { Passage } from '../kernel/journey.ts'
import type { ByteSink, ByteTarget, CredentialHandle, TlsRequest } from '../kernel/target.ts'
import { isLoopbackAddress } from '../wire/loopback.ts'
import { endPointBinding, type UpstreamTls } from './upstream-tls.ts'

const readBytes = 64 * 1024
const asideMs = 10_000

export interface DialTimes {
  readonly connectMs: number
}

export class TcpTarget implements ByteTarget {
  readonly url: URL
  readonly credential: CredentialHandle
  readonly tlsMode: UpstreamTls['mode']
  readonly #tls: UpstreamTls
  readonly #times: DialTimes
  #socket: Socket
  #sink: ByteSink | null = null
  #certificate: Buffer | null = null
  #isSecured = false
  #closed = false

  private constructor(socket: Socket, parts: TargetParts) {
    this.url = parts.url
    this.credential = parts.credential(() => this.isProtected())
    this.tlsMode = parts.tls.mode
    this.#tls = parts.tls
    this.#times = parts.times
    this.#socket = socket
  }

  /** @throws Fault `upstream.unreachable`, `upstream.timeout` */
  static async connect(parts: TargetParts): Promise<TcpTarget> {
    // With `onread` every read lands in one buffer: no allocation a packet. TLS needs the ordinary stream underneath.
    let target: TcpTarget | null = null
    const reader = parts.tls.mode === 'disable' ? (bytes: Uint8Array): void => target?.received(bytes) : null
    target = new TcpTarget(await openSocket(parts.url, parts.times.connectMs, reader), parts)
    return target
  }

  attach(sink: ByteSink): void {
    this.#sink = sink
    this.#wire(this.#socket)
    this.#socket.resume()
  }

  send(bytes: Uint8Array, passage: Passage): boolean {
    if (!passage[passageMark]) throw new Fault('internal', { why: 'bytes for a target without a passage' })
    return this.#closed ? true : this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  async startTls(): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    plain.removeAllListeners('close')
    plain.removeAllListeners('error')
    const secured = connectTls({ ...this.#tls.options, socket: plain })
    this.#socket = secured
    await settled(secured, 'secureConnect', this.#times.connectMs, 'upstream.tls')
    this.#isSecured = true
    this.#certificate = secured.getPeerCertificate().raw ?? null
    this.#wire(secured)
  }

  channelBinding(): Uint8Array | null {
    return this.#certificate === null ? null : endPointBinding(this.#certificate)
  }

  async sendAside(bytes: Uint8Array, tls: TlsRequest): Promise<void> {
    const copy = Buffer.from(bytes)
    const plain = await openSocket(this.url, this.#times.connectMs, null)
    const socket = this.#isSecured ? await this.#secureAside(plain, tls) : plain
    socket.on('error', () => socket.destroy())
    socket.setTimeout(asideMs, () => socket.destroy())
    socket.resume()
    await new Promise<void>((resolve) => {
      socket.once('close', resolve)
      socket.end(copy)
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.destroySoon()
  }

  /** May the password travel in clear? Only where nobody else can read it. */
  isProtected(): boolean {
    return this.#certificate !== null || isLoopbackAddress(this.#socket.remoteAddress ?? '')
  }

  /** Called with the reused read buffer; the sink copies what it keeps. */
  received(bytes: Uint8Array): void {
    this.#sink?.bytes(bytes)
  }

  /** The same TLS as the connection's own: a target that agreed once and does not now is not who it was. */
  async #secureAside(plain: Socket, { ask, agreed }: TlsRequest): Promise<TLSSocket> {
    const heard: Buffer[] = []
    plain.on('data', (chunk: Buffer) => {
      plain.pause()
      heard.push(chunk)
    })
    plain.resume()
    plain.write(ask)
    await settled(plain, 'data', this.#times.connectMs, 'upstream.tls')
    plain.removeAllListeners('data')
    const answer = Buffer.concat(heard)
    // One byte and no more: what came behind it was not protected (CVE-2021-23222).
    if (answer.length !== 1 || answer[0] !== agreed) {
      plain.destroy()
      throw new Fault('upstream.tls', { phase: 'aside', why: 'the target does not offer TLS' })
    }
    const secured = connectTls({ ...this.#tls.options, socket: plain })
    await settled(secured, 'secureConnect', this.#times.connectMs, 'upstream.tls')
    return secured
  }

  #wire(socket: Socket | TLSSocket): void {
    socket.on('data', (chunk: Buffer) => this.#sink?.bytes(chunk))
    socket.on('drain', () => this.#sink?.drained())
    let failure: Error | null = null
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      if (!this.#closed) this.#sink?.closed(failure)
      this.#closed = true
    })
  }
}

interface TargetParts {
  readonly url: URL
  readonly tls: UpstreamTls
  readonly times: DialTimes
  readonly credential: (cleartextAllowed: () => boolean) => CredentialHandle
}

async function openSocket(url: URL, connectMs: number, reader: ((bytes: Uint8Array) => void) | null): Promise<Socket> {
  const buffer = reader === null ? null : Buffer.allocUnsafeSlow(readBytes)
  const socket = connectTcp({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    ...(buffer === null || reader === null
      ? {}
      : {
          onread: {
            buffer,
            callback: (count: number): boolean => {
              reader(buffer.subarray(0, count))
              return true
            },
          },
        }),
  })
  socket.pause()
  await settled(socket, 'connect', connectMs, 'upstream.unreachable')
  return socket
}

async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect' | 'data',
  ms: number,
  code: 'upstream.unreachable' | 'upstream.tls',
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (fault: Fault): void => {
      done()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(fault)
    }
    const timer = setTimeout(() => fail(new Fault('upstream.timeout', { phase: event, ms })), ms)
    const onError = (error: Error): void => fail(new Fault(code, { phase: event, why: reasonOf(error) }, error))
    const onClose = (): void => fail(new Fault(code, { phase: event, why: 'closed' }))
    const onReady = (): void => {
      done()
      resolve()
    }
    const done = (): void => {
      clearTimeout(timer)
      socket.off('error', onError).off('close', onClose).off(event, onReady)
    }
    socket.once('error', onError).once('close', onClose).once(event, onReady)
  })
}

function reasonOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name
}
