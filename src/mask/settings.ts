// The `masking` section: what replaces a finding, what is not looked for, and detectors of the operator's own. Every default
// is the safe one; who may see what is not here but in the policies (`Action::"view"`).

import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { toDetector } from './custom.ts'
import { nameProblems } from './name-problems.ts'
import { digestDigits, expiresAtMs, type IgnoreRule } from './ignore.ts'
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
    pattern: z.string().min(1).max(4_096).optional(),
    terms: z.array(z.string().trim().min(2).max(128)).min(1).max(500).optional(),
    score: z.number().gt(0).max(1).optional(),
    words: z.array(z.string().min(2).max(64)).max(64).optional(),
    maxBytes: z.int().min(4).max(2_048).optional(),
  })
  .superRefine((custom, context) => {
    try {
      toDetector(custom)
    } catch (thrown) {
      context.addIssue({
        code: 'custom',
        path: [custom.terms === undefined ? 'pattern' : 'terms'],
        message: told(thrown),
      })
    }
  })

/** What a pattern cannot be, and where; never the pattern itself. */
function told(thrown: unknown): string {
  const { problem = 'it cannot be read', at } = thrown instanceof Fault ? thrown.facts : {}
  return `not a detector this gateway can run: ${String(problem)}${at === undefined ? '' : `, at character ${Number(at) + 1}`}`
}

const ending = z
  .string()
  .refine(
    (text) => expiresAtMs({ expires: text }) !== null,
    'a day such as 2027-03-31; from then on the rule does not apply',
  )

const ignoredValue = z.union(
  [
    z.strictObject({ digest: z.string().regex(new RegExp(`^[0-9a-f]{${digestDigits}}$`)) }),
    z.strictObject({ text: z.string().min(1).max(256) }),
  ],
  "a value is { digest: … }, as `sallyport mask digest` prints it, or { text: … } when it is nobody's",
)

const ignoreRule = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'an id is lower case, digits and dashes'),
    class: z.string().regex(/^[a-z]{2,16}\/(?:\*|[a-z0-9-]{1,64})$/, 'an exact class (pii/email) or a family (pii/*)'),
    field: z.string().min(1).max(64).optional(),
    connection: z.string().min(1).max(64).optional(),
    value: ignoredValue.optional(),
    reason: z.string('an ignore rule says why').min(8).max(500),
    owner: z.string('an ignore rule has an owner').min(2).max(120),
    expires: ending,
  })
  .superRefine((rule, context) => {
    for (const [path, message] of tooWide(rule)) context.addIssue({ code: 'custom', path: [path], message })
  })

/** A rule that lets through more than its author can have looked at. */
function tooWide({ class: name, field, value }: Pick<IgnoreRule, 'class' | 'field' | 'value'>): [string, string][] {
  const problems: [string, string][] = []
  const isFamily = name.endsWith('/*')
  if (isFamily && value !== undefined) problems.push(['class', 'a rule for one value names its exact class'])
  if (!name.startsWith('secret/')) return problems
  if (isFamily) problems.push(['class', 'secrets are not ignored by family; name the exact class'])
  if (value !== undefined && 'text' in value) problems.push(['value', 'a secret is named by its digest only'])
  if (value === undefined && (field === undefined || field.includes('*')))
    problems.push([
      field === undefined ? 'class' : 'field',
      'a rule for secrets names one field, without *, or one value by its digest',
    ])
  return problems
}

const section = z.strictObject({
  /** Of the tokens: a new one makes all of them new, and joins nothing with what was masked before. */
  epoch: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'letters, digits, dots and dashes')
    .default('1'),
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
  /** Findings that are let through: each somebody's, for a reason, until a day. */
  ignore: z
    .array(ignoreRule)
    .max(500)
    .default([])
    .superRefine((rules, context) => {
      for (const [i, { id }] of rules.entries())
        if (rules.findIndex((other) => other.id === id) < i)
          context.addIssue({ code: 'custom', path: [i, 'id'], message: 'another rule has this id' })
    }),
})

/** Names that only the detectors know are looked up here, so that one that is misspelt is told at its place in the file. */
export const maskingSettings = section.superRefine((settings, context) => {
  for (const { path, message } of nameProblems(settings)) context.addIssue({ code: 'custom', path: [...path], message })
})

export type MaskingSettings = z.infer<typeof maskingSettings>
