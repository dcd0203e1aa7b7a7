// A sealer in a thread of its own: signing, hashing and compressing take nothing from the thread that carries bytes. Who
// starts the thread brings the reader and the store; this is only the loop and its few messages.

import { toFault, type FaultFacts } from '../kernel/fault.ts'
import type { Sealer } from './sealer.ts'

/** What the parent may say. */
export type SealerRequest = { readonly t: 'flush'; readonly id: number } | { readonly t: 'stop' }

/** What the loop says. `failed` comes once for a row of failures of one kind, `recovered` when the next round succeeds. */
export type SealerReport =
  | { readonly t: 'flushed'; readonly id: number; readonly fault: SealerFault | null }
  | { readonly t: 'failed'; readonly fault: SealerFault }
  | { readonly t: 'recovered' }
  | { readonly t: 'stopped' }

/** A Fault does not survive the way between threads whole; this does. */
interface SealerFault {
  readonly id: string
  readonly code: string
  readonly facts: FaultFacts
}

/** As much of a MessagePort as the loop needs. */
export interface SealerPort {
  postMessage(report: SealerReport): void
  on(name: 'message', listener: (request: SealerRequest) => void): unknown
  off(name: 'message', listener: (request: SealerRequest) => void): unknown
}

export interface SealerLoop {
  readonly sealer: Sealer
  /**
   * Between two looks at the journal, unless the sealer is behind: a round costs a handful of syncs and a signature, however
   * little it seals. At most 250 ms: entries are in the log that soon.
   */
  readonly idleMs?: number
  readonly retryMs?: number
}

const defaultIdleMs = 200
const defaultRetryMs = 1000
/** Asked for faster than they can be answered: the parent waits for its own. */
const maxFlushes = 1000

/** Resolves after `stop`, when everything durable is sealed or has failed once more. Never rejects. */
export async function runSealerLoop(loop: SealerLoop, port: SealerPort): Promise<void> {
  const state = new LoopState(port)
  const { sealer, idleMs = defaultIdleMs, retryMs = defaultRetryMs } = loop
  while (!state.isStopping) {
    const flushes = state.takeFlushes()
    const outcome = flushes.length > 0 ? await attempt(() => sealer.flush()) : await attempt(() => sealer.step())
    for (const id of flushes) state.report({ t: 'flushed', id, fault: outcome.fault })
    state.note(outcome.fault)
    if (outcome.fault !== null) await state.pause(retryMs)
    else if (!sealer.isBehind) await state.pause(idleMs)
  }
  const { fault } = await attempt(() => sealer.flush())
  for (const id of state.takeFlushes()) state.report({ t: 'flushed', id, fault })
  state.note(fault)
  state.close()
}

async function attempt(work: () => Promise<number | void>): Promise<{ fault: SealerFault | null }> {
  try {
    await work()
    return { fault: null }
  } catch (error) {
    const { id, code, facts } = toFault(error)
    return { fault: { id, code, facts } }
  }
}

class LoopState {
  readonly #port: SealerPort
  readonly #listener: (message: SealerRequest) => void
  #flushes: number[] = []
  #wake: (() => void) | null = null
  /** Why the last round failed; null when it did not. */
  #failing: string | null = null
  isStopping = false

  constructor(port: SealerPort) {
    this.#port = port
    this.#listener = (message) => {
      if (message.t === 'stop') this.isStopping = true
      else if (this.#flushes.length < maxFlushes) this.#flushes.push(message.id)
      this.#wake?.()
    }
    port.on('message', this.#listener)
  }

  takeFlushes(): readonly number[] {
    const taken = this.#flushes
    this.#flushes = []
    return taken
  }

  report(report: SealerReport): void {
    this.#port.postMessage(report)
  }

  note(fault: SealerFault | null): void {
    if (fault !== null && fault.code !== this.#failing) this.report({ t: 'failed', fault })
    if (fault === null && this.#failing !== null) this.report({ t: 'recovered' })
    this.#failing = fault?.code ?? null
  }

  /** Ends early when a message comes. */
  async pause(ms: number): Promise<void> {
    if (this.isStopping || this.#flushes.length > 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
    this.#wake = null
  }

  close(): void {
    this.report({ t: 'stopped' })
    this.#port.off('message', this.#listener)
  }
}
