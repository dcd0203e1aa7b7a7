// Output.borrowed over real sockets: the bytes that arrive are the ones that were given, though the giver writes over them at
// once and the copy is used again as soon as the socket has taken it – to a client that reads, one that stops, and both under TLS.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, createSecureContext, TLSSocket, type SecureVersion } from 'node:tls'
import { readServerCertificate } from '../../src/listen/authority.ts'
import { Output } from '../../src/listen/output.ts'
import { systemClock } from '../../src/kernel/clock.ts'

const totalBytes = 24 * 1024 * 1024
/** Falling: a shorter piece fits where a longer one lay. */
const sizes = [400_000, 200_000, 65_536, 16_385, 16_384, 5000, 4096]

interface Ends {
  readonly near: Socket
  readonly far: Socket
  close(): void
}

async function openPlain(): Promise<Ends> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [near] = (await once(server, 'connection')) as [Socket]
  const close = (): void => {
    near.destroy()
    far.destroy()
    server.close()
  }
  return { near, far, close }
}

/** As the relay does it: TLS over a socket that was plain before. */
async function openSecured(version: SecureVersion): Promise<Ends> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-output-'))
  const certificate = await readServerCertificate('auto', dir, ['localhost'], systemClock)
  rmSync(dir, { recursive: true })
  assert.ok(certificate !== null)
  const plain = await openPlain()
  const secureContext = createSecureContext({ cert: certificate.cert, key: certificate.key })
  const near = new TLSSocket(plain.near, { isServer: true, secureContext })
  const far = connectTls({ socket: plain.far, rejectUnauthorized: false, minVersion: version, maxVersion: version })
  await Promise.all([once(near, 'secure'), once(far, 'secureConnect')])
  return { near, far, close: () => plain.close() }
}

async function carry({ near, far }: Ends, isSlow: boolean): Promise<{ reused: number; waited: number }> {
  const output = new Output(near)
  const [given, taken] = [createHash('sha256'), createHash('sha256')]
  far.on('data', (chunk: Buffer) => {
    taken.update(chunk)
    if (!isSlow) return
    far.pause()
    setTimeout(() => far.resume(), 1)
  })
  const readBuffer = Buffer.alloc(400_000)
  const seen = { reused: 0, waited: 0 }
  for (let sent = 0, i = 0; sent < totalBytes; i++) {
    const bytes = readBuffer.subarray(0, sizes[i % sizes.length])
    bytes.set(randomBytes(64))
    bytes.copyWithin(64, 0, 64)
    bytes.fill(i, 128)
    given.update(bytes)
    output.borrowed(bytes)
    readBuffer.fill(0xee)
    if (near.writableLength === 0) seen.reused++
    else seen.waited++
    sent += bytes.length
    // Less than what makes the relay stop; more than any socket takes at once.
    while (output.waitingBytes > 4 * 1024 * 1024) await sleep(1)
    if (i % 8 === 0) await new Promise(setImmediate)
  }
  near.end()
  await once(far, 'end')
  assert.equal(taken.digest('hex'), given.digest('hex'))
  return seen
}

const ways: Readonly<Record<string, () => Promise<Ends>>> = {
  plain: openPlain,
  'TLS 1.3': async () => await openSecured('TLSv1.3'),
  'TLS 1.2': async () => await openSecured('TLSv1.2'),
}

for (const [name, open] of Object.entries(ways)) {
  for (const isSlow of [false, true]) {
    test(`borrowed bytes arrive as they were: ${name}, a client that ${isSlow ? 'stops reading' : 'reads'}`, async (t) => {
      const ends = await open()
      t.after(() => ends.close())
      const { reused, waited } = await carry(ends, isSlow)
      t.diagnostic(`${reused} taken at once, ${waited} waited`)
      assert.ok(!isSlow || waited > 0, 'nothing ever waited')
    })
  }
}
