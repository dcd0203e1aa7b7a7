// One event into its chain. Knows the words of every event and no I/O; what it makes is in the round.

import type {
  Accessed,
  ApprovalDecided,
  Event,
  Faulted,
  GatewayEvent,
  Injected,
  SessionOpened,
  StoredEvent,
} from '../kernel/event.ts'
import { nodeChain } from '../kernel/seal-store.ts'
import { timesOf, writeDone, writeHeld, writeRefused, writeRequested } from './action-leaves.ts'
import { toAccessBody, toApprovalBody, toCommitment, toFaultBody, toOpenBody, word } from './bodies.ts'
import type { Chain } from './chain.ts'
import { flushPayloads } from './flush.ts'
import { toJcs } from './tlog/jcs.ts'
import { maxListedApprovals, maxListedCredentials, OpenSession } from './open-session.ts'
import { newPayloadKey } from './payload-key.ts'
import type { Kept } from './payload-object.ts'
import type { Pseudonyms } from './pseudonym.ts'
import type { Round } from './round.ts'
import { toEventRow, toSessionRow } from './rows.ts'
import { writeSeal, type Ending, type SealSigner } from './session-seal.ts'
import type { KeyObject } from 'node:crypto'

export interface IntegratorParts {
  readonly origin: string
  readonly node: string
  readonly kek: KeyObject
  readonly pseudonyms: Pseudonyms
  readonly signer: SealSigner
}

/** Where an integrator works: changed by it, owned by the sealer. */
export interface Workplace {
  /** The gateway's own chain. */
  chain: Chain
  readonly sessions: Map<string, OpenSession>
  /** Sessions that changed in this round. */
  readonly touched: Set<OpenSession>
  readonly round: Round
}

export function integrate(stored: StoredEvent, parts: IntegratorParts, at: Workplace): void {
  const { event } = stored
  if (event.t === 'gateway') {
    writeGatewayEvent(event, at)
    return
  }
  if (event.t === 'access') {
    writeAccess(event, parts, at)
    return
  }
  if (event.t === 'session.open' && !at.sessions.has(event.session)) openSession(stored.boot, event, parts, at)
  const session = event.session === null ? undefined : at.sessions.get(event.session)
  if (session === undefined) writeOrphan(event, parts, at)
  else integrateInto(session, stored, parts, at)
}

function integrateInto(
  session: OpenSession,
  { event, position }: StoredEvent,
  parts: IntegratorParts,
  at: Workplace,
): void {
  at.touched.add(session)
  const kept = session.payloads.keep(event)
  if (session.payloads.size > 0) session.unflushedFrom ??= position
  switch (event.t) {
    case 'response':
    case 'gateway':
    case 'access':
      return
    case 'request':
      if (kept !== null) writeRequested(session, event, kept, at.round)
      return
    case 'done':
      writeDone(session, event, kept, at.round)
      return
    case 'refused':
      if (kept !== null) writeRefused(session, event, kept, at.round)
      return
    case 'held':
      if (kept !== null) writeHeld(session, event, kept, at.round)
      return
    case 'approval':
      writeApproval(session, event, kept, { parts, at })
      return
    case 'cred.inject':
      writeInjected(session, event, at.round)
      return
    case 'fault':
      writeFault(session.chain, session.id, event, at.round)
      return
    case 'session.end':
      endSession(session, event, position, { parts, at })
      return
    case 'session.open':
      // A second opening of the same session is the recorder's mistake: recorded as what it is, and the first one goes on.
      if (kept !== null && session.chain.seq === 0) writeOpening(session, event, kept, { parts, at })
      else writeOrphan(event, parts, at)
  }
}

function openSession(boot: string, event: SessionOpened, parts: IntegratorParts, at: Workplace): void {
  const { principal } = event
  const actor = parts.pseudonyms.of(principal.id)
  const { key, wrapped } = newPayloadKey(parts.kek, event.session)
  at.round.keys.push({ session: event.session, wrapped })
  const names = {
    origin: parts.origin,
    node: parts.node,
    boot,
    session: event.session,
    actor,
    connection: event.connection,
  }
  const identity = {
    issuer: principal.issuer,
    subject: actor,
    kind: principal.kind,
    act: principal.act.map(({ issuer, subject }) => parts.pseudonyms.of(`${issuer}|${subject}`)),
    method: principal.proof.method,
    token: parts.pseudonyms.of(`token|${principal.proof.tokenId}`),
    policy: event.policyVersion,
  }
  const session = new OpenSession(key, { names, identity, row: toSessionRow(event) }, null)
  at.sessions.set(event.session, session)
}

function writeOpening(session: OpenSession, event: SessionOpened, kept: Kept, { parts, at }: Scene): void {
  const obj = `[${toCommitment('open', kept, session.objectNumber)}]`
  const leaf = { ...timesOf(event), t: 'session.open', body: toOpenBody(event, parts.pseudonyms), obj }
  const seq = session.chain.seq
  const leafIndex = session.chain.write(leaf, at.round)
  at.round.index(toEventRow(event, { session: session.id, seq, t: leaf.t, label: event.connection, leafIndex }))
}

interface Scene {
  readonly parts: IntegratorParts
  readonly at: Workplace
}

