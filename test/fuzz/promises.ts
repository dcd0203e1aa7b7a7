// What every target promises: it refuses in one way.

import assert from 'node:assert/strict'
import { Fault, type FaultCode } from '../../src/kernel/fault.ts'

/** Anything else that is thrown is a defect, and is shown as it is. */
export function requireFault(error: unknown, ...codes: readonly FaultCode[]): Fault {
  if (!(error instanceof Fault) || error.code === 'internal') throw error
  assert.ok(codes.length === 0 || codes.includes(error.code), error.code)
  return error
}

const around = 40

/** Says where two long texts part. */
export function assertSame(actual: string, expected: string, what: string): void {
  if (actual === expected) return
  let at = 0
  while (actual[at] === expected[at]) at++
  const [one, other] = [actual, expected].map((text) =>
    JSON.stringify(text.slice(Math.max(0, at - around), at + around)),
  )
  assert.fail(`${what}: ${one} in place of ${other} at ${at}`)
}
