// The stage: a presented credential becomes a Principal, or a denial that says nothing. Three kinds of credential, told
// apart by their shape; each has one way to be believed. Refuses to know what a principal may do.

import type { Clock } from '../kernel/clock.ts'
import { toDenial, type Denial } from '../kernel/decision.ts'
import { Fault } from '../kernel/fault.ts'
import type { IdentityStore, Revocation } from '../kernel/identity-store.ts'
import { newId } from '../kernel/ids.ts'
import type { IssuedToken, Peer, Presented } from '../kernel/journey.ts'
import type { Log } from '../kernel/log.ts'
import type { Principal } from '../kernel/principal.ts'
import type { Secret } from '../kernel/secret.ts'
import { toPrincipalId } from './act-chain.ts'
import { digestOf, toPrincipal } from './claims.ts'
import { findCredential, issueCredential, type IssuedCredential } from './connect-credential.ts'
import { toRunning } from './delegation.ts'
import { IssuerKeys, type Fetch } from './issuer-keys.ts'
import { chooseIssuer, verifyIssuerToken, type TrustedIssuer } from './issuer-token.ts'
import { credentialNotValid, isRefusal, refuse, toRefusal, type Refusal } from './refusal.ts'
import { createRunTokens, maxRunMs, minExchangedMs, runOf, type RunTokens } from './run-token.ts'
import type { IssuerSettings } from './settings.ts'
import { TokenCache, type CachedIdentity } from './token-cache.ts'
import { maxTokenBytes, toShape, type JwtShape } from './token-shape.ts'

export interface IdentifierParts {
  /** The gateway's name, `gw.example.com`. */
  readonly origin: string
  readonly issuers: readonly IssuerSettings[]
  readonly store: IdentityStore
  /** 32 bytes, the Ed25519 seed of the run tokens. */
  readonly signingKey: Secret<Uint8Array>
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: Fetch
}

export interface MintWish {
  /** Names the agent, and makes a sub-agent of an agent. A human always gets an agent, named `agent` without this. */
  readonly actor?: string
  /** Keeps only these of the principal's groups. */
  readonly groups?: readonly string[]
  /** An earlier run token of the same principal: its run goes on. */
  readonly continues?: Secret
}

export interface Identifier {
  readonly runTokens: Pick<RunTokens, 'issuer' | 'jwks'>
  /** @throws Fault `identity.unavailable`, `state.unavailable`, `tls.required` */
  identify(presented: Presented, peer: Peer): Promise<Principal | Denial>
  /** RFC 7523: an issuer's token for a run token. @throws as `identify` */
  exchange(presented: Presented, peer: Peer): Promise<IssuedToken | Denial>
  /** For `sallyport run`. Never outlives the principal's own proof. */
  mintRun(principal: Principal, wish?: MintWish): Promise<IssuedToken | Denial>
  issueConnectCredential(principal: Principal, connection: string): Promise<IssuedCredential | Denial>
  /**
   * Was this identity, or one that it acts for, revoked since it was believed? For who was believed some time ago.
   * @throws Fault `state.unavailable`
   */
  isRevoked(principal: Principal): boolean
  /** Called when something is revoked: what `covers` has to end (G7). @returns what ends the subscription */
  onRevoked(listener: (covers: (principal: Principal) => boolean, revocation: Revocation) => void): () => void
}

export function createIdentifier(parts: IdentifierParts): Identifier {
  return new LiveIdentifier(parts)
}

class LiveIdentifier implements Identifier {
  readonly runTokens: RunTokens
  readonly #parts: IdentifierParts
  readonly #issuers: readonly TrustedIssuer[]
  readonly #cache = new TokenCache()

