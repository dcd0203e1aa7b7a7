// Sessions that are live now. Ends those whose grant is over, whose principal was revoked, or that nobody uses (G7: within
// a second), and answers who is connected.

import type { Clock } from '../kernel/clock.ts'
import type { EndReason } from '../kernel/event.ts'
import type { LiveSession } from './session.ts'

/** Half of G7's second: a sweep and the closing of sockets fit into it. */
const sweepMs = 500
const idleSharedMs = 300_000

interface Shared {
  /** null while it opens. */
  session: LiveSession | null
  /** null when it could not be opened; does not reject. */
  readonly opening: Promise<LiveSession | null>
}

export class Register {
  readonly #clock: Clock
  readonly #sessions = new Map<string, LiveSession>()
  /** Sessions shared by many exchanges, by principal, its proof and connection. */
  readonly #shared = new Map<string, Shared>()
  readonly #timer: NodeJS.Timeout
  /** Ends that the journal could not take. Of sessions that were open when it failed: none opens meanwhile. */
  readonly #owed = new Set<() => Promise<void>>()

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

  /** Without it a session that is long over would stay open in the record, and be a crash after the next start. */
  owe(record: () => Promise<void>): void {
    this.#owed.add(record)
  }

  /** The shared session of this key, or the one that `open` makes; a session that could not be opened is not kept. */
  async share<T>(
    key: string,
    open: () => Promise<LiveSession | T>,
    isSession: (value: LiveSession | T) => value is LiveSession,
  ): Promise<LiveSession | T> {
    for (let kept = this.#shared.get(key); kept !== undefined; kept = this.#shared.get(key)) {
      const session = kept.session ?? (await kept.opening)
      if (session !== null && this.#sessions.has(session.id)) {
        session.use()
        return session
      }
      if (this.#shared.get(key) === kept) this.#shared.delete(key)
    }
    const opened = open()
    const shared: Shared = {
      session: null,
      opening: opened.then(
        (value) => (isSession(value) ? value : null),
        () => null,
      ),
    }
    this.#shared.set(key, shared)
    shared.session = await shared.opening
    if (shared.session === null && this.#shared.get(key) === shared) this.#shared.delete(key)
    return await opened
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
    await this.#payOwed()
  }

  /** What still cannot be recorded is owed on; that the journal failed was said when it did. */
  async #payOwed(): Promise<void> {
    const owed = [...this.#owed]
    this.#owed.clear()
    await Promise.all(owed.map((record) => record().catch(() => this.#owed.add(record))))
  }

  #sweep(): void {
    if (this.#owed.size > 0) void this.#payOwed()
    const nowMs = this.#clock.nowMs()
    for (const session of this.#sessions.values()) {
      if (session.grantExpiresAtMs <= nowMs) session.revoke('expired')
      else if (session.isShared && session.idleMs > idleSharedMs) session.revoke('client-closed')
    }
    for (const [key, { session }] of this.#shared)
      if (session !== null && !this.#sessions.has(session.id)) this.#shared.delete(key)
  }
}
