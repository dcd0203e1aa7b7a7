// A grant and a connection become a target. The grant is checked again here: this is the last door, and it trusts nobody.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { toFault, Fault } from '../kernel/fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Connection } from '../kernel/connection.ts'
import { grantMark, type Grant } from '../kernel/decision.ts'
import type { CredentialKind } from '../kernel/protocol.ts'
import type { Secret } from '../kernel/secret.ts'
import type { ByteTarget, CredentialHandle, HttpTarget } from '../kernel/target.ts'
import { TcpTarget } from './byte-target.ts'
import { PasswordCredential } from './credential.ts'
import { createHttpPools, PooledHttpTarget, type HttpPools } from './http-target.ts'
import { Needles } from './needles.ts'
import type { References } from './reference.ts'
import type { ConnectionSettings } from './settings.ts'
import { toUpstreamTls } from './upstream-tls.ts'

export interface Dialled<T> {
  readonly target: T
  /** What must not go back to the client. */
  readonly needles: Needles
  /** What the record says of the credential: never the value. */
  readonly credential: { readonly source: string; readonly kind: string; readonly fingerprint: string }
}

export interface DialParts {
  readonly connections: readonly ConnectionSettings[]
  readonly kindsOf: (protocol: string) => readonly CredentialKind[]
  readonly references: References
  readonly clock: Clock
  /** Keys the fingerprints in the record, so that equal credentials are recognized and weak ones cannot be guessed. */
  readonly fingerprintKey: Secret<Uint8Array>
}

const connectMs = 10_000
const httpLimits = { connectMs, headersMs: 900_000, bodyMs: 900_000, maxSockets: 1024 }

export class Dialer {
  readonly #parts: DialParts
  readonly #pools: HttpPools = createHttpPools(httpLimits)
  /** Automata by connection, with the fingerprint of the credential they were built for. */
  readonly #needles = new Map<string, { readonly fingerprint: string; readonly needles: Needles }>()

  constructor(parts: DialParts) {
    this.#parts = parts
  }

  async bytes(grant: Grant, connection: Connection): Promise<Dialled<ByteTarget>> {
    const opened = this.#open(grant, connection)
    const password = opened.secrets[0]
    if (password === undefined)
      throw new Fault('credential.unavailable', { connection: connection.name, why: 'no password' })
    const credential = (allowed: () => boolean): CredentialHandle =>
      new PasswordCredential(opened.user, password, allowed)
    const target = await TcpTarget.connect({
      url: connection.target,
      tls: toUpstreamTls(connection.target),
      times: { connectMs },
      credential,
    })
    return { target, needles: opened.needles, credential: opened.facts }
  }

  http(grant: Grant, connection: Connection): Dialled<HttpTarget> {
    const opened = this.#open(grant, connection)
    const header = opened.kind.header
    const secret = opened.secrets[0]
    if (header === null || secret === undefined) {
      throw new Fault('credential.unavailable', {
        connection: connection.name,
        why: 'no credential that travels in a header',
      })
    }
    const pool = this.#pools.poolOf(connection.target.origin)
    const headers = (): readonly string[] => [header.name, header.prefix + secret.reveal()]
    return {
      target: new PooledHttpTarget(pool, connection.target, headers),
      needles: opened.needles,
      credential: opened.facts,
    }
  }

  async close(): Promise<void> {
    await this.#pools.close()
  }

  #open(grant: Grant, connection: Connection): OpenedCredential {
    const valid =
      grant[grantMark] && grant.connection === connection.name && grant.expiresAtMs > this.#parts.clock.nowMs()
    if (!valid)
      throw new Fault('internal', { why: 'a grant that does not fit the connection', connection: connection.name })
    const settings = this.#parts.connections.find((known) => known.name === connection.name)
    if (settings === undefined)
      throw new Fault('credential.unavailable', { connection: connection.name, why: 'no such connection' })
    try {
      return this.#read(settings)
    } catch (error) {
      throw toFault(error, 'credential.unavailable', { connection: connection.name })
    }
  }

  #read(settings: ConnectionSettings): OpenedCredential {
    const kind = kindOf(settings, this.#parts.kindsOf(settings.protocol))
    const secretFields = kind.fields.filter((field) => field !== 'user')
    const secrets = secretFields.map((field) => this.#parts.references.read(settings.credential[field] ?? ''))
    const source = secretFields.map((field) => settings.credential[field]).join(' ')
    const fingerprint = this.#fingerprint(secrets)
    return {
      kind,
      user: settings.credential['user'] ?? '',
      secrets,
      needles: this.#needlesOf(settings.name, fingerprint, secrets),
      facts: { source, kind: `${settings.protocol}-${kind.name}`, fingerprint },
    }
  }

  #needlesOf(connection: string, fingerprint: string, secrets: readonly Secret[]): Needles {
    const kept = this.#needles.get(connection)
    if (kept !== undefined && timingSafeEqual(Buffer.from(kept.fingerprint), Buffer.from(fingerprint)))
      return kept.needles
    const needles = new Needles(secrets.map((secret) => secret.reveal()))
    this.#needles.set(connection, { fingerprint, needles })
    return needles
  }

  #fingerprint(secrets: readonly Secret[]): string {
    const hmac = createHmac('sha256', this.#parts.fingerprintKey.reveal())
    for (const secret of secrets) hmac.update(secret.reveal()).update('\0')
    return hmac.digest('hex')
  }
}

interface OpenedCredential {
  readonly kind: CredentialKind
  readonly user: string
  readonly secrets: readonly Secret[]
  readonly needles: Needles
  readonly facts: Dialled<never>['credential']
}

/** The kind whose fields are exactly the configured ones. */
export function kindOf(settings: ConnectionSettings, kinds: readonly CredentialKind[]): CredentialKind {
  const given = Object.keys(settings.credential).sort().join()
  const kind = kinds.find((known) => [...known.fields].sort().join() === given)
  if (kind !== undefined) return kind
  const choices = kinds.map((known) => `{ ${known.fields.join(', ')} }`).join(' or ')
  throw new Fault('credential.unavailable', { connection: settings.name, why: `the credential must be ${choices}` })
}