  constructor(parts: IdentifierParts) {
    const { clock, log, fetch: fetched = fetch } = parts
    this.#parts = parts
    this.#issuers = parts.issuers.map((settings) => ({
      settings,
      keys: new IssuerKeys(settings, { clock, log, fetch: fetched }),
    }))
    this.runTokens = createRunTokens(parts.origin, parts.signingKey, clock)
  }

  async identify({ token, rule }: Presented, peer: Peer): Promise<Principal | Denial> {
    const found = await this.#find(token, peer, (settings) =>
      rule === null ? true : settings.name === rule || settings.federationRuleId === rule,
    )
    if (isRefusal(found)) return refuse(this.#parts.log, found, peer)
    // A rule chooses among issuers; what the gateway issued itself was not issued under one.
    if (rule !== null && found.issuer === null) return refuse(this.#parts.log, toRefusal('wrong-rule'), peer)
    return found.principal
  }

  async exchange({ token, rule }: Presented, peer: Peer): Promise<IssuedToken | Denial> {
    const found = await this.#find(token, peer, ({ federationRuleId }) =>
      rule === null ? federationRuleId !== undefined : federationRuleId === rule,
    )
    if (isRefusal(found)) return refuse(this.#parts.log, found, peer)
    // Otherwise a run token would renew itself, and outlive every assertion.
    if (found.issuer === null) return refuse(this.#parts.log, toRefusal('not-exchangeable'), peer)
    const nowMs = this.#parts.clock.nowMs()
    const run = runOf(digestOf(token.reveal()), found.issuedAtMs)
    const running = toRunning(found.principal, run, { actor: null, groups: null }, this.runTokens.issuer)
    if (isRefusal(running)) return refuse(this.#parts.log, running, peer)
    const lifeMs = Math.min(maxRunMs, Math.max(minExchangedMs, found.principal.expiresAtMs - nowMs))
    return await this.#mint(running, nowMs + lifeMs)
  }

  async mintRun(principal: Principal, wish: MintWish = {}): Promise<IssuedToken | Denial> {
    const nowMs = this.#parts.clock.nowMs()
    const run = wish.continues === undefined ? newId('run', nowMs) : await this.#continued(principal, wish.continues)
    if (typeof run !== 'string') return this.#decline(run)
    const delegation = { actor: wish.actor ?? null, groups: wish.groups ?? null }
    const running = toRunning(principal, run, delegation, this.runTokens.issuer)
    if (isRefusal(running)) return this.#decline(running)
    if (this.isRevoked(running)) return this.#decline(toRefusal('revoked'))
    if (principal.expiresAtMs - nowMs < 1000) return this.#decline(toRefusal('expired'))
    return await this.#mint(running, Math.min(nowMs + maxRunMs, principal.expiresAtMs))
  }

  async issueConnectCredential(principal: Principal, connection: string): Promise<IssuedCredential | Denial> {
    const { store, clock } = this.#parts
    if (this.isRevoked(principal)) return this.#decline(toRefusal('revoked'))
    const issued = await issueCredential(store, clock, principal, connection)
    return isRefusal(issued) ? this.#decline(issued) : issued
  }

  isRevoked(principal: Principal): boolean {
    return this.#areRevoked(revocableOf(principal))
  }

  onRevoked(listener: (covers: (principal: Principal) => boolean, revocation: Revocation) => void): () => void {
    return this.#parts.store.onRevoked((revocation) => {
      listener((principal) => revocableOf(principal).includes(revocation.id), revocation)
    })
  }

  // ── the steps ──

  async #find(
    token: Secret,
    peer: Peer,
    mayChoose: (settings: IssuerSettings) => boolean,
  ): Promise<CachedIdentity | Refusal> {
    const text = token.reveal()
    if (text.length > maxTokenBytes) return toRefusal('too-large')
    const digest = digestOf(text)
    const cached = this.#cache.get(digest, this.#parts.clock.nowMs())
    const found = cached !== null && (await this.#isCurrent(cached)) ? cached : await this.#verify(token, mayChoose)
    if (isRefusal(found)) return found
    // Anybody on the way could read a token and be its owner until it ends; one that `connect` made is worth one connection.
    if (found.principal.boundTo === null && !peer.tls && !peer.loopback) throw new Fault('tls.required')
    if (found.issuer !== null && !mayChoose(found.issuer.settings)) {
      return toRefusal('wrong-rule', found.issuer.settings.name)
    }
    if (this.#areRevoked(found.revocable)) return toRefusal('revoked', found.issuer?.settings.name ?? null)
    if (found !== cached) this.#cache.set(digest, found)
    return found
  }

  /** Old keys are refreshed first; when that changed the set, the token is verified again. */
  async #isCurrent({ issuer, keysVersion }: CachedIdentity): Promise<boolean> {
    if (issuer === null || issuer.keys.isFresh) return true
    await issuer.keys.refresh()
    return issuer.keys.version === keysVersion
  }

  async #verify(token: Secret, mayChoose: (settings: IssuerSettings) => boolean): Promise<CachedIdentity | Refusal> {
    const shape = toShape(token.reveal())
    if (isRefusal(shape)) return shape
    if (shape.kind === 'jwt' && shape.issuer !== this.runTokens.issuer) {
      return await this.#verifyForeign(token, shape, mayChoose)
    }
    const principal =
      shape.kind === 'connect'
        ? await findCredential(this.#parts.store, this.#parts.clock, token)
        : await this.runTokens.verify(token)
    return isRefusal(principal) ? principal : toFound(principal)
  }

  async #verifyForeign(
    token: Secret,
    shape: JwtShape,
    mayChoose: (settings: IssuerSettings) => boolean,
  ): Promise<CachedIdentity | Refusal> {
    const issuer = chooseIssuer(this.#issuers, shape, mayChoose)
    if (isRefusal(issuer)) return issuer
    const verified = await verifyIssuerToken(issuer, shape, token, this.#parts.clock)
    if (isRefusal(verified)) return verified
    const principal = toPrincipal(issuer.settings, verified)
    if (isRefusal(principal)) return principal
    const { keysVersion, issuedAtMs } = verified
    return { ...toFound(principal), issuer, keysVersion, issuedAtMs }
  }

  async #continued(principal: Principal, earlier: Secret): Promise<string | Refusal> {
    const before = await this.runTokens.verifyEnded(earlier)
    if (isRefusal(before)) return before
    const isOwn = before.id === principal.id || before.act.some((actor) => toPrincipalId(actor) === principal.id)
    if (!isOwn || this.isRevoked(before)) return toRefusal('not-exchangeable', null, 'not its run')
    return before.run ?? toRefusal('not-exchangeable', null, 'no run')
  }

  async #mint(running: Principal, expiresAtMs: number): Promise<IssuedToken | Denial> {
    const { token, principal } = await this.runTokens.mint(running, expiresAtMs)
    // Groups and chain travel in it; we would refuse it ourselves.
    if (token.reveal().length > maxTokenBytes) return this.#decline(toRefusal('too-large'))
    const expiresInS = Math.floor((principal.expiresAtMs - this.#parts.clock.nowMs()) / 1000)
    return { token, expiresInS, principal }
  }

  #areRevoked(ids: readonly string[]): boolean {
    return ids.some((id) => this.#parts.store.isRevoked(id))
  }

  /** A refusal to someone who is identified already: no credential was guessed at, so nothing is hidden. */
  #decline({ refused, detail }: Refusal): Denial {
    this.#parts.log.info('no credential was issued', { class: refused, detail })
    return refused === 'revoked' ? toDenial(credentialNotValid, 'revoked') : toDenial(declined, 'identity')
  }
}

const declined = 'This credential cannot be used to issue another one.'

function toFound(principal: Principal): CachedIdentity {
  const { expiresAtMs } = principal
  return {
    principal,
    revocable: revocableOf(principal),
    issuer: null,
    keysVersion: 0,
    notAfterMs: expiresAtMs,
    issuedAtMs: 0,
  }
}

/** Whoever disables a human cuts the agents that act for them, too. */
function revocableOf({ id, act, run, proof }: Principal): readonly string[] {
  return [id, proof.tokenId, ...(run === null ? [] : [run]), ...act.map(toPrincipalId)]
}
