// How long a client may take for each phase of its handshake. Knows of a phase only its name and its milliseconds.

import { Fault } from '../kernel/fault.ts'
import type { CodecLimits, Phase } from '../kernel/protocol.ts'

export class PhaseDeadline {
  readonly #limits: CodecLimits['phaseMs']
  readonly #late: (fault: Fault) => void
  #phase: Phase = 'greeting'
  #timer: NodeJS.Timeout | null = null
  #isOver = false

  /** @param late called once a phase that takes too long, with `phase.timeout` or `upstream.timeout` */
  constructor(limits: CodecLimits['phaseMs'], late: (fault: Fault) => void) {
    this.#limits = limits
    this.#late = late
  }

  get phase(): Phase {
    return this.#phase
  }

  /** Its time begins now. A client that has gone has none: a timer would only keep what is left of it. */
  enter(phase: Phase): void {
    this.#phase = phase
    this.suspend()
    if (phase === 'ready' || this.#isOver) return
    const ms = this.#limits[phase]
    // In the last phase before ready it is the target that is waited for.
    const code = phase === 'open' ? 'upstream.timeout' : 'phase.timeout'
    this.#timer = setTimeout(() => this.#late(new Fault(code, { phase, ms })), ms)
  }

  /** A human takes longer than a handshake: until the next phase there is no deadline here; the hold has its own. */
  suspend(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** For ever. */
  stop(): void {
    this.#isOver = true
    this.suspend()
  }
}
