// `tls: auto`: the gateway's own certificate authority, kept in the data folder, and a server certificate from it that is
// renewed at start when a third of its life is left. Clients trust `ca.pem`. Certificates are made by @peculiar/x509 over
// WebCrypto (RFC 5280); P-256 because every client of the field accepts it.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { ListenerSettings } from './settings.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
const authorityDays = 3650
const serverDays = 90

export interface ServerCertificate {
  readonly cert: string
  readonly key: string
  /** What a client must trust; null when the operator brought the certificate. */
  readonly caFile: string | null
}

export async function readServerCertificate(
  tls: ListenerSettings['tls'],
  dir: string,
  names: readonly string[],
  clock: Clock,
): Promise<ServerCertificate | null> {
  if (tls === 'off') return null
  if (tls === 'auto') return await automatic(dir, names, clock)
  try {
    return { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8'), caFile: null }
  } catch (error) {
    throw new Fault('config.invalid', { where: 'listen tls', why: 'the certificate or its key cannot be read' }, error)
  }
}

async function automatic(dir: string, names: readonly string[], clock: Clock): Promise<ServerCertificate> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const caFile = join(dir, 'ca.pem')
  const caKeyFile = join(dir, 'ca.key')
  if (!existsSync(caFile) || !existsSync(caKeyFile)) await createAuthority(caFile, caKeyFile, clock)
  const certFile = join(dir, 'server.pem')
  const keyFile = join(dir, 'server.key')
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...names])].sort()
  if (!isFresh(certFile, keyFile, wanted, clock)) {
    await issueServer({ caFile, caKeyFile, certFile, keyFile }, wanted, clock)
  }
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), caFile }
}

function isFresh(certFile: string, keyFile: string, names: readonly string[], clock: Clock): boolean {
  if (!existsSync(certFile) || !existsSync(keyFile)) return false
  const first = readFileSync(certFile, 'utf8').split(/(?<=-----END CERTIFICATE-----)/)[0] ?? ''
  const certificate = new x509.X509Certificate(first)
  const present = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.map((item) => item.value)
  const left = certificate.notAfter.getTime() - clock.nowMs()
  return left > (serverDays / 3) * dayMs && names.every((name) => present?.includes(name) ?? false)
}

async function createAuthority(caFile: string, caKeyFile: string, clock: Clock): Promise<void> {
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

interface ServerFiles {
  readonly caFile: string
  readonly caKeyFile: string
  readonly certFile: string
  readonly keyFile: string
}

async function issueServer(files: ServerFiles, names: readonly string[], clock: Clock): Promise<void> {
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
        names.map((name) => ({ type: isAddress(name) ? 'ip' : 'dns', value: name })),
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

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':')
}
