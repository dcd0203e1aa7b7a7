// Told to stop at the worst of moments: while it starts, and twice. What is on disk is whole either way.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../harness/clients.ts'
import { runCli } from '../harness/gateway.ts'

const bin = join(import.meta.dirname, '../../bin/sallyport')

async function startAndTell(
  dir: string,
  when: (log: string) => boolean,
  times: 1 | 2,
): Promise<{ end: unknown; log: string }> {
  const child = spawn(bin, ['up', '-c', join(dir, 'sallyport.yaml')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ended = once(child, 'close')
  await until('the moment', () => when(log))
  for (let i = 0; i < times; i++) child.kill('SIGTERM')
  const [code, signal] = (await ended) as [number | null, string | null]
  return { end: signal ?? code, log }
}

test('told to stop while it starts, or twice, it ends, and the record holds', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-signals-'))
  try {
    mkdirSync(join(dir, 'policies'))
    writeFileSync(join(dir, 'policies/all.cedar'), '@id("all")\npermit (principal, action, resource);\n')
    writeFileSync(
      join(dir, 'sallyport.yaml'),
      `origin: gw.test
listen: { https: { port: 0 } }
identity:
  issuers:
    - { name: idp, issuer: "https://idp.example", audience: sallyport, principal: { id: sub, kind: agent } }
connections: []
`,
    )
    const journal = join(dir, 'data/journal')
    const early = await startAndTell(dir, () => existsSync(journal), 1)
    assert.equal(early.end, 0, early.log)
    assert.match(early.log, /"msg":"stopping"/)
    rmSync(join(dir, 'data'), { recursive: true })
    const twice = await startAndTell(dir, (log) => log.includes('"msg":"ready"'), 2)
    assert.ok(twice.end === 0 || twice.end === 'SIGTERM', `${String(twice.end)} ${twice.log}`)
    const again = await startAndTell(dir, (log) => log.includes('"msg":"ready"'), 1)
    assert.equal(again.end, 0, again.log)
    const verified = await runCli(['verify', join(dir, 'data')])
    assert.equal(verified.status, 0, verified.stdout)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
