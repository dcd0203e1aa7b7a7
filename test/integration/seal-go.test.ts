// Our log read by Go's own transparency log packages, which share no line with ours.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { gatewayEvent, Script } from '../../src/seal/testing/journal.ts'
import { TestLog, testKeys, testVkey } from '../../src/seal/testing/log.ts'

const goPath = '/usr/share/gocode'
const go = 'go'
const hasGo = spawnSync(go, ['version']).status === 0 && existsSync(join(goPath, 'src/golang.org/x/mod/sumdb/tlog'))
const skip = hasGo ? false : 'needs the Debian packages golang-go and golang-golang-x-mod-dev'

const dir = mkdtempSync(join(tmpdir(), 'seal-go-'))
const program = join(dir, 'check')
const folder = join(dir, 'log')
const older = join(dir, 'older')

before(async () => {
  if (!hasGo) return
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: goPath, GOFLAGS: '', GOCACHE: join(dir, 'cache') }
  const source = join(import.meta.dirname, 'seal', 'check.go')
  const built = spawnSync(go, ['build', '-o', program, source], { env, encoding: 'utf8' })
  assert.equal(built.status, 0, built.stderr)
  const log = new TestLog()
  log.journal.append(gatewayEvent('start'))
  for (let i = 0; i < 140; i++) {
    const script = new Script(`ses_${i}`, i * 10)
    log.journal.append(script.open(), ...script.action(1), script.refused(2), script.end())
    if (i === 37) {
      await log.sealer.flush()
      writeFileSync(older, log.objects.files.get('checkpoint') ?? '')
    }
  }
  await log.sealer.flush()
  for (const [key, bytes] of log.objects.files) {
    mkdirSync(dirname(join(folder, key)), { recursive: true })
    writeFileSync(join(folder, key), bytes)
  }
})

after(() => {
  rmSync(dir, { recursive: true, force: true })
})

function check(vkey: string): string {
  return spawnSync(program, [folder, vkey, older], { encoding: 'utf8' }).stdout.trim()
}

test('Go opens the checkpoint, proves every entry and the older checkpoint', { skip }, () => {
  assert.match(check(testVkey()), /^OK 8\d\d entries, consistent since 2\d\d$/)
})

test('Go refuses another key and a changed entry', { skip }, () => {
  assert.match(check(testVkey(testKeys('other '))), /^FAIL note has no verifiable signatures$/)
  const bundle = join(folder, 'tile/entries/000')
  const bytes = readFileSync(bundle)
  bytes[4000] = (bytes[4000] ?? 0) ^ 1
  writeFileSync(bundle, bytes)
  assert.match(check(testVkey()), /^FAIL invalid transparency proof$/)
})
