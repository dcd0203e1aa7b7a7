// How a person's browser signs in: `sallyport console`, already signed in, asks for a link that works once within two minutes
// and leaves a cookie. No password, no token in a browser's storage.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { Principal } from '../../kernel/principal.ts'

const linkMs = 120_000
const maxEntries = 10_000
/** Of one principal: an agent that asks for links without end must sign nobody else out. */
const maxOwnEntries = 16

interface Entry {
  readonly principal: Principal
  readonly untilMs: number
}

export class SignIns {
  readonly #clock: Clock
  /** Unguessable keys (256 bits), so a lookup tells nothing worth timing. */
  readonly #links = new Map<string, Entry>()
  readonly #cookies = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  link(principal: Principal): string {
    return this.#add(this.#links, principal, this.#clock.nowMs() + linkMs)
  }

  /** @returns the value of the cookie, once; null for a link that is unknown, used or too old */
  redeem(code: string): string | null {
    const entry = this.#take(this.#links, code)
    if (entry === null) return null
    this.#links.delete(code)
    return this.#add(this.#cookies, entry.principal, entry.principal.expiresAtMs)
  }

  find(cookie: string | undefined): Principal | null {
    return cookie === undefined ? null : (this.#take(this.#cookies, cookie)?.principal ?? null)
  }

  forget(cookie: string): void {
    this.#cookies.delete(cookie)
  }

  /** Somebody was revoked: their browsers are signed out with the rest (G7). */
  forgetWhere(covers: (principal: Principal) => boolean): void {
    for (const entries of [this.#links, this.#cookies]) {
      for (const [key, entry] of entries) if (covers(entry.principal)) entries.delete(key)
    }
  }

  #add(entries: Map<string, Entry>, principal: Principal, untilMs: number): string {
    const own = [...entries].filter(([, entry]) => entry.principal.id === principal.id)
    const [oldest] = own.length >= maxOwnEntries ? own : entries.size >= maxEntries ? entries : []
    if (oldest !== undefined) entries.delete(oldest[0])
    const key = randomBytes(32).toString('base64url')
    entries.set(key, { principal, untilMs })
    return key
  }

  #take(entries: Map<string, Entry>, key: string): Entry | null {
    const entry = entries.get(key)
    if (entry === undefined) return null
    if (entry.untilMs > this.#clock.nowMs()) return entry
    entries.delete(key)
    return null
  }
}
