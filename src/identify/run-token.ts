// Run tokens: the gateway's own short-lived JWTs, Ed25519 (RFC 8037). One names an agent, the chain it acts for (RFC 8693
// §4.1) and its run. Only the gateway reads them; the public key is published so that others can check what they see.

import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Principal } from '../kernel/principal.ts'
import { Secret } from '../kernel/secret.ts'
import { readActor, readOwnActors, toActClaim, toPrincipalId } from './act-chain.ts'
import { groupsOf, type Claims } from './claims.ts'
import { verifyJwt } from './issuer-token.ts'
import { isRefusal, toRefusal, type Refusal } from './refusal.ts'
import { isName } from './text.ts'

export const maxRunMs = 3_600_000
/** The Agent SDK exchanges anew up to 40 s before the end; a shorter life would make it do nothing else. */
export const minExchangedMs = 60_000
/** How long after its end a run token may still say which run is being continued. */
const continueWithinS = 86_400

const type = 'sallyport-run+jwt'
const runForm = /^run_[0-9A-HJKMNP-TV-Z]{26}$/

export interface RunTokens {
  /** `sallyport:<origin>`: issuer and audience of every run token. */
  readonly issuer: string
  /** For `/.well-known/jwks.json`; public members only (RFC 7517 §5). */
  readonly jwks: { readonly keys: readonly PublicKey[] }
  /** `principal.run` must be set; the token says exactly what the returned principal does. */
  mint(principal: Principal, expiresAtMs: number): Promise<{ readonly token: Secret; readonly principal: Principal }>
  verify(token: Secret): Promise<Principal | Refusal>
  /** The run of a token that may have ended up to a day ago: proof that its holder may go on with that run. */
  verifyEnded(token: Secret): Promise<Principal | Refusal>
}

export interface PublicKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly alg: 'EdDSA'
  readonly use: 'sig'
  readonly kid: string
  readonly x: string
}

/** @param signingKey 32 bytes, the Ed25519 seed */
export function createRunTokens(origin: string, signingKey: Secret<Uint8Array>, clock: Clock): RunTokens {
  const issuer = `sallyport:${origin}`
  const privateKey = toPrivateKey(signingKey)
  const publicKey = createPublicKey(privateKey)
  const jwk = toPublicJwk(publicKey)

  async function verify(token: Secret, tolerance: number): Promise<Principal | Refusal> {
    const verified = await verifyJwt(issuer, () =>
      jwtVerify(token.reveal(), publicKey, {
        algorithms: ['EdDSA'],
        issuer,
        audience: issuer,
        typ: type,
        clockTolerance: tolerance,
        currentDate: new Date(clock.nowMs()),
        requiredClaims: ['exp', 'iat', 'sub', 'jti', 'run'],
      }),
    )
    return isRefusal(verified) ? verified : (readPrincipal(verified.claims) ?? toRefusal('claims', issuer))
  }

  return {
    issuer,
    jwks: { keys: [jwk] },
    verify: (token) => verify(token, 0),
    verifyEnded: (token) => verify(token, continueWithinS),
    async mint(principal, expiresAtMs) {
      const nowMs = clock.nowMs()
      const expiresAtS = Math.floor(expiresAtMs / 1000)
      const tokenId = newId('tok', nowMs)
      // The one finally acted for is the subject; the current actor heads the chain. Alone, a principal is its own subject.
      const chain = [principal, ...principal.act]
      const named = chain.at(-1) ?? principal
      const token = await new SignJWT({
        kind: named.kind,
        act: toActClaim(chain.slice(0, -1)),
        groups: [...principal.groups],
        name: principal.display,
        run: principal.run,
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid, typ: type })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(toPrincipalId(named))
        .setIssuedAt(Math.floor(nowMs / 1000))
        .setExpirationTime(expiresAtS)
        .setJti(tokenId)
        .sign(privateKey)
      const proof = { method: 'run-token', tokenId } as const
      return { token: new Secret(token), principal: { ...principal, expiresAtMs: expiresAtS * 1000, proof } }
    },
  }
}

/**
 * The same assertion always leads to the same run: an agent exchanges its token anew after every 401 and before every end,
 * and all of that is one execution. Time from the assertion, the rest from its digest.
 */
export function runOf(assertionDigest: string, issuedAtMs: number): string {
  const { length } = 'run_0123456789'
  const bytes = hash('sha256', `sallyport run\0${assertionDigest}`, 'buffer')
  const tail = Array.from(bytes.subarray(0, 16), (byte) => alphabet.charAt(byte & 31)).join('')
  return newId('run', issuedAtMs).slice(0, length) + tail
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Our own words under our own signature; read narrowly all the same, so that an old or odd token is refused, not guessed at. */
function readPrincipal(claims: Claims): Principal | null {
  const { sub, kind, act, groups, name, run, exp, jti } = claims
  const named = readActor(sub, kind)
  const actors = readOwnActors(act)
  const members = groupsOf(groups)
  if (named === null || actors === null || members === null) return null
  if (!isName(name, 512) || !isName(jti) || typeof exp !== 'number') return null
  if (typeof run !== 'string' || !runForm.test(run)) return null
  const [current = named, ...earlier] = actors
  return {
    ...current,
    id: toPrincipalId(current),
    display: name,
    groups: members,
    act: current === named ? [] : [...earlier, named],
    run,
    expiresAtMs: exp * 1000,
    proof: { method: 'run-token', tokenId: jti },
    boundTo: null,
  }
}

/** RFC 8410 §7: what stands before the 32 bytes of the seed in PKCS #8. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

function toPrivateKey(seed: Secret<Uint8Array>): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed.reveal()]), format: 'der', type: 'pkcs8' })
}

function toPublicJwk(key: KeyObject): PublicKey {
  const x = key.export({ format: 'jwk' }).x ?? ''
  // RFC 7638 §3: the thumbprint's members in their order.
  const kid = hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, 'base64url')
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x }
}
