// Every shape that crosses the operator API. Times are RFC 3339 with a zone; sizes are bytes; ids say what they are.

import { z } from 'zod'

const time = z.iso.datetime({ offset: true })

export const errorBody = z.object({
  error: z.string().describe('what is wrong and what to do, for people'),
  code: z.string().describe('a fault code, or one of denied, not-found, invalid'),
  fault: z.string().nullable().describe('id that the operator finds in the log'),
})

export const principalBody = z.object({
  id: z.string(),
  display: z.string(),
  kind: z.enum(['human', 'agent', 'service', 'ci']),
  groups: z.array(z.string()),
  act: z.array(z.object({ issuer: z.string(), subject: z.string(), kind: z.string() })),
  run: z.string().nullable(),
  expiresAt: time,
})

export const connectionBody = z.object({
  name: z.string(),
  protocol: z.string(),
  tags: z.array(z.string()),
  source: z.string(),
  access: z.enum(['allow', 'hold', 'deny']),
  reason: z.string().nullable().describe('why not, or why it is held'),
  actions: z.array(z.object({ action: z.string(), outcome: z.enum(['allow', 'hold', 'deny']) })),
})

export const connectBody = z.object({
  connection: z.string(),
  expiresAt: time,
  lines: z.array(z.string()),
  env: z.record(z.string(), z.string()),
})

export const runBody = z.object({
  run: z.string(),
  token: z.string(),
  expiresAt: time,
  env: z.record(z.string(), z.string()),
})

export const requestBody = z.object({
  id: z.string(),
  status: z.string(),
  connection: z.string(),
  principal: z.string(),
  label: z.string(),
  reason: z.string(),
  approverGroups: z.array(z.string()),
  parts: z.array(z.object({ role: z.string(), text: z.string() })).describe('masked'),
  binding: z.string().describe('SHA-256 of exactly what would be approved'),
  createdAt: time,
  expiresAt: time,
  approver: z.string().nullable(),
  decisionReason: z.string().nullable(),
})

export const decisionInput = z.strictObject({ reason: z.string().trim().min(1).max(2000) })

/** Bytes of the answers of actions that have ended. */
const coverageBody = z.object({
  scannedBytes: z.number().describe('looked at'),
  opaqueBytes: z.number().describe('not looked at: of a type that cannot hold text'),
  encodedBytes: z.number().describe('Base64 that was not decoded: too long and too much unlike text'),
  disclosedBytes: z.number().describe('of those looked at: for fewer classes, because permission discloses the others'),
  uncapturedBytes: z.number().describe('released, but not kept: beyond the limit of the capture'),
})

export const sessionBody = z.object({
  id: z.string(),
  connection: z.string(),
  protocol: z.string(),
  principal: z.string(),
  principalKind: z.string(),
  run: z.string().nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  endReason: z.string().nullable(),
  live: z.boolean(),
  requests: z.number(),
  refused: z.number(),
  held: z.number(),
  maskedFields: z.number(),
  ignoredFields: z.number().describe('findings that a rule of the operator let through'),
  responseBytes: z.number(),
  coverage: coverageBody,
  sealIndex: z.number().nullable().describe('leaf of the session seal in the log'),
})

const contentState = z.enum(['whole', 'pending', 'erased', 'not-kept', 'not-shown'])

export const eventBody = z.object({
  seq: z.number(),
  at: time,
  type: z.string(),
  action: z.number().nullable(),
  label: z.string(),
  outcome: z.string().nullable(),
  code: z.string().nullable(),
  policies: z.array(z.string()),
  findings: z.array(
    z.object({
      class: z.string(),
      side: z.enum(['request', 'response']),
      count: z.number(),
      ignoredBy: z.string().nullable().describe('the rule by which they were not masked'),
    }),
  ),
  leafIndex: z.number().nullable(),
  request: z.string().nullable().describe('as a person reads it, masked; only when asked for'),
  response: z.string().nullable(),
  content: contentState
    .nullable()
    .describe(
      'whether that is all of it; pending: not sealed yet; erased: its key was destroyed; not-kept: beyond the limit of the capture; not-shown: too long for here; only when asked for',
    ),
})

export const maskingReportBody = z.object({
  from: time.describe('everything since then is counted'),
  complete: z.boolean().describe('false when there was more than a report looks through'),
  total: z.number(),
  lines: z.array(
    z.object({
      class: z.string(),
      rule: z.string(),
      connection: z.string(),
      field: z.string().nullable(),
      side: z.enum(['request', 'response']),
      ignoredBy: z.string().nullable(),
      count: z.number(),
      sessions: z.number(),
      share: z.number().describe('of the total, from 0 to 1'),
    }),
  ),
})

export const loginBody = z.object({
  issuers: z.array(z.object({ issuer: z.string(), clientId: z.string(), audience: z.string() })),
})

export type PrincipalBody = z.infer<typeof principalBody>
export type ConnectionBody = z.infer<typeof connectionBody>
export type RequestBody = z.infer<typeof requestBody>
export type SessionBody = z.infer<typeof sessionBody>
export type MaskingReportBody = z.infer<typeof maskingReportBody>
export type CoverageBody = z.infer<typeof coverageBody>
export type EventBody = z.infer<typeof eventBody>
export type ContentState = z.infer<typeof contentState>
