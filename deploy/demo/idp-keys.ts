// The signing keys of the demo's identity provider, kept over restarts: a token from before is good after. And tokens
// signed with them directly, for lines that can be pasted.

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose'
import { audience, claimsOf, type Account } from './idp-accounts.ts'

export const tokenLifeS = 600

/** Private JWKs, the ES256 one first. */
export async function openKeys(dataDir: string): Promise<readonly JWK[]> {
  const path = join(dataDir, 'idp-keys.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as JWK[]
  const keys = [await makeKey('ES256'), await makeKey('RS256')]
  writeAtomically(path, JSON.stringify(keys))
  return keys
}

export async function makeKey(alg: 'ES256' | 'RS256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: randomUUID() }
}

export async function mintToken(issuer: string, keys: readonly JWK[], account: Account): Promise<string> {
  const key = keys.find((candidate) => candidate.alg === 'ES256')
  if (key?.kid === undefined) throw new Error('the key file holds no ES256 key')
  return await new SignJWT({ ...claimsOf(account) })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(account.id)
    .setIssuedAt()
    .setExpirationTime(`${tokenLifeS}s`)
    .setJti(randomUUID())
    .sign(await importJWK(key, 'ES256'))
}

/** A reader sees the old file or the new one, never half of one; only this user may read it. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}
