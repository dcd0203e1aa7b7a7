// Mistakes in policies and in the configuration: `check` and `up` say the same, at the line, with what was probably meant; and
// a gateway that does not know its rules does not start.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { runCli } from '../harness/gateway.ts'
import { freePort } from '../harness/ports.ts'

const starterPolicies = resolve(import.meta.dirname, '../../policies')
const password = 'a-Pa55word-of-nobody'

let dir: string
let configFile: string
let yaml: string

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-rules-'))
  configFile = join(dir, 'sallyport.yaml')
  yaml = `origin: gw.test
dataDir: ./data
listen:
  https: { port: ${await freePort()} }
  postgres: { port: ${await freePort()} }
identity:
  issuers:
    - name: test
      issuer: http://127.0.0.1:9
      audience: sallyport
      principal: { id: sub, kind: agent }
connections:
  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:5432/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }
policies: ./policies
`
})

beforeEach(() => {
  rmSync(join(dir, 'policies'), { recursive: true, force: true })
  mkdirSync(join(dir, 'policies'))
  cpSync(starterPolicies, join(dir, 'policies'), { recursive: true })
  writeFileSync(configFile, yaml)
})

after(() => rmSync(dir, { recursive: true, force: true }))

const env = { ORDERS_PASSWORD: password }

/** Both commands must say it; `up` must end by itself. */
async function problemsOf(): Promise<string> {
  const checked = await runCli(['check', '-c', configFile], env)
  assert.equal(checked.status, 1, checked.stdout + checked.stderr)
  const asJson = await runCli(['check', '-c', configFile, '--json'], env)
  assert.equal(asJson.status, 1)
  const { problems } = JSON.parse(asJson.stdout) as { problems: string[] }
  assert.ok(problems.length > 0)
  const up = await runCli(['up', '-c', configFile], env)
  assert.ok(up.status === 1 || up.status === 2, `up ended with ${up.status}`)
  const said = up.stdout + up.stderr
  assert.ok(!said.includes('"msg":"ready"'))
  for (const problem of problems) {
    assert.ok(checked.stderr.includes(problem), `check does not say: ${problem}\n${checked.stderr}`)
    assert.ok(said.includes(problem), `up does not say: ${problem}\n${said}`)
  }
  assert.ok(!`${checked.stderr}${asJson.stdout}${said}`.includes(password))
  return problems.join('\n')
}

test('as it is written here, it is valid', async () => {
  const ran = await runCli(['check', '-c', configFile], env)
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /valid/)
})

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  [
    'a key word that is not one',
    '@id("first") permit (principal, action, resource);\n\n@id("typo")\npermitt (principal, action, resource);\n',
    /own\.cedar:4/,
  ],
  [
    'an action that does not exist',
    '@id("first")\npermit (principal, action == Action::"sql:reed", resource);\n',
    /own\.cedar:[12].*sql:reed/s,
  ],
  [
    'an attribute that does not exist',
    '@id("first")\nforbid (principal, action in Action::"sql:write", resource)\nwhen { context.sql.unfilterd };\n',
    /own\.cedar:[1-3].*unfilterd/s,
  ],
  [
    'an id that another rule has',
    '@id("twice") permit (principal, action == Action::"connect", resource);\n@id("twice") permit (principal, action == Action::"sql:read", resource);\n',
    /own\.cedar:2.*twice/s,
  ],
  [
    'an approval by nobody',
    '@id("held") @approval("")\nforbid (principal, action in Action::"sql:write", resource);\n',
    /own\.cedar:[12].*approval/s,
  ],
]

for (const [what, text, place] of mistakes) {
  test(`a policy with ${what}`, async () => {
    writeFileSync(join(dir, 'policies/own.cedar'), text)
    assert.match(await problemsOf(), place)
  })
}

const wrongSettings: readonly (readonly [string, string, string, RegExp])[] = [
  ['a key at the top', 'dataDir:', 'datDir:', /sallyport\.yaml:2:1\b.*datDir.*did you mean '?dataDir/s],
  ['a key of a connection', '    target:', '    targt:', /sallyport\.yaml:15:5\b.*targt.*did you mean '?target/s],
  ['a protocol', 'protocol: postgres', 'protocol: postgras', /sallyport\.yaml:14:5\b.*did you mean 'postgres'/s],
  ['a listener', '  postgres: {', '  postgers: {', /sallyport\.yaml:5:\d+.*did you mean 'postgres'/s],
]

for (const [what, right, wrong, expected] of wrongSettings) {
  test(`${what} with a typo is shown at its line and column, with what was meant`, async () => {
    writeFileSync(configFile, yaml.replace(right, wrong))
    assert.match(await problemsOf(), expected)
  })
}

test('a password in the configuration is refused, and not shown', async () => {
  writeFileSync(configFile, yaml.replace('env:ORDERS_PASSWORD', password))
  const problems = await problemsOf()
  assert.match(problems, /sallyport\.yaml:16:\d+/)
  assert.match(problems, /env:NAME/)
})
