// Whose certificate a target must have, with `sslmode=verify-full`: that of the host in its URL, a name or an address, and of
// nobody else whom the same authority vouches for.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectPlain, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect, createServer, type ConnectionOptions } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import { toUpstreamTls } from '../../src/dial/upstream-tls.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createAuthority, issueServer } from '../../src/listen/certificate-maker.ts'

const dir = mkdtempSync(join(tmpdir(), 'sallyport-identity-'))
const [caFile, caKeyFile] = [join(dir, 'ca.pem'), join(dir, 'ca.key')]
const [certFile, keyFile] = [join(dir, 'server.pem'), join(dir, 'server.key')]

before(async () => {
  await createAuthority(caFile, caKeyFile, systemClock)
})

after(() => rmSync(dir, { recursive: true, force: true }))

/** As a connection is secured after both sides have agreed to. @returns null, or why not */
async function secure(listenOn: string, names: readonly string[], options: ConnectionOptions): Promise<string | null> {
  await issueServer({ caFile, caKeyFile, certFile, keyFile }, names, systemClock)
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (socket) => {
    socket.on('error', () => undefined).end()
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, listenOn, resolve)
  })
  const plain = connectPlain((server.address() as AddressInfo).port, listenOn)
  await new Promise((resolve) => plain.once('connect', resolve))
  const outcome = await new Promise<string | null>((resolve) => {
    const secured = connect({ ...options, socket: plain })
    secured.once('secureConnect', () => resolve(null))
    secured.once('error', (error) => resolve('code' in error ? String(error.code) : error.name))
  })
  plain.destroy()
  server.close()
  return outcome
}

for (const [host, listenOn, named] of [
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1', '::1'],
  ['localhost', '127.0.0.1', 'localhost'],
] as const)
  test(`${host} is who it is`, async () => {
    const target = new URL(`sql://${host}/x?sslmode=verify-full&sslrootcert=${caFile}`)
    const { options } = toUpstreamTls(target)
    assert.equal(await secure(listenOn, [named], options), null)
    const others = ['db.example.com', '192.0.2.7', '127.0.0.1', 'localhost'].filter((one) => one !== named)
    for (const other of others)
      assert.equal(
        await secure(listenOn, [other], options),
        'ERR_TLS_CERT_ALTNAME_INVALID',
        `a certificate of ${other}`,
      )
  })

test('a name of digits is a name in the certificate that the gateway makes for itself', async () => {
  await issueServer({ caFile, caKeyFile, certFile, keyFile }, ['1234', '10.0.0.1', 'fe80::1'], systemClock)
  const { subjectAltName = '' } = new X509Certificate(readFileSync(certFile))
  assert.deepEqual(subjectAltName.split(', '), ['DNS:1234', 'IP Address:10.0.0.1', 'IP Address:FE80:0:0:0:0:0:0:1'])
})
