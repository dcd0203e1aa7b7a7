// The payload side of one session: what of each event goes into objects. It looks at events only and at no clock, so
// feeding it the same events again after a crash gives the same records, offsets and salts.

import type { KeyObject } from 'node:crypto'
import type { Event, RecordedPart } from '../kernel/event.ts'
import { SaltStream } from './payload-key.ts'
import { RecordBuffer, type Kept } from './payload-object.ts'

/** An answer, or the part of it since the last flush. */
export interface KeptPiece extends Kept {
  readonly action: number
}

interface Pending {
  chunks: Uint8Array[]
  bytes: number
  atMs: number
  /** Chunks are views of the journal's batch until `own`. */
  isOwn: boolean
}

export class SessionPayloads {
  readonly #records = new RecordBuffer()
  readonly #salts: SaltStream
  /** Answers that are not over, oldest first. Bounded by a flush: see `size`. */
  readonly #pending = new Map<number, Pending>()
  #pendingBytes = 0

  constructor(key: KeyObject, nextSalt: number) {
    this.#salts = new SaltStream(key, nextSalt)
  }

  /** Bytes held in memory. */
  get size(): number {
    return this.#records.length + this.#pendingBytes
  }

  get nextSalt(): number {
    return this.#salts.next
  }

  /** @returns what was kept of the event, when that is settled already; a piece of an answer is settled when it ends */
  keep(event: Event): Kept | null {
    switch (event.t) {
      case 'session.open': {
        const { principal, peer, client } = event
        return this.#record('open', 0, event.atMs, { principal, peer, client }, [])
      }
      case 'request':
        return this.#record('request', event.action, event.atMs, { label: event.label }, event.parts)
      case 'refused': {
        const { label, denial } = event
        return this.#record('refused', event.action, event.atMs, { label, reason: denial.reason }, event.parts)
      }
      case 'held':
        return this.#record('held', event.action, event.atMs, { label: event.label, reason: event.reason }, [])
      case 'approval': {
        const { approver, reason, approval, decision } = event
        return this.#record('approval', 0, event.atMs, { approval, decision, approver, reason }, [])
      }
      case 'response':
        this.#answer(event.action, event.atMs, event.bytes)
        return null
      case 'done':
        return this.#settle(event.action)
      case 'gateway':
      case 'cred.inject':
      case 'access':
      case 'fault':
      case 'session.end':
        break
    }
    return null
  }

  /** Every answer that is not over becomes a piece; its rest will be in a later object. */
  settleAll(): KeptPiece[] {
    const pieces: KeptPiece[] = []
    // Settling removes the entry that the loop is at, which a Map allows.
    for (const action of this.#pending.keys()) {
      const kept = this.#settle(action)
      if (kept !== null) pieces.push({ action, ...kept })
    }
    return pieces
  }

  /** Valid until the next `keep`. */
  plain(): Uint8Array {
    return this.#records.bytes()
  }

  /** After a flush. */
  clear(): void {
    this.#records.clear()
  }

  /** Copies what still points into the journal's batch, so that a small chunk does not keep a large batch alive. */
  own(): void {
    for (const pending of this.#pending.values()) {
      if (pending.isOwn) continue
      pending.chunks = [Buffer.concat(pending.chunks)]
      pending.isOwn = true
    }
  }

  #answer(action: number, atMs: number, bytes: Uint8Array): void {
    const pending = this.#pending.get(action)
    if (pending === undefined) {
      this.#pending.set(action, { chunks: [bytes], bytes: bytes.length, atMs, isOwn: false })
    } else {
      pending.chunks.push(bytes)
      pending.bytes += bytes.length
      pending.isOwn = false
    }
    this.#pendingBytes += bytes.length
  }

  #settle(action: number): Kept | null {
    const pending = this.#pending.get(action)
    if (pending === undefined) return null
    this.#pending.delete(action)
    this.#pendingBytes -= pending.bytes
    const record = { kind: 'response', action, atMs: pending.atMs } as const
    return this.#records.append(record, this.#salts.take(), pending.chunks)
  }

  #record(
    kind: 'open' | 'request' | 'refused' | 'held' | 'approval',
    action: number,
    atMs: number,
    said: { readonly [name: string]: unknown },
    parts: readonly RecordedPart[],
  ): Kept {
    return this.#records.append({ kind, action, atMs }, this.#salts.take(), toContent(said, parts))
  }
}

/** How many bytes of `RecordContent.said` precede the parts: 4, big-endian. */
const lengthBytes = 4

function toContent(said: { readonly [name: string]: unknown }, parts: readonly RecordedPart[]): Uint8Array[] {
  let text = JSON.stringify(said)
  if (parts.length > 0) text = `${text.slice(0, -1)},"parts":[${parts.map(describe).join(',')}]}`
  // Three bytes a unit is the most UTF-8 needs.
  const head = Buffer.allocUnsafe(lengthBytes + text.length * 3)
  const length = head.write(text, lengthBytes)
  head.writeUInt32BE(length, 0)
  const content: Uint8Array[] = [head.subarray(0, lengthBytes + length)]
  for (const { bytes } of parts) if (bytes !== null) content.push(bytes)
  return content
}

function describe({ role, digest, length, bytes }: RecordedPart): string {
  return `[${JSON.stringify(role)},${JSON.stringify(digest)},${length},${bytes === null ? 'null' : bytes.length}]`
}

export interface RecordContent {
  /** What was said besides bytes: label, reason, who. Written by this node and authenticated by its key. */
  readonly said: { readonly [name: string]: unknown }
  readonly parts: readonly RecordedPart[]
}

/** @returns null when the bytes are not such content */
export function parseContent(content: Uint8Array): RecordContent | null {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  if (bytes.length < lengthBytes) return null
  let at = lengthBytes + bytes.readUInt32BE(0)
  if (at > bytes.length) return null
  const { parts: described = [], ...said } = JSON.parse(bytes.toString('utf8', lengthBytes, at)) as {
    readonly parts?: readonly (readonly [string, string | null, number, number | null])[]
    readonly [name: string]: unknown
  }
  const parts = described.map(([role, digest, length, stored]): RecordedPart => {
    const start = at
    at += stored ?? 0
    return { role, digest, length, bytes: stored === null ? null : bytes.subarray(start, at) }
  })
  return at === bytes.length ? { said, parts } : null
}
