// Makes the certificates of `tls: auto` with @peculiar/x509 over WebCrypto (RFC 5280). P-256, because every client of the
// field accepts it. Loaded only when one is due: the library costs a fifth of the gateway's start.

import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Clock } from '../kernel/clock.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
const authorityDays = 3650
const serverDays = 90

export async function createAuthority(caFile: string, caKeyFile: string, clock: Clock): Promise<void> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: 'CN=Sallyport local authority',
    ...validity(clock, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  await writePrivate(caKeyFile, keys.privateKey)
  replaceFile(caFile, certificate.toString('pem'), 0o644)
}

export interface ServerFiles {
  readonly caFile: string
  readonly caKeyFile: string
  readonly certFile: string
  readonly keyFile: string
}

export async function issueServer(files: ServerFiles, names: readonly string[], clock: Clock): Promise<void> {
  const authority = new x509.X509Certificate(readFileSync(files.caFile, 'utf8'))
  const der = x509.PemConverter.decodeFirst(readFileSync(files.caKeyFile, 'utf8'))
  const signingKey = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: 'CN=Sallyport gateway',
    issuer: authority.subject,
    ...validity(clock, serverDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  await writePrivate(files.keyFile, keys.privateKey)
  replaceFile(files.certFile, `${certificate.toString('pem')}\n${authority.toString('pem')}\n`, 0o644)
}

/** An hour back, so that a client whose clock is a little behind still accepts it. */
function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(clock.nowMs() - 3_600_000), notAfter: new Date(clock.nowMs() + days * dayMs) }
}

async function writePrivate(path: string, key: CryptoKey): Promise<void> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', key)
  replaceFile(path, x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), 0o600)
}

function replaceFile(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}
