// How the upstream leg is protected, from the target's URL: libpq's `sslmode` words, `sslrootcert=PATH`. Without a word:
// full verification, except on loopback, where TLS is used when the target offers it.

import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { checkServerIdentity, rootCertificates, type ConnectionOptions } from 'node:tls'
import { Fault } from '../kernel/fault.ts'
import { isLoopbackHost } from '../wire/loopback.ts'

const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof modes)[number]

export interface UpstreamTls {
  readonly mode: 'disable' | 'prefer' | 'require'
  readonly options: ConnectionOptions
}

/** @throws Fault `upstream.tls` for an unknown sslmode or an unreadable CA file */
export function toUpstreamTls(target: URL): UpstreamTls {
  const word = target.searchParams.get('sslmode') ?? (isLoopbackHost(target.hostname) ? 'prefer' : 'verify-full')
  const mode = modes.find((known) => known === word)
  if (mode === undefined) throw new Fault('upstream.tls', { why: 'unknown sslmode', sslmode: word })
  return { mode: mode === 'disable' || mode === 'prefer' ? mode : 'require', options: toOptions(mode, target) }
}

function toOptions(mode: SslMode, target: URL): ConnectionOptions {
  const verifies = mode === 'verify-ca' || mode === 'verify-full'
  const caFile = target.searchParams.get('sslrootcert')
  const host = target.hostname.replace(/^\[|\]$/g, '')
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verifies,
    // Whose certificate it must be. Without it node would take one for `localhost`, where a socket is given.
    host,
    // An address is no name that TLS may be asked for (RFC 6066 §3).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(caFile === null ? {} : { ca: [...rootCertificates, readCa(caFile)] }),
    ...(mode === 'verify-full' ? { checkServerIdentity } : { checkServerIdentity: () => undefined }),
  }
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('upstream.tls', { why: 'sslrootcert cannot be read', path }, error)
  }
}

/** `tls-server-end-point` (RFC 5929 §4.1): the certificate under its own signature's hash; SHA-256 for MD5 and SHA-1. */
export function endPointBinding(certificate: Buffer): Uint8Array | null {
  const algorithm = new X509Certificate(certificate).signatureAlgorithm ?? ''
  const hash = /sha-?(224|256|384|512)/i.exec(algorithm)?.[1]
  if (hash !== undefined) return createHash(`sha${hash}`).update(certificate).digest()
  // Ed25519 and Ed448 name no separate hash; the binding is undefined for them, so it is not offered.
  return /md5|sha-?1/i.test(algorithm) ? createHash('sha256').update(certificate).digest() : null
}
