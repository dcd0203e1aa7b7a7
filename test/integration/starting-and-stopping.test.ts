// `sallyport up` as an operator meets it: what is wrong is said without a stack, and a terminal that closes is no crash.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '../../src/kernel/clock.ts'
import { createAuthority, issueServer } from '../../src/listen/certificate-maker.ts'
import { until } from '../harness/clients.ts'
import { runCli } from '../harness/gateway.ts'

const dir = mkdtempSync(join(tmpdir(), 'sallyport-starting-'))
const file = (name: string): string => join(dir, name)
const policies = resolve(import.meta.dirname, '../../policies')

after(() => rmSync(dir, { recursive: true, force: true }))

function configure(name: string, tls: string): string {
  const config = file(`${name}.yaml`)
  writeFileSync(
    config,
    `origin: gw.test\ndataDir: ./data-${name}\nlisten: { https: { port: 0, tls: ${tls} } }\npolicies: ${policies}\n`,
  )
  return config
}

test('a certificate that is none, or of another key, is named; nothing starts', async () => {
  const makers = { caFile: file('ca.pem'), caKeyFile: file('ca.key') }
  await createAuthority(makers.caFile, makers.caKeyFile, systemClock)
  for (const name of ['one', 'two']) {
    const files = { ...makers, certFile: file(`${name}.pem`), keyFile: file(`${name}.key`) }
    await issueServer(files, ['localhost'], systemClock)
  }
  writeFileSync(file('garbage.pem'), 'not a certificate')
  for (const [cert, key] of [
    ['garbage.pem', 'one.key'],
    ['one.pem', 'two.key'],
    ['none.pem', 'one.key'],
  ] as const) {
    const ran = await runCli(['up', '-c', configure('wrong', `{ cert: ./${cert}, key: ./${key} }`)])
    assert.equal(ran.status, 2, ran.stderr)
    assert.ok(ran.stderr.includes('config.invalid') && ran.stderr.includes(file(cert)), ran.stderr)
    assert.doesNotMatch(ran.stderr, /^ {4}at /m)
  }
})

test('SIGHUP ends the gateway like SIGTERM: its record is whole', async () => {
  const config = configure('hang-up', 'off')
  const child = spawn(resolve(import.meta.dirname, '../../bin/sallyport'), ['up', '-c', config])
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  await until('the gateway to be ready', () => log.includes('"ready"'))
  child.kill('SIGHUP')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  const verified = await runCli(['verify', file('data-hang-up'), '--json'])
  assert.equal(verified.status, 0, verified.stderr)
})

test('every command that answers programs takes --json', async () => {
  const lines = '{"id":1,"sql":"SELECT 1"}\n'
  const plain = await runCli(['sql', 'classify', '--dialect', 'postgres'], {}, lines)
  const asked = await runCli(['sql', 'classify', '--dialect', 'postgres', '--json'], {}, lines)
  assert.deepEqual([asked.status, asked.stdout], [0, plain.stdout])
})
