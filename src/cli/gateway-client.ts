// How a command talks to a gateway: its address, its certificate authority and a token, from flags, the environment or the
// profile that `login` and the demo write.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { writeWhole } from '../store/whole-file.ts'
import { readBody } from './answer-body.ts'
import { BadUsage, CannotReach, Refused } from './failure.ts'

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

/** What the command line, the environment and the profile say of a gateway; null where nobody says anything. */
export type Known = { readonly [part in keyof Profile]: Profile[part] | null }

/** @param named the gateway that the command line names, if it does */
export function readKnown(named?: string): Known {
  const path = profilePath()
  const saved = existsSync(path) ? parseProfile(readFileSync(path, 'utf8')) : null
  const url = named ?? process.env['SALLYPORT_URL'] ?? saved?.url ?? null
  // What was saved for one gateway is nothing to another: neither its token nor whom to trust there.
  const base = saved !== null && url !== null && isSameGateway(saved.url, url) ? saved : null
  return {
    url,
    token: process.env['SALLYPORT_TOKEN'] ?? base?.token ?? null,
    caFile: process.env['SALLYPORT_CA'] ?? base?.caFile ?? null,
    issuer: base?.issuer ?? null,
  }
}

/** null when nobody is signed in. */
export function readProfile(): Profile | null {
  const { url, token, ...rest } = readKnown()
  return url === null || token === null ? null : { url, token, ...rest }
}

export function isSameGateway(one: string, other: string): boolean {
  const origin = URL.parse(one)?.origin
  return origin !== undefined && origin === URL.parse(other)?.origin
}

/** One that cannot be read is none: `login` writes another. */
function parseProfile(text: string): Profile | null {
  try {
    return profileShape.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** @returns the authorities that a server is to be trusted by; null for those of this machine. @throws BadUsage */
export function readAuthorities({ caFile }: Pick<Profile, 'caFile'>): Buffer | null {
  if (caFile === null) return null
  if (!existsSync(caFile)) throw new BadUsage(`there is no file ${caFile}, which should hold the gateway's authority`)
  return readFileSync(caFile)
}

/** Readable by its owner only: it holds a token. */
export function writeProfile(profile: Profile): string {
  const path = profilePath()
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Never half, nor open to others for a moment: another command may read it while the demo renews its token.
  writeWhole(path, `${JSON.stringify(profile, null, 2)}\n`, 'replaced')
  return path
}

export function removeProfile(): boolean {
  const path = profilePath()
  const existed = existsSync(path)
  rmSync(path, { force: true })
  return existed
}

/** A page of content is a tenth of it. */
const maxAnswerBytes = 128 * 1024 * 1024

export class GatewayClient {
  readonly profile: Profile
  readonly #agent: Agent

  constructor(profile: Profile) {
    this.profile = profile
    if (!/^https?:$/.test(URL.parse(profile.url)?.protocol ?? ''))
      throw new BadUsage(`${JSON.stringify(profile.url)} is not the address of a gateway: https://GATEWAY:8470`)
    const ca = readAuthorities(profile)
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
    return this.#understood(shape, await this.#call('GET', path, undefined))
  }

  async post<T extends z.ZodType>(path: string, body: unknown, shape: T): Promise<z.output<T>> {
    return this.#understood(shape, await this.#call('POST', path, body))
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #call(method: 'GET' | 'POST', path: string, body: unknown): Promise<unknown> {
    const { status, text } = await this.#send(method, path, body)
    const parsed = parseAnswer(text)
    if (status >= 200 && status < 300) return parsed
    const said = z.object({ error: z.string() }).safeParse(parsed)
    if (said.success) throw new Refused(status === 401 ? withSignIn(said.data.error) : said.data.error)
    // Not in the words of a gateway: something before it answers, or it is none.
    throw status >= 500 ? this.#unreachable(`${status}`) : new Refused(`the gateway answered ${status}`)
  }

  #understood<T extends z.ZodType>(shape: T, answer: unknown): z.output<T> {
    const read = shape.safeParse(answer)
    if (!read.success) throw this.#unreachable('what answers there is not a gateway of this version')
    return read.data
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const answer = await request(new URL(path, this.profile.url), {
        method,
        dispatcher: this.#agent,
        headers: {
          authorization: `Bearer ${this.profile.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const read = await readBody(answer.body, maxAnswerBytes)
      if (read === 'too large') throw this.#unreachable('its answer is larger than any of a gateway')
      return { status: answer.statusCode, text: Buffer.from(read).toString('utf8') }
    } catch (error) {
      if (error instanceof CannotReach) throw error
      throw this.#unreachable(
        error instanceof Error ? ('code' in error ? String(error.code) : error.message) : 'unknown',
      )
    }
  }

  #unreachable(why: string): CannotReach {
    return new CannotReach(
      `cannot reach ${this.profile.url} (${why}); is the gateway up, and does SALLYPORT_CA name its ca.pem?`,
    )
  }
}

/** A gateway does not tell what is wrong with a token; that it is too old is what it mostly is. */
function withSignIn(said: string): string {
  return said.includes('sallyport login') ? said : `${said} When it has expired, sign in again: sallyport login`
}

/** undefined when it is not JSON. */
function parseAnswer(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
