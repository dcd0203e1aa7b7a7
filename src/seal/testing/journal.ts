// A journal in memory and events to put into it.

import type { Accessed, Event, JournalReader, Position, SessionOpened, StoredEvent } from '../../kernel/event.ts'

export class TestJournal implements JournalReader {
  #events: StoredEvent[] = []
  #position = 0
  boot = 'boot_1'
  released = 0

  append(...events: readonly Event[]): void {
    for (const event of events) this.#events.push({ position: ++this.#position, boot: this.boot, event })
  }

  /** `maxBytes` counts events here: 1 KiB each. */
  readAfter(position: Position, maxBytes: number): readonly StoredEvent[] {
    if (position < this.released) throw new Error('the journal was asked for what it may have dropped')
    return this.#events.filter((stored) => stored.position > position).slice(0, maxBytes / 1024)
  }

  release(position: Position): void {
    this.released = Math.max(this.released, position)
  }

  get last(): Position {
    return this.#position
  }
}

export const startMs = Date.UTC(2026, 10, 21, 3, 14, 3, 123)

/** Events of one session with times that go on by themselves. */
export class Script {
  readonly session: string
  #ms = 0

  constructor(session: string, ms = 0) {
    this.session = session
    this.#ms = ms
  }

  #times(): { session: string; atMs: number; upMs: number } {
    this.#ms += 5
    return { session: this.session, atMs: startMs + this.#ms, upMs: 1000 + this.#ms + 0.25 }
  }

  open(more: Partial<SessionOpened> = {}): Event {
    return {
      t: 'session.open',
      ...this.#times(),
      connection: 'orders',
      protocol: 'toy',
      principal: {
        id: 'https://idp.example|agent-7',
        issuer: 'https://idp.example',
        subject: 'agent-7',
        kind: 'agent',
        display: 'Ada’s agent',
        groups: ['agents'],
        run: 'run_1',
        proof: { method: 'oidc', tokenId: 'jti-1' },
        act: [{ issuer: 'https://idp.example', subject: 'ada@example.com', kind: 'human' }],
      },
      peer: { address: '192.0.2.7', tls: true },
      client: 'toy 1.0',
      policyVersion: 'sha256:aa',
      grant: 'grt_1',
      visibleClasses: ['pii/email'],
      ...more,
    }
  }

  request(action: number, text = 'SELECT 1'): Event {
    return {
      t: 'request',
      ...this.#times(),
      action,
      label: 'SELECT',
      actions: ['toy:select'],
      effectful: false,
      complete: true,
      policies: ['agents-read'],
      policyVersion: 'sha256:aa',
      approval: null,
      parts: [{ role: 'text', digest: null, bytes: Buffer.from(text), length: text.length }],
      findings: [],
    }
  }

  response(action: number, bytes: Uint8Array | string): Event {
    return { t: 'response', ...this.#times(), action, bytes: Buffer.from(bytes) }
  }

  done(action: number, responseBytes = 0): Event {
    return {
      t: 'done',
      ...this.#times(),
      action,
      outcome: 'completed',
      code: '00000',
      responseBytes,
      capturedBytes: responseBytes,
      responseDigest: null,
      rows: 1,
      findings: [{ class: 'pii/email', rule: 'email', field: 'mail', count: 2 }],
      coverage: { scannedBytes: responseBytes, opaqueBytes: 0 },
    }
  }

  refused(action: number): Event {
    return {
      t: 'refused',
      ...this.#times(),
      action,
      label: 'DELETE',
      actions: ['toy:delete'],
      policies: ['no-unfiltered-delete'],
      policyVersion: 'sha256:aa',
      denial: { reason: 'DELETE without WHERE.', cause: 'policy', approval: null, faultId: null },
      parts: [{ role: 'text', digest: null, bytes: Buffer.from('DELETE FROM people'), length: 18 }],
    }
  }

  held(action: number): Event {
    return {
      t: 'held',
      ...this.#times(),
      action,
      approval: 'apr_1',
      label: 'UPDATE',
      reason: 'Writes need a DBA.',
      policies: ['writes-need-a-dba'],
      approverGroups: ['dba'],
      binding: 'ab'.repeat(32),
    }
  }

  approval(session: string | null = this.session): Event {
    return {
      t: 'approval',
      ...this.#times(),
      session,
      approval: 'apr_1',
      decision: 'approved',
      approver: { id: 'https://idp.example|grace', display: 'Grace', kind: 'human' },
      reason: 'ticket 7',
      binding: 'ab'.repeat(32),
    }
  }

  accessed(): Accessed {
    const who = { id: 'https://idp.example|grace', display: 'Grace', kind: 'human' } as const
    return { t: 'access', atMs: startMs, upMs: 1000, kind: 'read', who, about: this.session, content: true }
  }

  injected(): Event {
    return { t: 'cred.inject', ...this.#times(), source: 'file:orders', kind: 'password', fingerprint: 'cd'.repeat(32) }
  }

  fault(): Event {
    return { t: 'fault', ...this.#times(), id: 'flt_1', code: 'upstream.closed', facts: { secretive: 'not in a leaf' } }
  }

  end(sent = 100, scanned = 100, matches = 0): Event {
    return {
      t: 'session.end',
      ...this.#times(),
      reason: 'client-closed',
      exposure: { bytesSent: sent, bytesScanned: scanned, matches },
    }
  }

  /** A request, its answer and its end. */
  action(action: number, answer = 'one row'): Event[] {
    return [this.request(action), this.response(action, answer), this.done(action, answer.length)]
  }
}

export function gatewayEvent(kind: 'start' | 'heartbeat' | 'stop' | 'downtime', ms = 0): Event {
  return { t: 'gateway', kind, atMs: startMs + ms, upMs: 1000 + ms, body: { sessions: 0, build: 'sha256:00' } }
}