export function endSession(session: OpenSession, ending: Ending, position: number, { parts, at }: Scene): void {
  flushPayloads(session, { position, ...timesOf(ending) }, at.round)
  writeSeal(session, ending, parts.signer, at.round)
  at.sessions.delete(session.id)
  at.touched.delete(session)
}

function writeApproval(session: OpenSession, event: ApprovalDecided, kept: Kept | null, { parts, at }: Scene): void {
  const obj = kept === null ? '[]' : `[${toCommitment('approval', kept, session.objectNumber)}]`
  const body = toApprovalBody(event, parts.pseudonyms)
  const leaf = writeApprovalLeaf(session.chain, session.id, event, { body, obj, round: at.round })
  if (event.decision === 'approved') session.tally.approved++
  const { approval, approver, binding, decision } = event
  const who = approver === null ? null : parts.pseudonyms.of(approver.id)
  if (session.approvals.length < maxListedApprovals)
    session.approvals.push({ leaf, approval, approver: who, binding, decision })
  else session.tally.unlisted++
}

function writeApprovalLeaf(
  chain: Chain,
  session: string,
  event: ApprovalDecided,
  { body, obj, round }: { body: string; obj: string; round: Round },
): number {
  const t = event.decision === 'expired' ? 'approval.expired' : 'approval.decided'
  const seq = chain.seq
  const leafIndex = chain.write({ ...timesOf(event), t, body, obj }, round)
  const { approval, approver, decision } = event
  const label = approver === null ? decision : `${decision} by ${approver.display}`
  round.index(toEventRow(event, { session, seq, t, label, outcome: decision, approval, leafIndex }))
  return leafIndex
}

/** One leaf for each credential of a session; how often it was used is in the seal. */
function writeInjected(session: OpenSession, event: Injected, round: Round): void {
  const { source, kind, fingerprint } = event
  const known = session.credentials.find((other) => other.source === source && other.fingerprint === fingerprint)
  if (known !== undefined) {
    known.injections++
    return
  }
  const body = `{"fp":${word(fingerprint)},"kind":${word(kind)},"source":${word(source)}}`
  const seq = session.chain.seq
  const firstLeaf = session.chain.write({ ...timesOf(event), t: 'cred.inject', body, obj: '[]' }, round)
  round.index(toEventRow(event, { session: session.id, seq, t: 'cred.inject', label: source, leafIndex: firstLeaf }))
  if (session.credentials.length < maxListedCredentials)
    session.credentials.push({ source, kind, fingerprint, firstLeaf, injections: 1 })
}

function writeFault(chain: Chain, session: string, event: Faulted, round: Round): void {
  const seq = chain.seq
  const leafIndex = chain.write({ ...timesOf(event), t: 'finding', body: toFaultBody(event), obj: '[]' }, round)
  const { code, id } = event
  round.index(toEventRow(event, { session, seq, t: 'finding', label: code, outcome: 'fault', code: id, leafIndex }))
}

function writeGatewayEvent(event: GatewayEvent, { chain, round }: Workplace): void {
  const t = gatewayLeaf[event.kind]
  const seq = chain.seq
  const leafIndex = chain.write({ ...timesOf(event), t, body: toJcs(event.body), obj: '[]' }, round)
  round.index(toEventRow(event, { session: nodeChain, seq, t, label: event.kind, leafIndex }))
}

/** In the gateway's own chain: what it was about may have its seal already. */
function writeAccess(event: Accessed, { pseudonyms }: IntegratorParts, { chain, round }: Workplace): void {
  const t = `access.${event.kind}`
  const seq = chain.seq
  const leafIndex = chain.write({ ...timesOf(event), t, body: toAccessBody(event, pseudonyms), obj: '[]' }, round)
  const label = `${event.who.display}: ${event.about}`
  round.index(toEventRow(event, { session: nodeChain, seq, t, label, leafIndex }))
}

const gatewayLeaf: { readonly [kind in GatewayEvent['kind']]: string } = {
  start: 'gw.start',
  stop: 'gw.stop',
  heartbeat: 'gw.heartbeat',
  'policy.activate': 'policy.activate',
  'config.change': 'config.change',
  downtime: 'downtime',
}

/** Of no session, or of one that is over: it belongs to the gateway's own chain. Nothing is left out because it is late. */
function writeOrphan(event: Exclude<Event, GatewayEvent | Accessed>, parts: IntegratorParts, at: Workplace): void {
  if (event.t === 'approval') {
    const body = toApprovalBody(event, parts.pseudonyms)
    writeApprovalLeaf(at.chain, nodeChain, event, { body, obj: '[]', round: at.round })
    return
  }
  if (event.t === 'fault') {
    writeFault(at.chain, nodeChain, event, at.round)
    return
  }
  const body = `{"kind":"event-without-session","session":${word(event.session)},"t":"${event.t}"}`
  const seq = at.chain.seq
  const leafIndex = at.chain.write({ ...timesOf(event), t: 'finding', body, obj: '[]' }, at.round)
  at.round.index(
    toEventRow(event, { session: nodeChain, seq, t: 'finding', label: event.t, outcome: 'fault', leafIndex }),
  )
}
