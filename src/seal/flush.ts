// From a session's buffer to an object. The object is durable before the round that names it is committed; a round that
// fails leaves an object nobody refers to, and the next attempt makes another.

import { hash } from 'node:crypto'
import type { Position } from '../kernel/event.ts'
import { toCommitment } from './bodies.ts'
import { extendRef, type OpenSession } from './open-session.ts'
import { sealPayloads } from './payload-object.ts'
import type { Round } from './round.ts'
import { toDay } from './session-seal.ts'
import { hashLeaf } from './tlog/hash.ts'

/** Commitments to pieces of answers that go on; more of them than this go into leaves of their own. */
const maxPiecesPerLeaf = 40

/** @param position of the last event that the buffer has seen */
export function flushPayloads(
  session: OpenSession,
  at: { readonly position: Position; readonly atMs: number; readonly upMs: number },
  round: Round,
): void {
  const n = session.objectNumber
  const pieces = session.payloads.settleAll().map((piece) => {
    const open = session.actions.get(piece.action)
    if (open !== undefined) open.response = extendRef(open.response, n, piece)
    return `{"action":${piece.action},${toCommitment('response', piece, n).slice(1)}`
  })
  const plain = session.payloads.plain()
  if (plain.length === 0) {
    session.flushed(at.position)
    return
  }
  const bytes = sealPayloads(session.key, session.id, n, plain)
  const ct = hash('sha256', bytes)
  const key = `payload/${toDay(session.row.startedAtMs)}/${session.id}/${n}-${ct.slice(0, 16)}`
  round.puts.push({ key, bytes })
  const plainBytes = plain.length
  const object = `{"bytes":${bytes.length},"ct":"sha256:${ct}","enc":"A256GCM","n":${n},"role":"payload"}`
  const body = `{"key":"${key}","n":${n},"plain":${plainBytes}}`
  const leafIndex = writeLeaf(session, at, round, body, [object, ...pieces.slice(0, maxPiecesPerLeaf)])
  for (let from = maxPiecesPerLeaf; from < pieces.length; from += maxPiecesPerLeaf)
    writeLeaf(session, at, round, `{"more":true,"n":${n}}`, pieces.slice(from, from + maxPiecesPerLeaf))
  round.objects.push({ session: session.id, n, key, ct, bytes: bytes.length, plainBytes, leafIndex })
  session.objectRange.append(hashLeaf(Buffer.from(ct, 'hex')))
  session.objectBytes += bytes.length
  session.flushed(at.position)
}

function writeLeaf(
  session: OpenSession,
  { atMs, upMs }: { readonly atMs: number; readonly upMs: number },
  round: Round,
  body: string,
  obj: readonly string[],
): number {
  return session.chain.write({ t: 'payload', body, obj: `[${obj.join(',')}]`, atMs, upMs }, round)
}
