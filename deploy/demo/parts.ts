// What the demo is made of: an identity provider, a database and a model, each a process on loopback, and the gateway's
// configuration for them. `sallyport demo` starts and stops it all.

import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const here = import.meta.dirname
const starterPolicies = resolve(here, '../../policies')

/** The demo's scripted model accepts this key and nothing else does; it is worth nothing anywhere. */
const modelKey = 'sk-demo-0000-not-a-real-key'

export interface Ports {
  readonly idp: number
  readonly database: number
  readonly model: number
  readonly https: number
  readonly sql: number
}

export const defaultPorts: Ports = { idp: 8471, database: 8472, model: 8473, https: 8470, sql: 8432 }

export interface Part {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
}

export interface Demo {
  readonly parts: readonly Part[]
  readonly configFile: string
  readonly agentTokenFile: string
  readonly usesRealModel: boolean
}

/** Writes the configuration below `dataDir` and says what to start. */
export function prepareDemo(dataDir: string, ports: Ports, environment: NodeJS.ProcessEnv): Demo {
  const usesRealModel = (environment['ANTHROPIC_API_KEY'] ?? '') !== ''
  const agentTokenFile = join(dataDir, 'agent.jwt')
  const configFile = join(dataDir, 'sallyport.yaml')
  writeFileSync(configFile, toConfiguration(dataDir, ports, usesRealModel), { mode: 0o600 })
  writeFileSync(join(dataDir, 'database-password'), 'the-demo-database-password\n', { mode: 0o600 })
  writeFileSync(join(dataDir, 'model-key'), `${modelKey}\n`, { mode: 0o600 })
  const data = ['--data', dataDir]
  const part = (name: string, port: number, ...more: string[]): Part => ({
    name,
    script: join(here, `${name}.ts`),
    args: ['--port', String(port), ...more],
  })
  return {
    parts: [
      part('idp', ports.idp, ...data, '--token-file', agentTokenFile),
      part('database', ports.database, ...data),
      ...(usesRealModel ? [] : [part('model', ports.model, '--api-key', modelKey)]),
    ],
    configFile,
    agentTokenFile,
    usesRealModel,
  }
}

function toConfiguration(dataDir: string, ports: Ports, usesRealModel: boolean): string {
  const issuer = `http://127.0.0.1:${ports.idp}`
  return `# Written by sallyport demo at every start; change deploy/demo/parts.ts instead.
origin: demo.sallyport.local
dataDir: ${JSON.stringify(dataDir)}
listen:
  https: { port: ${ports.https} }
  postgres: { port: ${ports.sql} }
identity:
  issuers:
    - name: demo
      issuer: ${issuer}
      audience: sallyport
      principal: { id: sub, kind: { claim: kind, map: { human: human, agent: agent } }, groups: groups, display: name }
      federationRuleId: fdrl_demo
      deviceClientId: sallyport-cli
connections:
  - name: claude
    protocol: anthropic
    target: ${usesRealModel ? 'https://api.anthropic.com' : `http://127.0.0.1:${ports.model}`}
    credential: { apiKey: ${usesRealModel ? 'env:ANTHROPIC_API_KEY' : 'file:./model-key'} }
    tags: [model]
  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${ports.database}/postgres?sslmode=disable
    credential: { user: postgres, password: file:./database-password }
    tags: [prod, pii]
policies: ${JSON.stringify(starterPolicies)}
`
}

/** Lines to paste, in the order in which they tell the story. */
export function toMenu(at: {
  bin: string
  ports: Ports
  dataDir: string
  caFile: string
  agentTokenFile: string
}): readonly (readonly [string, string])[] {
  const { bin, ports, dataDir, caFile, agentTokenFile } = at
  const psql = (sql: string): string =>
    `PGPASSWORD=$(cat ${agentTokenFile}) psql "host=localhost port=${ports.sql} dbname=orders user=agent sslmode=verify-full sslrootcert=${caFile}" -c "${sql}"`
  const agent = [
    `ANTHROPIC_BASE_URL=https://localhost:${ports.https}/anthropic`,
    `ANTHROPIC_IDENTITY_TOKEN_FILE=${agentTokenFile}`,
    'ANTHROPIC_FEDERATION_RULE_ID=fdrl_demo',
    'ANTHROPIC_ORGANIZATION_ID=00000000-0000-0000-0000-000000000000',
    `NODE_EXTRA_CA_CERTS=${caFile}`,
    'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
  ].join(' ')
  return [
    [
      'Read customers as an agent: personal data comes back masked',
      psql('SELECT id, name, email, card, notes FROM customers'),
    ],
    ['Delete without WHERE: denied, with the reason', psql('DELETE FROM orders')],
    ['Update: held until a human approves it …', psql("UPDATE orders SET status = 'sent' WHERE id = 7")],
    ['… from another terminal (you are signed in as Dana, a DBA)', `${bin} requests`],
    ['', `${bin} approve ID --reason "order 7 was shipped"`],
    [
      'A Claude agent, unmodified (Claude Code, or your Agent SDK program with this environment)',
      `${agent} claude -p "Say hello"`,
    ],
    ['The same without an agent', `${bin} connect claude`],
    ['What happened', `${bin} sessions`],
    ['The console: a link that signs your browser in', `${bin} console`],
    ['Check the record offline', `${bin} verify ${dataDir}`],
  ]
}
