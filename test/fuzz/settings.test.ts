// Configuration and policies with every mistake that there is: what `sallyport check` reads is told with its place, or is
// valid; it never ends with anything else, and never repeats a secret.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseConfiguration } from '../../src/admin/config/configuration.ts'
import { printProblem } from '../../src/admin/config/yaml-source.ts'
import { checkPolicies } from '../../src/authorize/policies.ts'
import { toWorld } from '../../src/main/authority.ts'
import { passingKey, toMasking } from '../../src/main/masking.ts'
import { protocols } from '../../src/protocols/index.ts'
import { toBytes, toText } from './corpus.ts'
import { fuzz } from './fuzzing.ts'
import { requireFault } from './promises.ts'

const secret = 'hunter2-in-the-wrong-place'
const yaml = `origin: gw.example.com
dataDir: ./data
listen:
  https: { port: 8470, tls: auto }
  postgres: { port: 8432, tls: { cert: ./cert.pem, key: ./key.pem } }
identity:
  issuers:
    - name: corp
      issuer: https://idp.example.com
      audience: sallyport
      principal: { id: sub, kind: { claim: kind, map: { human: human } }, groups: groups }
      federationRuleId: fdrl_corp
connections:
  - name: orders
    protocol: postgres
    target: postgres://db.internal:5432/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }
    tags: [prod, pii]
  - name: claude
    protocol: anthropic
    target: https://api.anthropic.com
    credential: { apiKey: env:KEY }
policies: ./policies
approvals: { holdFor: 5m, validFor: 15m }
evidence: { durability: standard, capture: { bytesPerAction: 8MiB } }
masking: { operators: { "pci/card": partial, "pii/*": token } }
`

fuzz({
  name: 'configuration',
  seeds: [
    yaml,
    yaml.replace('env:ORDERS_PASSWORD', secret),
    yaml.replace('[prod, pii]', '&a [prod, *a]'),
    yaml.replaceAll('\n', '\r\n'),
    ...yaml.split(/\n(?=\w)/),
  ].map(toBytes),
  words: [
    '  ',
    '\n',
    '- ',
    ': ',
    '&a ',
    '*a',
    '<<: *a',
    '!!js/function ',
    '? ',
    '|',
    '>',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    'port: 0',
    'tls: off',
    '---\n',
    '%YAML 1.1\n',
    '1e400',
    '0x10',
    '~',
    '2026-01-01',
    '__proto__: {a: 1}',
    'constructor: 1',
    secret,
  ],
  maxBytes: 6_000,
  check(input) {
    const text = toText(input)
    const parsed = parseConfiguration('/etc/sallyport.yaml', text, protocols)
    if (parsed.ok) {
      assert.equal(({} as Record<string, unknown>)['a'], undefined)
      assert.ok(parsed.value.dataDir.startsWith('/'))
      return `valid ${parsed.value.connections.length} ${parsed.value.listeners.length}`
    }
    assert.ok(parsed.problems.length > 0)
    for (const problem of parsed.problems) {
      assert.ok(problem.line >= 1 && problem.column >= 1 && problem.message !== '', JSON.stringify(problem))
      // A value in a credential is told neither as what it is nor as where it stands.
      if (problem.path.includes('credential') && !problem.path.includes(secret))
        assert.ok(!printProblem(problem).includes(secret), printProblem(problem))
    }
    return parsed.problems
      .slice(0, 2)
      .map(({ path, message }) => `${path.slice(0, 20)} ${message.replaceAll(/\d+|'.*'/g, '').slice(0, 25)}`)
      .join()
  },
})

const folder = resolve(import.meta.dirname, '../../policies')
const rules = readdirSync(folder)
  .filter((name) => name.endsWith('.cedar'))
  .map((name) => readFileSync(resolve(folder, name), 'utf8'))
const valid = parseConfiguration('/etc/sallyport.yaml', yaml, protocols)
assert.ok(valid.ok, 'the configuration of this test is valid')
// A schema of every class costs a hundred milliseconds a case.
const classes = toMasking(valid.value.settings.masking, passingKey()).classes.filter((one) =>
  /email|card|github/.test(one),
)
const world = toWorld(valid.value, protocols, classes)

fuzz({
  name: 'policies',
  seeds: [...rules, ...rules.flatMap((text) => text.split(/\n(?=@id)/))].map(toBytes),
  words: [
    'permit',
    'forbid',
    '(',
    ')',
    ';',
    '@id("x")',
    '@approval("dba")',
    '@grant("1h")',
    '@reason("")',
    'when { ',
    ' }',
    'principal',
    'action in ',
    'Action::"sql:read"',
    'Group::"dba"',
    'context.sql.',
    'unless { true }',
    '&&',
    '||',
    '!',
    '//',
    '"',
    '\\u{0}',
    '\\x',
    'resource in Tag::"prod"',
    '[',
    'datetime("2026-01-01")',
    'decimal("1.0")',
    'ip("1.1.1.1")',
    '?principal',
    '.contains(',
    'if true then false else true',
    '== ',
    'like "*"',
    'has ',
    'is Human',
  ],
  maxBytes: 3_000,
  check(input) {
    const text = toText(input)
    try {
      const { policies, problems, warnings } = checkPolicies([{ name: 'a.cedar', text }], world)
      assert.equal(policies === null, problems.length > 0)
      for (const { place, message } of [...problems, ...warnings])
        assert.ok(
          place.file === 'a.cedar' && place.line >= 1 && place.column >= 1 && message !== '',
          JSON.stringify(place),
        )
      if (policies !== null) return `valid ${policies.rules.size}`
      return problems
        .slice(0, 2)
        .map(({ message }) => message.replaceAll(/[`"'].*?[`"']|\d+/g, '').slice(0, 30))
        .join()
    } catch (error) {
      return requireFault(error, 'config.invalid').code
    }
  },
})
