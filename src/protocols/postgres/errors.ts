// The gateway's refusals in the protocol's own error language ("Error and Notice Message Fields", SQLSTATE in appendix A),
// so that psql and every driver show them as they show the server's.

import type { Denial } from '../../kernel/decision.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import type { HeldRequest } from '../../kernel/journey.ts'
import { fromTarget, toFrame } from './messages.ts'

export interface ErrorFields {
  readonly severity: 'ERROR' | 'FATAL' | 'NOTICE'
  readonly sqlstate: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

/** insufficient_privilege: what a driver knows as "not allowed", never as "try again". */
const notAllowed = '42501'
const wrongPassword = '28P01'
const adminShutdown = '57P01'
const internalError = 'XX000'
export const queryCanceled = '57014'
export const connectionFailure = '08006'
export const protocolViolation = '08P01'
/** invalid_sql_statement_name and invalid_cursor_name: a driver that reads one prepares or opens again. */
export const unknownStatement = '26000'
export const unknownPortal = '34000'
const successful = '00000'

/** What a driver or a pool knows the fault as; of the others nobody but the gateway knows more. */
const faultStates: Partial<Record<FaultCode, string>> = {
  'frame.malformed': protocolViolation,
  'frame.unknown': protocolViolation,
  'frame.truncated': protocolViolation,
  // program_limit_exceeded
  'frame.too-large': '54000',
  'request.too-large': '54000',
  // invalid_authorization_specification, as for a line of pg_hba.conf that wants TLS
  'tls.required': '28000',
  // sqlclient_unable_to_establish_sqlconnection
  'upstream.unreachable': '08001',
  'upstream.timeout': '08001',
  'upstream.closed': connectionFailure,
}

export function toErrorFrame(fields: ErrorFields): Uint8Array {
  const type = fields.severity === 'NOTICE' ? fromTarget.notice : fromTarget.error
  return toFrame(type, (body) => {
    const put = (letter: string, value: string): void => {
      body.uint8(letter.charCodeAt(0)).cstring(value)
    }
    put('S', fields.severity)
    put('V', fields.severity)
    put('C', fields.sqlstate)
    put('M', fields.message)
    if (fields.detail !== undefined) put('D', fields.detail)
    if (fields.hint !== undefined) put('H', fields.hint)
    body.uint8(0)
  })
}

/**
 * A statement is refused; the session goes on.
 * @param notUnderstood why nobody can say what it would do
 * @param missing SQLSTATE of the name that stands for nothing, when that is why
 */
export function toDenialFrame(denial: Denial, notUnderstood: string | null, missing: string | null): Uint8Array {
  const more = moreOf(denial)
  const why =
    notUnderstood === null ? undefined : `Why nobody can say what it would do: ${notUnderstood.replace(/\.$/, '')}.`
  const detail = [more.detail, why].filter((words) => words !== undefined).join(' ')
  const sqlstate = denial.cause === 'policy' && missing !== null ? missing : sqlstateOf(denial)
  const fields = { severity: 'ERROR', sqlstate, message: denial.reason, ...more } as const
  return toErrorFrame(detail === '' ? fields : { ...fields, detail })
}

/** The session is refused or ends. */
export function toFatalFrame(denial: Denial, sqlstate = fatalStateOf(denial)): Uint8Array {
  return toErrorFrame({ severity: 'FATAL', sqlstate, message: denial.reason, ...moreOf(denial) })
}

function sqlstateOf(denial: Denial): string {
  if (denial.cause === 'fault') return (denial.faultCode && faultStates[denial.faultCode]) ?? internalError
  return denial.cause === 'revoked' ? adminShutdown : notAllowed
}

function fatalStateOf(denial: Denial): string {
  return denial.cause === 'identity' ? wrongPassword : sqlstateOf(denial)
}

function moreOf(denial: Denial): { detail?: string; hint?: string } {
  if (denial.cause === 'fault') {
    return denial.faultId === null ? {} : { hint: `The operator finds the cause under ${denial.faultId}.` }
  }
  if (denial.cause === 'identity') {
    return { hint: 'The password is a token: from your identity provider, or from `sallyport connect NAME`.' }
  }
  if (denial.cause === 'revoked') return {}
  const detail = 'The gateway refused this; nothing of it reached the database.'
  if (denial.approval === null) {
    return { detail, hint: '`sallyport ls` shows what you may do on each connection, and why not.' }
  }
  return { detail, hint: `Approval request ${denial.approval}.` }
}

/** Sent once when a hold starts. The words to type are for a reviewer, who is somebody else. */
export function toHeldNotice(hold: HeldRequest): Uint8Array {
  const reviewers = hold.approverGroups.join(', ')
  return toErrorFrame({
    severity: 'NOTICE',
    sqlstate: successful,
    message: `This waits for an approval: ${hold.approval}`,
    detail: `${hold.reason} Approvers: ${reviewers}.`,
    hint: `A reviewer types: sallyport approve ${hold.approval} --reason '…'   (or deny). Waiting; Ctrl-C gives up.`,
  })
}

/** Keeps the connection from looking dead while people decide. */
export function toStillHeldNotice(hold: HeldRequest): Uint8Array {
  return toErrorFrame({
    severity: 'NOTICE',
    sqlstate: successful,
    message: `Still waiting for approval ${hold.approval}.`,
  })
}
