// A fault as the operator's log and the record see it: code, id, facts, and the class of what caused it. A cause's message
// may quote traffic, so it is never written.

import type { Clock } from '../kernel/clock.ts'
import type { Faulted } from '../kernel/event.ts'
import { faultTable, type Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'

export function faultEvent(clock: Clock, fault: Fault, session: string | null): Faulted {
  return {
    t: 'fault',
    atMs: clock.nowMs(),
    upMs: clock.upMs(),
    session,
    id: fault.id,
    code: fault.code,
    facts: fault.facts,
  }
}

export function logFault(log: Log, fault: Fault, session: string | null): void {
  const line = { fault: fault.id, code: fault.code, session, ...fault.facts, cause: causeOf(fault) }
  if (faultTable[fault.code].blame === 'client') log.warn(fault.tell, line)
  else log.error(fault.tell, { ...line, fix: faultTable[fault.code].fix })
}

function causeOf(fault: Fault): string | undefined {
  const { cause } = fault
  if (!(cause instanceof Error)) return cause === undefined ? undefined : typeof cause
  const code = 'code' in cause ? ` ${String(cause.code)}` : ''
  // The first frame says where; for a defect of ours that is what is needed.
  const frame = fault.code === 'internal' ? ` ${cause.stack?.split('\n')[1]?.trim() ?? ''}` : ''
  return `${cause.name}${code}${frame}`
}
