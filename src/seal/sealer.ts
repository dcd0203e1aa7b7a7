// Follows the journal and seals it: events become entries, entries become a tree, the tree becomes tiles and a checkpoint.
// One round is: read, integrate, make objects durable, commit, publish, release. The commit is the only point that counts:
// what fails before it never happened, what fails after it is made again. One sealer a log, ever: two would sign two
// histories.

import type { Clock } from '../kernel/clock.ts'
import type { Event, JournalReader, StoredEvent } from '../kernel/event.ts'
import { toFault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import { nodeChain, type SealStore } from '../kernel/seal-store.ts'
import { timesOf, writeOpenAction } from './action-leaves.ts'
import { toTimestamp } from './chain.ts'
import { flushPayloads } from './flush.ts'
import { endSession, integrate, type IntegratorParts, type Workplace } from './integrator.ts'
import { toPublicPem, type SealKeys } from './keys.ts'
import { toJcs } from './tlog/jcs.ts'
import { openLiveLog, type LastEvent, type LiveLog } from './live-log.ts'
import { parseOrigin } from './origin.ts'
import { Pseudonyms } from './pseudonym.ts'
import { Round } from './round.ts'
import { toEventRow } from './rows.ts'
import type { Ending } from './session-seal.ts'
import { toNoteKey } from './tlog/note-key.ts'

export interface SealerParts {
  readonly reader: JournalReader
  readonly store: SealStore
  readonly objects: ObjectStore
  readonly keys: SealKeys
  /** Name of the log. */
  readonly origin: string
  /** Name of this node. */
  readonly node: string
  readonly clock: Clock
  readonly limits?: Partial<SealLimits>
}

export interface SealLimits {
  /** Encoded events a round. */
  readonly batchBytes: number
  /** A session's payloads become an object at this size, or at this age. */
  readonly objectBytes: number
  readonly objectAgeMs: number
  /** All sessions' payloads in memory; beyond it all of them become objects. */
  readonly bufferedBytes: number
}

const defaultSealLimits: SealLimits = Object.freeze({
  batchBytes: 4 * 2 ** 20,
  objectBytes: 2 ** 20,
  objectAgeMs: 2000,
  bufferedBytes: 64 * 2 ** 20,
})

/** Between two starts nobody was there to record; that is said, with its cause when the gateway said why it went. */
function writeDowntime(last: LastEvent, event: Event, { chain, round }: Workplace): void {
  const cause = last.isStop ? 'stop' : null
  const body = toJcs({ from: toTimestamp(last.atMs), known_cause: cause, to: toTimestamp(event.atMs) })
  const seq = chain.seq
  const leafIndex = chain.write({ t: 'downtime', body, obj: '[]', ...timesOf(event) }, round)
  round.index(toEventRow(event, { session: nodeChain, seq, t: 'downtime', label: cause ?? 'unknown', leafIndex }))
}

/** What a round that is not full has less of, by far. */
const manyEvents = 10_000

export class Sealer {
  readonly #parts: SealerParts
  readonly #limits: SealLimits
  readonly #integrator: IntegratorParts
  /** Of the log's first leaf: its keys, so that every statement's key is one that the log itself named. */
  readonly #initBody: string
  /** null before the first round and after a failure: then the next one starts from what was committed. */
  #log: LiveLog | null = null
  #isBehind = false

  /** @throws Fault `config.invalid` */
  constructor(parts: SealerParts) {
    const origin = parseOrigin(parts.origin)
    this.#parts = parts
    this.#limits = { ...defaultSealLimits, ...parts.limits }
    this.#integrator = {
      origin,
      node: parts.node,
      kek: parts.keys.kek,
      pseudonyms: new Pseudonyms(parts.keys.pepper),
      signer: { key: parts.keys.attestation, verifier: toPublicPem(parts.keys.attestation), origin },
    }
    this.#initBody = toJcs({
      attestation_key: toPublicPem(parts.keys.attestation),
      vkey: toNoteKey(origin, parts.keys.log)?.vkey ?? null,
    })
  }

  /** The last round was about as large as a round may be: there is more to seal, probably. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /**
   * One round. Never two at once.
   * @returns how many events it sealed; 0 when there was nothing to do
   * @throws Fault `record.unavailable` and `state.unavailable` (try again), `record.corrupt` (a human must look)
   */
  async step(): Promise<number> {
    return await this.#guarded(false)
  }

  /** Rounds until everything durable is in the log and every payload in an object. */
  async flush(): Promise<void> {
    while ((await this.#guarded(false)) > 0);
    await this.#guarded(true)
  }

  async #guarded(all: boolean): Promise<number> {
    this.#isBehind = false
    try {
      return await this.#round((this.#log ??= await openLiveLog(this.#parts)), all)
    } catch (error) {
      this.#log = null
      throw toFault(error)
    }
  }

  async #round(log: LiveLog, all: boolean): Promise<number> {
    const { reader, store, objects } = this.#parts
    const events = reader.readAfter(log.cursor, this.#limits.batchBytes)
    const round = new Round(log.tree)
    const at: Workplace = { chain: log.chain, sessions: log.sessions, touched: new Set(), round }
    let answerBytes = 0
    for (const stored of events) {
      const { event } = stored
      if (event.t === 'response') answerBytes += event.bytes.length
      if (stored.boot !== log.boot) this.#enterBoot(stored, log, at)
      integrate(stored, this.#integrator, at)
      log.cursor = stored.position
      log.last = { atMs: event.atMs, isStop: event.t === 'gateway' && event.kind === 'stop' }
      if ('session' in event) this.#flushLarge(event.session, event, log, at)
    }
    this.#endRound(log, at, all)
    if (events.length === 0 && round.entries.length === 0) return 0

    await Promise.all(round.puts.map(({ key, bytes }) => objects.put(key, bytes)))
    const payloadsFrom = log.payloadsFrom()
    const { cursor, publisher } = log
    store.commit(round.finish({ cursor, payloadsFrom, stagedFrom: publisher.stagedFrom, node: log.nodeState() }))
    publisher.append(round.entries, round.leafHashes, round.fullTiles)
    await publisher.publish()
    reader.release(payloadsFrom)
    this.#isBehind = events.length >= manyEvents || answerBytes >= this.#limits.batchBytes / 2
    return events.length
  }

  /** Sessions of a boot that is over and that have no end were cut by a crash: closed as such before anything new. */
  #enterBoot({ boot, event }: StoredEvent, log: LiveLog, at: Workplace): void {
    for (const session of at.sessions.values()) {
      if (session.names.boot === boot) continue
      const ending: Ending = { reason: 'gateway-crash', atMs: event.atMs, upMs: Number.NaN, exposure: null }
      endSession(session, ending, log.cursor, { parts: this.#integrator, at })
      log.unflushed.delete(session)
    }
    const { isNew, last } = log
    log.enter(boot)
    at.chain = log.chain
    if (isNew) at.chain.write({ t: 'log.init', body: this.#initBody, obj: '[]', ...timesOf(event) }, at.round)
    else if (last !== null) writeDowntime(last, event, at)
  }

  #flushLarge(id: string | null, event: Event, log: LiveLog, at: Workplace): void {
    const session = id === null ? undefined : at.sessions.get(id)
    if (session === undefined || session.payloads.size < this.#limits.objectBytes) return
    flushPayloads(session, { position: log.cursor, ...timesOf(event) }, at.round)
  }

  #endRound(log: LiveLog, at: Workplace, all: boolean): void {
    const { clock } = this.#parts
    const upMs = clock.upMs()
    let bufferedBytes = 0
    for (const session of at.touched) {
      for (const open of session.actions.values()) writeOpenAction(session, open, at.round)
      session.payloads.own()
      if (session.unflushedFrom !== null && !log.unflushed.has(session)) session.unflushedSinceMs = upMs
      if (session.unflushedFrom === null) log.unflushed.delete(session)
      else log.unflushed.add(session)
    }
    for (const session of log.unflushed) {
      if (!at.sessions.has(session.id)) log.unflushed.delete(session)
      bufferedBytes += session.payloads.size
    }
    const isFull = all || bufferedBytes > this.#limits.bufferedBytes
    for (const session of log.unflushed) {
      if (!isFull && upMs - session.unflushedSinceMs < this.#limits.objectAgeMs) continue
      // No event of the gateway, so no time of its monotonic clock.
      flushPayloads(session, { position: log.cursor, atMs: clock.nowMs(), upMs: Number.NaN }, at.round)
      log.unflushed.delete(session)
      at.touched.add(session)
    }
    for (const session of at.touched) {
      session.row.firstLeaf = session.chain.firstLeaf
      session.row.lastLeaf = session.chain.lastLeaf
      at.round.running.set(session.id, session.running())
      at.round.sessions.set(session.id, { ...session.row })
    }
  }
}
