import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { hasLogBegun, noteLogBegun, openNodeKeys, readNodeKey } from './keys.ts'

function newDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-keys-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('keys are made once, each its own, and are the same ever after', (t) => {
  const dir = newDir(t)
  const made = openNodeKeys(dir)
  const again = openNodeKeys(dir)
  for (const role of ['mask', 'log'] as const) {
    assert.deepEqual(again[role].reveal(), made[role].reveal())
    assert.deepEqual(readNodeKey(dir, role).reveal(), made[role].reveal())
  }
  const all = Object.values(made).map((key) => Buffer.from(key.reveal()).toString('hex'))
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual(
    readdirSync(join(dir, 'keys')).filter((name) => !name.endsWith('.key')),
    [],
    'no drafts',
  )
})

test('who only reads a key makes none', (t) => {
  const dir = newDir(t)
  assert.throws(() => readNodeKey(dir, 'mask'), { code: 'config.invalid', facts: wrong(dir, 'ENOENT') })
  assert.deepEqual(readdirSync(dir), [])
})

test('a key that cannot be read, is damaged, or is open to others is an invalid configuration', (t) => {
  const dir = newDir(t)
  openNodeKeys(dir)
  const path = join(dir, 'keys', 'mask.key')
  chmodSync(path, 0o640)
  const open = { where: path, why: 'the key file can be read by others; chmod 600 it' }
  assert.throws(() => openNodeKeys(dir), { code: 'config.invalid', facts: open })
  chmodSync(path, 0o600)
  writeFileSync(path, 'half')
  const damaged = { where: path, why: 'the key file is damaged' }
  assert.throws(() => openNodeKeys(dir), { code: 'config.invalid', facts: damaged })
  rmSync(path)
  mkdirSync(path)
  assert.throws(() => openNodeKeys(dir), { code: 'config.invalid', facts: wrong(dir, 'EISDIR') })
})

test('that the log has begun is noted beside its key', (t) => {
  const dir = newDir(t)
  openNodeKeys(dir)
  assert.equal(hasLogBegun(dir), false)
  noteLogBegun(dir)
  noteLogBegun(dir)
  assert.equal(hasLogBegun(dir), true)
  assert.ok(existsSync(join(dir, 'keys', 'log.begun')))
})

function wrong(dir: string, code: string): { readonly where: string; readonly why: string } {
  return { where: join(dir, 'keys', 'mask.key'), why: `the key file cannot be read (${code})` }
}
