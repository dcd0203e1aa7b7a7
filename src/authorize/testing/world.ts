// What the tests of this room share: a small world, people in it, and the sample rules of the documentation.

import assert from 'node:assert/strict'
import type { CedarValue, Facts } from '../../kernel/action.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Circumstances } from '../../kernel/decision.ts'
import type { Log, LogFacts } from '../../kernel/log.ts'
import type { Principal } from '../../kernel/principal.ts'
import type { CedarFragment } from '../../kernel/protocol.ts'
import { Authorizer } from '../authorizer.ts'
import { checkPolicies, type PolicySet } from '../policies.ts'
import { toText } from '../policy-text.ts'
import type { World } from '../vocabulary.ts'

const flag = { type: 'Boolean', required: true, doc: '' } as const
const names = { type: 'Set<String>', required: true, doc: '' } as const

export const sqlVocabulary: CedarFragment = {
  contextKey: 'sql',
  attributes: {
    unfiltered: flag,
    complete: flag,
    statements: { type: 'Long', required: true, doc: '' },
    effects: names,
    relations: names,
    writes: names,
    functions: names,
    settings: names,
  },
  actions: {
    'sql:select': { memberOf: ['sql:read'] },
    'sql:session': { memberOf: ['sql:read'] },
    'sql:insert': { memberOf: ['sql:write'] },
    'sql:update': { memberOf: ['sql:write'] },
    'sql:delete': { memberOf: ['sql:write'] },
    'sql:drop': { memberOf: ['sql:ddl'] },
    'sql:truncate': { memberOf: ['sql:ddl'] },
    'sql:copy-program': { memberOf: ['sql:admin'] },
    'sql:security': { memberOf: ['sql:admin'] },
  },
}

export const modelVocabulary: CedarFragment = {
  contextKey: 'model',
  attributes: {
    model: { type: 'String', required: true, doc: '' },
    tools: names,
    stream: flag,
    endpoint: { type: 'String', required: true, doc: '' },
  },
  actions: {
    'model:message': { memberOf: ['model:use'] },
    'model:list': { memberOf: ['model:use'] },
    'model:batch': { memberOf: ['model:manage'] },
  },
}

export const recordVocabulary: CedarFragment = {
  contextKey: 'record',
  attributes: { own: flag },
  actions: { 'record:read': { memberOf: ['record:manage'] }, 'record:kill': { memberOf: ['record:manage'] } },
}

export const world: World = {
  vocabularies: [
    { protocol: 'sqlish', cedar: sqlVocabulary },
    { protocol: 'modelish', cedar: modelVocabulary },
    { protocol: null, cedar: recordVocabulary },
  ],
  connections: [
    { name: 'claude', protocol: 'modelish', tags: ['model'] },
    { name: 'orders', protocol: 'sqlish', tags: ['prod', 'pii'] },
    { name: 'mails', protocol: 'sqlish', tags: ['crm', 'dev'] },
  ],
  classes: ['pii/email', 'pii/phone', 'pci/card', 'phi/us-npi', 'secret/github-token', 'net/ip-address'],
}

export const sample = `
@id("agents-read-orders")
permit (principal in Group::"agents", action in [Action::"connect", Action::"sql:read"], resource == Connection::"orders");

@id("writes-need-a-dba") @approval("dba") @reason("Writes on production need a DBA.")
forbid (principal, action in Action::"sql:write", resource in Tag::"prod");

@id("no-unfiltered-delete") @reason("DELETE or UPDATE without WHERE.")
forbid (principal, action in Action::"sql:write", resource) when { context.sql.unfiltered };

@id("prod-just-in-time") @approval("oncall") @grant("1h")
forbid (principal, action == Action::"connect", resource in Tag::"prod") unless { principal in Group::"oncall" };

@id("support-may-see-mail")
permit (principal in Group::"support", action == Action::"view", resource == DataClass::"pii/email") when { context.connection in Tag::"crm" };
`

export class StoppedClock implements Clock {
  atMs = Date.UTC(2026, 10, 21, 12)
  nowMs = (): number => this.atMs
  upMs = (): number => this.atMs
}

export class HeardLog implements Log {
  readonly errors: LogFacts[] = []
  info(): void {}
  warn(): void {}
  error(_what: string, facts: LogFacts = {}): void {
    this.errors.push(facts)
  }
}

export function person(name: string, groups: readonly string[], more: Partial<Principal> = {}): Principal {
  return {
    id: `https://idp.test|${name}`,
    issuer: 'https://idp.test',
    subject: name,
    kind: 'human',
    display: `${name}@example.com`,
    groups,
    act: [],
    run: null,
    expiresAtMs: Date.UTC(2026, 10, 21, 20),
    proof: { method: 'oidc', tokenId: 't' },
    boundTo: null,
    ...more,
  }
}

export const agent = person('nightly', ['agents'], { kind: 'agent' })

export function at(connection: string): Circumstances {
  const known = world.connections.find(({ name }) => name === connection)
  assert.ok(known)
  return { connection, tags: known.tags, attributes: {} }
}

export function sqlFacts(actions: readonly string[], more: Record<string, CedarValue> = {}): Facts {
  const empty = { effects: [], relations: [], writes: [], functions: [], settings: [] }
  const sql = { unfiltered: false, complete: true, statements: 1, ...empty, ...more }
  return { actions, effectful: true, complete: true, context: { sql }, key: JSON.stringify([actions, sql]) }
}

const checked = new WeakMap<World, Map<string, PolicySet>>()

export function policiesOf(text: string, inWorld = world): PolicySet {
  const known = checked.get(inWorld) ?? new Map<string, PolicySet>()
  checked.set(inWorld, known)
  const before = known.get(text)
  if (before !== undefined) return before
  const { policies, problems } = checkPolicies([{ name: 'test.cedar', text }], inWorld)
  assert.deepEqual(problems, [])
  assert.ok(policies)
  known.set(text, policies)
  return policies
}

export function problemsOf(text: string): string[] {
  const { policies, problems } = checkPolicies([{ name: 'test.cedar', text }], world)
  assert.equal(policies === null, problems.length > 0)
  return problems.map(({ place, message }) => `${toText(place)}: ${message}`)
}

export function authorizerOf(text: string, clock: Clock = new StoppedClock(), log: Log = new HeardLog()): Authorizer {
  return new Authorizer({ policies: policiesOf(text), clock, log })
}
