// The desk where held requests wait for people (G4). An approval is for exactly one binding, good for one use (or, for
// access with `@grant`, one span of time that begins when it is given), decided by people who may, under the rules it was
// asked under. Between processes the store's compare-and-set decides who was first; here nothing is remembered.

import type { Approval, ApprovalLimits, ApprovalPatch, ApprovalStatus, ApprovalStore } from '../kernel/approval.ts'
import { isLive } from '../kernel/approval.ts'
import type { Clock } from '../kernel/clock.ts'
import { toDenial, type Denial } from '../kernel/decision.ts'
import type { ApprovalDecided } from '../kernel/event.ts'
import { Fault } from '../kernel/fault.ts'
import type { Principal } from '../kernel/principal.ts'
import { isSameBinding, toBinding } from './binding.ts'
import { DecisionBell, type Listener } from './decision-bell.ts'
import { toEvent, toRow, type Ask } from './approval-row.ts'
import { asOf, isOver, toDenied, toExpired, toSignature, toSigned, whyNotSign } from './approval-states.ts'
import { toReadable } from './review-text.ts'
import { whyNotDecide } from './reviewers.ts'
import type { ApprovalSettings } from './settings.ts'

export interface Asked {
  readonly id: string
  readonly status: 'open' | 'approved'
  readonly binding: string
  /** False when the session that asked first asks again: what waits in another one is news in its record. */
  readonly isNew: boolean
  readonly untilMs: number
}

const useMark: unique symbol = Symbol('use')

/** Proof that an approval was used up; only `consume` makes one. */
export interface Use {
  readonly [useMark]: true
  readonly approval: string
  readonly principalId: string
  readonly connection: string
  /** When access ends that was approved for a time; null for a single use. */
  readonly untilMs: number | null
}

export interface DeskOptions {
  readonly store: ApprovalStore
  readonly settings: ApprovalSettings
  readonly clock: Clock
  /** Of the rules in force now. */
  readonly policyVersion: () => string
  /** Puts a decision on disk. Before it takes effect: dying between leaves a record of something that never counted. */
  readonly record: (event: ApprovalDecided) => Promise<void>
  readonly limits?: ApprovalLimits
  readonly pollMs?: number
}

const defaultLimits: ApprovalLimits = { perPrincipal: 32, total: 1_024 }
/** How late another process's decision may be seen. */
const defaultPollMs = 1_000
const maxWaiting = 4_096
const maxSwept = 4_096
const maxReasonLength = 2_000
/** Against other processes changing the same row; each round reads it again. */
const maxRounds = 8

export class ApprovalDesk {
  readonly #options: DeskOptions
  readonly #bell = new DecisionBell()

  constructor(options: DeskOptions) {
    this.#options = options
  }

  get(id: string): Promise<Approval | null> {
    return this.#options.store.get(id)
  }

  /** Newest first. What is over in time is shown as expired, whether or not anybody noticed yet. */
  async list(status: ApprovalStatus | null, limit: number): Promise<readonly Approval[]> {
    const nowMs = this.#options.clock.nowMs()
    const rows = await this.#options.store.list(status, limit)
    const shown = rows.map((row) => asOf(row, nowMs))
    return status === null ? shown : shown.filter((row) => row.status === status)
  }

