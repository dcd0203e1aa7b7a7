// Follows the journal and seals it: events become entries, entries become a tree, the tree becomes tiles and a checkpoint.
// One round is: read, integrate, make objects durable, commit, publish, release. The commit is the only point that counts:
// what fails before it never happened, what fails after it is made again. One sealer a log, ever: two would sign two
// histories.

import type { Clock } from '../kernel/clock.ts'
import type { JournalReader } from '../kernel/event.ts'
import { toFault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { SealStore } from '../kernel/seal-store.ts'
import { writeOpenAction } from './action-leaves.ts'
import { flushPayloads } from './flush.ts'
import { endSession, integrate, type IntegratorParts, type Workplace } from './integrator.ts'
import { toPublicPem, type SealKeys } from './keys.ts'
import { openLiveLog, type LiveLog } from './live-log.ts'
import type { OpenSession } from './open-session.ts'
import { parseOrigin } from './origin.ts'
import { Pseudonyms } from './pseudonym.ts'
import { Round } from './round.ts'

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

export const defaultSealLimits: SealLimits = Object.freeze({
  batchBytes: 4 * 2 ** 20,
  objectBytes: 2 ** 20,
  objectAgeMs: 2000,
  bufferedBytes: 64 * 2 ** 20,
})

export class Sealer {
  readonly #parts: SealerParts
  readonly #limits: SealLimits
  readonly #integrator: IntegratorParts
  /** null before the first round and after a failure: then the next one starts from what was committed. */
  #log: LiveLog | null = null

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
    try {
      return await this.#round((this.#log ??= await openLiveLog(this.#parts, this.#integrator)), all)
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
    if (log.isNew) this.#writeInit(at)
    for (const stored of events) {
      if (stored.boot !== log.boot) this.#enterBoot(stored.boot, stored.event, log, at)
      integrate(stored, this.#integrator, at)
      log.cursor = stored.position
      this.#flushLarge(stored.event.session ?? null, stored.event, log, at)
    }
    this.#endRound(log, at, all)
    if (events.length === 0 && round.entries.length === 0) return 0

    await Promise.all(round.puts.map(({ key, bytes }) => objects.put(key, bytes)))
    const { cursor } = log
    const payloadsFrom = log.payloadsFrom()
    const root = round.root()
    store.commit(round.finish({ cursor, payloadsFrom, stagedFrom: log.publisher.stagedFrom, node: log.state() }))
    log.isNew = false
    for (const [i, entry] of round.entries.entries()) log.publisher.append(entry, round.leafHashes[i] ?? root)
    await log.publisher.publish()
    reader.release(payloadsFrom)
    return events.length
  }
}
