// The `approvals` section: how long a client is held, and how long an approval that was given may wait to be used. Both
// are bounded: an approval that outlives the memory of who gave it approves something else.

import { z } from 'zod'
import { toDuration } from './duration.ts'

const maxHoldMs = 86_400_000
const maxValidMs = 86_400_000

function duration(maxMs: number, maxText: string) {
  return z.string().transform((text, context) => {
    const ms = toDuration(text)
    if (ms !== null && ms >= 1_000 && ms <= maxMs) return ms
    context.addIssue({
      code: 'custom',
      message:
        ms === null
          ? 'a duration is a whole number with its unit: 90s, 5m, 1h'
          : `a duration here is at least 1s and at most ${maxText}`,
    })
    return z.NEVER
  })
}

export const approvalSettings = z
  .strictObject({
    /** A held request waits this long for its reviewers. */
    holdFor: duration(maxHoldMs, '24h').prefault('5m'),
    /** An approval that was given is good for one use within this time. */
    validFor: duration(maxValidMs, '24h').prefault('15m'),
  })
  .prefault({})

/** In milliseconds. */
export type ApprovalSettings = z.output<typeof approvalSettings>
