// The `masking` section: what replaces a finding, what is not looked for, and detectors of the operator's own. Every default
// is the safe one; who may see what is not here but in the policies (`Action::"view"`).

import { z } from 'zod'
import { toDetector } from './custom.ts'
import { operatorNames } from './operators/operators.ts'

const dataClass = z
  .string()
  .regex(/^[a-z]{2,16}\/[a-z0-9-]{1,64}$/, 'a data class is a family and a name: pii/email, secret/github-token')

const classOrFamily = z
  .string()
  .regex(/^(?:\*|[a-z]{2,16}\/(?:\*|[a-z0-9-]{1,64}))$/, 'an exact class (pii/email), a family (pii/*) or *')

const customDetector = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'an id is lower case, digits and dashes'),
    class: dataClass,
    pattern: z.string().min(1).max(4_096),
    score: z.number().gt(0).max(1).optional(),
    words: z.array(z.string().min(2).max(64)).max(64).optional(),
    maxBytes: z.int().min(4).max(2_048).optional(),
  })
  .superRefine((custom, context) => {
    try {
      toDetector(custom)
    } catch (thrown) {
      const problem = thrown instanceof Error && 'facts' in thrown ? JSON.stringify(thrown.facts) : 'it cannot be read'
      context.addIssue({ code: 'custom', path: ['pattern'], message: `not a pattern this gateway can run: ${problem}` })
    }
  })

export const maskingSettings = z.strictObject({
  operators: z.record(classOrFamily, z.enum(operatorNames)).default({}),
  classes: z
    .strictObject({
      /** Not looked for, on any connection, for anybody: each with the reason, which goes to the record. */
      off: z
        .array(z.strictObject({ class: dataClass, reason: z.string().min(8).max(500) }))
        .max(200)
        .default([]),
    })
    .prefault({}),
  custom: z.array(customDetector).max(200).default([]),
})

export type MaskingSettings = z.infer<typeof maskingSettings>
