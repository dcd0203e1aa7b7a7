// The public keys of one issuer: found by discovery, kept while the issuer is away, replaced when it rotates (OpenID
// Connect Discovery §4, RFC 7517). Keys come from the configured issuer only, never from what a token names.
//
//   age        0 ─────── half ─────────── maxAge ──────────────────── maxStale
//   a request  uses them │ refreshes aside │ waits for a refresh, and     │ is refused
//              │         │                 │ uses the old ones if it fails│

import { createLocalJWKSet, errors, type JWK, type LocalJWKSet } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { Fault, toFault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { isSecureUrl, type IssuerSettings } from './settings.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface KeysParts {
  readonly clock: Clock
  readonly log: Log
  readonly fetch: Fetch
}

/** A removed key is refused at most this long after it left the issuer's set. */
const maxAgeMs = 300_000
const maxStaleMs = 86_400_000
/** An unknown key asks the issuer again, but not more often than this: a stranger's tokens must not become our requests. */
const cooldownMs = 30_000
/** After a failure nobody asks for this long. */
const failureCooldownMs = 5000
const timeoutMs = 5000
const maxDocumentBytes = 1024 * 1024
const maxKeys = 100

export class IssuerKeys {
  readonly #issuer: IssuerSettings
  readonly #parts: KeysParts
  #keys: LocalJWKSet | null = null
  /** The set as text, to see whether it changed. */
  #text = ''
  #loadedAtMs = Number.NEGATIVE_INFINITY
  #failedAtMs = Number.NEGATIVE_INFINITY
  #loading: Promise<void> | null = null
  /** Grows when the set changes; what was verified under an older one is verified again. */
  version = 0

  constructor(issuer: IssuerSettings, parts: KeysParts) {
    this.#issuer = issuer
    this.#parts = parts
  }

  /** True while nothing needs to be asked: the fast path of a cached token. */
  get isFresh(): boolean {
    return this.#ageMs() < maxAgeMs / 2
  }

  /** @throws Fault `identity.unavailable` when there are no keys that may still be used */
  async refresh(): Promise<LocalJWKSet> {
    const age = this.#ageMs()
    if (this.#keys !== null && age < maxAgeMs) {
      // A failure was logged where it happened, and the keys at hand are good.
      if (age >= maxAgeMs / 2) this.#load().catch(() => undefined)
      return this.#keys
    }
    try {
      await this.#load()
    } catch (error) {
      if (this.#keys === null || age >= maxStaleMs) throw error
    }
    if (this.#keys === null) throw this.#unavailable('no keys')
    return this.#keys
  }

  /** For jose: exactly one key of the set fits header and algorithm. */
  async find(header: Parameters<LocalJWKSet>[0], token: Parameters<LocalJWKSet>[1]): ReturnType<LocalJWKSet> {
    const keys = await this.refresh()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#ageMs() < cooldownMs) throw error
    }
    await this.#load()
    return await (this.#keys ?? keys)(header, token)
  }

  #ageMs(): number {
    return this.#parts.clock.upMs() - this.#loadedAtMs
  }

  /** One request at a time, whoever asks. */
  #load(): Promise<void> {
    if (this.#loading !== null) return this.#loading
    if (this.#parts.clock.upMs() - this.#failedAtMs < failureCooldownMs) {
      return Promise.reject(this.#unavailable('asked a moment ago'))
    }
    this.#loading = this.#fetchKeys().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  async #fetchKeys(): Promise<void> {
    const { clock, log } = this.#parts
    try {
      const keys = readKeys(await this.#readJson(await this.#keysAddress()))
      if (keys.length === 0) throw this.#unavailable('the set holds no usable key')
      const text = JSON.stringify(keys)
      if (text !== this.#text) {
        this.#keys = createLocalJWKSet({ keys })
        this.#text = text
        this.version++
        log.info('the keys of an issuer changed', { issuer: this.#issuer.name, keys: keys.length })
      }
      this.#loadedAtMs = clock.upMs()
    } catch (error) {
      this.#failedAtMs = clock.upMs()
      const fault = toFault(error, 'identity.unavailable', { issuer: this.#issuer.name })
      log.warn('the keys of an issuer could not be read', { ...fault.facts, id: fault.id, kept: this.#keys !== null })
      throw fault
    }
  }

  async #keysAddress(): Promise<string> {
    const { issuer, jwksUri } = this.#issuer
    if (jwksUri !== undefined) return jwksUri
    const document = await this.#readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const found = toRecord(document)
    // Otherwise whoever serves that path could speak for another issuer (Discovery §4.3).
    if (found?.['issuer'] !== issuer) throw this.#unavailable('discovery names another issuer')
    const address = found['jwks_uri']
    const isSafe = typeof address === 'string' && isSecureUrl(address, 'query')
    if (!isSafe || (issuer.startsWith('https:') && !address.startsWith('https:'))) {
      throw this.#unavailable('discovery names no https jwks_uri')
    }
    return address
  }

  async #readJson(url: string): Promise<unknown> {
    const response = await this.#parts.fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) throw this.#unavailable(`status ${response.status}`)
    return JSON.parse(await readBounded(response, () => this.#unavailable('the document is too large')))
  }

  #unavailable(what: string): Fault {
    return new Fault('identity.unavailable', { issuer: this.#issuer.name, what })
  }
}

async function readBounded(response: Response, tooLarge: () => Fault): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxDocumentBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Public members of public keys. A set that publishes a shared secret (`oct`) or a private part is not helped along. */
const publicMembers = ['kty', 'kid', 'alg', 'use', 'key_ops', 'n', 'e', 'crv', 'x', 'y'] as const

function readKeys(document: unknown): JWK[] {
  const list: unknown = toRecord(document)?.['keys']
  if (!Array.isArray(list)) return []
  return list.slice(0, maxKeys).flatMap((entry: unknown) => {
    const key = toRecord(entry)
    if (key === null || !['RSA', 'EC', 'OKP'].includes(String(key['kty']))) return []
    return [Object.fromEntries(publicMembers.flatMap((name) => (name in key ? [[name, key[name]]] : []))) as JWK]
  })
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null
}
