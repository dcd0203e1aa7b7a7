// A gateway's identifier with one issuer, a clock that stands still and a log that can be read.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { isDenial, type Denial } from '../../kernel/decision.ts'
import type { Peer } from '../../kernel/journey.ts'
import type { Log, LogFacts } from '../../kernel/log.ts'
import type { Principal } from '../../kernel/principal.ts'
import { Secret } from '../../kernel/secret.ts'
import { createIdentifier, type Identifier } from '../identifier.ts'
import { identitySettings } from '../settings.ts'
import { issuerUrl, makeKey, sign, TestIdp, type TestKey } from './idp.ts'
import { MemoryIdentities } from './memory-identities.ts'

export const peer: Peer = { address: '192.0.2.7', tls: true, loopback: false }

export class TestClock implements Clock {
  ms = 1_800_000_000_000

  nowMs(): number {
    return this.ms
  }

  upMs(): number {
    return this.ms
  }

  pass(seconds: number): void {
    this.ms += seconds * 1000
  }
}

/** Keeps what an operator would read. */
export class TestLog implements Log {
  readonly lines: { readonly what: string; readonly facts: LogFacts }[] = []

  info(what: string, facts: LogFacts = {}): void {
    this.lines.push({ what, facts })
  }

  warn(what: string, facts: LogFacts = {}): void {
    this.lines.push({ what, facts })
  }

  error(what: string, facts: LogFacts = {}): void {
    this.lines.push({ what, facts })
  }

  get lastClass(): unknown {
    return this.lines.findLast((line) => 'class' in line.facts)?.facts['class']
  }
}

export interface World {
  readonly identifier: Identifier
  readonly idp: TestIdp
  readonly key: TestKey
  readonly store: MemoryIdentities
  readonly clock: TestClock
  readonly log: TestLog
  /** A good token with some claims changed; undefined removes one. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  ask(token: string): Promise<Principal | Denial>
}

const corp = {
  name: 'corp',
  issuer: issuerUrl,
  audience: 'sallyport',
  principal: { kind: 'agent', groups: 'groups', display: 'name' },
  federationRuleId: 'fdrl_corp',
}

export async function makeWorld(changes: Record<string, unknown> = {}, more: readonly unknown[] = []): Promise<World> {
  const key = await makeKey('k1')
  const [idp, store, clock, log] = [new TestIdp([key]), new MemoryIdentities(), new TestClock(), new TestLog()]
  const { issuers } = identitySettings.parse({ issuers: [{ ...corp, ...changes }, ...more] })
  const signingKey = new Secret<Uint8Array>(randomBytes(32))
  const parts = { origin: 'gw.example.com', issuers, store, signingKey, clock, log, fetch: idp.fetch }
  const identifier = createIdentifier(parts)
  return {
    identifier,
    idp,
    key,
    store,
    clock,
    log,
    token: (claims = {}, header = {}) => sign(key, { ...goodClaims(clock), ...claims }, header),
    ask: (token) => identifier.identify({ token: new Secret(token), rule: null }, peer),
  }
}

export function goodClaims(clock: Clock): Record<string, unknown> {
  const nowS = clock.nowMs() / 1000
  return {
    iss: issuerUrl,
    aud: 'sallyport',
    sub: 'bot-7',
    iat: nowS,
    exp: nowS + 600,
    groups: ['b', 'a', 'b'],
    jti: 't-1',
  }
}

export function requirePrincipal(outcome: Principal | Denial): Principal {
  if (isDenial(outcome)) throw new Error(`denied: ${outcome.reason}`)
  return outcome
}
