// The one thrown type and the one table of codes. `tell` is all that a peer ever reads; `facts` and `cause` go to the
// operator's log, never traffic; the id joins the two. A denial is not a fault: it is a value (decision.ts).

import { newId } from './ids.ts'

type Blame = 'client' | 'upstream' | 'operator' | 'gateway'
type Blast = 'request' | 'session' | 'listener' | 'process'

interface FaultKind {
  readonly blame: Blame
  /** How far the damage reaches: what is closed. */
  readonly blast: Blast
  /** What a peer reads. No values, no names of targets. */
  readonly tell: string
  /** What the operator does about it; printed on docs/faults.md. */
  readonly fix: string
}

const kind = (blame: Blame, blast: Blast, tell: string, fix: string): FaultKind => ({ blame, blast, tell, fix })

export const faultTable = {
  // frames and handshakes
  'frame.too-large': kind(
    'client',
    'session',
    'A frame is larger than this gateway accepts.',
    'Raise the limit of the protocol if the client is honest; the log names the frame and its length.',
  ),
  'frame.malformed': kind(
    'client',
    'session',
    'A frame does not follow the protocol.',
    'Look at the client: a well-kept driver does not send this.',
  ),
  'frame.unknown': kind(
    'client',
    'session',
    'This message type is not allowed through the gateway.',
    'The message could do anything, so it is denied. If a driver needs it, open an issue with its name.',
  ),
  'frame.truncated': kind(
    'client',
    'session',
    'The connection ended inside a frame.',
    'Usually a client that was stopped; look for network trouble when it repeats.',
  ),
  'phase.timeout': kind(
    'client',
    'session',
    'The handshake took too long.',
    'A stalled or hostile client; the log names the phase. Raise listen limits only for slow networks.',
  ),
  'tls.required': kind(
    'client',
    'session',
    'This gateway requires TLS for this credential.',
    'Use TLS in the client (for libpq: sslmode=require or stronger).',
  ),
  'tls.failed': kind(
    'client',
    'session',
    'The TLS handshake failed.',
    'Look for a client that does not trust the certificate, or for a scanner.',
  ),
  'listen.busy': kind(
    'operator',
    'session',
    'The gateway has reached its limit of connections.',
    'Raise listen.maxConnections or add a node.',
  ),
  // requests
  'request.too-large': kind(
    'client',
    'request',
    'The request is larger than this gateway accepts.',
    'Raise the limit of the protocol if the request is honest.',
  ),
  'request.malformed': kind(
    'client',
    'request',
    'The request does not follow the protocol.',
    'Look at the client; the log names the part.',
  ),
  'request.encoding': kind(
    'client',
    'request',
    'This encoding cannot be inspected, so it is not allowed.',
    'Have the client use UTF-8 and no unusual content encoding.',
  ),
  'client.gone': kind('client', 'session', 'The client went away.', 'Nothing, unless it repeats.'),
  // targets
  'upstream.unreachable': kind(
    'upstream',
    'session',
    'The target cannot be reached.',
    'Run `sallyport doctor`; check the address, the firewall and that the target is up.',
  ),
  'upstream.timeout': kind(
    'upstream',
    'session',
    'The target did not answer in time.',
    'Check the load of the target; raise dial timeouts for slow ones.',
  ),
  'upstream.closed': kind(
    'upstream',
    'session',
    'The target closed the connection.',
    'Read the log of the target at that time.',
  ),
  'upstream.auth': kind(
    'operator',
    'session',
    'The gateway could not authenticate to the target.',
    'Check the credential of the connection: `sallyport check`, then the log of the target.',
  ),
  'upstream.tls': kind(
    'operator',
    'session',
    'The gateway could not establish TLS with the target.',
    'Check the certificate of the target and the sslmode or CA of the connection.',
  ),
  'upstream.protocol': kind(
    'upstream',
    'session',
    'The target broke its protocol.',
    'Check the version of the target; the log names the message.',
  ),
  'upstream.encoding': kind(
    'upstream',
    'session',
    'The target answered in an encoding that cannot be inspected.',
    'Nothing leaves uninspected; check which encoding the target chose.',
  ),
  // credentials
  'credential.unavailable': kind(
    'operator',
    'session',
    'The credential of this connection is not available.',
    'Check the reference (env:, file:, store:) and that the gateway may read it.',
  ),
  'credential.exposed': kind(
    'upstream',
    'session',
    'The answer contained a credential of the target and was stopped.',
    'Rotate the credential; find out why the target returns it.',
  ),
  // the record
  'record.unavailable': kind(
    'operator',
    'session',
    'The gateway cannot record, so nothing passes.',
    'Free disk space or make the data folder writable; the gateway recovers by itself.',
  ),
  'record.corrupt': kind(
    'operator',
    'process',
    'The record is damaged.',
    'Do not delete anything. Run `sallyport verify` and keep a copy of the data folder.',
  ),
  'mask.failed': kind(
    'gateway',
    'request',
    'The answer could not be inspected and was stopped.',
    'A detector failed; the log names it. Report it.',
  ),
  // approvals
  'approval.busy': kind(
    'client',
    'request',
    'Too many requests are waiting for approval.',
    'Decide or let expire what is open (`sallyport requests`); an agent that asks in a loop is shown by its principal.',
  ),
  'approval.too-large': kind(
    'client',
    'request',
    'This needs approval, and it is too large to be shown to a reviewer whole.',
    'Have the client ask for less at a time, or write a rule that allows or forbids it without a human.',
  ),
  // gateway
  'config.invalid': kind(
    'operator',
    'process',
    'The configuration is not valid.',
    'Run `sallyport check`: every problem of the files is shown with its line. `sallyport doctor` shows what is wrong around them: ports, certificates, folders.',
  ),
  'policy.failed': kind(
    'operator',
    'request',
    'The policy could not be evaluated, so nothing is allowed.',
    'Run `sallyport check`; the log names the policy.',
  ),
  'state.unavailable': kind(
    'operator',
    'request',
    'The gateway cannot reach its state.',
    'Check the data folder or the database named in store.url.',
  ),
  'identity.unavailable': kind(
    'operator',
    'request',
    'The identity provider cannot be reached.',
    'Check the issuer address and its TLS certificate from the host of the gateway.',
  ),
  internal: kind(
    'gateway',
    'session',
    'The gateway failed; nothing was passed.',
    'This is a defect. Report it with the log entry of this id.',
  ),
} as const satisfies Record<string, FaultKind>

export type FaultCode = keyof typeof faultTable

export interface FaultFacts {
  readonly [name: string]: string | number | boolean | null
}

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  /** For the operator's log. Lengths, names, phases; never traffic, never secrets. */
  readonly facts: FaultFacts
  readonly id: string

  constructor(code: FaultCode, facts: FaultFacts = {}, cause?: unknown) {
    super(`${code}: ${faultTable[code].tell}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.facts = facts
    this.id = newId('flt', Date.now())
  }

  get tell(): string {
    return faultTable[this.code].tell
  }

  get blast(): Blast {
    return faultTable[this.code].blast
  }

  get blame(): Blame {
    return faultTable[this.code].blame
  }
}

/** An unknown throw becomes an `internal` fault and keeps its cause; a Fault passes as it is. */
export function toFault(thrown: unknown, code: FaultCode = 'internal', facts: FaultFacts = {}): Fault {
  return thrown instanceof Fault ? thrown : new Fault(code, facts, thrown)
}
