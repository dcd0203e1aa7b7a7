// An issuer without a socket: real keys, real signatures, its documents served by a function. Tests turn it off, rotate
// its keys and make it lie.

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import type { Fetch } from '../issuer-keys.ts'

export const issuerUrl = 'https://idp.example.com'

export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export class TestIdp {
  /** What the JWKS document lists. */
  keys: readonly JWK[]
  requests = 0
  isDown = false
  /** Serves this instead of the discovery document. */
  discovery: unknown = { issuer: issuerUrl, jwks_uri: `${issuerUrl}/jwks` }
  /** Serves this body instead of the key set. */
  rawKeys: string | null = null

  constructor(keys: readonly TestKey[]) {
    this.keys = keys.map((key) => key.publicJwk)
  }

  readonly fetch: Fetch = (url) => {
    this.requests++
    if (this.isDown) return Promise.reject(new TypeError('fetch failed'))
    const isDiscovery = url.endsWith('/.well-known/openid-configuration')
    const body = isDiscovery ? JSON.stringify(this.discovery) : (this.rawKeys ?? JSON.stringify({ keys: this.keys }))
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json' } }))
  }
}

export async function sign(key: TestKey, payload: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey, { crit: {} })
}

/** A token from any text for header and payload, with a signature by `signer`: what no library would write. */
export async function signRaw(
  header: string,
  payload: string,
  signer: (input: Uint8Array) => Promise<Uint8Array>,
): Promise<string> {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${Buffer.from(await signer(Buffer.from(input))).toString('base64url')}`
}
