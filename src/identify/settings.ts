// The `identity` section: whose tokens are believed, and what their claims mean. Every default is the strict one; `none`
// and shared-secret algorithms cannot be written at all (RFC 8725 §3.1, §3.2).

import { z } from 'zod'
import { isLoopbackHost } from '../wire/loopback.ts'
import { isCleanText } from './text.ts'

const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

const kinds = z.enum(['human', 'agent', 'service', 'ci'])

const claimName = z.string().min(1).max(256).refine(isCleanText, 'a claim name has no control characters')

const ruleId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'a federation rule id has 1 to 128 of letters, digits and . _ : -')

const issuerUrl = z
  .string()
  .max(512)
  .refine((text) => isSecureUrl(text), 'an https URL without user, query or fragment; http only for a loopback address')

const keysUrl = z
  .string()
  .max(512)
  .refine(
    (text) => isSecureUrl(text, 'query'),
    'an https URL without user or fragment; http only for a loopback address',
  )

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `30s`, `15m`, `24h` or seconds → seconds. */
function seconds(min: number, max: number): z.ZodPipe<z.ZodType, z.ZodType<number>> {
  return z
    .union([z.int(), z.string().regex(/^\d{1,6}[smhd]$/, 'a duration such as 30s, 15m, 24h')])
    .transform((given) =>
      typeof given === 'number' ? given : Number.parseInt(given, 10) * (units[given.slice(-1)] ?? 1),
    )
    .pipe(z.number().min(min).max(max))
}

const principal = z.strictObject({
  /** The claim that names the principal for ever. An address that may be given to somebody else does not. */
  id: claimName.default('sub'),
  /** A claim's value that is not in `map` is refused: nobody becomes a human by accident. */
  kind: z.union([kinds, z.strictObject({ claim: claimName, map: z.record(z.string().min(1).max(256), kinds) })], {
    error: 'kind is human, agent, service or ci, or { claim: NAME, map: { VALUE: KIND } }',
  }),
  /** A claim's own name, or a dotted path to it; an absent claim means no groups. */
  groups: claimName.default('groups'),
  display: claimName.optional(),
})

export const issuerSettings = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a name has 1 to 63 of a-z, 0-9, - and _'),
  /** Compared with `iss` character by character; discovery is asked below it. */
  issuer: issuerUrl,
  audience: z.string().min(1).max(512).refine(isCleanText, 'an audience has no control characters'),
  /** Skips discovery. */
  jwksUri: keysUrl.optional(),
  algorithms: z.array(z.enum(algorithms)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  clockSkew: seconds(0, 120).default(30),
  /** The longest `exp` - `iat` that is believed. */
  maxLifetime: seconds(60, 30 * 86_400).default(86_400),
  principal,
  /** What a workload sends to choose this issuer; without one its tokens are not exchanged for run tokens. */
  federationRuleId: ruleId.optional(),
  /** For `sallyport login`. */
  deviceClientId: z.string().min(1).max(256).optional(),
  /** Claims that must be there with exactly this value: a repository, a namespace, a tenant. */
  requiredClaims: z.record(claimName, z.union([z.string(), z.number(), z.boolean()])).default({}),
})

export const identitySettings = z
  .strictObject({ issuers: z.array(issuerSettings).max(100).default([]) })
  .prefault({})
  .check((context) => {
    for (const [key, keyOf] of Object.entries(mustDiffer)) {
      const seen = new Set<string>()
      for (const [index, issuer] of context.value.issuers.entries()) {
        const value = keyOf(issuer)
        if (value === undefined) continue
        if (seen.has(value)) {
          context.issues.push({
            code: 'custom',
            message: `another issuer has the same ${key}`,
            path: ['issuers', index],
            input: value,
          })
        }
        seen.add(value)
      }
    }
  })

/** What tells issuers apart when a token or a workload chooses one. */
const mustDiffer: Readonly<Record<string, (issuer: IssuerSettings) => string | undefined>> = {
  name: (issuer) => issuer.name,
  'issuer and audience': (issuer) => `${issuer.issuer} ${issuer.audience}`,
  federationRuleId: (issuer) => issuer.federationRuleId,
}

export type IssuerSettings = z.output<typeof issuerSettings>

/** Also asked of addresses that a discovery document names. */
export function isSecureUrl(text: string, query: 'no query' | 'query' = 'no query'): boolean {
  if (!URL.canParse(text) || text.includes('|') || !isCleanText(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || text.includes('#')) return false
  if (query === 'no query' && text.includes('?')) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}
