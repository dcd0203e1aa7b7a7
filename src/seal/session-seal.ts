// The end of a session: its last object, a `session.end` leaf, and the seal. The seal is the entry right after that leaf;
// it signs the root of the session's own tree, so that one inclusion proof shows its order and that it is whole.

import { hash } from 'node:crypto'
import type { ExposureCount, SessionEnded } from '../kernel/event.ts'
import { timesOf, writeCutAction } from './action-leaves.ts'
import { toTimestamp } from './chain.ts'
import { toJcs, type JsonValue } from './tlog/jcs.ts'
import type { OpenSession } from './open-session.ts'
import type { Round } from './round.ts'
import { toEventRow } from './rows.ts'
import { signStatement } from './tlog/dsse.ts'
import { hashLeaf, toHex } from './tlog/hash.ts'
import type { KeyObject } from 'node:crypto'

export interface SealSigner {
  readonly key: KeyObject
  /** PEM of its public half. */
  readonly verifier: string
  /** Names the predicate type: `https://<origin>/attestation/session-seal/v1`. */
  readonly origin: string
}

/** How a session ended; a crash has no exposure count and no clock of its own. */
export type Ending = Pick<SessionEnded, 'reason' | 'atMs' | 'upMs'> & { readonly exposure: ExposureCount | null }

/** The session's buffer was flushed before this. */
export function writeSeal(session: OpenSession, ending: Ending, signer: SealSigner, round: Round): void {
  for (const open of session.actions.values()) writeCutAction(session, open, round)
  const unfinished = session.actions.size
  session.actions.clear()
  const { chain } = session
  const body = `{"reason":"${ending.reason}","unfinished":${unfinished}}`
  const seq = chain.seq
  const leafIndex = chain.write({ ...timesOf(ending), t: 'session.end', body, obj: '[]' }, round)
  const row = { session: session.id, seq, t: 'session.end', label: ending.reason, outcome: ending.reason, leafIndex }
  round.index(toEventRow(ending, row))

  const predicate = toPredicate(session, ending, unfinished)
  const statement = signStatement(
    {
      // session.json is the canonical JSON of `predicate.session`; anybody can write it out and hash it.
      subject: { name: 'session.json', sha256: hash('sha256', toJcs(predicate.session)) },
      predicateType: `https://${signer.origin}/attestation/session-seal/v1`,
      predicate: { ...predicate },
    },
    signer.key,
    signer.verifier,
  )
  const sealLeaf = round.append(statement.entry, hashLeaf(statement.entry))
  round.puts.push({ key: toSealKey(session, statement.payloadHash), bytes: statement.envelope })
  const { firstLeaf, lastLeaf } = chain
  const end = { endedAtMs: ending.atMs, endReason: ending.reason, firstLeaf, lastLeaf, sealLeaf }
  Object.assign(session.row, end)
  round.sessions.set(session.id, session.row)
  round.running.set(session.id, null)
}

/** By content: a round that is repeated after a crash may seal other ciphertexts, and nothing is ever written twice. */
function toSealKey(session: OpenSession, payloadHash: string): string {
  return `seal/${toDay(session.row.startedAtMs)}/${session.id}-${payloadHash.slice(0, 16)}.json`
}

/** `yyyy/mm/dd` in UTC. */
export function toDay(atMs: number): string {
  return toTimestamp(atMs).slice(0, 10).replaceAll('-', '/')
}

interface Predicate {
  readonly session: JsonValue
  readonly [name: string]: JsonValue
}

function toPredicate(session: OpenSession, ending: Ending, unfinished: number): Predicate {
  const { row, chain, identity, tally, objectRange, objectBytes, names } = session
  const isCrash = ending.reason === 'gateway-crash'
  const events = {
    first_index: chain.firstLeaf,
    last_index: chain.lastLeaf,
    count: chain.seq,
    rfc6962_root: chain.root(),
    gaps: [],
  }
  return {
    connection: row.connection,
    events,
    session: {
      v: 1,
      session: row.id,
      origin: names.origin,
      connection: row.connection,
      protocol: row.protocol,
      start: toTimestamp(row.startedAtMs),
      end: toTimestamp(ending.atMs),
      events,
      objects: { count: objectRange.size, bytes: objectBytes, rfc6962_root: toHex(objectRange.root()) },
    },
    identity: {
      issuer: identity.issuer,
      subject: identity.subject,
      kind: identity.kind,
      act: [...identity.act],
      method: identity.method,
      token: identity.token,
    },
    run: row.run,
    policy: { version: identity.policy },
    counts: {
      requests: row.requests + row.refused,
      allowed: row.requests,
      denied: row.refused,
      held: row.held,
      approved: tally.approved,
      unfinished,
      masked_fields: row.maskedFields,
      response_bytes: row.responseBytes,
    },
    approvals: session.approvals.map(({ leaf, approval, approver, binding, decision }) => ({
      leaf,
      approval,
      approver,
      request_sha256: binding,
      decision,
    })),
    approvals_unlisted: tally.unlisted,
    credential_non_exposure: toExposure(session, ending.exposure),
    end_reason: ending.reason,
    recorder: { truncated: isCrash, dropped: 0 },
  }
}

/** The rules of the verdict: NOT_OBSERVED only when every byte sent was scanned and nothing was found. */
function toExposure(session: OpenSession, exposure: ExposureCount | null): JsonValue {
  return {
    credentials: session.credentials.map(({ source, kind, fingerprint, firstLeaf, injections }) => ({
      source,
      kind,
      fp: `hmac-sha256:${fingerprint}`,
      first_injected_leaf: firstLeaf,
      injections,
      leg: 'upstream-only',
    })),
    downstream:
      exposure === null
        ? null
        : { bytes_sent: exposure.bytesSent, bytes_scanned: exposure.bytesScanned, matches: exposure.matches },
    limits: [
      'does not cover values derived by the target (hashes, tokens it mints)',
      'does not cover side channels',
      'covers only traffic through this gateway',
    ],
    ...toVerdict(exposure),
  }
}

export function toVerdict(exposure: ExposureCount | null): {
  readonly verdict: string
  readonly reason: string | null
} {
  if (exposure === null) return { verdict: 'INDETERMINATE', reason: 'the gateway ended before it could count' }
  // A match is stopped before its bytes leave: the session ends with credential.exposed.
  if (exposure.matches > 0) return { verdict: 'OBSERVED_AND_BLOCKED', reason: null }
  if (exposure.bytesScanned !== exposure.bytesSent)
    return { verdict: 'INDETERMINATE', reason: 'not every byte that was sent was scanned' }
  return { verdict: 'NOT_OBSERVED', reason: null }
}
