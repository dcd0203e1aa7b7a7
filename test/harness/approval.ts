// A request for approval as the desk keeps it.

import type { Approval } from '../../src/kernel/approval.ts'

export function approval(id: string, more: Partial<Approval> = {}): Approval {
  return {
    id,
    binding: `binding of ${id}`,
    policyVersion: 'v1',
    principal: {
      id: 'idp|agent',
      issuer: 'idp',
      subject: 'agent',
      kind: 'agent',
      display: 'agent',
      act: [],
      run: null,
    },
    connection: 'orders',
    protocol: 'p',
    session: 'ses_1',
    actionNumber: 1,
    label: 'UPDATE',
    reason: 'because',
    policies: ['writes'],
    parts: [{ role: 'statement', text: 'UPDATE …' }],
    approverGroups: ['dba'],
    authors: [],
    grantForMs: null,
    status: 'open',
    revision: 1,
    createdAtMs: 1_000,
    expiresAtMs: 2_000,
    signatures: [],
    refusal: null,
    decidedAtMs: null,
    usedAtMs: null,
    ...more,
  }
}
