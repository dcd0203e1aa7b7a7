// A failure as a person reads it: what is wrong, where, and what to do.

import { Fault, faultTable } from '../kernel/fault.ts'

/** Something of this machine is in the way, and the message says what. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/** The gateway does not answer. */
export class CannotReach extends Error {
  override readonly name = 'CannotReach'
}

/** It answered, and the answer is no. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** What was asked cannot be done as it was written, and the message says how it can. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage'
}

export function describeFailure(error: unknown): string {
  if (error instanceof AggregateError)
    return [error.message, ...error.errors.map(describeFailure)].filter((line) => line !== '').join('\n')
  if (error instanceof Fault) {
    const facts = Object.entries(error.facts)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ')
    return `${faultTable[error.code].tell} (${error.code}${facts === '' ? '' : `: ${facts}`})\n  ${faultTable[error.code].fix}`
  }
  const isSaid = [CannotReach, Refused, CannotStart, BadUsage].some((kind) => error instanceof kind)
  if (isSaid && error instanceof Error) return error.message
  // The system's own word is enough: which call, which file.
  if (error instanceof Error && 'syscall' in error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
