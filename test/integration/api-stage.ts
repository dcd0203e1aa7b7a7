// Where the API's tests play: a gateway with a real database behind it, the people who ask, and one way to ask.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request, type RequestOptions } from 'node:https'
import { startPsql, until } from '../harness/clients.ts'
import { customersSeed, personalData } from '../harness/customers.ts'
import { startDatabaseServer, type DatabaseServer } from '../harness/database-server.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { startIssuer, type TestIssuer } from '../harness/issuer.ts'

const apiKey = 'sk-ant-the-gateways-own-key'

/** Who asks, by what they are. `nobody` is a person in no group; `bound` is a credential for one connection. */
export type Who = 'agent' | 'other' | 'dba' | 'oncall' | 'security' | 'nobody' | 'bound' | 'expired' | 'garbage'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  json(): Record<string, unknown>
}

export interface Ask {
  readonly who?: Who | null
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Stage {
  readonly gateway: TestGateway
  readonly issuer: TestIssuer
  readonly tokens: Readonly<Record<Who, string>>
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** A statement of the agent that waits for a DBA. */
  hold(): Promise<Held>
  /** A problem in the API's one form, with nothing in it that somebody could use. */
  assertProblem(answer: Answer, status: number, code: string, says?: RegExp): void
  close(): Promise<void>
}

export interface Held {
  readonly id: string
  readonly done: ReturnType<typeof startPsql>['done']
}

export const json = { 'content-type': 'application/json' }

/** `database: false` where nothing has to go through: it starts faster. */
export async function openStage({ database: wanted = true } = {}): Promise<Stage> {
  const issuer = await startIssuer()
  const database = wanted ? await startDatabaseServer({ seed: customersSeed }) : null
  const gateway = await startGateway({
    issuer: issuer.url,
    env: { ORDERS_PASSWORD: database?.password ?? 'unused-Pa55word', CLAUDE_KEY: apiKey },
    connections: `  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${database?.port ?? 9}/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }
    tags: [prod, pii]
  - name: claude
    protocol: anthropic
    target: http://127.0.0.1:9
    credential: { apiKey: env:CLAUDE_KEY }
  - name: vault
    protocol: anthropic
    target: http://127.0.0.1:9
    credential: { apiKey: env:CLAUDE_KEY }
    tags: [restricted]`,
    policies: `@id("nobody-in-the-vault")
forbid (principal, action == Action::"connect", resource in Tag::"restricted");
`,
  })
  const tokens = await tokensOf(issuer)
  const stage = new LiveStage(issuer, database, gateway, tokens)
  const issued = await stage.ask('POST', '/api/connections/claude/credential', {
    who: 'agent',
    headers: json,
    body: '{}',
  })
  tokens.bound = String((issued.json()['env'] as Record<string, string>)['ANTHROPIC_AUTH_TOKEN'])
  return stage
}

async function tokensOf(issuer: TestIssuer): Promise<Record<Who, string>> {
  const person = async (name: string, groups: readonly string[]): Promise<string> =>
    await issuer.token({ sub: name, kind: 'human', name, groups })
  return {
    agent: await issuer.token({ sub: 'nightly', groups: ['agents'] }),
    other: await issuer.token({ sub: 'weekly', groups: ['agents'] }),
    dba: await person('dana', ['dba']),
    oncall: await person('olga', ['oncall']),
    security: await person('sam', ['security']),
    nobody: await person('ned', []),
    bound: '',
    expired: await issuer.token({ sub: 'nightly', groups: ['agents'] }, { expiresInS: -60 }),
    garbage: 'letmein-letmein-letmein',
  }
}

class LiveStage implements Stage {
  readonly issuer: TestIssuer
  readonly gateway: TestGateway
  readonly tokens: Readonly<Record<Who, string>>
  readonly #database: DatabaseServer | null
  readonly #ca: Buffer
  #statements = 0

  constructor(issuer: TestIssuer, database: DatabaseServer | null, gateway: TestGateway, tokens: Record<Who, string>) {
    this.issuer = issuer
    this.#database = database
    this.gateway = gateway
    this.tokens = tokens
    this.#ca = readFileSync(gateway.caFile)
  }

  async ask(method: string, path: string, { who = null, body, headers = {} }: Ask = {}): Promise<Answer> {
    const options: RequestOptions = {
      host: 'localhost',
      port: this.gateway.httpsPort,
      method,
      path,
      ca: this.#ca,
      headers: { ...(who === null ? {} : { authorization: `Bearer ${this.tokens[who]}` }), ...headers },
    }
    return await new Promise<Answer>((resolve, reject) => {
      const asking = request(options, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          }),
        )
        response.on('error', reject)
      })
      asking.on('error', reject)
      asking.end(body)
    })
  }

  async hold(): Promise<Held> {
    this.#statements++
    const held = startPsql(
      this.gateway,
      this.tokens.agent,
      `UPDATE orders SET status = 'sent' WHERE id = ${this.#statements}`,
    )
    const id = await until('the notice', () => /apr_[0-9A-Z]+/.exec(held.output())?.[0])
    return { id, done: held.done }
  }

  assertProblem(answer: Answer, status: number, code: string, says = /^\S.{5,}/): void {
    assert.equal(answer.status, status, answer.text)
    assert.match(String(answer.headers['content-type']), /^application\/json; charset=utf-8$/)
    const body = answer.json()
    assert.deepEqual(Object.keys(body).sort(), ['code', 'error', 'fault'], answer.text)
    assert.equal(body['code'], code, answer.text)
    assert.match(String(body['error']), says)
    if (status === 401) assert.equal(answer.headers['www-authenticate'], 'Bearer')
    this.#assertQuiet(answer.text)
  }

  #assertQuiet(text: string): void {
    const pieces = Object.values(this.tokens).flatMap((token) => token.split('.').filter((part) => part.length > 15))
    const secrets = [...pieces, ...personalData, apiKey, this.#database?.password ?? apiKey]
    for (const secret of secrets) assert.ok(!text.includes(secret), `told: ${secret}\n${text}`)
    // No stack, no path of the machine, no statement of a store, no name of a library.
    assert.doesNotMatch(text, /\bat \w+ \(|node:|node_modules|\/tmp\/|\.ts:\d|SQLITE|SELECT |FST_|ZodError|ENOENT/)
  }

  async close(): Promise<void> {
    await this.gateway.remove()
    await this.#database?.stop()
    await this.issuer.stop()
  }
}
