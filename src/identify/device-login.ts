// `sallyport login`: the device authorization grant (RFC 8628) by openid-client. Runs in the command's process, not in the
// gateway; knows nothing of files. What the issuer says is shown to a person, so it is checked like any other input.

import * as oidc from 'openid-client'
import type { Clock } from '../kernel/clock.ts'
import { toDenial, type Denial } from '../kernel/decision.ts'
import { Fault, toFault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import type { Fetch } from './issuer-keys.ts'
import { isLoopbackHost } from '../wire/loopback.ts'
import { isSecureUrl } from './settings.ts'
import { isCleanText } from './text.ts'

export interface LoginIssuer {
  readonly issuer: string
  readonly clientId: string
  readonly audience: string
}

export interface LoginParts {
  readonly clock: Clock
  readonly fetch?: Fetch
}

export interface DeviceLogin {
  /** To be shown and, if the person wishes, opened. */
  readonly verificationUri: string
  /** With the code in it; null when the issuer gives none. */
  readonly verificationUriComplete: string | null
  readonly userCode: string
  readonly expiresAtMs: number
  /** Waits for the person. A denial when they declined or took too long. */
  wait(signal: AbortSignal): Promise<LoginTokens | Denial>
}

export interface LoginTokens {
  /** What the gateway is shown: the access token when it is a JWT, else the ID token. */
  readonly token: Secret
  readonly refreshToken: Secret | null
  readonly expiresAtMs: number
}

const timeoutS = 10
const scope = 'openid offline_access'
const userCodeForm = /^[A-Za-z0-9-]{4,32}$/

/** @throws Fault `identity.unavailable` */
export async function startDeviceLogin(issuer: LoginIssuer, parts: LoginParts): Promise<DeviceLogin | Denial> {
  return await asking(issuer, async () => {
    const client = await discover(issuer, parts)
    const started = await oidc.initiateDeviceAuthorization(client, { scope, prompt: 'consent', ...audienceOf(issuer) })
    const { verification_uri: uri, verification_uri_complete: complete, user_code: userCode } = started
    const isShowable = [uri, complete ?? uri].every((text) => isSecureUrl(text, 'query')) && userCodeForm.test(userCode)
    if (!isShowable) throw new Fault('identity.unavailable', { what: 'the device authorization cannot be shown' })
    return {
      verificationUri: uri,
      verificationUriComplete: complete ?? null,
      userCode,
      expiresAtMs: parts.clock.nowMs() + started.expires_in * 1000,
      wait: (signal) =>
        asking(issuer, async () => {
          const polled = oidc.pollDeviceAuthorizationGrant(client, started, audienceOf(issuer), { signal })
          return toTokens(await polled, null, parts.clock)
        }),
    }
  })
}

/** Without a person, as long as the issuer lets it. @throws Fault `identity.unavailable` */
export async function refreshLogin(
  issuer: LoginIssuer,
  refreshToken: Secret,
  parts: LoginParts,
): Promise<LoginTokens | Denial> {
  return await asking(issuer, async () => {
    const client = await discover(issuer, parts)
    const answer = await oidc.refreshTokenGrant(client, refreshToken.reveal(), audienceOf(issuer))
    return toTokens(answer, refreshToken, parts.clock)
  })
}

/** RFC 8707 §2 wants an absolute URI; issuers that name audiences otherwise read a parameter of that name, or none. */
function audienceOf({ audience }: LoginIssuer): Record<string, string> {
  return URL.canParse(audience) ? { resource: audience } : { audience }
}

async function discover({ issuer, clientId }: LoginIssuer, parts: LoginParts): Promise<oidc.Configuration> {
  if (!isSecureUrl(issuer)) throw new Fault('identity.unavailable', { what: 'the issuer is not an https URL' })
  const url = new URL(issuer)
  const given = parts.fetch
  return await oidc.discovery(url, clientId, undefined, oidc.None(), {
    timeout: timeoutS,
    // http is for loopback only, as isSecureUrl says.
    execute: url.protocol === 'http:' && isLoopbackHost(url.hostname) ? [oidc.allowInsecureRequests] : [],
    ...(given === undefined ? {} : { [oidc.customFetch]: toCustomFetch(given) }),
  })
}

function toCustomFetch(given: Fetch): oidc.CustomFetch {
  return (url, { body, headers, method, redirect, signal }) =>
    given(url, {
      headers,
      method,
      redirect: redirect === 'manual' ? 'manual' : 'error',
      ...(body === undefined || body === null ? {} : { body: body as NonNullable<RequestInit['body']> }),
      ...(signal === undefined ? {} : { signal }),
    })
}

type Answer = Awaited<ReturnType<typeof oidc.pollDeviceAuthorizationGrant>>

function toTokens(answer: Answer, earlier: Secret | null, clock: Clock): LoginTokens {
  const { access_token: access, id_token: id, refresh_token: refresh } = answer
  const token = isJwt(access) ? access : id
  if (token === undefined) throw new Fault('identity.unavailable', { what: 'the issuer gave no JWT' })
  const lifeS = isJwt(access) ? answer.expiresIn() : (answer.claims()?.exp ?? 0) - clock.nowMs() / 1000
  return {
    token: new Secret(token),
    refreshToken: refresh === undefined ? earlier : new Secret(refresh),
    expiresAtMs: clock.nowMs() + (lifeS ?? 0) * 1000,
  }
}

function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}

/** What the person decided, in RFC 8628 §3.5 and RFC 6749 §5.2, is an answer; everything else means the issuer is no help. */
async function asking<T>(issuer: LoginIssuer, ask: () => Promise<T>): Promise<T | Denial> {
  try {
    return await ask()
  } catch (error) {
    const code = error instanceof oidc.ResponseBodyError ? error.error : null
    const reason = code === null ? undefined : declined[code]
    if (reason !== undefined) return toDenial(reason, 'identity')
    const said = code !== null && isCleanText(code) ? code.slice(0, 64) : null
    throw toFault(error, 'identity.unavailable', { issuer: issuer.issuer, said })
  }
}

const declined: Readonly<Record<string, string>> = {
  access_denied: 'The login was declined.',
  expired_token: 'The login took too long; start it again.',
  invalid_grant: 'The login has ended; log in again.',
}
