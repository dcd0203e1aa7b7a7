// The three outcomes, and the two values that prove one was reached. A denial is a value, never an exception.

import type { CedarValue } from './action.ts'
import type { Fault, FaultCode } from './fault.ts'

export interface Allow {
  readonly outcome: 'allow'
  /** `@id`s of the permits that decided. */
  readonly policies: readonly string[]
  readonly policyVersion: string
}

export interface Deny {
  readonly outcome: 'deny'
  readonly policies: readonly string[]
  readonly policyVersion: string
  /** What the client is told: the `@reason` of the deciding rule, or the default. */
  readonly reason: string
}

export interface Hold {
  readonly outcome: 'hold'
  readonly policies: readonly string[]
  readonly policyVersion: string
  readonly reason: string
  /** Each must be satisfied by an approver in that group; sorted, without duplicates. */
  readonly approverGroups: readonly string[]
  /** From `@grant`: the approval becomes a permission for this long instead of for one action. */
  readonly grantForMs: number | null
  /** `@author` of the determining rules: may not approve. Principal ids or e-mails. */
  readonly authors: readonly string[]
}

export type Decision = Allow | Deny | Hold

/** Why a client is refused, in words that may be told. The fault id joins it to the operator's log. */
export interface Denial {
  readonly denied: true
  readonly reason: string
  readonly cause: 'policy' | 'identity' | 'approval' | 'fault' | 'revoked'
  /** The approval that was refused, expired or is still open. */
  readonly approval: string | null
  /** Present when `cause` is `fault`. */
  readonly faultId: string | null
  /** The same: a protocol's own code for it says who must do something. */
  readonly faultCode: FaultCode | null
  /** The client may usefully ask the same again later (an approval is pending). */
  readonly retryAfterMs: number | null
}

export function isDenial(value: object): value is Denial {
  return 'denied' in value && value.denied === true
}

export function toDenial(reason: string, cause: Denial['cause'], more: Partial<Denial> = {}): Denial {
  return { denied: true, reason, cause, approval: null, faultId: null, faultCode: null, retryAfterMs: null, ...more }
}

export function toFaultDenial(fault: Fault): Denial {
  return toDenial(fault.tell, 'fault', { faultId: fault.id, faultCode: fault.code })
}

/**
 * Marks that only one place may write; tools/laws.ts holds the list of files that may name them, and the type system
 * does the rest. A Grant comes from authorize/, a Passage and Released bytes from the journey.
 */
export const grantMark: unique symbol = Symbol('grant')
export const passageMark: unique symbol = Symbol('passage')
declare const releasedMark: unique symbol

/** Time-bound permission of one principal on one connection. dial/ takes nothing else. */
export interface Grant {
  readonly [grantMark]: true
  readonly id: string
  readonly principalId: string
  readonly connection: string
  readonly expiresAtMs: number
  readonly policyVersion: string
}

/** Response bytes that were masked, scanned for credentials and written to the journal: all that a client is sent of a target. */
export type Released = Uint8Array & { readonly [releasedMark]: true }

/** What a policy may read besides the facts; the same for every protocol. */
export interface Circumstances {
  readonly connection: string
  readonly tags: readonly string[]
  readonly attributes: { readonly [key: string]: CedarValue }
}
