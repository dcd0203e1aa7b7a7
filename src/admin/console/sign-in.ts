// How a person's browser signs in: `sallyport console`, already signed in, asks for a link that works once within two minutes
// and leaves a cookie. No password, no token in a browser's storage.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { Principal } from '../../kernel/principal.ts'

const linkMs = 120_000
const defaultMaxEntries = 10_000
/** Of one principal: an agent that asks for links without end must sign nobody else out. */
const maxOwnEntries = 16

interface Entry {
  readonly principal: Principal
  /** Of a link, on the clock that cannot step; a cookie is good as long as what its person signed in with. */
  readonly untilUpMs: number
}

export class SignIns {
  readonly #clock: Clock
  readonly #maxEntries: number
  /** Unguessable keys (256 bits), so a lookup tells nothing worth timing. */
  readonly #links = new Map<string, Entry>()
  readonly #cookies = new Map<string, Entry>()

  constructor(clock: Clock, maxEntries = defaultMaxEntries) {
    this.#clock = clock
    this.#maxEntries = maxEntries
  }

  link(principal: Principal): string {
    return this.#add(this.#links, { principal, untilUpMs: this.#clock.upMs() + linkMs })
  }

  /** @returns the value of the cookie, once; null for a link that is unknown, used or too old */
  redeem(code: string): string | null {
    const entry = this.#take(this.#links, code)
    if (entry === null) return null
    this.#links.delete(code)
    return this.#add(this.#cookies, { principal: entry.principal, untilUpMs: Infinity })
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

  #add(entries: Map<string, Entry>, entry: Entry): string {
    for (const [key, known] of entries) if (this.#isOver(known)) entries.delete(key)
    const own = [...entries].filter(([, { principal }]) => principal.id === entry.principal.id)
    const [oldest] = own.length >= maxOwnEntries ? own : entries.size >= this.#maxEntries ? entries : []
    if (oldest !== undefined) entries.delete(oldest[0])
    const key = randomBytes(32).toString('base64url')
    entries.set(key, entry)
    return key
  }

  #take(entries: Map<string, Entry>, key: string): Entry | null {
    const entry = entries.get(key)
    if (entry === undefined) return null
    if (!this.#isOver(entry)) return entry
    entries.delete(key)
    return null
  }

  #isOver({ principal, untilUpMs }: Entry): boolean {
    return untilUpMs <= this.#clock.upMs() || principal.expiresAtMs <= this.#clock.nowMs()
  }
}
