// Events of which there are a few a session: their JSON, checked against their shape when read back. Unknown keys are
// damage: a newer format has a newer segment version, not more keys.

import { z } from 'zod'
import type { Answered, Done, Event, Refused, Requested } from '../kernel/event.ts'

export type HotEvent = Requested | Answered | Done | Refused
export type ColdEvent = Exclude<Event, HotEvent>

const times = { atMs: z.number(), upMs: z.number() }
const inSession = { session: z.string(), ...times }
const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const kind = z.enum(['human', 'agent', 'service', 'ci'])
const strings = z.array(z.string())
const text = z.string()

const gateway = z.strictObject({
  t: z.literal('gateway'),
  kind: z.enum(['start', 'stop', 'heartbeat', 'policy.activate', 'config.change', 'downtime']),
  ...times,
  body: scalars,
})

const sessionOpened = z.strictObject({
  t: z.literal('session.open'),
  ...inSession,
  connection: text,
  protocol: text,
  principal: z.strictObject({
    id: text,
    issuer: text,
    subject: text,
    kind,
    display: text,
    groups: strings,
    act: z.array(z.strictObject({ issuer: text, subject: text, kind })),
    run: text.nullable(),
    proof: z.strictObject({ method: z.enum(['oidc', 'run-token', 'connect-credential']), tokenId: text }),
  }),
  peer: z.strictObject({ address: text, tls: z.boolean() }),
  client: text.nullable(),
  policyVersion: text,
  grant: text,
  visibleClasses: strings,
})

const held = z.strictObject({
  t: z.literal('held'),
  ...inSession,
  action: z.number(),
  approval: text,
  label: text,
  reason: text,
  policies: strings,
  approverGroups: strings,
  binding: text,
})

const approvalDecided = z.strictObject({
  t: z.literal('approval'),
  ...times,
  session: text.nullable(),
  approval: text,
  decision: z.enum(['approved', 'denied', 'expired', 'used']),
  approver: z.strictObject({ id: text, display: text, kind }).nullable(),
  reason: text.nullable(),
  binding: text,
})

const injected = z.strictObject({
  t: z.literal('cred.inject'),
  ...inSession,
  source: text,
  kind: text,
  fingerprint: text,
})

const accessed = z.strictObject({
  t: z.literal('access'),
  ...times,
  kind: z.enum(['read', 'kill']),
  who: z.strictObject({ id: text, display: text, kind }),
  about: text,
  content: z.boolean(),
})

const faulted = z.strictObject({
  t: z.literal('fault'),
  ...times,
  session: text.nullable(),
  id: text,
  code: text,
  facts: scalars,
})

const sessionEnded = z.strictObject({
  t: z.literal('session.end'),
  ...inSession,
  reason: z.enum(['client-closed', 'target-closed', 'expired', 'revoked', 'fault', 'gateway-stop', 'gateway-crash']),
  exposure: z.strictObject({ bytesSent: z.number(), bytesScanned: z.number(), matches: z.number() }),
})

const coldEvent: z.ZodType<ColdEvent> = z.discriminatedUnion('t', [
  gateway,
  sessionOpened,
  held,
  approvalDecided,
  injected,
  accessed,
  faulted,
  sessionEnded,
])

/** @returns null when the text is not the JSON of such an event. */
export function toColdEvent(json: string): ColdEvent | null {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  const checked = coldEvent.safeParse(value)
  return checked.success ? checked.data : null
}
