// How a client reaches the Claude API through this gateway: lines to paste and the environment of `sallyport run`.

import type { Connection } from '../../kernel/connection.ts'
import type { ConnectLines, GatewayAddress } from '../../kernel/protocol.ts'
import { isLoopbackHost } from '../../wire/loopback.ts'
import { reservedNames } from './route.ts'
import { prefix } from './vocabulary.ts'

export function howToConnect(at: GatewayAddress, connection: Connection, token: string): ConnectLines {
  const base = `${at.httpOrigin}${prefix}/${connection.name}`
  const trust: Record<string, string> = at.caFile === null ? {} : { NODE_EXTRA_CA_CERTS: at.caFile }
  const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }
  const env = { ANTHROPIC_BASE_URL: base, ANTHROPIC_AUTH_TOKEN: token, ...trust, ...quiet }
  const federated = {
    ANTHROPIC_BASE_URL: base,
    ANTHROPIC_IDENTITY_TOKEN_FILE: '/path/to/token.jwt',
    ANTHROPIC_FEDERATION_RULE_ID: 'RULE',
    ANTHROPIC_ORGANIZATION_ID: '00000000-0000-0000-0000-000000000000',
    ...trust,
    ...quiet,
  }
  return {
    lines: [
      `${assignments(env)} claude -p 'Say hello.'`,
      toCurl(at, base, token),
      '# An agent with a token file of its platform; no secret in its environment:',
      `${assignments(federated)} claude -p 'Say hello.'`,
    ],
    env,
  }
}

export function checkConnection(connection: Connection): readonly string[] {
  const { target, name } = connection
  const problems: string[] = []
  if (reservedNames.includes(name))
    problems.push(`a connection of this protocol cannot be called \`${name}\`: paths of the API begin with that`)
  if (target.protocol !== 'https:' && !isLoopbackHost(target.hostname))
    problems.push('the target must be https: its credential would travel in the clear')
  if (target.username !== '' || target.password !== '')
    problems.push('the target must not hold a credential; give it under `credential`')
  if (target.search !== '' || target.hash !== '') problems.push('the target must have no query and no fragment')
  if (/\/v1\/?$/.test(target.pathname)) problems.push('the target must not end in /v1: clients send that themselves')
  return problems
}

function toCurl(at: GatewayAddress, base: string, token: string): string {
  const trust = at.caFile === null ? '' : ` --cacert ${quoted(at.caFile)}`
  const body = '{"model":"claude-haiku-4-5","max_tokens":100,"messages":[{"role":"user","content":"Say hello."}]}'
  const headers = [`authorization: Bearer ${token}`, 'anthropic-version: 2023-06-01', 'content-type: application/json']
  return `curl${trust} ${quoted(`${base}/v1/messages`)} ${headers.map((header) => `-H ${quoted(header)}`).join(' ')} -d ${quoted(body)}`
}

function assignments(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ')
}

/** For a POSIX shell; bare when nothing in it means anything there. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
