// The `connections` section: registered targets and where their credentials are. A value that looks like a credential
// instead of a reference is refused, so that secrets do not end up in a file under version control.

import { z } from 'zod'
import { isReference } from './reference.ts'

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,62}$/,
    'a connection name has 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit',
  )

const reference = z
  .string()
  .refine(isReference, 'a secret is given as a reference: env:NAME, file:PATH or store:NAME; never the value itself')

/** Account names are not secret; every other field of a credential is a reference. */
const credential = z.record(z.string(), z.string()).check((context) => {
  for (const [field, value] of Object.entries(context.value)) {
    if (field === 'user') continue
    const checked = reference.safeParse(value)
    if (!checked.success) {
      context.issues.push({
        code: 'custom',
        message: checked.error.issues[0]?.message ?? 'not a reference',
        path: [field],
        input: '‹secret›',
      })
    }
  }
})

export const connectionSettings = z.strictObject({
  name,
  protocol: z.string(),
  target: z
    .string()
    .refine((text) => URL.canParse(text), 'a target is a URL, such as https://host or scheme://host:port/database'),
  credential: credential.default({}),
  tags: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/))
    .max(32)
    .default([]),
  capture: z.enum(['full', 'digest']).optional(),
})

export const connectionsSettings = z.array(connectionSettings).max(10_000).default([])

export type ConnectionSettings = z.infer<typeof connectionSettings>
