// Sessions that are live now. Ends those whose grant is over, whose principal was revoked, or that nobody uses (G7: within
// a second), and answers who is connected.

import type { Clock } from '../kernel/clock.ts'
import type { EndReason } from '../kernel/event.ts'
import type { LiveSession } from './session.ts'

/** Half of G7's second: a sweep and the closing of sockets fit into it. */
const sweepMs = 500
const idleSharedMs = 300_000

export class Register {
  readonly #clock: Clock
  readonly #sessions = new Map<string, LiveSession>()
  /** Sessions shared by many exchanges, by principal, its proof and connection. */
  readonly #shared = new Map<string, Promise<LiveSession>>()
  readonly #timer: NodeJS.Timeout

  constructor(clock: Clock) {
    this.#clock = clock
    this.#timer = setInterval(() => this.#sweep(), sweepMs)
    this.#timer.unref()
  }

  get sessions(): readonly LiveSession[] {
    return [...this.#sessions.values()]
  }

  has(id: string): boolean {
    return this.#sessions.has(id)
  }

  add(session: LiveSession): void {
    this.#sessions.set(session.id, session)
  }

  remove(id: string): void {
    this.#sessions.delete(id)
  }

  /** The shared session of this key, or the one that `open` makes; a session that could not be opened is not kept. */
  async share<T>(
    key: string,
    open: () => Promise<LiveSession | T>,
    isSession: (value: LiveSession | T) => value is LiveSession,
  ): Promise<LiveSession | T> {
    const kept = this.#shared.get(key)
    if (kept !== undefined) {
      const session = await kept.catch(() => null)
      if (session !== null && this.#sessions.has(session.id)) {
        session.use()
        return session
      }
      if (this.#shared.get(key) === kept) this.#shared.delete(key)
      return await this.share(key, open, isSession)
    }
    const opening = open()
    const session = opening.then((value) => {
      if (isSession(value)) return value
      throw new Error('not opened')
    })
    session.catch(() => this.#shared.delete(key))
    this.#shared.set(key, session)
    return await opening
  }

  /** @returns how many were ended */
  revokeWhere(match: (session: LiveSession) => boolean, reason: EndReason): number {
    const matched = this.sessions.filter(match)
    for (const session of matched) session.revoke(reason)
    return matched.length
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    const open = this.sessions
    for (const session of open) session.revoke('gateway-stop')
    await Promise.all(open.map((session) => session.end('gateway-stop')))
  }

  #sweep(): void {
    const nowMs = this.#clock.nowMs()
    for (const session of this.#sessions.values()) {
      if (session.grantExpiresAtMs <= nowMs) session.revoke('expired')
      else if (session.isShared && session.idleMs > idleSharedMs) session.revoke('client-closed')
    }
    for (const [key, opening] of this.#shared) {
      void opening.then(
        (session) => {
          if (!this.#sessions.has(session.id)) this.#shared.delete(key)
        },
        () => this.#shared.delete(key),
      )
    }
  }
}
