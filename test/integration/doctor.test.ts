// `sallyport doctor` before a start: each fault is found by its name, and the command says no.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { gatewayEvent } from '../../src/seal/testing/journal.ts'
import { TestLog, testVkey } from '../../src/seal/testing/log.ts'
import { runCli } from '../harness/gateway.ts'

let server: Server
let port = 0
const root = mkdtempSync(join(tmpdir(), 'sallyport-doctor-'))

before(async () => {
  server = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  port = (server.address() as AddressInfo).port
  for (const name of ['one', 'two'])
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=localhost',
      ].concat(['-days', '3', '-keyout', join(root, `${name}.key`), '-out', join(root, `${name}.pem`)]),
      { stdio: 'ignore' },
    )
})

after(async () => {
  await new Promise((resolve) => {
    server.close(resolve)
  })
  rmSync(root, { recursive: true, force: true })
})

interface Finding {
  readonly check: string
  readonly state: string
  readonly what: string
  readonly fix: string | null
}

/** A configuration that is good, spoiled by `spoil`. The command runs elsewhere than the file is. */
async function examine(
  spoil: (dir: string) => void | Promise<void>,
  env: Readonly<Record<string, string>> = { ORDERS_PASSWORD: 'word' },
): Promise<{ readonly status: number | null; readonly findings: readonly Finding[]; readonly text: string }> {
  const dir = mkdtempSync(join(root, 'gateway-'))
  mkdirSync(join(dir, 'policies'))
  mkdirSync(join(dir, 'tls'))
  for (const end of ['pem', 'key']) copyFileSync(join(root, `one.${end}`), join(dir, 'tls', `server.${end}`))
  writeFileSync(
    join(dir, 'policies/all.cedar'),
    '@id("all")\npermit (principal, action, resource == Connection::"orders");\n',
  )
  writeFileSync(
    join(dir, 'sallyport.yaml'),
    `origin: gw.example.com/evidence/2026h2
dataDir: ./data
listen:
  https: { port: 0, tls: { cert: ./tls/server.pem, key: ./tls/server.key } }
identity:
  issuers:
    - { name: test, issuer: 'http://127.0.0.1:${port}', audience: sallyport, principal: { id: sub, kind: agent } }
connections:
  - name: orders
    protocol: postgres
    target: postgres://127.0.0.1:${port}/orders
    credential: { user: app, password: env:ORDERS_PASSWORD }
policies: ./policies
`,
  )
  await spoil(dir)
  const ran = await runCli(['doctor', '-c', join(dir, 'sallyport.yaml'), '--json'], env)
  assert.ok(!ran.stdout.includes('word"'), 'a credential is not shown')
  return { status: ran.status, findings: JSON.parse(ran.stdout) as Finding[], text: ran.stdout + ran.stderr }
}

test('all is well: the answer is yes, and what ends soon is told', async () => {
  const { status, findings, text } = await examine(() => undefined)
  assert.equal(status, 0, text)
  const told = findings.filter(({ state }) => state === 'warn').map(({ check, what }) => `${check}: ${what}`)
  assert.deepEqual(told, ['certificate of https: expires in 2 days', 'certificate of postgres: expires in 2 days'])
  for (const check of ['configuration', 'policies', 'credential of orders', 'disk', 'connection orders', 'issuer test'])
    assert.equal(findings.find((one) => one.check === check)?.state, 'ok', check)
})

async function recordIn(dir: string): Promise<void> {
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'))
  await log.sealer.flush()
  log.objects.files.set('log.policy', Buffer.from(`log ${testVkey()}\nquorum none\n`))
  for (const [key, bytes] of log.objects.files) {
    const path = join(dir, 'data/record', key)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

const faults: readonly (readonly [string, string, RegExp, (dir: string) => void | Promise<void>])[] = [
  [
    'a key that cannot be looked at',
    'keys',
    /cannot be looked at \(ENOENT\)/,
    (dir) => {
      mkdirSync(join(dir, 'data/keys'), { recursive: true })
      symlinkSync('nowhere', join(dir, 'data/keys/log.key'))
    },
  ],
  [
    'a policy with a typo',
    'policies',
    /all\.cedar:1:/,
    (dir) => writeFileSync(join(dir, 'policies/all.cedar'), 'permitt (principal, action, resource);'),
  ],
  [
    'a key of another certificate',
    'certificate of https',
    /^its key is not the one beside it$/,
    (dir) => copyFileSync(join(root, 'two.key'), join(dir, 'tls/server.key')),
  ],
  [
    'a certificate that is gone',
    'certificate of https',
    /^cannot be read \(ENOENT\)$/,
    (dir) => rmSync(join(dir, 'tls/server.pem')),
  ],
  [
    'a database that is none',
    'store index.sqlite',
    /^(?:damaged|cannot be read \(.*\))$/,
    (dir) => {
      mkdirSync(join(dir, 'data'))
      writeFileSync(join(dir, 'data/index.sqlite'), 'x'.repeat(5_000))
    },
  ],
  [
    'a database with a hole',
    'store state.sqlite',
    /^(?:damaged|cannot be read \(.*\))$/,
    (dir) => {
      mkdirSync(join(dir, 'data'))
      const path = join(dir, 'data/state.sqlite')
      const database = new DatabaseSync(path)
      database.exec('CREATE TABLE a (b); INSERT INTO a VALUES (hex(randomblob(9000)))')
      database.close()
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0xff, 4096, 8192))
    },
  ],
  [
    'a checkpoint of somebody else',
    'record',
    /^its checkpoint is not its own: /,
    async (dir) => {
      await recordIn(dir)
      writeFileSync(join(dir, 'data/record/checkpoint'), 'x\n')
    },
  ],
  [
    'a policy that is gone',
    'record',
    /^its checkpoint or its policy cannot be read$/,
    async (dir) => {
      await recordIn(dir)
      rmSync(join(dir, 'data/record/log.policy'))
    },
  ],
  ['a data folder that is a file', 'data folder', /cannot be written/, (dir) => writeFileSync(join(dir, 'data'), 'x')],
]

for (const [what, check, said, spoil] of faults) {
  test(`${what} is found`, async () => {
    const { status, findings, text } = await examine(spoil)
    const finding = findings.find((one) => one.check === check && one.state === 'wrong')
    assert.ok(finding !== undefined, text)
    assert.match(finding.what, said)
    assert.ok(finding.fix !== null && finding.fix !== '')
    assert.equal(status, 1)
  })
}

test('a credential that is not there is named, and never shown', async () => {
  const { status, findings } = await examine(() => undefined, {})
  const finding = findings.find((one) => one.check === 'credential of orders')
  assert.deepEqual(
    [status, finding?.state, finding?.what],
    [1, 'wrong', 'env:ORDERS_PASSWORD: there is no such secret'],
  )
})

test('a record that is whole is told as such', async () => {
  const { findings, status, text } = await examine(recordIn)
  assert.equal(findings.find((one) => one.check === 'record')?.what, '2 entries, signed by its own key', text)
  assert.equal(status, 0)
})
