// An OpenID issuer small enough for a test to hold: discovery, a key set, and tokens with whatever claims a test wants. The
// real provider is tested beside it (idp.test.ts); this one can also lie.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

export interface TestIssuer {
  readonly url: string
  /** A token that is valid unless the claims say otherwise. */
  token(claims: Readonly<Record<string, unknown>>, options?: TokenOptions): Promise<string>
  stop(): Promise<void>
}

export interface TokenOptions {
  readonly expiresInS?: number
  readonly notBeforeS?: number
  readonly audience?: string
  readonly issuer?: string
  /** Signed by a key that the issuer does not publish. */
  readonly unknownKey?: true
}

export async function startIssuer(): Promise<TestIssuer> {
  const known = await keyOf('known')
  const unknown = await keyOf('unknown')
  const server: Server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/jwks') response.end(JSON.stringify({ keys: [known.jwk] }))
    else if (request.url === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }))
    else response.writeHead(404).end('{}')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    async token(claims, options = {}) {
      const nowS = Math.floor(Date.now() / 1000)
      const key = options.unknownKey ? unknown : known
      const jwt = new SignJWT({ kind: 'agent', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: key.jwk.kid ?? '' })
        .setIssuer(options.issuer ?? url)
        .setAudience(options.audience ?? 'sallyport')
        .setIssuedAt(Math.min(nowS, nowS + (options.expiresInS ?? 0)))
        .setExpirationTime(nowS + (options.expiresInS ?? 600))
      if (options.notBeforeS !== undefined) jwt.setNotBefore(nowS + options.notBeforeS)
      return await jwt.sign(key.privateKey)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

async function keyOf(kid: string): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}
