// `tls: auto`: the gateway's own certificate authority, kept in the data folder, and a server certificate from it that is
// renewed at start when a third of its life is left. Clients trust `ca.pem`.

import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { ListenerSettings } from './settings.ts'

const dayMs = 86_400_000
/** A third of the 90 days that the maker gives. */
const renewBeforeMs = 30 * dayMs

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
    const read = { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') }
    // Whether they are what they should be, and belong together, is found out here and not by the first client.
    createSecureContext(read)
    return { ...read, caFile: null }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = 'the certificate or its key cannot be used'
    throw new Fault('config.invalid', { where: 'listen tls', why, cert: tls.cert, key: tls.key, code }, error)
  }
}

async function automatic(dir: string, names: readonly string[], clock: Clock): Promise<ServerCertificate> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const caFile = join(dir, 'ca.pem')
  const caKeyFile = join(dir, 'ca.key')
  const certFile = join(dir, 'server.pem')
  const keyFile = join(dir, 'server.key')
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...names])].sort()
  const hasAuthority = existsSync(caFile) && existsSync(caKeyFile)
  if (!hasAuthority || !isFresh(certFile, keyFile, wanted, clock)) {
    const maker = await import('./certificate-maker.ts')
    if (!hasAuthority) await maker.createAuthority(caFile, caKeyFile, clock)
    await maker.issueServer({ caFile, caKeyFile, certFile, keyFile }, wanted, clock)
  }
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), caFile }
}

function isFresh(certFile: string, keyFile: string, names: readonly string[], clock: Clock): boolean {
  if (!existsSync(certFile) || !existsSync(keyFile)) return false
  const certificate = new X509Certificate(readFileSync(certFile))
  const covers = (name: string): boolean =>
    isIP(name) !== 0 ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined
  return certificate.validToDate.getTime() - clock.nowMs() > renewBeforeMs && names.every(covers)
}
