// Headers of a request: the credential that the client presents to the gateway, and what of the rest goes upstream.
// `Authorization` wins over `x-api-key`: an agent that has both set uses the first for its own identity, and a helper
// sends the same value in both. Both are taken out, whichever was used.

import type { Presented } from '../../kernel/journey.ts'
import { Secret } from '../../kernel/secret.ts'

const maxTokenLength = 16 * 1024
const bearer = /^bearer +([\x21-\x7e]+) *$/i

/**
 * Ends here: credentials, what belongs to one hop (RFC 9110 §7.6.1), what the gateway says itself or takes off, and names by which some
 * servers let a header replace the method or path that was judged.
 */
const consumed = new Set([
  'authorization',
  'x-api-key',
  'proxy-authorization',
  'cookie',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'accept-encoding',
  'content-encoding',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
])

/** How the client proved itself to us: the target has been given another credential, so the flags would be untrue there. */
const federationBetas = new Set(['oauth-2025-04-20', 'oidc-federation-2026-04-01'])

/** @returns null when there is no credential, or none that means one thing */
export function toPresented(headers: readonly string[]): Presented | null {
  const authorization = valuesOf(headers, 'authorization')
  const keys = valuesOf(headers, 'x-api-key')
  const given = authorization.length > 0 ? authorization.map((value) => bearer.exec(value)?.[1] ?? '') : keys
  const [token = '', ...others] = given
  // Two credentials under one name: whoever reads the other one would see another identity.
  if (token === '' || token.length > maxTokenLength || others.some((other) => other !== token)) return null
  return { token: new Secret(token), rule: null }
}

/** What goes upstream: everything else, byte for byte and in order. The answer is asked for without compression. */
export function toForwarded(headers: readonly string[]): string[] {
  const hopByHop = new Set(
    valuesOf(headers, 'connection').flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase())),
  )
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const lower = name.toLowerCase()
    if (consumed.has(lower) || hopByHop.has(lower)) continue
    const value = headers[i + 1] ?? ''
    const sent = lower === 'anthropic-beta' ? withoutFederation(value) : value
    if (sent !== '' || value === '') kept.push(name, sent)
  }
  kept.push('accept-encoding', 'identity')
  return kept
}

export function valuesOf(headers: readonly string[], name: string): string[] {
  let values: string[] | null = null
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const given = headers[i] ?? ''
    // Asked for many names in every request: most differ in their length.
    if (given.length === name.length && given.toLowerCase() === name) (values ??= []).push(headers[i + 1] ?? '')
  }
  return values ?? []
}

/** The same string when it holds none of them. */
function withoutFederation(betas: string): string {
  if (!betas.includes('oauth-') && !betas.includes('oidc-')) return betas
  return betas
    .split(',')
    .filter((beta) => !federationBetas.has(beta.trim()))
    .join(',')
}
