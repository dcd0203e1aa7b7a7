// How a command talks to a gateway: its address, its certificate authority and a token, from flags, the environment or the
// profile that `login` and the demo write.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { CannotReach, Refused } from './failure.ts'

const profileShape = z.object({
  url: z.string(),
  caFile: z.string().nullable(),
  token: z.string(),
  issuer: z.string().nullable().default(null),
})

export type Profile = z.infer<typeof profileShape>

function profilePath(): string {
  return (
    process.env['SALLYPORT_PROFILE'] ??
    join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'sallyport', 'profile.json')
  )
}

export function readProfile(): Profile | null {
  const path = profilePath()
  const saved = existsSync(path) ? profileShape.safeParse(JSON.parse(readFileSync(path, 'utf8'))) : null
  const base = saved?.success === true ? saved.data : null
  const url = process.env['SALLYPORT_URL'] ?? base?.url
  const token = process.env['SALLYPORT_TOKEN'] ?? base?.token
  if (url === undefined || token === undefined) return null
  return { url, token, caFile: process.env['SALLYPORT_CA'] ?? base?.caFile ?? null, issuer: base?.issuer ?? null }
}

/** Readable by its owner only: it holds a token. */
export function writeProfile(profile: Profile): string {
  const path = profilePath()
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  return path
}

export function removeProfile(): boolean {
  const path = profilePath()
  const existed = existsSync(path)
  rmSync(path, { force: true })
  return existed
}

export class GatewayClient {
  readonly profile: Profile
  readonly #agent: Agent

  constructor(profile: Profile) {
    this.profile = profile
    const ca = profile.caFile === null || !existsSync(profile.caFile) ? null : readFileSync(profile.caFile)
    this.#agent = new Agent({ connect: { timeout: 5_000, ...(ca === null ? {} : { ca }) } })
  }

  static fromProfile(): GatewayClient {
    const profile = readProfile()
    if (profile === null)
      throw new CannotReach(
        'not signed in: run `sallyport login --url https://GATEWAY:8470`, or set SALLYPORT_URL and SALLYPORT_TOKEN',
      )
    return new GatewayClient(profile)
  }

  async get<T extends z.ZodType>(path: string, shape: T): Promise<z.output<T>> {
    return shape.parse(await this.#call('GET', path, undefined))
  }

  async post<T extends z.ZodType>(path: string, body: unknown, shape: T): Promise<z.output<T>> {
    return shape.parse(await this.#call('POST', path, body))
  }

  async bytes(path: string): Promise<Uint8Array | null> {
    const answer = await this.#send('GET', path, undefined)
    if (answer.statusCode === 404) {
      await answer.body.dump()
      return null
    }
    if (answer.statusCode >= 400) throw new Refused(`the gateway answered ${answer.statusCode} for ${path}`)
    return new Uint8Array(await answer.body.arrayBuffer())
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #call(method: 'GET' | 'POST', path: string, body: unknown): Promise<unknown> {
    const answer = await this.#send(method, path, body)
    const text = await answer.body.text()
    const parsed: unknown = text === '' ? null : JSON.parse(text)
    if (answer.statusCode < 400) return parsed
    const said = z.object({ error: z.string() }).safeParse(parsed)
    throw new Refused(said.success ? said.data.error : `the gateway answered ${answer.statusCode}`)
  }

  async #send(method: 'GET' | 'POST', path: string, body: unknown): ReturnType<typeof request> {
    try {
      return await request(new URL(path, this.profile.url), {
        method,
        dispatcher: this.#agent,
        headers: {
          authorization: `Bearer ${this.profile.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
    } catch (error) {
      const why = error instanceof Error ? ('code' in error ? String(error.code) : error.message) : 'unknown'
      throw new CannotReach(
        `cannot reach ${this.profile.url} (${why}); is the gateway up, and does SALLYPORT_CA name its ca.pem?`,
      )
    }
  }
}
