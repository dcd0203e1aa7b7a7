// A log read over the network from whoever has a copy: the gateway, a mirror, a stranger. Nothing it answers is trusted, its
// answers are bounded in size and time, and it is never asked for more than it was given: the token of this profile goes to
// the gateway of this profile and to nobody else.

import { existsSync } from 'node:fs'
import { Agent, request } from 'undici'
import { isPartKey, type LogReader } from '../seal/verify/log-reader.ts'
import { readBody } from './answer-body.ts'
import { BadUsage, CannotReach, Refused } from './failure.ts'
import { isSameGateway, readAuthorities, type Known } from './gateway-client.ts'

/** For one part, from the question to its last byte. */
const partMs = 60_000

export class RemoteLog implements LogReader {
  readonly #base: string
  readonly #host: string
  readonly #agent: Agent
  readonly #headers: Readonly<Record<string, string>>

  /** @param known without a token it is asked as nobody */
  constructor(source: string, known: Known) {
    const url = URL.parse(source)
    if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
      throw new BadUsage('not the address of a log: https://GATEWAY:8470, without a name, a question or a fragment')
    this.#base = `${url.href.replace(/\/+$/, '')}/log/`
    this.#host = url.origin
    const isOwn = known.url !== null && isSameGateway(known.url, source)
    this.#headers = isOwn && known.token !== null ? { authorization: `Bearer ${known.token}` } : {}
    // Of another host nobody said that it is to be trusted by a file which may be gone.
    const { caFile } = known
    const ca = isOwn || (caFile !== null && existsSync(caFile)) ? readAuthorities({ caFile }) : null
    this.#agent = new Agent({ connect: { timeout: 5_000, ...(ca === null ? {} : { ca }) } })
  }

  async get(key: string, maxBytes: number): Promise<Uint8Array | null | 'too large'> {
    if (!isPartKey(key)) return null
    try {
      const answer = await request(this.#base + key, {
        dispatcher: this.#agent,
        headers: this.#headers,
        signal: AbortSignal.timeout(partMs),
      })
      if (answer.statusCode !== 200) {
        answer.body.on('error', () => undefined).destroy()
        return this.#absent(answer.statusCode)
      }
      return await readBody(answer.body, maxBytes)
    } catch (error) {
      if (error instanceof Refused) throw error
      const why = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown'
      throw new CannotReach(`cannot read the log at ${this.#host} (${why}); does SALLYPORT_CA name its ca.pem?`)
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  /** Nobody is followed to where they point: the answer would be somebody else's. */
  #absent(status: number): null {
    if (status === 404 || status === 410) return null
    const hint = status === 401 || status === 403 ? '; a gateway shows its log to who is signed in to it' : ''
    throw new Refused(`${this.#host} answered ${status} for its log${hint}`)
  }
}
