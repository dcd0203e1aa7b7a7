// Signs of life of the gateway itself: when it started, stopped, was silent, and when its clock jumped. An auditor is told
// where the record cannot speak for a time; none of it is a fault but a start that comes twice.

import type { Leaf } from './leaf.ts'
import type { Findings } from './report.ts'

/** Longer without a sign of life and the gap is named. Heartbeats come every 60 s. */
const maxSilenceMs = 180_000
/** A clock that is kept right is moved by less. */
const maxClockStepMs = 5_000

export class GatewaySigns {
  readonly #findings: Findings
  readonly #boots = new Set<string>()
  #last: Leaf | null = null
  #hasHeartbeat = false

  constructor(findings: Findings) {
    this.#findings = findings
  }

  /** @returns whether another start of the gateway begins here */
  visit(leaf: Leaf, index: number): boolean {
    if (leaf.t === 'gw.heartbeat') this.#hasHeartbeat = true
    const last = this.#last
    this.#last = leaf
    if (last?.boot === leaf.boot) {
      this.#sameBoot(last, leaf)
      return false
    }
    if (this.#boots.has(leaf.boot))
      this.#findings.fail('COMPLETENESS', `entry ${index} is of a start of the gateway that was over before`)
    this.#boots.add(leaf.boot)
    if (last === null) return false
    const end = last.t === 'gw.stop' ? 'was stopped' : 'ended without a stop'
    this.#findings.note('COMPLETENESS', `the gateway ${end} at ${last.ts} and is back at ${leaf.ts}`)
    return true
  }

  finish(): void {
    if (!this.#hasHeartbeat)
      this.#findings.note('COMPLETENESS', 'the log has no heartbeats: silence in it is not explained')
  }

  #sameBoot(last: Leaf, leaf: Leaf): void {
    if (last.up_ms === null || leaf.up_ms === null) return
    const passedMs = leaf.up_ms - last.up_ms
    if (passedMs > maxSilenceMs) this.#findings.note('COMPLETENESS', `no sign of life from ${last.ts} to ${leaf.ts}`)
    const stepMs = Date.parse(leaf.ts) - Date.parse(last.ts) - passedMs
    if (Math.abs(stepMs) > maxClockStepMs)
      this.#findings.note(
        'COMPLETENESS',
        `the clock of the gateway went ${stepMs < 0 ? 'back' : 'ahead'} by ${Math.round(Math.abs(stepMs) / 1000)} s ` +
          `between ${last.ts} and ${leaf.ts}`,
      )
  }
}
