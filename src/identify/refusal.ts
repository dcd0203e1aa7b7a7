// Why a credential was refused, for the operator's log. The client reads one sentence whatever the reason: an oracle that
// tells "expired" from "bad signature" helps only whoever is guessing.

import { toDenial, type Denial } from '../kernel/decision.ts'
import type { Peer } from '../kernel/journey.ts'
import type { Log } from '../kernel/log.ts'

export type RefusalClass =
  | 'too-large'
  | 'malformed'
  | 'algorithm'
  | 'unknown-issuer'
  | 'wrong-rule'
  | 'wrong-audience'
  | 'unknown-key'
  | 'bad-signature'
  | 'expired'
  | 'not-yet-valid'
  | 'lifetime'
  | 'claims'
  | 'not-exchangeable'
  | 'unknown-credential'
  | 'revoked'

export interface Refusal {
  readonly refused: RefusalClass
  /** Which issuer was asked for, by our own name for it. */
  readonly issuer: string | null
  /** A claim's name or an address, never a value that proves anything. */
  readonly detail: string | null
}

export function toRefusal(refused: RefusalClass, issuer: string | null = null, detail: string | null = null): Refusal {
  return { refused, issuer, detail }
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

export const credentialNotValid = 'The credential is not valid.'

export function refuse(log: Log, refusal: Refusal, peer: Peer): Denial {
  const { refused, issuer, detail } = refusal
  log.warn('a credential was refused', { class: refused, issuer, detail, peer: peer.address })
  return toDenial(credentialNotValid, refused === 'revoked' ? 'revoked' : 'identity')
}
