// What exactly an approval is for (G4), as one SHA-256: the action to the byte, who asks and for whom, where, and under
// which rules. Every piece carries its length and every list its count, so no two different requests write the same bytes.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Hold } from '../kernel/decision.ts'
import type { Connection } from '../kernel/connection.ts'
import type { Principal } from '../kernel/principal.ts'

export interface Bound {
  readonly principal: Pick<Principal, 'id' | 'kind' | 'act'>
  readonly connection: Pick<Connection, 'name' | 'protocol' | 'target'>
  readonly canonical: readonly Uint8Array[]
  /** The rules that hold it: the same text under other facts may need other people. */
  readonly decision: Hold
}

const domain = 'sallyport approval v1'

/** @returns hexadecimal */
export function toBinding({ principal, connection, canonical, decision }: Bound): string {
  const act = principal.act.flatMap(({ issuer, subject, kind }) => [issuer, subject, kind])
  const lists: readonly (readonly (string | Uint8Array)[])[] = [
    [domain],
    canonical,
    [principal.id, principal.kind],
    act,
    [connection.name, connection.protocol, connection.target.href],
    [decision.policyVersion, String(decision.grantForMs)],
    decision.policies,
    decision.approverGroups,
  ]
  const hash = createHash('sha256')
  for (const list of lists) {
    hash.update(lengthOf(list.length))
    for (const piece of list) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      hash.update(lengthOf(bytes.length)).update(bytes)
    }
  }
  return hash.digest('hex')
}

function lengthOf(count: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(count))
  return bytes
}

export function isSameBinding(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