  /** Writes down what ended without anybody waiting for it; called every now and then. @returns how many */
  async expireOver(): Promise<number> {
    const nowMs = this.#options.clock.nowMs()
    const live = [
      ...(await this.#options.store.list('open', maxSwept)),
      ...(await this.#options.store.list('approved', maxSwept)),
    ]
    const over = live.filter((row) => isOver(row, nowMs))
    for (const row of over) await this.#expire(row)
    return over.length
  }

  /**
   * Asks people, or joins what was asked already for the same binding; never a second one.
   * @throws Fault `approval.busy` over a limit, `approval.too-large` when it cannot be shown whole, `state.unavailable`
   */
  async ask(ask: Ask): Promise<Asked> {
    const { store, limits = defaultLimits } = this.#options
    const binding = toBinding(ask)
    for (let round = 0; round < maxRounds; round++) {
      const nowMs = this.#options.clock.nowMs()
      const known = await store.findLive(binding, nowMs)
      if (known !== null) return toAsked(known, known.session !== ask.session)
      const row = toRow(ask, binding, nowMs, this.#options.settings.holdFor)
      const outcome = await store.insert(row, limits)
      if (outcome === 'inserted') return toAsked(row, true)
      if (outcome === 'full')
        throw new Fault('approval.busy', { perPrincipal: limits.perPrincipal, total: limits.total })
    }
    throw new Fault('state.unavailable', { where: 'approvals', why: 'the row keeps changing' })
  }

  /** @param untilMs when the client stops waiting; the approval itself may end before. @throws Fault `approval.busy` */
  async wait(id: string, untilMs: number, gone: AbortSignal): Promise<'approved' | 'denied' | 'expired' | 'gone'> {
    if (this.#bell.count >= maxWaiting) throw new Fault('approval.busy', { waiting: maxWaiting })
    // Listening begins before the row is read: a decision between the two must not be missed.
    const listener = this.#bell.listen(id, gone)
    try {
      return await this.#waitFor(id, untilMs, gone, listener)
    } finally {
      listener.close()
    }
  }

  /**
   * One person's word. All groups must be satisfied, each by a person of its own; one person's no is enough.
   * @returns the approval as it stands now, or why this person's word does not count
   */
  async decide(
    id: string,
    approver: Principal,
    verdict: 'approved' | 'denied',
    reason: string,
  ): Promise<Approval | Denial> {
    const said = toReadable(reason.trim())
    if (said === '' || said.length > maxReasonLength)
      return toDenial('A decision needs a reason.', 'approval', { approval: id })
    let isRecorded = false
    for (let round = 0; round < maxRounds; round++) {
      const row = await this.#options.store.get(id)
      if (row === null) return toDenial('There is no such request.', 'approval')
      const refusal = await this.#whyNotNow(row, approver)
      if (refusal !== null) return toDenial(refusal, 'approval', { approval: id })
      const { clock, settings, record } = this.#options
      const signature = toSignature(row, approver, said, clock.nowMs())
      if (!isRecorded) await record(toEvent(clock, row, verdict, signature))
      isRecorded = true
      const patch = verdict === 'denied' ? toDenied(signature) : toSigned(row, signature, settings.validFor)
      const after = await this.#change(row, patch)
      if (after !== null) return after
    }
    throw new Fault('state.unavailable', { where: 'approvals', why: 'the row keeps changing' })
  }

  /**
   * Uses an approval up, for exactly this binding; of any number of callers in any number of processes one gets it.
   * Access that was approved for a time may be used again until that time is over.
   */
  async consume(id: string, binding: string): Promise<Use | null> {
    const { store, clock, policyVersion } = this.#options
    const row = await store.get(id)
    if (row === null || !isSameBinding(row.binding, binding)) return null
    const nowMs = clock.nowMs()
    if (row.status !== 'approved' || !isLive(row, nowMs) || row.policyVersion !== policyVersion()) return null
    const isTimed = row.grantForMs !== null
    if (!isTimed && (await this.#change(row, { status: 'used', usedAtMs: nowMs })) === null) return null
    const untilMs = isTimed ? row.expiresAtMs : null
    return Object.freeze({
      [useMark]: true,
      approval: id,
      principalId: row.principal.id,
      connection: row.connection,
      untilMs,
    } satisfies Use)
  }

  // ── waiting ──

  async #waitFor(
    id: string,
    untilMs: number,
    gone: AbortSignal,
    listener: Listener,
  ): Promise<'approved' | 'denied' | 'expired' | 'gone'> {
    const { store, clock, pollMs = defaultPollMs } = this.#options
    // Measured on the clock that cannot step.
    const deadlineMs = clock.upMs() + Math.max(0, untilMs - clock.nowMs())
    for (;;) {
      if (gone.aborted) return 'gone'
      const row = await store.get(id)
      if (row === null) return 'expired'
      // Used by another waiter of the same request counts as approved: consume tells them apart.
      if (row.status === 'approved' || row.status === 'used') return 'approved'
      if (row.status === 'denied' || row.status === 'expired') return row.status
      const left = deadlineMs - clock.upMs()
      if (!isLive(row, clock.nowMs()) || this.#isOutdated(row)) return await this.#expire(row)
      if (left <= 0) return 'expired'
      await listener.pause(Math.min(left, pollMs))
    }
  }

  // ── deciding ──

  async #whyNotNow(row: Approval, approver: Principal): Promise<string | null> {
    const personal = whyNotDecide(row, approver)
    if (personal !== null) return personal
    const isOutdated = this.#isOutdated(row)
    const isTooLate = row.status === 'open' && (isOutdated || !isLive(row, this.#options.clock.nowMs()))
    if (!isTooLate) return whyNotSign(row, approver)
    await this.#expire(row)
    return isOutdated
      ? 'The rules have changed since; it must be asked again.'
      : 'This request has expired; it must be asked again.'
  }

  /** Nothing decided under other rules counts. */
  #isOutdated(row: Approval): boolean {
    return row.policyVersion !== this.#options.policyVersion()
  }

  async #expire(row: Approval): Promise<'expired'> {
    if ((await this.#change(row, toExpired(row))) !== null)
      await this.#options.record(toEvent(this.#options.clock, row, 'expired', null))
    return 'expired'
  }

  async #change(row: Approval, patch: ApprovalPatch): Promise<Approval | null> {
    if (!(await this.#options.store.compareAndSet(row.id, row.revision, patch))) return null
    this.#bell.ring(row.id)
    return { ...row, ...patch, revision: row.revision + 1 }
  }
}

function toAsked(row: Approval, isNew: boolean): Asked {
  const { id, binding, expiresAtMs } = row
  return { id, binding, isNew, status: row.status === 'approved' ? 'approved' : 'open', untilMs: expiresAtMs }
}
