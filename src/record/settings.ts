// The `evidence` section: how much is kept of an answer and what is waited for before it is released. Every default is
// the safe one; no value of it can turn recording off (G1).

import { z } from 'zod'
import { toByteSize } from './byte-size.ts'

/** One event holds one piece of an answer, but a session's answers share the disk: nobody means more than this. */
const maxBytesPerAction = 1_073_741_824

const byteSize = z.string().transform((text, context) => {
  const bytes = toByteSize(text)
  if (bytes !== null && bytes <= maxBytesPerAction) return bytes
  context.addIssue({
    code: 'custom',
    message:
      bytes === null
        ? 'a size is a whole number with its unit: 8MiB, 64kB, 512B'
        : 'a size here is at most 1GiB; choose `mode: digest` to keep less, not more',
  })
  return z.NEVER
})

const captureSettings = z.strictObject({
  /** Kept of one action's answer; beyond it a running SHA-256 and counts, and the event says so. */
  bytesPerAction: byteSize.prefault('8MiB'),
  /** `digest` keeps no answer bytes at all, only their SHA-256 and counts. */
  mode: z.enum(['full', 'digest']).default('full'),
})

export const evidenceSettings = z
  .strictObject({
    /** `full`: answer bytes too are on disk before they are released; `standard`: written before, on disk 5 ms later. */
    durability: z.enum(['standard', 'full']).default('standard'),
    capture: captureSettings.prefault({}),
  })
  .prefault({})
