// What a sealer holds in memory between rounds, and how it comes back from what was committed: the tree, the gateway's own
// chain, the open sessions, and their payload buffers, which are fed again from the journal.

import type { JournalReader, Position } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { ObjectStore } from '../kernel/object-store.ts'
import type { SealState, SealStore } from '../kernel/seal-store.ts'
import { Chain, type ChainState } from './chain.ts'
import type { SealKeys } from './keys.ts'
import { resumeSession, type OpenSession } from './open-session.ts'
import { unwrapPayloadKey } from './payload-key.ts'
import { openPublisher, type Publisher } from './publisher.ts'
import { CompactRange, parseCompactRange } from './tlog/compact-range.ts'

export interface LogPlace {
  readonly reader: JournalReader
  readonly store: SealStore
  readonly objects: ObjectStore
  readonly keys: Pick<SealKeys, 'log' | 'kek'>
  readonly origin: string
  readonly node: string
}

const replayBytes = 4 * 2 ** 20

interface NodeState {
  readonly boot: string
  readonly chain: ChainState
  /** Not in what older versions wrote. */
  readonly last?: LastEvent | null
}

/** The last event that is sealed: how the boot ended, should another one follow. */
export interface LastEvent {
  readonly atMs: number
  /** It was the gateway's word that it stops. */
  readonly isStop: boolean
}

export class LiveLog {
  readonly #place: LogPlace
  readonly tree: CompactRange
  readonly publisher: Publisher
  readonly sessions = new Map<string, OpenSession>()
  /** Sessions with payloads in memory. */
  readonly unflushed = new Set<OpenSession>()
  cursor: Position
  last: LastEvent | null
  /** Which start of the gateway the last event was of; empty before the first event ever. */
  #boot: string
  #chain: Chain

  constructor(place: LogPlace, state: SealState, publisher: Publisher) {
    this.#place = place
    this.publisher = publisher
    this.cursor = state.cursor
    this.tree = parseCompactRange(state.tree.size, state.tree.frontier) ?? new CompactRange()
    const node = state.node === null ? null : (JSON.parse(state.node) as NodeState)
    this.last = node?.last ?? null
    this.#boot = node?.boot ?? ''
    this.#chain = this.#chainOf(node?.chain ?? null)
  }

  get boot(): string {
    return this.#boot
  }

  get chain(): Chain {
    return this.#chain
  }

  get isNew(): boolean {
    return this.#boot === ''
  }

  /** The gateway's own chain goes on under the name of the new boot. */
  enter(boot: string): void {
    const state = this.isNew ? null : this.#chain.state()
    this.#boot = boot
    this.#chain = this.#chainOf(state)
  }

  nodeState(): string {
    const state: NodeState = { boot: this.#boot, chain: this.#chain.state(), last: this.last }
    return JSON.stringify(state)
  }

  /** Events after this are still needed: somebody's payload is in memory only. */
  payloadsFrom(): Position {
    let from = this.cursor
    for (const { unflushedFrom } of this.unflushed) if (unflushedFrom !== null) from = Math.min(from, unflushedFrom - 1)
    return from
  }

  #chainOf(state: ChainState | null): Chain {
    const { origin, node } = this.#place
    return new Chain({ origin, node, boot: this.#boot, session: null, actor: null, connection: null }, state)
  }
}

/** @throws Fault `record.corrupt` when what is stored does not fit together; `state.unavailable`, `record.unavailable` */
export async function openLiveLog(place: LogPlace): Promise<LiveLog> {
  const state = place.store.load()
  const publisher = await openPublisher(place.objects, place.origin, place.keys.log, state)
  const log = new LiveLog(place, state, publisher)
  for (const { session: id, state: text } of state.running) {
    const wrapped = place.store.sessionKey(id)
    if (wrapped === null) throw new Fault('record.corrupt', { what: 'payload key', session: id, why: 'missing' })
    log.sessions.set(id, resumeSession(id, text, unwrapPayloadKey(place.keys.kek, id, wrapped)))
  }
  replayPayloads(log, place.reader, state)
  return log
}

/** Events between a session's last object and the cursor have their leaves already; only their payloads are kept again. */
function replayPayloads(log: LiveLog, reader: JournalReader, { payloadsFrom, cursor }: SealState): void {
  for (let position = payloadsFrom; position < cursor;) {
    const events = reader.readAfter(position, replayBytes)
    const last = events.at(-1)
    if (last === undefined)
      throw new Fault('record.corrupt', { what: 'journal', why: 'events that are needed are gone' })
    for (const stored of events) {
      const session = 'session' in stored.event ? log.sessions.get(stored.event.session ?? '') : undefined
      if (session === undefined || stored.position > cursor || stored.position <= session.flushedTo) continue
      session.payloads.keep(stored.event)
      if (session.payloads.size === 0) continue
      session.unflushedFrom ??= stored.position
      log.unflushed.add(session)
    }
    for (const session of log.unflushed) session.payloads.own()
    position = last.position
  }
}
